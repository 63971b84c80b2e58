"""The queue of disputes: every country where a person rules, one question after the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils import timezone

from mipex_site.accounts.models import User

from ..enums import DisputeState
from ..models import Ruling
from .lists import DisputeLine, disputes_of, rulings_of
from .rulings import Precedent, precedent_of

PROPOSED = "proposed"
"""A state of its own: you proposed a ruling, and somebody else looks at it."""


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One dispute. STATE is open, second_look (yours to give) or PROPOSED (by you)."""

    dispute: DisputeLine
    state: str
    days: int

    @property
    def is_yours(self) -> bool:
        return self.state != PROPOSED


@dataclass(frozen=True, slots=True)
class QueueGroup:
    """The disputes on one indicator, the soonest due first, and what was ruled on it before."""

    code: str
    title: str
    lines: tuple[QueueLine, ...]
    rulings: tuple[Precedent, ...]


@dataclass(frozen=True, slots=True)
class Queue:
    """What is shown, and by what it may be narrowed: pairs of a code and words."""

    groups: tuple[QueueGroup, ...]
    indicators: tuple[tuple[str, str], ...]
    countries: tuple[tuple[str, str], ...]
    total: int

    @property
    def shown(self) -> int:
        return sum(len(group.lines) for group in self.groups)

    @property
    def yours(self) -> int:
        return sum(line.is_yours for group in self.groups for line in group.lines)


def queue_of(user: User, *, indicator: str = "", country: str = "", state: str = "") -> Queue:
    """Return the person's queue, narrowed where asked, in a fixed number of queries."""
    lines = [_line(dispute) for dispute in disputes_of(user)]
    shown = [
        line
        for line in lines
        if indicator in {"", line.dispute.indicator_code}
        and country in {"", line.dispute.place.country_code}
        and state in {"", line.state}
    ]
    shown.sort(key=lambda line: order_of(line.dispute))
    rulings = rulings_of(user, {line.dispute.indicator_code for line in shown})
    return Queue(
        groups=tuple(_groups(shown, rulings)),
        indicators=_choices(
            (line.dispute.indicator_code, line.dispute.indicator_title) for line in lines
        ),
        countries=_choices(
            (line.dispute.place.country_code, line.dispute.place.country_name) for line in lines
        ),
        total=len(lines),
    )


def _line(dispute: DisputeLine) -> QueueLine:
    proposed = dispute.state == DisputeState.SECOND_LOOK and dispute.proposed_by_you
    return QueueLine(
        dispute=dispute,
        state=PROPOSED if proposed else dispute.state,
        days=(timezone.localdate() - dispute.since).days,
    )


Order = tuple[int, str, date, date, str]


def order_of(dispute: DisputeLine) -> Order:
    """Return the place in the queue: the question, when the review is due, since when, where."""
    question = (dispute.indicator_order, dispute.indicator_code)
    return (*question, dispute.review_due, dispute.since, dispute.place.country_name)


def beside(
    lines: Iterable[DisputeLine], here: Order
) -> tuple[DisputeLine | None, DisputeLine | None]:
    """Return the disputes before and after a place in the queue."""
    queued = sorted(lines, key=order_of)
    before = [line for line in queued if order_of(line) < here]
    after = [line for line in queued if order_of(line) > here]
    return (before[-1] if before else None), (after[0] if after else None)


def _groups(lines: Iterable[QueueLine], rulings: Iterable[Ruling]) -> Iterable[QueueGroup]:
    found = list(rulings)
    for code, group in groupby(lines, key=lambda line: line.dispute.indicator_code):
        there = tuple(group)
        yield QueueGroup(
            code=code,
            title=there[0].dispute.indicator_title,
            lines=there,
            rulings=tuple(
                precedent_of(ruling)
                for ruling in found
                if ruling.dispute.item.indicator.code == code
            ),
        )


def _choices(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(dict(pairs).items())
