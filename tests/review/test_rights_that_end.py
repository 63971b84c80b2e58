"""A right with a last moment gives nothing from that moment on, wherever standing is asked."""

from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from mipex_site.base.errors import NotAllowed
from questionnaire.models import Answer, Assignment
from review import rules
from review.models import Opinion
from review.rules.bulk import Reach
from review.rules.interests import must_declare
from review.rules.sealing import sealed_from
from review.selectors.known import Known
from tests import world as worlds
from tests.factories.accounts import UserFactory
from tests.invariants.grounds import one_of_each
from tests.review.clients import said, signed_in


def until(person, moment):
    """Give the person's rights a last moment, as a row that was brought in may have one."""
    QuerySet(Assignment).filter(person=person).update(ends_at=moment)


@pytest.fixture
def lasting(reviewed):
    """Give the round; a reviewer and the consortium reviewer have rights until tomorrow."""
    for key in ("EE_reviewer_1", "adjudicator", "observer"):
        until(reviewed[key], timezone.now() + timedelta(days=1))
    return reviewed


def standing(world):
    """Return what the three may do, by every way in which it is asked."""
    case = world.case("EE", "a")
    place = (case.country_id, case.strand_id)
    reviewer, judge, looker = (
        world[key] for key in ("EE_reviewer_1", "adjudicator", "observer")
    )
    return [
        bool(rules.may_review(reviewer, case)),
        bool(rules.may_see_case(reviewer, case)),
        Reach(reviewer, world.round).reviews(*place),
        bool(Known(reviewer).running),
        bool(rules.may_adjudicate(judge, case)),
        Reach(judge, world.round).adjudicates(*place),
        bool(rules.may_see_case(looker, case)),
        Reach(looker, world.round).looks_on(*place),
    ]


def test_it_gives_all_until_its_moment_and_nothing_after(lasting):
    assert standing(lasting) == [True] * 8

    for key in ("EE_reviewer_1", "adjudicator", "observer"):
        until(lasting[key], timezone.now())

    assert standing(lasting) == [False] * 8


def test_who_is_past_the_moment_reads_no_case_and_declares_nothing(lasting):
    person = lasting["EE_reviewer_1"]
    client = signed_in(person)
    assert client.get("/reviews/2019/EE/a/").status_code == 200

    until(person, timezone.now())

    assert client.get("/reviews/2019/EE/a/").status_code == 403
    place = {"round_id": lasting.round.pk, "country_id": lasting.country("EE").pk}
    assert not must_declare(person, **place)


def test_a_right_that_is_over_seals_nothing(lasting):
    person = lasting["EE_reviewer_1"]
    item = lasting.item("EE", "aa1")
    QuerySet(type(item)).filter(pk=item.pk).update(is_coded_blind=True)
    assert list(sealed_from(person)) == [item]

    until(person, timezone.now())

    assert not sealed_from(person).exists()


def test_work_that_is_over_is_no_longer_asked_for(lasting):
    person = lasting["EE_reviewer_1"]
    case = lasting.case("EE", "a")
    address = f"/reviews/{lasting.round.code}/{case.country.code}/{case.strand.code}/"
    assert address in signed_in(person).get("/my-work/").content.decode()

    until(person, timezone.now())

    assert address not in signed_in(person).get("/my-work/").content.decode()


def test_an_opinion_after_the_moment_is_refused(lasting):
    person, item = lasting["EE_reviewer_1"], lasting.item("EE", "aa1")
    until(person, timezone.now())

    with pytest.raises(NotAllowed):
        worlds.agree(lasting, item, person)


# --- What stays ---------------------------------------------------------------------------

CERTIFICATE, INTERESTS = "/reviews/2019/certificate/", "/interests/2019/EE/"


def test_who_has_left_reads_what_they_did_and_declared_themselves_and_nothing_else(lasting):
    key, person = "EE_reviewer_1", lasting["EE_reviewer_1"]
    worlds.split(lasting, "EE", "bb1")
    until(person, timezone.now())
    urls = one_of_each(lasting, lasting.sheet("EE", "a"))
    mine, strangers = signed_in(person), signed_in(UserFactory())

    open_to_me = {
        url
        for url in urls
        if mine.get(url).status_code == 200 and strangers.get(url).status_code != 200
    }

    assert open_to_me == {CERTIFICATE, INTERESTS}
    others = lasting.traces_of([other for other in worlds.NAMES if other != key])
    held = lasting.round.assignments.exclude(person=person)
    others |= set(held.values_list("pseudonym", flat=True))
    texts = set(Opinion.objects.exclude(text="").values_list("text", flat=True))
    texts |= set(Answer.objects.exclude(rationale="").values_list("rationale", flat=True))
    assert texts
    for url in open_to_me:
        page = said(mine.get(url))
        assert not [one for one in (*others, *texts) if one and one in page], url
