"""Open handed-in answers again: asked for, decided, used, and ended by itself at its time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mipex_site.accounts.models import User
from mipex_site.accounts.services.people import portal_robot
from mipex_site.base.errors import Refusal, WrongState
from mipex_site.base.verdict import demand
from questionnaire.enums import Role, RoundState
from questionnaire.models import Assessment, Assignment
from questionnaire.services import assessments

from ..enums import CaseState, ReopeningState
from ..models import Case, CaseItem, ReopenedItem, Reopening
from ..rules.reopening import may_be_reopened, may_take_part, reasons_for
from .addresses import address_of
from .moves import END, GRANT, GRANT_FIRST, REFUSE, SECOND, WITHDRAW
from .moves.windows import LISTABLE, is_decided_by_two
from .moving import Diary, Move, ask, carry_out, demand_open_round, lock, where_it_stands
from .scanning import hold_up
from .threads import checked

ROLES = (Role.EXPERT, Role.REVIEWER, Role.ADJUDICATOR, Role.COORDINATOR)


@transaction.atomic
def ask_reopening(
    *,
    case: Case,
    items: Sequence[CaseItem],
    reason: str,
    text: str,
    by: User,
    overruled: bool = False,
) -> Reopening:
    """Ask that the listed ITEMS may be changed again; a coordinator decides.

    REASON is one of reasons_for(BY), TEXT says why and what shows it; the expert reads it under
    no name. Raises NotAllowed, WrongState while one is under way or the sheet is not where it
    can be opened, Refusal for an answer that is disputed, ValidationError by field, and Held.
    """
    case = lock(case)
    demand_can_ask(case=case, by=by)
    listed = _fresh(case, items)
    reopening = Reopening(
        case=case,
        reason=reason,
        text=checked(text),
        asked_by=by,
        needs_two=case.state == CaseState.CLEARED,
    )
    reopening.clean_fields(exclude=("case", "asked_by"))
    if reason not in reasons_for(by, case):
        raise ValidationError({"reason": _("Choose one of the reasons.")})
    held = hold_up(reopening.text, country_id=case.country_id, overruled=overruled)
    _save(reopening, by)
    ReopenedItem.objects.bulk_create(
        ReopenedItem(
            reopening=reopening, item=item, version=item.version, state_before=item.state
        )
        for item in listed
    )
    diary = _diary(case, by)
    new = {"state": reopening.state, "reason": reason, "needs_two": reopening.needs_two}
    new |= {"items": [[item.indicator.code, item.reference_date] for item in listed]}
    diary.note("window.ask", address_of(case), new=new | held, reason=reopening.text)
    diary.write()
    return reopening


def demand_can_ask(*, case: Case, by: User) -> None:
    """Raise NotAllowed to who never may, WrongState while the sheet cannot be opened again."""
    demand(may_take_part(by, case))
    verdict = may_be_reopened(case)
    if not verdict:
        raise WrongState(verdict.reason)


@transaction.atomic
def grant(
    *,
    reopening: Reopening,
    until: datetime,
    text: str,
    by: User,
    overruled: bool = False,
) -> Reopening:
    """Open the listed answers until UNTIL, or be the first of two who do.

    The second person's end is the one that holds. Raises NotAllowed, WrongState, Refusal,
    ValidationError by field, and Held.
    """
    reopening = lock(reopening)
    move = _grant_that_fits(reopening)
    ask(move=move, thing=reopening, by=by)
    if until <= timezone.now():
        raise ValidationError({"until": _("Choose a moment that is still to come.")})
    reopening.until = until
    reopening.needs_two = is_decided_by_two(reopening)
    if move is SECOND:
        reopening.seconded_by = by
    else:
        reopening.granted_by = by
    held = _give_reasons(reopening, text, overruled=overruled)
    return _move(move, reopening, by, held)


@transaction.atomic
def refuse(*, reopening: Reopening, text: str, by: User, overruled: bool = False) -> Reopening:
    """Refuse what was asked for, in words. Raises as grant does."""
    reopening = lock(reopening)
    ask(move=REFUSE, thing=reopening, by=by)
    held = _give_reasons(reopening, text, overruled=overruled)
    return _move(REFUSE, reopening, by, held)


@transaction.atomic
def withdraw(*, reopening: Reopening, by: User) -> Reopening:
    """Take back what one asked for. Raises NotAllowed, WrongState once it is decided."""
    reopening = lock(reopening)
    ask(move=WITHDRAW, thing=reopening, by=by)
    return _move(WITHDRAW, reopening, by, {})


@transaction.atomic
def end_reopening(*, reopening: Reopening, by: User) -> Reopening:
    """End a reopening whose time is over: what was recorded counts, drafts stay drafts.

    Raises WrongState where it is not open any more, Refusal while its time is not over.
    """
    reopening = lock(reopening)
    demand_open_round(reopening)
    if reopening.state != ReopeningState.OPEN:
        raise WrongState(f"{where_it_stands(reopening)} {END.when}")
    if reopening.until > timezone.now():
        raise Refusal(str(END.when))
    assessments.take_back(sheet=_sheet(reopening.case), by=by)
    diary = _diary(reopening.case, by)
    _remember(reopening, by)
    carry_out(END, reopening, diary=diary)
    diary.write()
    return reopening


def end_with_the_sheet(case: Case, diary: Diary) -> bool:
    """End the reopening of a locked case whose expert submits the sheet; say if there was one."""
    open_now = Reopening.objects.filter(case_id=case.pk, state=ReopeningState.OPEN).first()
    if open_now is None:
        return False
    open_now.case = case
    _remember(open_now, diary.by)
    carry_out(END, open_now, diary=diary)
    return True


def end_what_is_over() -> int:
    """End each reopening whose time is over, in the portal's own name; return how many.

    Each in a transaction of its own; one that somebody else ended meanwhile is left alone.
    """
    over = Reopening.objects.filter(
        state=ReopeningState.OPEN, until__lte=timezone.now(), case__round__state=RoundState.OPEN
    )
    return sum(_end_quietly(reopening) for reopening in over.order_by("pk"))


def _end_quietly(reopening: Reopening) -> bool:
    try:
        end_reopening(reopening=reopening, by=portal_robot())
    except Refusal:
        return False
    return True


def _grant_that_fits(reopening: Reopening) -> Move:
    if reopening.state == ReopeningState.SECONDING:
        return SECOND
    return GRANT_FIRST if is_decided_by_two(reopening) else GRANT


def _give_reasons(reopening: Reopening, text: str, *, overruled: bool) -> dict[str, Any]:
    """Keep the decision; what the first of two wrote stays before the second's."""
    text = checked(text)
    held = hold_up(text, country_id=reopening.case.country_id, overruled=overruled)
    reopening.decision = "\n\n".join(part for part in (reopening.decision, text) if part)
    return held


