"""More time for a sheet: its expert asks, a coordinator grants, trims or denies, in words.

Whatever is done to an extension holds its round first, so no two of these acts cross. A sheet is
handed in without the round; so its sheets are locked, in the order of their keys, before they
are moved.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.accounts.services.people import portal_robot
from mipex_site.audit.services import entries
from mipex_site.base.clock import present
from mipex_site.base.errors import Refusal, WrongState
from mipex_site.base.templatetags.house import both_words
from mipex_site.base.verdict import demand

from ..enums import (
    AssessmentState,
    ExtensionState,
    JointActKind,
    JointActState,
    Role,
    RoundState,
)
from ..models import Assessment, Extension, JointAct, Round
from ..rules import (
    gains_nothing,
    may_ask_for_extension,
    may_decide_extension,
    may_withdraw_extension,
)
from ..selectors.extensions import (
    extension_subject,
    furthest_of,
    is_asked_already,
    one_alone_until,
    open_sheets_of,
    sheets_of,
    waiting_act,
)
from . import extending_told, joint_acts
from .joint_acts import does
from .locking import hold_round, hold_sheets
from .remembering import save_as

REASON_LIMIT = 2000
"""Characters of a reason and of the words of a decision."""


@transaction.atomic
def ask_extension(
    *, sheet: Assessment, until: datetime, reason: str, by: User, whole_country: bool = False
) -> Extension:
    """Ask for more time for a sheet, or for all of one's own in its country that are not in.

    Raises NotAllowed, Refusal while such a wish waits already, ValidationError by field.
    """
    sheet.round = hold_round(sheet.round)
    demand(may_ask_for_extension(by, sheet))
    strand = None if whole_country else sheet.strand
    place = {"round_id": sheet.round_id, "country_id": sheet.country_id}
    sheets = open_sheets_of(by.pk, **place, strand_id=strand.pk if strand else None)
    _demand_moment(until, sheets, sheet.round)
    words = _words(reason, "reason", _("Say in a sentence why you need more time."))
    if is_asked_already(by.pk, sheet=sheet, whole=whole_country):
        raise Refusal(_("You have asked for more time already: it waits for a coordinator."))
    wish = Extension(
        round=sheet.round,
        country=sheet.country,
        strand=strand,
        asked_by=by,
        reason=words,
        wished_until=until.astimezone(UTC),
    )
    save_as(wish, by)
    extending_told.tell_coordinators(wish)
    new = {"wished_until": wish.wished_until, "sheets": _codes(sheets)}
    _write(wish, "ask", by, role=Role.EXPERT, new=new, reason=words)
    return wish


@transaction.atomic
def grant(*, extension: Extension, until: datetime, words: str, by: User) -> Extension:
    """Give more time until UNTIL: what was wished, or less.

    Where that leaves the review less than its days, this asks a second person to do it. Raises
    NotAllowed, WrongState when it is decided, Refusal, ValidationError by field.
    """
    wish, sheets = _hold(extension)
    demand(may_decide_extension(by, wish))
    _demand_undecided(wish)
    until = until.astimezone(UTC)
    _demand_grantable(wish, sheets, until)
    words = _words(words, "words", _("Say in a sentence why."))
    if until <= one_alone_until(wish.round):
        return _grant(wish, sheets, until, words, by)
    joint_acts.ask_for(
        kind=JointActKind.EXTEND,
        round_=wish.round,
        by=by,
        reason=words,
        subject=extension_subject(wish),
        details={"extension": wish.pk, "until": until.isoformat()},
    )
    extending_told.tell_coordinators(wish, second=by)
    return wish


@transaction.atomic
def deny(*, extension: Extension, words: str, by: User) -> Extension:
    """Deny what was asked for, in words. Raises as grant does."""
    wish, _sheets = _hold(extension)
    demand(may_decide_extension(by, wish))
    _demand_undecided(wish)
    words = _words(words, "words", _("Say in a sentence why not."))
    _decide(wish, ExtensionState.DENIED, by, words)
    extending_told.tell_asker(wish)
    _write(wish, "deny", by, role=Role.COORDINATOR, old=_asked(wish), reason=words)
    return wish


@transaction.atomic
def withdraw(*, extension: Extension, by: User) -> Extension:
    """Take back what one asked for, while nobody has decided. Raises NotAllowed, WrongState."""
    wish, _sheets = _hold(extension)
    demand(may_withdraw_extension(by, wish))
    _demand_asked(wish)
    _let_go_of_act(wish, by)
    _decide(wish, ExtensionState.WITHDRAWN, by, "")
    _write(wish, "withdraw", by, role=Role.EXPERT, old=_asked(wish))
    return wish


def end_what_is_over() -> int:
    """Let go of wishes that nobody decided in time or that nothing waits for; return how many.

    Each in a transaction of its own that asks again under the lock. A granted one needs nothing:
    its sheet closes by the rule that compares instants.
    """
    asked = Extension.objects.filter(state=ExtensionState.ASKED).order_by("pk")
    return sum(_end_quietly(wish) for wish in asked.select_related("round"))


@transaction.atomic
def _end_quietly(extension: Extension) -> bool:
    wish, sheets = _hold(extension)
    is_over = not sheets or wish.wished_until <= present()
    if wish.state != ExtensionState.ASKED or not is_over:
        return False
    robot = portal_robot()
    _let_go_of_act(wish, robot)
    _decide(wish, ExtensionState.WITHDRAWN, robot, "")
    if sheets:
        extending_told.tell_asker(wish)
    _write(wish, "lapse", robot, old=_asked(wish), new={"sheets": _codes(sheets)})
    return True


@does(JointActKind.EXTEND)
class Extend:
    """More time that goes into the days of the review, given by two people."""

    def check(self, round_: Round, act: JointAct) -> None:
        wish, sheets = _hold(_wish_of(act))
        if wish.state != ExtensionState.ASKED:
            raise Refusal(_("This wish for more time is decided, or taken back."))
        _demand_grantable(wish, sheets, _until_of(act))

    def perform(self, round_: Round, act: JointAct) -> None:
        wish, sheets = _hold(_wish_of(act))
        demand(gains_nothing(act.decided_by, wish))
        _grant(wish, sheets, _until_of(act), act.reason, act.decided_by, first=act.asked_by_id)


def _wish_of(act: JointAct) -> Extension:
    return Extension.objects.get(pk=act.details["extension"], round_id=act.round_id)


def _until_of(act: JointAct) -> datetime:
    return datetime.fromisoformat(act.details["until"])


def _hold(extension: Extension) -> tuple[Extension, list[Assessment]]:
    """Lock the round, the sheets it would move, then itself; return it with these sheets."""
    round_ = hold_round(extension.round)
    moved = [sheet.pk for sheet in sheets_of(extension)]
    held = [one for one in hold_sheets(pk__in=moved) if one.state == AssessmentState.OPEN]
    for sheet in held:
        sheet.round = round_
    rows = Extension.objects.select_for_update(of=("self",))
    wish = rows.select_related("country", "strand", "asked_by").get(pk=extension.pk)
    wish.round = round_
    return wish, held


def _demand_undecided(wish: Extension) -> None:
    _demand_asked(wish)
    if waiting_act(wish):
        raise WrongState(_("A coordinator has decided: it waits for a second person."))


def _demand_asked(wish: Extension) -> None:
    if wish.state != ExtensionState.ASKED:
        raise WrongState(_("This wish for more time is decided, or taken back."))


def _demand_grantable(wish: Extension, sheets: list[Assessment], until: datetime) -> None:
    if wish.round.state != RoundState.OPEN:
        raise Refusal(_("This round is not open for answers: there is no time to give."))
    _demand_moment(until, sheets, wish.round)
    if until > wish.wished_until:
        raise ValidationError(
            {
                "until": _("This is more than was asked for: %(moment)s.")
                % {"moment": both_words(wish.wished_until)}
            }
        )


def _demand_moment(until: datetime, sheets: list[Assessment], round_: Round) -> None:
    """Demand a moment to come, after the present end of each sheet, and within reason."""
    if not sheets:
        raise Refusal(_("Every sheet that this is about was handed in meanwhile."))
    if until <= present():
        raise ValidationError({"until": _("Choose a moment that is still to come.")})
    due = max(sheet.due_at for sheet in sheets)
    if until <= due:
        words = _("The sheet is due on %(moment)s anyway: choose a later moment.")
        raise ValidationError({"until": words % {"moment": both_words(due)}})
    if until > furthest_of(round_):
        words = _("This is too far away: the review is due on %(moment)s.")
        raise ValidationError({"until": words % {"moment": both_words(round_.review_due_at)}})


def _words(text: str, field: str, missing: str) -> str:
    text = text.strip()
    if not text:
        raise ValidationError({field: missing})
    if len(text) > REASON_LIMIT:
        words = _("This is too long: %(limit)d characters are enough.")
        raise ValidationError({field: words % {"limit": REASON_LIMIT}})
    return text


def _grant(
    wish: Extension,
    sheets: list[Assessment],
    until: datetime,
    words: str,
    by: User,
    *,
    first: object = None,
) -> Extension:
    """Move the sheets and keep the decision; FIRST is the key of the other one of two people."""
    for sheet in sheets:
        sheet.extended_until = until
        save_as(sheet, by)
    wish.granted_until = until
    _decide(wish, ExtensionState.GRANTED, by, words)
    extending_told.tell_asker(wish)
    new: dict[str, Any] = {"granted_until": until, "sheets": _codes(sheets_of(wish))}
    if first:
        new["first_of_two"] = str(first)
    _write(wish, "grant", by, role=Role.COORDINATOR, old=_asked(wish), new=new, reason=words)
    return wish


def _decide(wish: Extension, state: str, by: User, words: str) -> None:
    wish.state, wish.decided_by, wish.words = state, by, words
    wish.decided_at = present()
    save_as(wish, by)


def _let_go_of_act(wish: Extension, by: User) -> None:
    """A wish that is over leaves nothing for a second person to decide."""
    act = waiting_act(wish)
    if act:
        act.state, act.decided_by, act.decided_at = JointActState.WITHDRAWN, by, present()
        save_as(act, by)


def _asked(wish: Extension) -> dict[str, Any]:
    return {"state": ExtensionState.ASKED, "wished_until": wish.wished_until}


def _codes(sheets: list[Assessment]) -> list[str]:
    return [f"{sheet.strand.code}/{sheet.coding}" for sheet in sheets]


def _write(wish: Extension, verb: str, by: User, **values: Any) -> None:
    entries.write(
        stream=wish.round.stream,
        act=f"extension.{verb}",
        subject=extension_subject(wish),
        by=by.pk,
        **values,
    )
