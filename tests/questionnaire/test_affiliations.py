"""Where somebody works is said by the person, with days, on record; a new tie is held up."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, WrongState
from questionnaire.enums import OrganisationKind
from questionnaire.models import Affiliation, Organisation, Round
from questionnaire.services import organisations
from review.models import Declaration
from review.rules import standing_ties
from tests import world as worlds
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/my-organisations/"
TODAY = timezone.localdate


def organisation(name="An Invented Institute"):
    code = f"o{Organisation.objects.count()}"
    return Organisation.objects.create(code=code, name=name, kind=OrganisationKind.NGO)


def days(number):
    return timedelta(days=number)


@pytest.fixture
def person():
    return UserFactory()


@pytest.fixture
def client(person):
    client = Client()
    client.force_login(person)
    return client


# --- What is said -------------------------------------------------------------------------


def test_coming_and_leaving_are_kept_with_their_days_and_on_record(client, person):
    house = organisation()
    since, until = TODAY() - days(9), TODAY() - days(2)

    client.post(PAGE, {"act": "join", "organisation": house.pk, "since": since.isoformat()})
    held = Affiliation.objects.get(person=person)
    page = client.post(
        PAGE, {"act": "leave", "affiliation": held.pk, "until": until.isoformat()}, follow=True
    )

    held.refresh_from_db()
    assert (held.since, held.until) == (since, until)
    assert "It is kept where you work." in page.content.decode()
    acts = AuditEntry.objects.filter(act__startswith="affiliation").order_by("number")
    assert [(one.act, one.actor, one.new["organisation"]) for one in acts] == [
        ("affiliation.add", person.pk, house.code),
        ("affiliation.end", person.pk, house.code),
    ]
    assert acts[1].new["until"] == until.isoformat()


def test_who_left_may_come_again(person):
    house = organisation()
    first = organisations.join(organisation=house, since=TODAY() - days(9), by=person)
    organisations.leave(affiliation=first, until=TODAY() - days(5), by=person)
    organisations.join(organisation=house, since=TODAY(), by=person)

    assert Affiliation.objects.filter(person=person).count() == 2
    with pytest.raises(ValidationError, match="there already"):
        organisations.join(organisation=house, since=TODAY(), by=person)
    with pytest.raises(WrongState, match="left this organisation already"):
        organisations.leave(affiliation=first, until=TODAY(), by=person)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"act": "join", "organisation": "0", "since": "2020-01-01"},
        {"act": "join", "since": "2020-01-01"},
        {"act": "join", "since": "soon"},
    ],
)
def test_what_is_missing_or_nonsense_is_asked_for_again(client, said):
    organisation()
    assert client.post(PAGE, said).status_code == 422
    assert not Affiliation.objects.exists()


def test_no_day_lies_ahead_and_nobody_leaves_before_they_came(client, person):
    house, ahead = organisation(), (TODAY() + days(1)).isoformat()
    later = client.post(PAGE, {"act": "join", "organisation": house.pk, "since": ahead})
    assert later.status_code == 422
    held = organisations.join(organisation=house, since=TODAY() - days(3), by=person)

    for wrong in (ahead, (TODAY() - days(4)).isoformat()):
        sent = {"act": "leave", "affiliation": held.pk, "until": wrong}
        assert client.post(PAGE, sent).status_code == 422

    held.refresh_from_db()
    assert held.until is None


def test_somebody_elses_is_not_there(client, person):
    other = UserFactory()
    held = organisations.join(organisation=organisation(), since=TODAY(), by=other)

    assert "An Invented Institute</strong>" not in client.get(PAGE).content.decode()
    for key in (held.pk, "x", ""):
        sent = {"act": "leave", "affiliation": key, "until": TODAY().isoformat()}
        assert client.post(PAGE, sent).status_code == 404
    for by in (person, UserFactory(is_superuser=True)):
        with pytest.raises(NotAllowed):
            organisations.leave(affiliation=held, until=TODAY(), by=by)


# --- What follows from it -----------------------------------------------------------------


@pytest.fixture
def world(db):
    return worlds.build()


def works_at(person, house, *, since=None, until=None):
    Affiliation.objects.create(person=person, organisation=house, since=since, until=until)


def ties(world, key="EE_reviewer_1"):
    return standing_ties(world[key], world.round, world.country("EE"))


@pytest.mark.parametrize(
    ("left_before_the_round", "is_tied"), [(None, True), (-3, True), (0, True), (3, False)]
)
def test_a_tie_is_of_now_and_of_the_time_of_the_round(world, left_before_the_round, is_tied):
    house, begun = organisation(), TODAY() - days(30)
    QuerySet(Round).update(opens_at=timezone.now() - days(30))
    world.round.refresh_from_db()
    until = None if left_before_the_round is None else begun - days(left_before_the_round)
    works_at(world["EE_a_1"], house, until=until)
    works_at(world["EE_reviewer_1"], house)

    assert ties(world) == (["organisation"] if is_tied else [])


@pytest.mark.parametrize(
    ("there", "comes"), [("EE_a_1", "EE_reviewer_1"), ("EE_reviewer_1", "EE_a_1")]
)
def test_a_change_that_makes_a_tie_shuts_the_country_until_it_is_decided(world, there, comes):
    worlds.declare_all(world)
    reviewer, case = world["EE_reviewer_1"], world.sheet("EE", "a")
    house = organisation()
    works_at(world[there], house)
    cleared = Declaration.objects.filter(is_cleared=True).count()

    organisations.join(organisation=house, since=TODAY(), by=world[comes])

    held = Declaration.objects.get(person=reviewer, country=case.country)
    assert (held.flags, held.is_cleared) == (["organisation"], None)
    assert Declaration.objects.filter(is_cleared=True).count() == cleared - 1
    entry = AuditEntry.objects.get(act="interests.recheck")
    assert entry.actor not in {world[there].pk, world[comes].pk}
    client = Client()
    client.force_login(world["coordinator"])
    work = client.get("/my-work/").content.decode()
    assert "Estonia: 1 declaration of interests to decide on" in work


def test_a_change_that_ties_nobody_shuts_nothing(world):
    worlds.declare_all(world)
    works_at(world["PT_a_1"], organisation("Elsewhere"))

    organisations.join(organisation=organisation(), since=TODAY(), by=world["EE_reviewer_1"])
    organisations.join(
        organisation=Organisation.objects.get(name="Elsewhere"),
        since=TODAY(),
        by=world["EE_a_1"],
    )

    assert not Declaration.objects.filter(is_cleared=None).exists()
    assert not AuditEntry.objects.filter(act="interests.recheck").exists()


def test_leaving_opens_nothing_by_itself(world):
    worlds.declare_all(world)
    house = organisation()
    works_at(world["EE_a_1"], house)
    held = organisations.join(organisation=house, since=TODAY(), by=world["EE_reviewer_1"])

    organisations.leave(affiliation=held, until=TODAY(), by=world["EE_reviewer_1"])

    assert Declaration.objects.filter(is_cleared=None).count() == 1
