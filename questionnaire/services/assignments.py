"""Give and end rights. A person is on one side of the blind per country and round, for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.accounts.services.people import create_person
from mipex_site.audit.services import entries
from mipex_site.base.errors import NotAllowed, Refusal, WrongState
from mipex_site.base.verdict import demand

from ..enums import EXPERT_SIDE, AggregateKind, Role, RoundState
from ..models import Aggregate, Assignment, Country, Round
from ..rules import may_assign
from .locking import hold_round
from .naming import unused_name
from .remembering import save_as

KEYS = ("person", "round", "country", "strand")
SIDES = (EXPERT_SIDE, (Role.REVIEWER,), (Role.ADJUDICATOR,))
OVER = (RoundState.REVIEW_CLOSED, RoundState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an assignment reaches; None reaches everything there is."""

    round: Round | None
    country: Country | None
    strand: Aggregate | None
    coding: int | None

    def as_fields(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}


@transaction.atomic
def assign(
    *,
    person: User,
    role: str,
    round_: Round | None = None,
    country: Country | None = None,
    strand: Aggregate | None = None,
    coding: int | None = None,
    by: User,
) -> Assignment:
    """Give a person a role in a part of a round, under a random pseudonym.

    An expert's coding is the first where none is given, so that a second coding stays blind to
    it. Raises NotAllowed, Refusal where the person is on another side there, ValidationError.
    """
    if round_ is not None:
        round_ = hold_round(round_)
    demand(may_assign(by, round_))
    if person.pk == by.pk:
        raise NotAllowed(_("Nobody gives rights to themselves. Ask another coordinator."))
    # Two assignments of one person at once would each not see the other's side.
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if role in EXPERT_SIDE and coding is None:
        coding = 1
    scope = Scope(round_, country, strand, coding)
    _demand_sound(role, scope)
    own = list(_there(scope).filter(person_id=person.pk).order_by("pk"))
    _demand_free(own, role, scope)
    return _give(person, role, scope, by, own=own)


def _give(
    person: User, role: str, scope: Scope, by: User, *, own: Sequence[Assignment] = ()
) -> Assignment:
    given = Assignment(person=person, role=role, **scope.as_fields())
    given.pseudonym = _known_name(own, role, scope) or unused_name(
        role, taken=_names_in_sight(scope)
    )
    given.clean_fields(exclude=KEYS)
    _demand_new(given, own)
    save_as(given, by)
    _write(given, "role.assign", by)
    return given


@transaction.atomic
def end_assignment(*, assignment: Assignment, reason: str, by: User) -> Assignment:
    """End a right now. What the person wrote stays, under the same pseudonym."""
    held = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    demand(may_assign(by, held.round))
    if held.ended_at:
        raise WrongState(_("This assignment has already ended."))
    if not reason.strip():
        raise Refusal(_("Say in a sentence why the assignment ends."))
    if _is_last_head(held):
        raise Refusal(_("This is the portal's only coordinator. Appoint another one first."))
    held.ended_at = timezone.now()
    save_as(held, by, fields=["ended_at", "updated_at"])
    _write(held, "role.end", by, reason=reason.strip())
    return held


@transaction.atomic
def first_coordinator(*, email: str, name: str, password: str) -> User:
    """Make the portal's first person, who coordinates it all and may open the administration.

    Raises Refusal when there is a coordinator already, ValidationError for a weak password.
    """
    validate_password(password, User(email=email, name=name))
    # Making the person locks the accounts' audit chain. So of two who run this at once, the
    # second looks for a coordinator only when the first has finished.
    person = create_person(email=email, name=name, password=password, by=None, is_staff=True)
    if Assignment.objects.filter(role=Role.COORDINATOR, round__isnull=True).exists():
        raise Refusal(_("There is a coordinator already. Ask them to give you the role."))
    _give(person, Role.COORDINATOR, Scope(None, None, None, None), person)
    return person


