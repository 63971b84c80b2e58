"""The lines of my work, and how bad each is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum

from django.utils.translation import gettext as _

from questionnaire.enums import RoundState
from questionnaire.models import Round

NEVER = datetime.max.replace(tzinfo=UTC)


class Rank(IntEnum):
    """How bad a thing is: others cannot go on, then what is late, then one's own pace."""

    FAILED = 0
    RETURNED = 1
    LATE = 2
    DISPUTED = 3
    TO_SIGN = 4
    TO_ASSIGN = 5
    TO_CLOSE = 6
    TO_SUBMIT = 7
    TO_READ = 8
    ANSWERING = 9
    NOT_BEGUN = 10
    AHEAD_OF_TIME = 11


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One thing that needs the person: what, why, until when, and the one act that helps.

    AGAIN is the code of the question on which they wrote last, or empty.
    """

    rank: Rank
    state: str
    title: str
    why: str
    act: str
    url: str
    due: datetime | None = None
    words: str = ""
    again: str = ""
    again_url: str = ""

    def order(self) -> tuple[int, datetime, str]:
        return (self.rank, self.due or NEVER, self.title)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that somebody else moves next."""

    state: str
    title: str
    why: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class MySheetRow:
    """A sheet one answers with how many of its answers are there; FOR_WHOM, if it is lent."""

    title: str
    round: str
    state: str
    done: int
    all: int
    url: str
    for_whom: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What one side of a person's work adds to the page."""

    items: tuple[WorkItem, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    sheets: tuple[MySheetRow, ...] = ()
    rounds: tuple[Round, ...] = ()
    run: tuple[Round, ...] = ()


def calendar_of(round_: Round) -> Iterator[tuple[datetime, str]]:
    """Give the work dates of an open round with what each of them ends."""
    if round_.state != RoundState.OPEN:
        return
    yield round_.due_at, _("Sheets are due.")
    yield round_.hard_close_at, _("Entry closes for good.")
    yield round_.review_due_at, _("The review is due.")
