"""Every wish for more time in a round: who runs it decides, who observes or rules reads it.

Nobody is named: a coordinator reads pseudonyms and reasons, the others countries and dates. A
reason may say of somebody's illness, or who they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.clock import present
from mipex_site.base.verdict import Verdict
from questionnaire.enums import EXPERT_SIDE, ExtensionState, Role
from questionnaire.models import Assignment, Extension, JointAct, Round
from questionnaire.rules import may_decide_extension, may_decide_joint_act
from questionnaire.selectors.extensions import (
    extension_subject,
    one_alone_until,
    standing_of_extension,
    waiting_acts,
)
from review.rules import countries_lost_by

from ..rules import may_call_people

Names = dict[tuple[int | None, UUID], str]


@dataclass(frozen=True, slots=True)
class ExtensionLine:
    """One wish. WHO and its reasons are empty for who is not told; ACT waits for a second one."""

    row: Extension
    standing: str
    who: str
    reason: str
    words: str
    act: JointAct | None
    act_until: datetime | None

    @property
    def is_waiting(self) -> bool:
        return self.row.state == ExtensionState.ASKED


@dataclass(frozen=True, slots=True)
class ExtensionsPage:
    """The log of a round: what waits goes first, the longest waiting on top."""

    round: Round
    now: datetime
    dates: tuple[tuple[str, datetime], ...]
    waiting: tuple[ExtensionLine, ...]
    decided: tuple[ExtensionLine, ...]
    may_call: bool


@dataclass(frozen=True, slots=True)
class ExtensionPage:
    """One wish and what this person may do with it. ALONE_UNTIL is what takes no second one."""

    line: ExtensionLine
    now: datetime
    alone_until: datetime
    may_decide: Verdict
    may_second: Verdict
    may_take_back: bool


def extensions_page(round_: Round, user: User) -> ExtensionsPage:
    """Return the log as the person may read it, in a number of queries that does not grow."""
    lines = _lines(round_, user)
    asked = [line for line in lines if line.is_waiting]
    return ExtensionsPage(
        round=round_,
        now=present(),
        dates=dates_of(round_),
        waiting=tuple(sorted(asked, key=lambda line: line.row.created_at)),
        decided=tuple(line for line in lines if not line.is_waiting),
        may_call=may_call_people(user, round_),
    )


def extension_page(round_: Round, user: User, number: int) -> ExtensionPage | None:
    """Return one wish, or None where there is none that the person may read of."""
    line = next((one for one in _lines(round_, user) if one.row.pk == number), None)
    if line is None:
        return None
    line.row.round = round_
    act = line.act
    if act:
        act.round = round_
    may_decide = may_decide_extension(user, line.row)
    return ExtensionPage(
        line=line,
        now=present(),
        alone_until=one_alone_until(round_),
        may_decide=may_decide,
        may_second=may_decide and may_decide_joint_act(user, act) if act else may_decide,
        may_take_back=act is not None and act.asked_by_id == user.pk,
    )


def dates_of(round_: Round) -> tuple[tuple[str, datetime], ...]:
    """Return the work dates of a round with their words, in their order."""
    return (
        (_("Opens"), round_.opens_at),
        (_("Sheets are due"), round_.due_at),
        (_("Grace ends"), round_.grace_until),
        (_("Entry closes"), round_.hard_close_at),
        (_("The review is due"), round_.review_due_at),
    )


def _lines(round_: Round, user: User) -> list[ExtensionLine]:
    """Return what the person may read of, the newest first; five queries, one less to others."""
    reach = _countries_read_by(user, round_)
    rows = Extension.objects.filter(round=round_).select_related("round", "country", "strand")
    seen = [row for row in rows if reach.holds(row.country_id)]
    acts = waiting_acts(round_)
    may_call = may_call_people(user, round_)
    names = _pseudonyms(round_, {row.asked_by_id for row in seen}) if may_call else {}
    now = present()
    return [_line(row, acts, names, may_call=may_call, now=now) for row in seen]


def _line(
    row: Extension, acts: dict[str, JointAct], names: Names, *, may_call: bool, now: datetime
) -> ExtensionLine:
    act = acts.get(extension_subject(row))
    person = row.asked_by_id
    return ExtensionLine(
        row=row,
        standing="second" if act else standing_of_extension(row, now=now),
        who=names.get((row.country_id, person)) or names.get((None, person), ""),
        reason=row.reason if may_call else "",
        words=row.words if may_call else "",
        act=act,
        act_until=datetime.fromisoformat(act.details["until"]) if act else None,
    )


@dataclass(frozen=True, slots=True)
class _Reach:
    """Of which countries somebody reads: all but the LOST ones, or the NAMED ones alone."""

    named: frozenset[int] | None
    lost: frozenset[int] = frozenset()

    def holds(self, country: int) -> bool:
        return country not in self.lost and (self.named is None or country in self.named)


def _countries_read_by(user: User, round_: Round) -> _Reach:
    """Who runs or observes reads of all that no tie keeps away; who rules, of their own."""
    held = Assignment.objects.running().of(user).in_round(round_)
    rights = list(held.values_list("role", "country_id"))
    looks = {Role.COORDINATOR, Role.OBSERVER}
    if any(role in looks and country is None for role, country in rights):
        return _Reach(None, countries_lost_by(user, round_))
    ruled = {country for role, country in rights if role == Role.ADJUDICATOR}
    return _Reach(None if None in ruled else frozenset(ruled))


def _pseudonyms(round_: Round, people: Iterable[UUID]) -> Names:
    held = Assignment.objects.filter(round=round_, role__in=EXPERT_SIDE, person_id__in=people)
    rows = held.order_by("pk").values_list("country_id", "person_id", "pseudonym")
    return {(country, person): name for country, person, name in rows}
