"""What the holder of a link does with it: open it, accept, or decline."""

from __future__ import annotations

from hmac import compare_digest
from typing import NamedTuple
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.accounts.services.people import create_person, portal_robot
from mipex_site.accounts.services.profile import change_profile
from mipex_site.base.errors import NotAllowed, Refusal, Stale

from ...enums import Attribution, Role
from ...models import Assignment, Invitation
from ...rules import may_invite
from ...selectors.people import OPENED, SENT, state_of
from .. import organisations
from ..assignments import assign
from ..remembering import save_as
from ..sides import Scope, assignments_there, fault_of_side
from . import letters
from .holding import WITH_ALL, hold_place, write
from .tokens import NoInvitation, hash_of

TERMS_VERSION = "1"
"""Of templates/accounts/_terms.html. What somebody agreed to is known by this number."""

REASON_LIMIT = 2000
ATTRIBUTIONS = {
    Role.EXPERT: (Attribution.NAMED, Attribution.WITHOUT_SCORES, Attribution.NOT_NAMED),
    Role.REVIEWER: (Attribution.WITHOUT_SCORES, Attribution.NOT_NAMED),
    Role.ADJUDICATOR: (Attribution.WITHOUT_SCORES, Attribution.NOT_NAMED),
}
"""How somebody may be named, by role: who judges is never named beside a country."""


class Accepted(NamedTuple):
    """Who took the part, and the right that came of it."""

    person: User
    assignment: Assignment


def found(token: str) -> Invitation:
    """Return the invitation that the link opens now, writing nothing.

    Raises NoInvitation, in the same words whether there is none, it is answered, void, withdrawn
    or over.
    """
    return _living(WITH_ALL.select_related("round").filter(token_hash=hash_of(token)), token)


@transaction.atomic
def open_it(*, token: str) -> Invitation:
    """Note that a person has opened the invitation: no scanner of links presses a button."""
    held = _hold(token)
    if held.opened_at is None:
        held.opened_at = timezone.now()
        # Nobody is signed in, or nobody need be.
        save_as(held, portal_robot())
        write(invitation=held, act="open", by=None)
    return held


@transaction.atomic
def accept(*, token: str, attribution: str = "", by: User) -> Accepted:
    """Take the part as the person whose account has the invitation's address.

    The right is given on behalf of who invited, by the rules for giving rights. Raises
    NoInvitation, NotAllowed for somebody else, and Refusal in a sentence; then nothing is done.
    """
    held = _hold(token)
    # Before any chain is locked: who erases a person holds the row first, and the chain then.
    by = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if by.email != held.email:
        raise NotAllowed(_("This invitation is for another address. Sign out, then open it."))
    return _take(held, by, attribution)


@transaction.atomic
def accept_as_new(
    *,
    token: str,
    name: str,
    language: str,
    zone: str,
    password: str,
    attribution: str = "",
) -> Accepted:
    """Take the part as somebody who has no account yet; the account is made with it.

    Raises as `accept` does, and ValidationError by field.
    """
    held = _hold(token)
    if User.objects.filter(email=held.email).exists():
        raise Stale(_("There is an account under this address already. Sign in to accept."))
    _demand_profile(language, zone)
    try:
        validate_password(password, User(email=held.email, name=name))
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    try:
        with transaction.atomic():
            person = create_person(
                email=held.email, name=name, password=password, by=held.invited_by
            )
    except IntegrityError as error:
        # The same address accepted an invitation of another round at this very moment.
        words = _("An account under this address was made just now. Sign in to accept.")
        raise Stale(words) from error
    person = change_profile(name=person.name, language=language, zone=zone, by=person)
    return _take(held, person, attribution)


@transaction.atomic
def decline(*, token: str, reason: str) -> Invitation:
    """Say no, with a reason for who invited. No account is made."""
    held = _hold(token)
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Say in a sentence why not.")})
    if len(reason) > REASON_LIMIT:
        raise ValidationError({"reason": _("Say it in fewer words.")})
    held.declined_at, held.reason = timezone.now(), reason
    save_as(held, portal_robot())
    page = f"/rounds/{held.round.code}/people/" if held.round else letters.PORTAL_PAGE
    letters.tell_of_decline(held, address=page)
    # The reason may name somebody, and the chain cannot forget: it stays on the row.
    write(invitation=held, act="decline", by=None)
    return held


def _take(held: Invitation, person: User, attribution: str) -> Accepted:
    _demand_attribution(held.role, attribution)
    if not may_invite(held.invited_by, held.round, held.country):
        raise Refusal(
            _("Who invited you no longer looks after this part. Ask for a new invitation.")
        )
    part = {"round_": held.round, "country": held.country, "strand": held.strand}
    _demand_own_side(held, person)
    if held.organisation:
        organisations.affiliate(
            person=person, organisation=held.organisation, by=held.invited_by
        )
    given = assign(
        person=person, role=held.role, coding=held.coding, by=held.invited_by, **part
    )
    held.person, held.assignment, held.attribution = person, given, attribution
    held.accepted_at = timezone.now()
    held.opened_at = held.opened_at or held.accepted_at
    save_as(held, person)
    agreed = {"terms": TERMS_VERSION, "attribution": attribution}
    write(invitation=held, act="accept", by=person.pk, role=held.role, **agreed)
    return Accepted(person, given)


def _demand_own_side(held: Invitation, person: User) -> None:
    """Say to the person what stands in the way; `assign` would say it as to a coordinator."""
    scope = Scope(held.round, held.country, held.strand, held.coding)
    own = list(assignments_there(scope).filter(person_id=person.pk))
    if fault_of_side(own, held.role, scope):
        raise Refusal(
            _(
                "You have or had another part in this country and round. Who answers, who"
                " reviews and who rules must be different people. Tell who invited you."
            )
        )


def _demand_attribution(role: str, attribution: str) -> None:
    allowed = ATTRIBUTIONS.get(Role(role), ("",))
    if attribution not in allowed:
        raise ValidationError({"attribution": _("Choose how the edition names you.")})


def _demand_profile(language: str, zone: str) -> None:
    if language not in dict(settings.LANGUAGES):
        raise ValidationError({"language": _("Choose a language of the list.")})
    if zone not in available_timezones():
        raise ValidationError({"zone": _("Choose a time zone of the list.")})


def _hold(token: str) -> Invitation:
    """Lock the round, then the invitation: of two who use a link at once the second finds none."""
    known = found(token)
    round_ = hold_place(known.round)
    rows = WITH_ALL.select_for_update(of=("self",)).filter(pk=known.pk)
    held = _living(rows, token)
    held.round = round_
    return held


def _living(rows: object, token: str) -> Invitation:
    invitation = rows.first()
    # The index has compared already, but a hash of 256 random bits tells nothing by its time;
    # what counts is that the row is still this link's after the wait for its lock.
    if invitation is None or not compare_digest(invitation.token_hash, hash_of(token)):
        raise NoInvitation
    if state_of(invitation) not in {SENT, OPENED}:
        raise NoInvitation
    return invitation
