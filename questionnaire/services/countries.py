"""Countries and their dated groups: kept by hand in two CSV files, or imported in the admin."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.services import entries
from mipex_site.base.verdict import demand

from ..enums import Role
from ..models import Country
from ..rules import may_load_countries
from .groups import STREAM, set_membership
from .problems import BadFile, Problem, decoded
from .remembering import save_as

COUNTRY_COLUMNS = ("code", "alpha3", "name")
GROUP_COLUMNS = ("group", "title", "country", "from", "to")


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows of the two files were new or different."""

    countries: int
    memberships: int


@transaction.atomic
def put_country(*, code: str, alpha3: str, name: str, by: User) -> Country:
    """Create a country or change its names; the same again writes nothing.

    Raises NotAllowed, or ValidationError by field.
    """
    demand(may_load_countries(by))
    return _put(code, alpha3, name, by)[0]


@transaction.atomic
def load_countries(*, path: Path, groups_path: Path | None = None, by: User) -> Loaded:
    """Load countries, and the groups they belong to, from CSV files: both whole or neither.

    What the files do not name stays. Raises NotAllowed, or BadFile with every bad line.
    """
    demand(may_load_countries(by))
    countries = _load(Path(path), COUNTRY_COLUMNS, lambda row: _put_row(row, by))
    memberships = 0
    if groups_path is not None:
        memberships = _load(Path(groups_path), GROUP_COLUMNS, _put_membership)
        entries.write(
            stream=STREAM,
            act="groups.load",
            subject="groups",
            by=by.pk,
            role=Role.COORDINATOR,
            new={"file": Path(groups_path).name, "changed": memberships},
        )
    return Loaded(countries=countries, memberships=memberships)


def _put_row(row: dict[str, str], by: User) -> bool:
    return _put(row["code"], row["alpha3"], row["name"], by)[1]


def _put(code: str, alpha3: str, name: str, by: User) -> tuple[Country, bool]:
    country = Country.objects.select_for_update().filter(code=code).first()
    old = {"alpha3": country.alpha3, "name": country.name} if country else None
    new = {"alpha3": alpha3, "name": name}
    if country and old == new:
        return country, False
    country = country or Country(code=code)
    country.alpha3, country.name = alpha3, name
    country.full_clean()
    save_as(country, by)
    entries.write(
        stream=STREAM,
        act="country.put",
        subject=f"country/{code}",
        by=by.pk,
        role=Role.COORDINATOR,
        old=old,
        new=new,
    )
    return country, True


def _put_membership(row: dict[str, str]) -> bool:
    country = Country.objects.filter(code=row["country"]).first()
    if country is None:
        raise ValidationError(
            _("There is no country with the code “%(code)s”.") % {"code": row["country"]}
        )
    first, last = _day(row["from"]), _day(row["to"]) if row["to"] else None
    changed = set_membership(
        group=row["group"], title=row["title"], country=country, first_day=first, last_day=last
    )
    return changed.old != changed.new


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValidationError(
            _("“%(text)s” is no day; write it as 2020-02-01.") % {"text": text}
        ) from error


def _load(path: Path, columns: tuple[str, ...], put: Callable[[dict[str, str]], bool]) -> int:
    """Put every row of a CSV file and return how many changed something."""
    problems, changed = [], 0
    for line, row in _rows(path, columns):
        try:
            changed += put(row)
        except ValidationError as error:
            problems += [Problem(path.name, line, message) for message in error.messages]
    if problems:
        raise BadFile(problems)
    return changed


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    text = decoded(path.read_bytes(), file=path.name)
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in columns if name not in (reader.fieldnames or ())]
    if missing:
        message = _("The column “%(name)s” is missing.")
        raise BadFile(Problem(path.name, 1, message % {"name": name}) for name in missing)
    for row in reader:
        yield reader.line_num, {name: (row[name] or "").strip() for name in columns}
