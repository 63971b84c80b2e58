"""Conversations as one person may read them: under pseudonyms, by days, and never more of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import Verdict, no
from questionnaire.enums import RoundState

from ..enums import Audience, CaseState, Side, ThreadKind
from ..models import Case, CaseItem, Message, Thread
from ..rules.threads import (
    Standing,
    may_close_as,
    may_open_as,
    may_post_as,
    may_redact_as,
    standing_in,
    unread_by,
)
from .blind import Place, place_of
from .parts import cut_off_of, names_in

BEGINNING = 140
"""Characters of its first message that a line in a list shows."""


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message. TEXT is empty once it is removed: then REMOVED_ON and REASON say so.

    PLACE counts the messages of the conversation from 1; it is its address.
    """

    place: int
    who: str
    is_yours: bool
    text: str
    day: date
    removed_on: date | None
    reason: str
    may_redact: Verdict


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """A conversation in a list. The code of the answer is empty where it is about the case.

    REFERENCE_DAY is None at the cut-off. AGE counts days since it began, or until it closed.
    """

    place: Place
    number: int
    kind: str
    audience: str
    is_blocking: bool
    turn: str
    is_your_move: bool
    due_on: date | None
    is_overdue: bool
    opened_on: date
    closed_on: date | None
    age: int
    messages: int
    beginning: str
    indicator_code: str
    indicator_title: str
    reference_day: date | None

    @property
    def kind_label(self) -> str:
        return str(ThreadKind(self.kind).label)

    @property
    def audience_label(self) -> str:
        return str(Audience(self.audience).label)

    @property
    def turn_label(self) -> str:
        return str(Side(self.turn).label)


@dataclass(frozen=True, slots=True)
class Conversations:
    """What is talked about a case, or about one answer of it. YOU is a pseudonym."""

    place: Place
    you: str
    indicator_code: str
    reference_day: date | None
    going_on: tuple[ThreadLine, ...]
    closed: tuple[ThreadLine, ...]
    may_open: Verdict

    @property
    def is_empty(self) -> bool:
        return not self.going_on and not self.closed


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """One conversation in full. YOU is the pseudonym, or empty for who has none."""

    line: ThreadLine
    you: str
    side: str
    messages: tuple[MessageView, ...]
    may_post: Verdict
    may_close: Verdict


def conversations(case: Case, user: User, item: CaseItem | None = None) -> Conversations | None:
    """Return what this person may read of the talk, in a fixed number of queries.

    None for who is on no side of it.
    """
    standing = standing_in(user, case)
    if not standing:
        return None
    cut_off = cut_off_of(case)
    threads = readable_threads(case, user, standing, item=item)
    beginnings, counts = _beginnings(threads)
    lines = [
        _line(thread, standing, cut_off, counts[thread.pk], beginnings.get(thread.pk, ""))
        for thread in threads
    ]
    day = item.reference_date if item else cut_off
    return Conversations(
        place=place_of(case),
        you=names_in(case).get(user.pk, ""),
        indicator_code=item.indicator.code if item else "",
        reference_day=None if day == cut_off else day,
        going_on=tuple(line for line in lines if line.closed_on is None),
        closed=tuple(line for line in lines if line.closed_on),
        may_open=may_begin(case, standing),
    )


def may_begin(case: Case, standing: Standing) -> Verdict:
    """Return whether the person may begin some conversation there now, or why none."""
    if case.round.state != RoundState.OPEN:
        return no(_("The review of this round is closed: nothing in it changes."))
    if case.pk is None or case.state == CaseState.WAITING:
        return no(_("The review of this sheet has not begun."))
    audience = standing.audiences[0] if standing.audiences else Audience.REVIEW
    return may_open_as(standing, audience=audience, is_blocking=False)


def readable_threads(
    case: Case, user: User, standing: Standing, *, item: CaseItem | None = None
) -> list[Thread]:
    """Return the conversations that this person may read, in the order of their beginning.

    The one place where they are looked up: what is not in it is in no list and in no count.
    """
    if case.pk is None or not standing:
        return []
    audiences = [audience for audience in Audience if standing.reads(audience)]
    threads = Thread.objects.filter(case_id=case.pk, audience__in=audiences)
    if item is not None:
        threads = threads.filter(item_id=item.pk)
    unread = unread_by(user, case, standing)
    found = [
        thread
        for thread in threads.select_related("item__indicator").order_by("pk")
        if not unread.holds(thread.item_id, thread.audience)
    ]
    for thread in found:
        thread.case = case
    return found


def thread_page(thread: Thread, user: User, standing: Standing) -> ThreadPage:
    """Return one conversation that this person may read, in a fixed number of queries."""
    case = thread.case
    names = names_in(case)
    messages = list(
        Message.objects.filter(thread_id=thread.pk).select_related("redaction").order_by("pk")
    )
    views = tuple(
        _message(message, place, user, standing, names)
        for place, message in enumerate(messages, start=1)
    )
    return ThreadPage(
        line=_line(thread, standing, cut_off_of(case), len(messages), ""),
        you=names.get(user.pk, ""),
        side=standing.side,
        messages=views,
        may_post=may_post_as(standing, thread),
        may_close=may_close_as(standing, user, thread),
    )


def _line(
    thread: Thread, standing: Standing, cut_off: date, messages: int, beginning: str
) -> ThreadLine:
    today = timezone.localdate()
    opened = timezone.localdate(thread.created_at)
    closed = timezone.localdate(thread.closed_at) if thread.closed_at else None
    item = thread.item
    return ThreadLine(
        place=place_of(thread.case),
        number=thread.number,
        kind=thread.kind,
        audience=thread.audience,
        is_blocking=thread.is_blocking,
        turn=thread.turn,
        is_your_move=closed is None and thread.turn == standing.side,
        due_on=thread.due_on,
        is_overdue=closed is None and thread.due_on is not None and thread.due_on < today,
        opened_on=opened,
        closed_on=closed,
        age=((closed or today) - opened).days,
        messages=messages,
        beginning=beginning,
        indicator_code=item.indicator.code if item else "",
        indicator_title=item.indicator.title if item else "",
        reference_day=(
            item.reference_date if item and item.reference_date != cut_off else None
        ),
    )


def _beginnings(threads: Iterable[Thread]) -> tuple[dict[int, str], Counter[int]]:
    """Return how each conversation begins, where that is not removed, and its messages."""
    rows = Message.objects.filter(thread_id__in=[thread.pk for thread in threads])
    beginnings: dict[int, str] = {}
    counts: Counter[int] = Counter()
    for thread, text, removed in rows.order_by("pk").values_list(
        "thread_id", "text", "redaction__pk"
    ):
        counts[thread] += 1
        shown = "" if removed else Truncator(text).chars(BEGINNING)
        beginnings.setdefault(thread, shown)
    return beginnings, counts


def _message(
    message: Message,
    place: int,
    user: User,
    standing: Standing,
    names: dict[object, str],
) -> MessageView:
    removal = getattr(message, "redaction", None)
    return MessageView(
        place=place,
        who=names.get(message.author_id, ""),
        is_yours=message.author_id == user.pk,
        text="" if removal else message.text,
        day=timezone.localdate(message.at),
        removed_on=timezone.localdate(removal.at) if removal else None,
        reason=removal.reason if removal else "",
        may_redact=may_redact_as(standing, user, message),
    )
