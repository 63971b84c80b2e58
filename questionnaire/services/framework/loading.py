"""Load a framework file into the database: all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.services import entries
from mipex_site.base.errors import WrongState
from mipex_site.base.verdict import demand

from ...enums import AggregateKind, FrameworkState, Role
from ...models import (
    Aggregate,
    Contradiction,
    Framework,
    Index,
    IndexPart,
    Indicator,
    Option,
    Round,
    ScoredPeriod,
    Standard,
)
from ...rules import may_import_framework
from ...selectors.tree import checksum_of, framework_document
from ..problems import BadFile
from ..remembering import save_as
from .checking import check
from .reading import read
from .shape import completed

PARTS = (
    "contradictions",
    "indexes",
    "indicators",
    "aggregates",
    "standards",
    "translations",
)


@transaction.atomic
def import_framework(*, path: Path, by: User) -> Framework:
    """Load the framework of a file as a draft; a draft that no round uses is replaced.

    Raises NotAllowed; BadFile with every problem of the file; WrongState when the version is
    locked or in use.
    """
    demand(may_import_framework(by))
    document = read(Path(path))
    problems = check(document)
    if problems:
        raise BadFile(problems)
    data = completed(document.data)
    framework = _draft(data["framework"], by)
    fill(framework, data)
    entries.write(
        stream=f"framework/{framework.code}",
        act="framework.import",
        subject=f"framework/{framework.code}/{framework.version}",
        by=by.pk,
        role=Role.COORDINATOR,
        new={"file": document.file, "checksum": checksum_of(framework_document(framework))},
    )
    return framework


def fill(framework: Framework, data: dict[str, Any]) -> None:
    """Make the rows of a completed document below a framework that has none."""
    standards = _standards(framework, data["standards"])
    aggregates = _aggregates(framework, data["aggregates"])
    _indexes(framework, data["indexes"], aggregates)
    indicators = _indicators(framework, data["indicators"], aggregates, standards)
    _contradictions(framework, data.get("contradictions", ()), indicators)


def _draft(fields: dict[str, Any], by: User) -> Framework:
    same = Framework.objects.select_for_update().filter(
        code=fields["code"], version=fields["version"]
    )
    framework = same.first()
    if framework is None:
        framework = Framework(**fields)
    else:
        _empty(framework)
        for name, value in fields.items():
            setattr(framework, name, value)
    save_as(framework, by)
    return framework


def _empty(framework: Framework) -> None:
    if framework.state == FrameworkState.LOCKED:
        raise WrongState(
            _("The framework %(framework)s is locked. Give the changed file a new version.")
            % {"framework": framework}
        )
    if Round.objects.filter(framework=framework).exists():
        raise WrongState(
            _("A round uses the framework %(framework)s. Give the changed file a new version.")
            % {"framework": framework}
        )
    for part in PARTS:
        getattr(framework, part).all().delete()


def _standards(framework: Framework, rows: list[dict[str, Any]]) -> dict[str, Standard]:
    made = Standard.objects.bulk_create(Standard(framework=framework, **row) for row in rows)
    return {standard.code: standard for standard in made}


def _aggregates(framework: Framework, rows: list[dict[str, Any]]) -> dict[str, Aggregate]:
    """Make the aggregates from the strands downwards: a row needs its parent's key."""
    made: dict[str, Aggregate] = {}
    waiting = list(enumerate(rows))
    while waiting:
        ready = [(at, row) for at, row in waiting if row["parent"] in {None, *made}]
        waiting = [(at, row) for at, row in waiting if row["parent"] not in {None, *made}]
        for at, row in ready:
            own = {name: row[name] for name in row.keys() - {"parent", "scored"}}
            made[row["code"]] = Aggregate.objects.create(
                framework=framework, order=at, parent=made.get(row["parent"]), **own
            )
            ScoredPeriod.objects.bulk_create(
                ScoredPeriod(aggregate=made[row["code"]], **first_and_last(years))
                for years in row["scored"]
            )
    return made


def first_and_last(years: str) -> dict[str, int | None]:
    """Turn "2014", "2019-" or "2010-2012" into the first and the last year."""
    first, dash, last = years.partition("-")
    open_end = bool(dash) and not last
    return {"first_year": int(first), "last_year": None if open_end else int(last or first)}


def _indexes(
    framework: Framework, rows: list[dict[str, Any]], aggregates: dict[str, Aggregate]
) -> None:
    for at, row in enumerate(rows):
        index = Index.objects.create(
            framework=framework,
            code=row["code"],
            title=row["title"],
            order=at,
            is_headline=row["headline"],
        )
        IndexPart.objects.bulk_create(
            IndexPart(index=index, strand=aggregates[code], order=place)
            for place, code in enumerate(row["strands"])
        )


def _indicators(
    framework: Framework,
    rows: list[dict[str, Any]],
    aggregates: dict[str, Aggregate],
    standards: dict[str, Standard],
) -> dict[str, Indicator]:
    made = Indicator.objects.bulk_create(
        _indicator(framework, at, row, aggregates[row["parent"]]) for at, row in enumerate(rows)
    )
    asked = list(zip(made, rows, strict=True))
    Option.objects.bulk_create(
        Option(indicator=indicator, order=place, **option)
        for indicator, row in asked
        for place, option in enumerate(row["options"])
    )
    link = Indicator.standards.through
    link.objects.bulk_create(
        link(indicator=indicator, standard=standards[code])
        for indicator, row in asked
        for code in row["standards"]
    )
    return {indicator.code: indicator for indicator in made}


def _contradictions(
    framework: Framework, rows: Iterable[dict[str, Any]], indicators: dict[str, Indicator]
) -> None:
    sides = ("indicator", "other")
    Contradiction.objects.bulk_create(
        Contradiction(
            framework=framework, **row | {side: indicators[row[side]] for side in sides}
        )
        for row in rows
    )


def _indicator(
    framework: Framework, at: int, row: dict[str, Any], parent: Aggregate
) -> Indicator:
    own = {name: row[name] for name in row.keys() - {"parent", "options", "standards"}}
    return Indicator(
        framework=framework, order=at, parent=parent, strand=strand_above(parent), **own
    )


def strand_above(aggregate: Aggregate) -> Aggregate:
    while aggregate.kind != AggregateKind.STRAND:
        aggregate = aggregate.parent
    return aggregate
