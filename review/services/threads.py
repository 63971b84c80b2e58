"""Conversations: begin one, write in it, close it, and remove a message that names somebody.

Nothing in them is ever changed. The audit keeps who wrote when, to which readers, and the
digest of a text instead of its words: what is removed must not live on in an export.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import WrongState
from mipex_site.base.typed import without_nul, words_of_limit
from mipex_site.base.verdict import demand
from questionnaire.enums import TEXT_LIMIT

from ..enums import Audience, CaseState, DraftOf, ItemState, Side, ThreadKind
from ..models import Case, CaseItem, Message, Redaction, Thread
from ..rules import writers
from ..rules.threads import (
    WRITE_IN,
    Standing,
    may_close_as,
    may_open_thread,
    may_post_as,
    may_read_thread,
    may_redact_as,
    standing_in,
)
from .addresses import address_of
from .drafts import drop_draft, place_of_new, place_of_thread
from .moves.endings import finish
from .moving import Diary, carry_out, demand_open_round, lock
from .scanning import hold_up
from .weighing import what_follows

NUMBERS = range(1000, 10000)
"""A conversation's number is drawn: a gap between two in a row would tell of one not shown."""


@transaction.atomic
def open_thread(
    *,
    case: Case,
    kind: str,
    audience: str,
    is_blocking: bool,
    text: str,
    turn: str,
    by: User,
    item: CaseItem | None = None,
    due_on: date | None = None,
    overruled: bool = False,
) -> Thread:
    """Begin a conversation about a case, or about one answer of it, with its first message.

    DUE_ON is the day by which TURN, a side, should move. Raises NotAllowed, WrongState on a
    closed round or a case that is not under way, ValidationError by field, and Held.
    """
    case = _locked(case)
    _check_thread(kind, audience, turn, due_on, is_blocking=is_blocking)
    standing = standing_in(by, case)
    whose = {"audience": audience, "is_blocking": is_blocking, "item": item}
    demand(may_open_thread(by, case, **whose))
    _demand_under_way(case, item, is_blocking=is_blocking)
    text = checked(text)
    held = hold_up(text, country_id=case.country_id, overruled=overruled)
    thread = Thread.objects.create(
        case=case,
        item=item,
        number=_free_number(case),
        kind=kind,
        audience=audience,
        is_blocking=is_blocking,
        turn=turn,
        due_on=due_on,
        opened_by=by,
    )
    Message.objects.create(thread=thread, author=by, text=text)
    drop_draft(case=case, kind=DraftOf.MESSAGE, place=place_of_new(item), by=by)
    new = {"kind": kind, "is_blocking": is_blocking, "turn": turn, "due_on": due_on}
    _write(standing, by, "thread.open", thread, new | held | _digest(text))
    return thread


@transaction.atomic
def post(*, thread: Thread, text: str, turn: str, by: User, overruled: bool = False) -> Message:
    """Write in a conversation and say whose move it is now.

    Raises NotAllowed, WrongState once it or the round is closed, ValidationError, and Held.
    """
    thread = _locked_thread(thread)
    standing = standing_in(by, thread.case)
    demand(may_read_thread(by, thread, standing) and may_post_as(standing, thread))
    _demand_not_closed(thread)
    _check_turn(turn, thread.audience, is_blocking=thread.is_blocking)
    text = checked(text)
    held = hold_up(text, country_id=thread.case.country_id, overruled=overruled)
    message = Message.objects.create(thread=thread, author=by, text=text)
    place = place_of_thread(thread)
    drop_draft(case=thread.case, kind=DraftOf.MESSAGE, place=place, by=by)
    old, thread.turn = thread.turn, turn
    thread.save(update_fields=["turn", "updated_at"])
    new = {"turn": turn} | held | _digest(text)
    _write(standing, by, "thread.post", thread, new, old={"turn": old})
    return message


@transaction.atomic
def close_thread(*, thread: Thread, by: User) -> Thread:
    """End a conversation for good; what only it kept waiting follows at once.

    Raises NotAllowed and WrongState.
    """
    thread = _locked_thread(thread)
    standing = standing_in(by, thread.case)
    demand(may_read_thread(by, thread, standing) and may_close_as(standing, by, thread))
    _demand_not_closed(thread)
    old, thread.turn = thread.turn, Side.NOBODY
    thread.closed_by, thread.closed_at = by, timezone.now()
    thread.save(update_fields=["turn", "closed_by", "closed_at", "updated_at"])
    diary = _diary(standing, by, thread.case)
    facts = _facts(thread)
    old_state = {"state": "open", "turn": old}
    diary.note("thread.close", _about(thread), old=old_state, new=facts | {"state": "closed"})
    if thread.is_blocking:
        _let_follow(thread, diary)
    diary.write()
    return thread


