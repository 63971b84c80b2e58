"""Change the design of a round: what it says of itself, its countries, its days of law.

A part may be changed with the print of what was read (`selectors.designs.print_of`): where two
people design at once, the second is told that the first was there, and nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.services import entries
from mipex_site.base.errors import Refusal, Stale, WrongState
from mipex_site.base.verdict import demand
from mipex_site.base.zones import is_zone

from ..enums import EvidenceRule, Role, RoundState
from ..models import Country, Participation, Round
from ..rules import may_manage_round
from ..selectors.designs import (
    FIELDS,
    Part,
    early_days,
    faults_of_dates,
    has_content,
    print_of,
    published_too_early,
)
from ..selectors.subjects import round_subject
from . import joining
from .locking import hold_round
from .remembering import save_as


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a country shall take part."""

    country: Country
    own_cut_off: date | None = None
    is_pending: bool = False


@transaction.atomic
def change_round(
    *,
    round_: Round,
    part: str,
    by: User,
    seen: str | None = None,
    days: Collection[date] | None = None,
    **fields: Any,
) -> Round:
    """Change FIELDS of one PART of the design; DAYS are all the earlier days that it asks for.

    What is the same writes nothing. Raises NotAllowed, WrongState once the design has ended,
    Refusal for a cut-off under written answers, Stale, or ValidationError by field.
    """
    round_ = _hold(round_, by, fields)
    _demand_fresh(round_, part, seen)
    old = {name: getattr(round_, name) for name in FIELDS[part] if name in fields}
    changed = {name for name, value in old.items() if fields[name] != value}
    for name in changed:
        setattr(round_, name, fields[name])
    _demand_sound(round_, changed, days)
    if changed & {"extends", "framework"}:
        joining.demand_may_join(round_=round_, by=by)
    if changed:
        save_as(round_, by)
        before = {name: _said(old[name]) for name in sorted(changed)}
        after = {name: _said(fields[name]) for name in sorted(changed)}
        _write(round_, by, [{"act": "round.change", "old": before, "new": after}])
    if days is not None:
        _put_days(round_, days, by)
    return round_


@transaction.atomic
def put_countries(
    *,
    round_: Round,
    wanted: Iterable[Wanted],
    among: Collection[str],
    by: User,
    seen: str | None = None,
) -> Round:
    """Let exactly WANTED take part of the countries AMONG these codes; the others stay.

    Raises as `change_round`, and Refusal where somebody holds a part for a country that goes, or
    for one that is in the edition to join already.
    """
    round_ = _hold(round_, by, {})
    _demand_fresh(round_, Part.COUNTRIES, seen)
    asked = {one.country.code: one for one in wanted}
    joining.demand_not_there(round_=round_, countries=[one.country for one in asked.values()])
    rows = round_.participations.select_related("country").order_by("country__code")
    there = {row.country.code: row for row in rows}
    gone = [row for code, row in there.items() if code in among and code not in asked]
    acts = list(_removed(round_, gone, by))
    for code in sorted(asked):
        acts += _put(round_, there.get(code), asked[code], by)
    _write(round_, by, acts)
    return round_


@transaction.atomic
def remove_country(*, round_: Round, country: Country, by: User) -> Round:
    """Let a country take no part. Raises as `put_countries`; Refusal if it takes none."""
    round_ = _hold(round_, by, {})
    row = _participation(round_, country)
    _write(round_, by, list(_removed(round_, [row], by)))
    return round_


@transaction.atomic
def set_own_cut_off(
    *, round_: Round, country: Country, own_cut_off: date | None, by: User
) -> Participation:
    """Give a country a cut-off of its own, or the round's again. Raises as `change_round`."""
    round_ = _hold(round_, by, {"cut_off": own_cut_off})
    row = _participation(round_, country)
    wanted = Wanted(country, own_cut_off, row.is_pending)
    _write(round_, by, _put(round_, row, wanted, by))
    return row


def _hold(round_: Round, by: User, fields: Mapping[str, Any]) -> Round:
    """Lock the round, which must be in design; a cut-off has a no of its own."""
    round_ = hold_round(round_)
    demand(may_manage_round(by, round_))
    if "cut_off" in fields and has_content(round_):
        raise Refusal(
            _(
                "Answers are written already for the law on %(day)s. The cut-off stays, for"
                " nobody has looked at another day."
            )
            % {"day": date_format(round_.cut_off, "j F Y")}
        )
    if round_.state != RoundState.DESIGN:
        raise WrongState(
            _("The round “%(round)s” is %(state)s; its design can be changed no more.")
            % {"round": round_, "state": round_.get_state_display()}
        )
    return round_


