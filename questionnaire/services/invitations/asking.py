"""Ask somebody to take a part, or ask them to take it over from somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import NotAllowed, WrongState
from mipex_site.base.verdict import demand

from ...enums import Role
from ...models import Aggregate, Assignment, Country, Invitation, Organisation, Round
from ...rules import may_confirm_invitation, may_invite
from ...selectors.people import UNCONFIRMED, running, state_of
from ..assignments import demand_sound, end_assignment
from ..locking import hold_round
from ..remembering import save_as
from ..sides import Scope, assignments_there, fault_of_side, reach_of
from . import letters
from .holding import hold, hold_place, last_day_of_link, portal_heads, put_new_link, write
from .tokens import hash_of, new_token

WHOLE_ROUND = (Role.COORDINATOR, Role.PUBLISHER, Role.OBSERVER)
TAKES_TWO = (Role.COORDINATOR, Role.PUBLISHER)
"""What runs the round or signs its edition: asked by one and confirmed by another."""

KEYS = ("round", "organisation", "country", "strand", "replaces", "invited_by", "person")


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody is asked to do, and where; a strand of None means all of the country's."""

    role: str
    country: Country | None = None
    strand: Aggregate | None = None
    coding: int | None = None


@transaction.atomic
def invite(
    *,
    round_: Round | None,
    email: str,
    name: str,
    part: Part,
    organisation: Organisation | None = None,
    language: str = "en",
    replaces: Assignment | None = None,
    by: User,
) -> Invitation:
    """Ask somebody to take a part. It makes no account and gives no right.

    A round of None means the whole portal. The letter leaves with the transaction; but a part
    that takes two waits for a second coordinator, if there is one. Raises NotAllowed, Refusal,
    ValidationError by field.
    """
    round_ = hold_place(round_)
    demand(may_invite(by, round_, part.country))
    asked = Invitation(
        round=round_,
        email=email.strip().lower(),
        name=" ".join(name.split()),
        language=language,
        organisation=organisation,
        role=part.role,
        country=part.country,
        strand=part.strand,
        coding=part.coding,
        replaces=replaces,
        invited_by=by,
        issue=0,
        token_hash=hash_of(new_token()),
    )
    _demand_sound(asked, by)
    _demand_free(asked)
    asked.expires_at = last_day_of_link(round_, asked.role)
    alone = not _needs_second(asked, by)
    # Its letter and its record bear the row's own key.
    save_as(asked, by)
    _start(asked, by, act="invite", is_sent=alone)
    if not alone and round_ is None:
        for other in _others_who_confirm(None, by).select_related("person"):
            letters.ask_to_confirm(asked, other.person)
    return asked


@transaction.atomic
def confirm(*, invitation: Invitation, by: User) -> Invitation:
    """Let an invitation that takes two leave, as the second coordinator.

    Raises NotAllowed for who asked for it, and WrongState if it waits for nobody.
    """
    held = hold(invitation=invitation, by=by)
    demand(may_confirm_invitation(by, held))
    if state_of(held) != UNCONFIRMED:
        raise WrongState(_("This invitation waits for nobody: it was sent."))
    _start(held, by, act="confirm", is_sent=True)
    return held


@transaction.atomic
def replace(
    *,
    assignment: Assignment,
    reason: str,
    email: str,
    name: str,
    organisation: Organisation | None = None,
    language: str = "en",
    by: User,
) -> Invitation:
    """End somebody's right now, and ask a successor to take the part over.

    What was recorded stays where it is, under the pseudonym of who wrote it; a draft that is
    no answer yet stays on its sheet, where the successor finds it. Raises as `invite` and
    `end_assignment` do: both happen, or neither.
    """
    round_ = hold_round(assignment.round)
    demand(may_invite(by, round_, assignment.country))
    if assignment.role == Role.DELEGATE:
        raise NotAllowed(_("An expert lends this right and ends it. Ask the expert."))
    ended = end_assignment(assignment=assignment, reason=reason, by=by)
    part = Part(ended.role, ended.country, ended.strand, ended.coding)
    return invite(
        round_=round_,
        email=email,
        name=name,
        part=part,
        organisation=organisation,
        language=language,
        replaces=ended,
        by=by,
    )