def _demand_sound(role: str, scope: Scope) -> None:
    """Refuse a scope that contradicts itself, such as another framework's strand."""
    if role not in Role.values:
        raise ValidationError({"role": _("There is no such role.")})
    blind = any(role in side for side in SIDES)
    round_ = scope.round
    if round_ is None:
        if blind or scope.country or scope.strand:
            raise Refusal(_("Name the round: a country or a strand is given within a round."))
        return
    if blind and round_.state in OVER:
        raise WrongState(
            _("The round “%(round)s” is over: nobody answers or reviews.") % {"round": round_}
        )
    if role in EXPERT_SIDE and scope.country is None:
        raise Refusal(_("Name the country: an expert answers for one country."))
    if scope.country and not round_.participations.filter(country=scope.country).exists():
        raise Refusal(
            _("%(country)s takes no part in this round. Add it first.")
            % {"country": scope.country}
        )
    strand = scope.strand
    if strand and (
        strand.kind != AggregateKind.STRAND or strand.framework_id != round_.framework_id
    ):
        raise Refusal(
            _("%(strand)s is no strand of this round's framework.") % {"strand": strand}
        )


def _demand_free(own: Sequence[Assignment], role: str, scope: Scope) -> None:
    """Refuse a second side of the blind, and an expert's second coding of the same strand.

    OWN is what the person has or had in the scope's round and country.
    """
    side = next((side for side in SIDES if role in side), None)
    if side is None:
        return
    others = {other for roles in SIDES if roles is not side for other in roles}
    if any(one.role in others for one in own):
        raise Refusal(
            _(
                "This person is or was on another side in this country and round."
                " Who answers, who reviews and who rules must be different people."
            )
        )
    if side is EXPERT_SIDE and any(_is_other_coding(one, scope) for one in own):
        raise Refusal(
            _("Two codings of one sheet are independent: they need two different experts.")
        )


def _is_other_coding(one: Assignment, scope: Scope) -> bool:
    if one.role not in EXPERT_SIDE or one.coding == scope.coding:
        return False
    return scope.strand is None or one.strand_id in {None, scope.strand.pk}


def _demand_new(given: Assignment, own: Sequence[Assignment]) -> None:
    """Say by a sentence what the database would refuse: the same right twice at a time."""
    if any(one.ended_at is None and _reach(one) == _reach(given) for one in own):
        raise ValidationError(_("This person has this role there already."))


def _reach(one: Assignment) -> tuple[object, ...]:
    return one.role, one.round_id, one.country_id, one.strand_id, one.coding


def _there(scope: Scope) -> QuerySet[Assignment]:
    """All assignments that meet the scope's round and country, ended ones too."""
    there = Assignment.objects.filter(round=scope.round)
    if scope.country is None:
        return there
    return there.filter(Q(country__isnull=True) | Q(country=scope.country))


def _known_name(own: Sequence[Assignment], role: str, scope: Scope) -> str:
    """The person's own pseudonym, where the same role already gave one in the same place."""
    country = scope.country.pk if scope.country else None
    known = (one.pseudonym for one in own if (one.role, one.country_id) == (role, country))
    return next(known, "")


def _names_in_sight(scope: Scope) -> set[str]:
    return set(_there(scope).values_list("pseudonym", flat=True))


def _is_last_head(assignment: Assignment) -> bool:
    if assignment.role != Role.COORDINATOR or assignment.round_id is not None:
        return False
    heads = Assignment.objects.running().filter(role=Role.COORDINATOR, round__isnull=True)
    # Locked in the order of their keys: two heads who end each other's role must not both win.
    keys = list(heads.select_for_update().order_by("pk").values_list("pk", flat=True))
    return keys == [assignment.pk]


def _write(assignment: Assignment, act: str, by: User, *, reason: str = "") -> None:
    round_ = assignment.round
    scope = {
        "person": assignment.person_id,
        "role": assignment.role,
        "country": assignment.country.code if assignment.country else None,
        "strand": assignment.strand.code if assignment.strand else None,
        "coding": assignment.coding,
    }
    entries.write(
        stream=round_.stream if round_ else "accounts",
        act=act,
        subject=f"assignment/{assignment.pk}",
        by=by.pk,
        role=Role.COORDINATOR,
        new=scope,
        reason=reason,
    )
