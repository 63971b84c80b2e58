"""The queue: every dispute that waits where a person rules, one question after the other."""

from datetime import timedelta

import pytest
from django.utils import timezone

from questionnaire.enums import Role
from review.enums import VerdictCode
from review.models import Dispute
from review.selectors.queue import PROPOSED, queue_of
from tests import world as worlds
from tests.factories.questionnaire import on_sheet
from tests.factories.review import DisputeFactory, adjudicator_of
from tests.review.clients import case_of, said, signed_in
from tests.review.judges import REASONS, another_adjudicator, propose

QUEUE = "/disputes/"


@pytest.fixture
def disputed(reviewed):
    """Give a world with three disputes, opened in an order that is not the queue's."""
    for country, code in (("PT", "bb1"), ("PT", "aa1"), ("EE", "aa1")):
        worlds.split(reviewed, country, code)
    reviewed.people["second"] = another_adjudicator(reviewed)
    return reviewed


def lines(queue):
    return [
        (group.code, line.dispute.place.country_code, line.state)
        for group in queue.groups
        for line in group.lines
    ]


def test_the_disputes_stand_by_question_and_then_by_what_is_due(disputed):
    day = timezone.now() - timedelta(days=3)
    Dispute.objects.filter(pk=disputed.dispute("EE", "aa1").pk).update(opened_at=day)

    queue = queue_of(disputed["adjudicator"])

    assert lines(queue) == [
        ("aa1", "EE", "open"),
        ("aa1", "PT", "open"),
        ("bb1", "PT", "open"),
    ]
    assert [line.days for line in queue.groups[0].lines] == [3, 0]
    assert (queue.total, queue.yours) == (3, 3)


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        ({"indicator": "bb1"}, [("bb1", "PT", "open")]),
        ({"country": "EE"}, [("aa1", "EE", "open")]),
        ({"country": "PT", "indicator": "aa1"}, [("aa1", "PT", "open")]),
        ({"state": "second_look"}, []),
        ({"country": "XX"}, []),
    ],
)
def test_the_address_narrows_the_queue(disputed, narrowed, found):
    queue = queue_of(disputed["adjudicator"], **narrowed)

    assert lines(queue) == found
    assert queue.total == 3


def test_a_second_look_is_anothers_and_what_one_proposed_is_not_ones_own(disputed):
    propose(disputed, disputed.dispute("EE", "aa1"), disputed["adjudicator"])

    own, other = queue_of(disputed["adjudicator"]), queue_of(disputed["second"])

    assert lines(own)[0] == ("aa1", "EE", PROPOSED)
    assert lines(other)[0] == ("aa1", "EE", "second_look")
    assert (own.yours, other.yours) == (2, 3)
    assert lines(queue_of(disputed["second"], state="second_look")) == [lines(other)[0]]


def test_what_is_ruled_leaves_the_queue_and_is_offered_as_a_draft(disputed):
    worlds.rule(disputed, disputed.dispute("EE", "aa1"))

    queue = queue_of(disputed["adjudicator"])

    assert lines(queue) == [("aa1", "PT", "open"), ("bb1", "PT", "open")]
    assert [one.country_name for one in queue.groups[0].rulings] == ["Estonia"]
    page = said(signed_in(disputed["adjudicator"]).get(QUEUE))
    assert "Estonia, Round 2019: For 100 points." in page
    assert 'action="/disputes/2019/PT/a/aa1/draft/"' in page


def test_a_country_to_which_one_has_a_tie_is_not_in_the_queue(disputed):
    on_sheet(Role.REVIEWER, disputed.sheet("EE", "a"), disputed["second"])

    assert lines(queue_of(disputed["second"])) == [("aa1", "PT", "open"), ("bb1", "PT", "open")]


@pytest.mark.parametrize("key", ["EE_reviewer_1", "EE_a_1", "coordinator", "stranger"])
def test_who_does_not_rule_finds_nothing_in_it(disputed, key):
    page = said(signed_in(disputed[key]).get(QUEUE))

    assert "No dispute waits for you" in page
    assert "Portugal" not in page


def test_the_page_leads_to_each_dispute_and_by_keys_to_the_first_and_the_last(disputed):
    page = said(signed_in(disputed["adjudicator"]).get(QUEUE))

    assert page.index("/disputes/2019/PT/a/aa1/") < page.index("/disputes/2019/PT/b/bb1/")
    assert 'href="/disputes/2019/PT/b/bb1/" data-key="k"' in page
    assert page.count('data-key="j"') == 1
    assert "The reviewers differ." in page
    assert "3 wait for you." in page


def test_a_filter_that_fits_nothing_says_so_and_leads_back(disputed):
    page = said(signed_in(disputed["adjudicator"]).get(f"{QUEUE}?state=second_look"))

    assert "No dispute fits this filter" in page
    assert "0 of 3 disputes shown." in page