def _start(invitation: Invitation, by: User, *, act: str, is_sent: bool) -> None:
    """Send the invitation if its time has come, and write the act down."""
    if is_sent:
        link = put_new_link(invitation)
        save_as(invitation, by)
        letters.send(invitation=invitation, link=link, by=by)
    more = {"replaces": invitation.replaces_id} if invitation.replaces_id else {}
    write(
        invitation=invitation, act=act, by=by.pk, role=Role.COORDINATOR, is_sent=is_sent, **more
    )


def _demand_sound(asked: Invitation, by: User) -> None:
    """Refuse a part that nobody can be asked to take, and words that are none."""
    asked.clean_fields(exclude=[*KEYS, "expires_at"])
    if asked.email == by.email:
        raise NotAllowed(_("Nobody gives rights to themselves. Ask another coordinator."))
    if asked.role == Role.DELEGATE:
        raise ValidationError(
            {"role": _("An expert lets a colleague help; nobody invites one.")}
        )
    if asked.round is None and asked.role not in TAKES_TWO:
        words = _("For the whole portal there are coordinators and publishers alone.")
        raise ValidationError({"role": words})
    if asked.role in WHOLE_ROUND and (asked.country or asked.strand):
        words = _("This role is for the whole round: leave country and strand empty.")
        raise ValidationError({"role": words})
    if asked.language not in dict(settings.LANGUAGES):
        raise ValidationError({"language": _("The portal does not speak this language.")})
    if asked.role == Role.EXPERT:
        asked.coding = asked.coding or 1
        _demand_coding(asked)
    elif asked.coding:
        raise ValidationError({"coding": _("Only an expert has a coding. Leave it empty.")})
    demand_sound(asked.role, _scope(asked))


def _demand_coding(asked: Invitation) -> None:
    """Refuse a second coding that nobody has added: its expert would find no sheet."""
    sheets = asked.round.assessments.filter(country=asked.country, coding=asked.coding)
    if asked.coding > 1 and not sheets.exists():
        words = _("There is no coding %(n)d in this country. Add it first.")
        raise ValidationError({"coding": words % {"n": asked.coding}})


def _demand_free(asked: Invitation) -> None:
    """Refuse whoever has the part, is asked for it already, or is on another side there."""
    wanted, scope = _as_right(asked), _scope(asked)
    own = list(assignments_there(scope).filter(person__email=asked.email).order_by("pk"))
    if any(one.ended_at is None and reach_of(one) == reach_of(wanted) for one in own):
        raise ValidationError({"email": _("This person has this role there already.")})
    if fault := fault_of_side(own, asked.role, scope):
        raise ValidationError({"email": fault})
    others = list(_asked_there(asked))
    if any(reach_of(one) == reach_of(wanted) for one in others):
        raise ValidationError({"email": _("This person is invited to this part already.")})
    if fault_of_side(others, asked.role, scope):
        words = _("This person is invited to another side or coding in this country and round.")
        raise ValidationError({"email": words})


def _asked_there(asked: Invitation) -> Iterator[Assignment]:
    """Give what the address is invited to in the same round and country, as if it were given."""
    rows = running(Invitation.objects.filter(round_id=asked.round_id, email=asked.email))
    for one in rows:
        if None in {one.country_id, asked.country_id} or one.country_id == asked.country_id:
            yield _as_right(one)


def _as_right(one: Invitation) -> Assignment:
    return Assignment(
        role=one.role,
        round_id=one.round_id,
        country_id=one.country_id,
        strand_id=one.strand_id,
        coding=one.coding,
    )


def _scope(asked: Invitation) -> Scope:
    return Scope(asked.round, asked.country, asked.strand, asked.coding)


def _needs_second(asked: Invitation, by: User) -> bool:
    """Whether the part takes two, and there is a second coordinator to ask."""
    if asked.role not in TAKES_TWO:
        return False
    return _others_who_confirm(asked.round, by).exists()


def _others_who_confirm(round_: Round | None, by: User) -> QuerySet[Assignment]:
    """Return the rights of those who run what BY invites to, beside BY; None is the portal."""
    if round_ is None:
        return portal_heads().exclude(person_id=by.pk)
    heads = Assignment.objects.running().in_round(round_).filter(role=Role.COORDINATOR)
    whole = heads.filter(country__isnull=True, strand__isnull=True)
    return whole.exclude(person_id=by.pk).exclude(person__is_active=False)