def _demand_fresh(round_: Round, part: str, seen: str | None) -> None:
    if seen is not None and seen != print_of(round_, part):
        raise Stale(
            _(
                "Somebody changed this part of the design after you opened it. Nothing of yours"
                " was saved: open the page again, look at what is there now, and decide anew."
            )
        )


def _demand_sound(round_: Round, changed: set[str], days: Collection[date] | None) -> None:
    """Raise ValidationError with a sentence at each field at fault."""
    faults = dict(_faults(round_, changed, days))
    if faults:
        raise ValidationError(faults)
    if changed:
        round_.full_clean(exclude=["framework"])


def _faults(
    round_: Round, changed: set[str], days: Collection[date] | None
) -> Iterator[tuple[str, str]]:
    yield from faults_of_dates(round_).items()
    if not is_zone(round_.zone):
        yield "zone", _("There is no such time zone.")
    if round_.publish_at and round_.publish_at <= round_.review_due_at:
        # What is wrong is said where somebody just typed.
        at_fault = "review_due_at" if "review_due_at" in changed else "publish_at"
        yield at_fault, published_too_early()
    if round_.evidence_rule == EvidenceRule.DATASET_CELL and not round_.is_demonstration:
        yield "evidence_rule", _("Only a demonstration rests on cells of published data.")
    if "framework" in changed and _names_strands(round_):
        yield (
            "framework",
            _("People have strands of the present framework. End these assignments first."),
        )
    late = early_days(round_, round_.cut_off) if days is None else _late(round_, days)
    if late:
        words = {"days": ", ".join(date_format(day, "j F Y") for day in late)}
        yield (
            "cut_off" if days is None else "days",
            _("An earlier day must lie before the cut-off. Not so: %(days)s.") % words,
        )


def _late(round_: Round, days: Collection[date]) -> list[date]:
    return sorted(day for day in days if day >= round_.cut_off)


def _names_strands(round_: Round) -> bool:
    invited = round_.invitations.filter(strand__isnull=False, withdrawn_at__isnull=True)
    return round_.assignments.filter(strand__isnull=False).exists() or invited.exists()


def _put_days(round_: Round, days: Collection[date], by: User) -> None:
    rows = {row.day: row for row in round_.reference_days.all()}
    acts: list[dict[str, Any]] = []
    for day in sorted(rows.keys() - set(days)):
        rows[day].delete()
        acts.append({"act": "round.drop_day", "old": {"day": day}})
    for day in sorted(set(days) - rows.keys()):
        save_as(round_.reference_days.model(round=round_, day=day), by)
        acts.append({"act": "round.ask_for_day", "new": {"day": day}})
    _write(round_, by, acts)


def _removed(
    round_: Round, rows: Iterable[Participation], by: User
) -> Iterator[dict[str, Any]]:
    for row in rows:
        if round_.assignments.filter(country=row.country, ended_at__isnull=True).exists():
            raise Refusal(
                _("%(country)s has people in this round. End their parts first.")
                % {"country": row.country}
            )
        row._history_user = by  # noqa: SLF001 (the name by which simple-history asks)
        old = {"country": row.country.code, "cut_off": row.cut_off}
        row.delete()
        yield {"act": "country.remove", "old": old}


def _put(
    round_: Round, row: Participation | None, wanted: Wanted, by: User
) -> list[dict[str, Any]]:
    """Write one country as it is wanted; return its acts, none where nothing differs."""
    old = None if row is None else _stands(row)
    row = row or Participation(round=round_, country=wanted.country)
    row.round = round_
    row.own_cut_off, row.is_pending = wanted.own_cut_off, wanted.is_pending
    new = _stands(row)
    if old == new:
        return []
    row.full_clean()
    save_as(row, by)
    act = "country.add" if old is None else "country.change"
    return [{"act": act, "old": old, "new": new}]


def _stands(row: Participation) -> dict[str, Any]:
    said = {"country": row.country.code, "cut_off": row.cut_off}
    return said | {"own": row.own_cut_off is not None, "pending": row.is_pending}


def _participation(round_: Round, country: Country) -> Participation:
    row = round_.participations.filter(country=country).select_related("country").first()
    if row is None:
        raise Refusal(_("%(country)s takes no part in this round.") % {"country": country})
    row.round = round_
    return row


def _said(value: Any) -> Any:
    if isinstance(value, Round):
        return value.code
    return str(value) if hasattr(value, "pk") else value


def _write(round_: Round, by: User, acts: list[dict[str, Any]]) -> None:
    if acts:
        told = [{"subject": round_subject(round_)} | act for act in acts]
        entries.write_all(stream=round_.stream, acts=told, by=by.pk, role=Role.COORDINATOR)