def test_from_one_dispute_the_keys_lead_to_its_neighbours(disputed):
    client = signed_in(disputed["adjudicator"])

    def beside(path):
        context = client.get(path).context
        return context["before_url"], context["after_url"]

    estonia, portugal, last = (
        f"/disputes/2019/{place}/" for place in ("EE/a/aa1", "PT/a/aa1", "PT/b/bb1")
    )
    assert beside(estonia) == ("", portugal)
    assert beside(portugal) == (estonia, last)
    assert beside(last) == (portugal, "")


def test_my_work_leads_to_the_queue(disputed):
    page = said(signed_in(disputed["adjudicator"]).get("/my-work/"))

    assert f'href="{QUEUE}"' in page


def test_the_file_of_a_second_look_offers_it_to_another_and_not_to_who_proposed(disputed):
    propose(disputed, disputed.dispute("EE", "aa1"), disputed["adjudicator"])
    path = "/disputes/2019/EE/a/aa1/"

    own = said(signed_in(disputed["adjudicator"]).get(path))
    other = said(signed_in(disputed["second"]).get(path))
    reviewer = said(signed_in(disputed["EE_reviewer_1"]).get(path))

    assert "You made this ruling, so another consortium reviewer looks at it." in own
    assert "Your second look" not in own
    assert "I do not concur" in other
    assert "Section 5 decides." in other
    assert "A ruling waits for a second look" in reviewer
    assert REASONS["public_rationale"] not in reviewer


@pytest.mark.parametrize("concurs", ["yes", "no"])
def test_a_second_look_is_given_on_the_page(disputed, concurs):
    ruling = propose(disputed, disputed.dispute("EE", "aa1"), disputed["adjudicator"])
    client, path = signed_in(disputed["second"]), "/disputes/2019/EE/a/aa1/"
    content = {"ruling": ruling.pk, "concurs": concurs, "text": "Not the threshold."}

    response = client.post(f"{path}look/", content)

    assert (response.status_code, response.url) == (302, path)
    page = said(client.get(path))
    assert "Not the threshold." in page
    assert ("Not concurred with" in page) == (concurs == "no")
    assert ("You concur. The ruling stands" in page) == (concurs == "yes")
    first = signed_in(disputed["adjudicator"]).get(path)
    assert bool(first.context["form"]) == (concurs == "no")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"concurs": "no", "text": " "}, "Say why you do not concur."),
        ({"concurs": "no", "text": "x" * 20_001}, "20,001 characters"),
        ({"concurs": ""}, "This field is required."),
    ],
)
def test_a_wrong_second_look_comes_back(disputed, content, words):
    ruling = propose(disputed, disputed.dispute("EE", "aa1"), disputed["adjudicator"])
    client, path = signed_in(disputed["second"]), "/disputes/2019/EE/a/aa1/"

    response = client.post(f"{path}look/", {"ruling": ruling.pk} | content)

    assert response.status_code in {409, 422}
    assert words in said(response)
    assert disputed.dispute("EE", "aa1").state == "second_look"


@pytest.mark.parametrize("key", ["adjudicator", "EE_reviewer_1", "stranger"])
def test_who_may_not_look_again_is_refused_at_the_door(disputed, key):
    ruling = propose(disputed, disputed.dispute("EE", "aa1"), disputed["adjudicator"])
    content = {"ruling": ruling.pk, "concurs": "yes"}

    response = signed_in(disputed[key]).post("/disputes/2019/EE/a/aa1/look/", content)

    assert response.status_code == 403


def test_points_that_were_typed_before_another_option_was_chosen_do_not_stand_in_the_way(
    disputed,
):
    client, path = signed_in(disputed["adjudicator"]), "/disputes/2019/EE/a/aa1/"
    typed = {"option": "exceptional", "points": "150", "verdict": VerdictCode.THIRD_VALUE}
    assert client.post(path, {**REASONS, **typed}).status_code == 422

    wrong = client.post(path, {**REASONS, **typed, "option": "1"})
    assert wrong.status_code == 422
    assert wrong.context["form"]["points"].value() == ""
    chosen = {"option": "1", "verdict": VerdictCode.REVIEWER_UPHELD}
    assert client.post(path, {**REASONS, **typed, **chosen}).status_code == 302


@pytest.mark.parametrize("number", [1, 3])
def test_the_queue_asks_as_much_for_three_disputes_as_for_one(
    db, number, django_assert_num_queries
):
    case, _reviewer = case_of(number)
    for item in case.items.all():
        DisputeFactory(item=item)
    client = signed_in(adjudicator_of(case))

    with django_assert_num_queries(8):
        response = client.get(QUEUE)

    assert response.context["queue"].total == number