@transaction.atomic
def redact(*, message: Message, reason: str, by: User, overruled: bool = False) -> Redaction:
    """Show a message to nobody any more, but for the day and the reason of its removal.

    It protects who is named, so it is done in a closed round too: it is a row of its own, and no
    row of the conversation is changed. Raises NotAllowed, WrongState if it is removed already,
    ValidationError without a reason, and Held: the reason is shown in its place.
    """
    thread = _locked_thread(message.thread, also_closed=True)
    message.thread = thread
    standing = standing_in(by, thread.case)
    demand(may_read_thread(by, thread, standing) and may_redact_as(standing, by, message))
    if Redaction.objects.filter(message_id=message.pk).exists():
        raise WrongState(_("This message is removed already."))
    reason = checked(reason, field="reason", missing=_("Say why, in a sentence."))
    held = hold_up(reason, country_id=thread.case.country_id, overruled=overruled)
    redaction = Redaction.objects.create(message=message, by=by, reason=reason)
    place = Message.objects.filter(thread_id=thread.pk, pk__lte=message.pk).count()
    new = {"message": place} | held | _digest(message.text)
    _write(standing, by, "message.redact", thread, new, reason=reason)
    return redaction


# --- Before anything is written ----------------------------------------------------------


def checked(text: str, *, field: str = "text", missing: str = "") -> str:
    """Return a text without blanks around it. Raises ValidationError: empty, or too long."""
    text = without_nul(text).replace("\r\n", "\n").strip()
    if not text:
        raise ValidationError({field: missing or _("Write something.")})
    if len(text) > TEXT_LIMIT:
        raise ValidationError({field: words_of_limit(len(text), TEXT_LIMIT)})
    return text


def _locked(case: Case, *, also_closed: bool = False) -> Case:
    """Lock the case. Raises WrongState in a closed round, unless ALSO_CLOSED."""
    if case.pk is None:
        raise WrongState(_("The review of this sheet has not begun."))
    case = lock(case)
    if not also_closed:
        demand_open_round(case)
    return case


def _locked_thread(thread: Thread, *, also_closed: bool = False) -> Thread:
    """Lock the case and return the conversation as it is now; its numbers hang on the case."""
    case = _locked(thread.case, also_closed=also_closed)
    fresh = Thread.objects.select_related("item__indicator").get(pk=thread.pk)
    fresh.case = case
    if fresh.item:
        fresh.item.case = case
    return fresh


def _demand_not_closed(thread: Thread) -> None:
    if thread.closed_at:
        raise WrongState(_("This conversation is closed. Begin another one."))


def _demand_under_way(case: Case, item: CaseItem | None, *, is_blocking: bool) -> None:
    if case.state == CaseState.WAITING:
        raise WrongState(_("The review of this sheet has not begun."))
    if item is not None and item.case_id != case.pk:
        raise ValidationError(_("This answer belongs to another case."))
    if is_blocking and case.state == CaseState.CLEARED:
        raise WrongState(_("This case is cleared, so that nothing can be blocked in it."))


def _check_thread(
    kind: str, audience: str, turn: str, due_on: date | None, *, is_blocking: bool
) -> None:
    if kind not in ThreadKind.values:
        raise ValidationError({"kind": _("Choose what it is.")})
    if audience not in Audience.values:
        raise ValidationError({"audience": _("Choose who reads it.")})
    _check_turn(turn, audience, is_blocking=is_blocking)
    if due_on is not None and due_on < timezone.localdate():
        raise ValidationError({"due_on": _("This day is over. Choose a later one.")})


def _check_turn(turn: str, audience: str, *, is_blocking: bool) -> None:
    """Whose move it is must be able to make it; a blocking conversation waits for somebody."""
    if turn == Side.NOBODY and not is_blocking:
        return
    if turn == Side.NOBODY:
        raise ValidationError({"turn": _("It blocks an answer, so say whose move it is.")})
    if turn not in WRITE_IN[Audience(audience)]:
        raise ValidationError({"turn": _("These people do not read this conversation.")})


def _free_number(case: Case) -> int:
    """Draw a number that no conversation of the locked case has."""
    taken = set(Thread.objects.filter(case_id=case.pk).values_list("number", flat=True))
    return secrets.choice([number for number in NUMBERS if number not in taken])


# --- What follows, and what is kept of it ------------------------------------------------


def _let_follow(thread: Thread, diary: Diary) -> None:
    """Weigh the answer again, and take the case on, where only this conversation kept them."""
    case, item = thread.case, thread.item
    if item is not None and item.state == ItemState.UNDER_REVIEW:
        item = CaseItem.objects.select_related("indicator", "answer__option").get(pk=item.pk)
        item.case = case
        opinions = list(item.opinions.filter(version=item.version))
        move = what_follows(item, opinions, written_by=writers(case))
        if move:
            carry_out(move, item, diary=diary)
    finish(case, diary)


def _about(thread: Thread) -> str:
    return address_of(thread.item or thread.case)


def _facts(thread: Thread) -> dict[str, Any]:
    return {"conversation": thread.number, "audience": thread.audience}


def _digest(text: str) -> dict[str, Any]:
    """What the audit keeps of a text: enough to prove it, nothing that could be read."""
    return {"length": len(text), "sha256": hashlib.sha256(text.encode()).hexdigest()}


def _diary(standing: Standing, by: User, case: Case) -> Diary:
    stream = case.round.stream
    return Diary(by=by, role=standing.role, stream=stream, on_behalf_of=standing.on_behalf_of)


def _write(
    standing: Standing,
    by: User,
    act: str,
    thread: Thread,
    new: dict[str, Any],
    *,
    old: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    diary = _diary(standing, by, thread.case)
    diary.note(act, _about(thread), old=old, new=_facts(thread) | new, reason=reason)
    diary.write()
