"""Give and end rights. A person is on one side of the blind per country and round, for good."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.accounts.services.people import create_person
from mipex_site.base.errors import NotAllowed, Refusal, WrongState
from mipex_site.base.verdict import demand

from ..enums import EXPERT_SIDE, AggregateKind, Role, RoundState
from ..models import Aggregate, Assignment, Country, Round
from ..rules import may_assign
from .locking import hold_round
from .remembering import save_as
from .rights import end_right, end_what_is_over, write_right
from .sides import SIDES, Scope, assignments_there, fault_of_side, pseudonym_for, reach_of

KEYS = ("person", "round", "country", "strand", "granted_by")
NEED_A_COUNTRY = (*EXPERT_SIDE, Role.REVIEWER)
OVER = (RoundState.REVIEW_CLOSED, RoundState.CANCELLED)


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
    demand_sound(role, scope)
    own = list(assignments_there(scope).filter(person_id=person.pk).order_by("pk"))
    if fault := fault_of_side(own, role, scope):
        raise Refusal(fault)
    end_what_is_over(own=own, role=Role.COORDINATOR, by=by)
    return _give(person, role, scope, by, own=own)


def _give(
    person: User, role: str, scope: Scope, by: User, *, own: Sequence[Assignment] = ()
) -> Assignment:
    given = Assignment(person=person, role=role, **scope.as_fields())
    given.pseudonym = pseudonym_for(own, role, scope)
    given.clean_fields(exclude=KEYS)
    _demand_new(given, own)
    save_as(given, by)
    write_right(assignment=given, act="role.assign", role=Role.COORDINATOR, by=by)
    return given


@transaction.atomic
def end_assignment(*, assignment: Assignment, reason: str, by: User) -> Assignment:
    """End a right now. What the person wrote stays, under the same pseudonym.

    With an expert's right ends what the expert's delegates may do on it: they act for nobody.
    """
    held = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    demand(may_assign(by, held.round))
    if held.ended_at:
        raise WrongState(_("This assignment has already ended."))
    if not reason.strip():
        raise Refusal(_("Say in a sentence why the assignment ends."))
    if _is_last_head(held):
        raise Refusal(_("This is the portal's only coordinator. Appoint another one first."))
    # All are locked before the first is written: the audit is locked last.
    for one in [held, *_without_their_expert(held)]:
        end_right(held=one, role=Role.COORDINATOR, reason=reason.strip(), by=by)
    return held


def _without_their_expert(ended: Assignment) -> list[Assignment]:
    """Lock and return the delegations whose granter keeps no expert's right on them."""
    if ended.role != Role.EXPERT:
        return []
    running = Assignment.objects.running()
    given = running.filter(granted_by=ended.person_id, round=ended.round_id)
    kept = running.filter(person=ended.person_id, role=Role.EXPERT, round=ended.round_id)
    left = kept.exclude(pk=ended.pk).values_list("country_id", "strand_id", "coding")
    scopes = list(left)
    return [
        one
        for one in given.select_for_update(of=("self",)).order_by("pk")
        if not any(
            all(part in {None, whole} for part, whole in zip(scope, _place(one), strict=True))
            for scope in scopes
        )
    ]


def _place(one: Assignment) -> tuple[int | None, int | None, int | None]:
    return one.country_id, one.strand_id, one.coding


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


def demand_sound(role: str, scope: Scope) -> None:
    """Refuse a scope that contradicts itself, such as another framework's strand.

    Who has no country sees none: only who rules may have a whole round, for rulings must agree
    from country to country, and each country opens by a declaration of its own.
    """
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
    if role in NEED_A_COUNTRY and scope.country is None:
        raise Refusal(_("Name the country: who has no country sees none."))
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


def _demand_new(given: Assignment, own: Sequence[Assignment]) -> None:
    """Say by a sentence what the database would refuse: the same right twice at a time."""
    if any(one.ended_at is None and reach_of(one) == reach_of(given) for one in own):
        raise ValidationError(_("This person has this role there already."))


def _is_last_head(assignment: Assignment) -> bool:
    if assignment.role != Role.COORDINATOR or assignment.round_id is not None:
        return False
    heads = Assignment.objects.running().filter(role=Role.COORDINATOR, round__isnull=True)
    # Locked in the order of their keys: two heads who end each other's role must not both win.
    keys = list(heads.select_for_update().order_by("pk").values_list("pk", flat=True))
    return keys == [assignment.pk]
