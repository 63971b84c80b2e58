"""A colleague helps: an expert's right to edit, lent for listed strands until a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.clock import present
from mipex_site.base.errors import NotAllowed, WrongState
from mipex_site.base.verdict import demand

from ..enums import Role
from ..models import Aggregate, Assessment, Assignment
from ..rules import may_delegate, may_end_delegation
from .locking import hold_round
from .remembering import save_as
from .rights import end_right, end_what_is_over, write_right
from .sides import Scope, assignments_there, fault_of_side, pseudonym_for, reach_of

LAST_MINUTE = time(23, 59)
"""When a day is over for whoever works until its end, as the work dates of a round are set."""

RUNS_THE_ROUND = (Role.COORDINATOR, Role.PUBLISHER)
"""Who knows both sides, and who signs an edition and must have answered nothing in it."""


@transaction.atomic
def delegate(
    *,
    sheet: Assessment,
    to: str | User,
    strands: Sequence[Aggregate],
    until: date,
    reason: str,
    by: User,
) -> list[Assignment]:
    """Let a colleague answer STRANDS of the sheet's country and coding; return one row each.

    TO is a person or an e-mail address. The right ends by itself in the last minute of the day
    UNTIL, or when entry ends for the strand on that day. It goes no further than the giver's own.

    Raises NotAllowed, or ValidationError by field. For an unknown address and for somebody who
    may not help the words are the same: the expert learns neither who is in the portal nor who
    stands on the other side.
    """
    sheet.round = hold_round(sheet.round)
    demand(may_delegate(by, sheet))
    last_moment = _end_of(until, sheet)
    if not reason.strip():
        raise ValidationError({"reason": _("Say in a sentence why a colleague helps.")})
    person = _colleague(to, by)
    ends = _ends_of_own(sheet, strands, by)
    scopes = [Scope(sheet.round, sheet.country, strand, sheet.coding) for strand in strands]
    own = list(assignments_there(scopes[0]).filter(person=person).order_by("pk"))
    end_what_is_over(own=own, role=Role.EXPERT, by=by)
    _demand_free(person, own, scopes, by)
    lent = {"granted_by": by, "reason": reason.strip()}
    given: list[Assignment] = []
    for scope in scopes:
        row = Assignment(person=person, role=Role.DELEGATE, **scope.as_fields(), **lent)
        row.ends_at = min(last_moment, ends[scope.strand.pk])
        row.pseudonym = pseudonym_for([*own, *given], Role.DELEGATE, scope)
        save_as(row, by)
        given.append(row)
    for row in given:
        write_right(
            assignment=row, act="role.delegate", role=Role.EXPERT, reason=row.reason, by=by
        )
    return given


@transaction.atomic
def end_delegation(*, delegation: Assignment, reason: str, by: User) -> Assignment:
    """End a colleague's right now, by who gave it or by the coordinator. The texts stay."""
    rows = Assignment.objects.select_for_update(of=("self",)).filter(role=Role.DELEGATE)
    held = rows.get(pk=delegation.pk)
    demand(may_end_delegation(by, held))
    if held.is_over:
        raise WrongState(_("This colleague's right has already ended."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say in a sentence why it ends.")})
    role = Role.EXPERT if held.granted_by_id == by.pk else Role.COORDINATOR
    end_right(held=held, role=role, reason=reason.strip(), by=by)
    return held


def last_day_of(sheet: Assessment) -> date:
    """Return the last day on which a colleague can help: that on which its entry ends."""
    return sheet.entry_ends_at.astimezone(ZoneInfo(sheet.round.zone)).date()


def _end_of(until: date, sheet: Assessment) -> datetime:
    zone = ZoneInfo(sheet.round.zone)
    last = last_day_of(sheet)
    if until > last:
        words = _("Entry closes for good on %(day)s: choose that day or an earlier one.")
        raise ValidationError({"until": words % {"day": date_format(last, "j F Y")}})
    end = min(datetime.combine(until, LAST_MINUTE, zone), sheet.entry_ends_at)
    if end <= present():
        raise ValidationError({"until": _("This day has passed. Choose a later one.")})
    return end


def _colleague(to: str | User, by: User) -> User:
    """Return the person, locked: two rights given at once would not see each other's side."""
    people = User.objects.select_for_update(no_key=True).filter(is_active=True)
    known = {"pk": to.pk} if isinstance(to, User) else {"email__iexact": to.strip()}
    person = people.filter(**known).first()
    if person is None:
        raise _nobody()
    if person.pk == by.pk:
        raise ValidationError({"to": _("This is you. Name a colleague.")})
    return person


def _ends_of_own(
    sheet: Assessment, strands: Sequence[Aggregate], by: User
) -> dict[int, datetime]:
    """Return when entry ends for each strand, all of them BY's; hold those rights until commit."""
    if not strands:
        raise ValidationError({"strands": _("Choose at least one strand.")})
    held = Assignment.objects.running().of(by, Role.EXPERT).filter(round=sheet.round_id)
    reached = {
        one.strand_id
        for one in held.select_for_update(of=("self",)).order_by("pk")
        if one.country_id in {None, sheet.country_id} and one.coding in {None, sheet.coding}
    }
    place = {"round": sheet.round_id, "country": sheet.country_id, "coding": sheet.coding}
    sheets = Assessment.objects.filter(**place).select_related("round")
    ends = {one.strand_id: one.entry_ends_at for one in sheets}
    for strand in strands:
        if strand.pk not in ends or not reached & {None, strand.pk}:
            raise NotAllowed(
                _("You are not the expert of “%(strand)s”, so you cannot lend it to anybody.")
                % {"strand": strand.title}
            )
        if ends[strand.pk] <= present():
            words = _("Entry has closed for “%(strand)s”.") % {"strand": strand.title}
            raise ValidationError({"strands": words})
    return ends


def _demand_free(
    person: User, own: Sequence[Assignment], scopes: Sequence[Scope], by: User
) -> None:
    """Demand that the person may stand on this side, and has not the same right already."""
    running = Assignment.objects.running().of(person, *RUNS_THE_ROUND)
    if running.in_round(scopes[0].round).exists():
        raise _nobody()
    if any(fault_of_side(own, Role.DELEGATE, scope) for scope in scopes):
        raise _nobody()
    for scope in scopes:
        wanted = Assignment(role=Role.DELEGATE, **scope.as_fields())
        same = [one for one in own if not one.ended_at and reach_of(one) == reach_of(wanted)]
        if any(one.granted_by_id != by.pk for one in same):
            raise _nobody()
        if same:
            words = _("This colleague already helps you with “%(strand)s”. End that first.")
            raise ValidationError({"strands": words % {"strand": scope.strand.title}})


def _nobody() -> ValidationError:
    return ValidationError(
        {
            "to": _(
                "Nobody was given anything. Either no one signs in to the portal with this"
                " address, or this person cannot help you here. Ask the coordinator."
            )
        }
    )