def _move(move: Move, reopening: Reopening, by: User, held: dict[str, Any]) -> Reopening:
    diary = _diary(reopening.case, by)
    if held:
        diary.note("window.overrule", address_of(reopening), new=held)
    _remember(reopening, by)
    carry_out(move, reopening, diary=diary, reason=reopening.decision)
    diary.write()
    return reopening


def _fresh(case: Case, items: Sequence[CaseItem]) -> list[CaseItem]:
    """Return the listed items as they are now. Raises ValidationError, Refusal."""
    wanted = {item.pk for item in items}
    rows = CaseItem.objects.filter(case_id=case.pk, pk__in=wanted).select_related("indicator")
    listed = list(rows.order_by("pk"))
    if not listed or len(listed) < len(wanted):
        raise ValidationError({"items": _("Choose the answers of this sheet to open again.")})
    shut = sorted({item.indicator.code for item in listed if item.state not in LISTABLE})
    if shut:
        words = ngettext(
            "%(codes)s is disputed or asked back: that is decided first.",
            "%(codes)s are disputed or asked back: that is decided first.",
            len(shut),
        )
        raise Refusal(words % {"codes": get_text_list(shut, _("and"))})
    return listed


def _sheet(case: Case) -> Assessment:
    """Return the sheet whose answers are under review: the first coding."""
    sheets = Assessment.objects.at(case.round.code, case.country.code, case.strand.code)
    return sheets.select_related("round", "country", "strand").get()


def _diary(case: Case, by: User) -> Diary:
    return Diary(by=by, role=_role_of(by, case), stream=case.round.stream)


def _role_of(person: User, case: Case) -> str:
    """Return in which role somebody acts here; empty for the portal itself."""
    held = Assignment.objects.running().of(person, *ROLES).in_round(case.round)
    here = held.reaching(country_id=case.country_id, strand_id=case.strand_id)
    roles = set(here.values_list("role", flat=True))
    return next((role for role in ROLES if role in roles), "")


def _save(reopening: Reopening, by: User) -> None:
    _remember(reopening, by)
    reopening.save(force_insert=True)


def _remember(reopening: Reopening, by: User) -> None:
    reopening._history_user = by  # noqa: SLF001 (the name by which simple-history asks)
