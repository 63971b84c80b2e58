"""Nobody judges what they touched: whatever role they are given afterwards, superusers too."""

import random

import pytest
from django.db.models import QuerySet

from editions.enums import RevisionState
from editions.services import signing
from mipex_site.base.errors import NotAllowed
from questionnaire.enums import EXPERT_SIDE, Role, RoundState
from questionnaire.models import Answer, Assignment, Round, Source
from review import rules
from review.enums import DisputeState, Interest
from review.models import (
    BlindCoding,
    Case,
    CaseItem,
    Consent,
    Declaration,
    Dispute,
    Opinion,
    Ruling,
    SecondLook,
)
from tests import world as worlds
from tests.factories.editions import HASH, RevisionFactory
from tests.factories.questionnaire import AssignmentFactory
from tests.factories.review import RulingFactory

from .storm import stormed, undone

JUDGING = (Role.REVIEWER, Role.ADJUDICATOR)


def made_a_judge(world, person, dice, role) -> None:
    """Give a role past the doors that would refuse it, with no tie, and at times all of Django's.

    The rule must hold by itself: a role may have been given before the deed was known.
    """
    held = {"person": person, "role": role, "round": world.round}
    if not Assignment.objects.running().filter(**held, country=None).exists():
        AssignmentFactory(**held)
    for code in worlds.COUNTRIES:
        place = {"person": person, "round": world.round, "country": world.country(code)}
        open_to_them = {"interest": Interest.NONE, "is_cleared": True}
        Declaration.objects.update_or_create(**place, defaults=open_to_them)
    person.is_superuser = person.is_staff = dice.random() < 0.5
    person.save()


def answered_in(case) -> set:
    """Return, from the rows and not from the rules, who answered anything of the country."""
    there = {"round": case.round, "country": case.country}
    rights = Assignment.objects.filter(role__in=EXPERT_SIDE, **there)
    versions = Answer.history.filter(
        assessment__round=case.round, assessment__country=case.country
    )
    return {
        *rights.values_list("person", flat=True),
        *rights.exclude(granted_by=None).values_list("granted_by", flat=True),
        *versions.values_list("answered_by", flat=True),
        *Source.objects.filter(**there).values_list("entered_by", flat=True),
    }


def reviewed_in(case) -> set:
    given = Opinion.objects.filter(item__case__country=case.country)
    return set(given.values_list("reviewer", flat=True))


DEEDS = (
    (Answer.history, "answered_by"),
    (Source.objects, "entered_by"),
    (Opinion.objects, "reviewer"),
    (BlindCoding.objects, "coder"),
    (Consent.objects, "adjudicator"),
    (Ruling.objects, "adjudicator"),
    (SecondLook.objects, "adjudicator"),
)


def doers() -> set:
    """Return whoever answered, reviewed, coded, consented, ruled or looked again anywhere."""
    return {pk for rows, who in DEEDS for pk in rows.values_list(who, flat=True)}


def judgements(case) -> list[tuple]:
    """Return each rule on a judgement of this case, with what it is asked about."""
    item = CaseItem.objects.for_page().filter(case=case).first()
    found = [
        (rules.may_review, case),
        (rules.may_return, case),
        (rules.may_consent, item),
        (rules.may_code, item),
    ]
    disputes = Dispute.objects.for_page().filter(item__case=case)
    return found + [
        (rule, dispute)
        for dispute in disputes
        for rule in (rules.may_rule, rules.may_look_again)
    ]


@pytest.mark.parametrize("role", JUDGING)
def test_who_answered_for_a_country_judges_nothing_there(db, role):
    world, dice, asked = stormed(seed=1), random.Random(1), 0
    cases = list(Case.objects.for_page())
    touched = {case.pk: answered_in(case) for case in cases}
    for key in worlds.EXPERT_SIDE:
        made_a_judge(world, world[key], dice, role)

    for case in cases:
        for key in worlds.EXPERT_SIDE:
            if world[key].pk in touched[case.pk]:
                for rule, thing in judgements(case):
                    assert not rule(world[key], thing), (key, rule.__name__)
                    asked += 1
                refuse_by_the_services(case, world[key])
    assert asked > 20


def refuse_by_the_services(case, person):
    for item in CaseItem.objects.for_page().filter(case=case):
        with pytest.raises(NotAllowed):
            worlds.opinions.give_opinion(
                item=item, version=item.version, kind="agree", by=person
            )
        with pytest.raises(NotAllowed):
            worlds.consents.consent(item=item, version=item.version, text="Fine.", by=person)


def test_who_reviewed_a_country_rules_on_nothing_there(db):
    world, dice, asked = stormed(seed=1), random.Random(1), 0
    for case in Case.objects.for_page():
        for pk in sorted(reviewed_in(case), key=str):
            person = worlds.User.objects.get(pk=pk)
            made_a_judge(world, person, dice, Role.ADJUDICATOR)
            for rule, thing in judgements(case):
                if rule in {rules.may_rule, rules.may_consent, rules.may_look_again}:
                    assert not rule(person, thing)
                    asked += 1
    assert asked > 5


def test_who_ruled_does_not_look_again_even_as_a_superuser(db):
    world, dice = stormed(seed=1), random.Random(1)
    other, asked = worlds.UserFactory(), 0
    made_a_judge(world, other, dice, Role.ADJUDICATOR)

    for dispute in Dispute.objects.for_page():
        for key in ("adjudicator", "stranger"):
            with undone():
                person = world[key]
                made_a_judge(world, person, dice, Role.ADJUDICATOR)
                RulingFactory(dispute=dispute, adjudicator=person)
                QuerySet(Dispute).update(ruling=None, state=DisputeState.SECOND_LOOK)
                assert not rules.may_look_again(person, dispute)
                assert rules.may_look_again(other, dispute)
                asked += 1
    assert asked


def test_who_did_anything_in_the_storm_signs_nothing_whatever_rights_are_left(db):
    world, dice = stormed(seed=1), random.Random(1)
    QuerySet(Round).update(state=RoundState.REVIEW_CLOSED)
    world.round.refresh_from_db()
    candidate = RevisionFactory(edition__run__round=world.round, state=RevisionState.CANDIDATE)
    assert len(doers()) > 8

    for pk in sorted(doers(), key=str):
        person = worlds.User.objects.get(pk=pk)
        Assignment.objects.filter(person=person).delete()
        made_a_judge(world, person, dice, Role.PUBLISHER)
        with pytest.raises(NotAllowed):
            signing.sign(revision=candidate, hash=HASH, by=person)
    assert not candidate.signatures.exists()


def test_the_same_role_without_a_deed_may_judge(db):
    """The test of the tests above: the deed is refused, not how the role was given."""
    world, dice = stormed(seed=1), random.Random(0)
    fresh = {role: worlds.UserFactory() for role in (*JUDGING, Role.PUBLISHER)}
    for role, person in fresh.items():
        made_a_judge(world, person, dice, role)
    case = Case.objects.for_page().first()
    item = CaseItem.objects.for_page().filter(case=case).first()

    assert rules.may_review(fresh[Role.REVIEWER], case)
    assert rules.may_consent(fresh[Role.ADJUDICATOR], item)
    QuerySet(Round).update(state=RoundState.REVIEW_CLOSED)
    world.round.refresh_from_db()
    candidate = RevisionFactory(edition__run__round=world.round, state=RevisionState.CANDIDATE)
    assert signing.sign(revision=candidate, hash=HASH, by=fresh[Role.PUBLISHER])
