"""The page of bulk agreement: the dry run, the act without a script, what was refused by name."""

import re

import pytest

from review.models import Opinion
from review.services.returning import return_case
from tests import world as worlds
from tests.factories.accounts import UserFactory
from tests.review.clients import CASE, address_of, said, signed_in
from tests.review.unchanged import BULK, unchanged_case, with_unchanged


@pytest.fixture
def unchanged(world):
    return with_unchanged(world)


@pytest.fixture
def reviewer(unchanged):
    return signed_in(unchanged["EE_reviewer_1"])


def tick(code, version=1):
    return f"{code}/2019-12-31/{version}"


def boxes(page):
    return dict(re.findall(r'name="agree" value="([^"]+)"( checked)?', page))


def test_the_dry_run_lists_and_counts_what_qualifies_and_saves_nothing(reviewer):
    page = said(reviewer.get(BULK))

    assert "2 answers qualify" in page
    assert "Nothing is saved yet." in page
    assert boxes(page) == {tick("aa1"): " checked", tick("aa2"): " checked"}
    assert "For 50 points." in page
    assert "As in 2014.2, for 31 December 2019." in page
    assert "Invented Aliens Act, section 123" in page
    assert not Opinion.objects.exists()


def test_an_answer_that_does_not_qualify_stands_below_with_its_reason(unchanged, reviewer):
    worlds.agree(unchanged, unchanged.item("EE", "aa1"), unchanged["EE_reviewer_1"])

    page = said(reviewer.get(BULK))

    assert "1 answer qualifies" in page
    assert "1 answer is left out" in page
    assert "You have already given your opinion on this version." in page


def test_what_is_ticked_is_agreed_with_and_the_case_says_so(unchanged, reviewer):
    response = reviewer.post(BULK, {"agree": [tick("aa1"), tick("aa2")]}, follow=True)

    assert response.redirect_chain == [(CASE, 302)]
    assert "You agree with 2 answers. Each is kept as an opinion of its own." in said(response)
    assert Opinion.objects.filter(reviewer=unchanged["EE_reviewer_1"]).count() == 2


def test_what_is_not_ticked_stays(reviewer):
    reviewer.post(BULK, {"agree": tick("aa2")})

    assert [one.item.indicator.code for one in Opinion.objects.all()] == ["aa2"]


def test_what_changed_between_the_dry_run_and_the_act_is_named_and_the_rest_kept(
    unchanged, reviewer
):
    page = said(reviewer.get(BULK))
    sheet = unchanged.sheet("EE", "a")
    first, second = unchanged["EE_reviewer_2"], unchanged["EE_reviewer_3"]
    for person in (first, second):
        worlds.disagree(unchanged, unchanged.item("EE", "aa1"), person, suggests=100)
    return_case(case=unchanged.case("EE", "a"), by=first)
    worlds.answer(unchanged, sheet, "aa1", earns=100, change_reason="corrected")
    worlds.submit(unchanged, sheet)

    response = reviewer.post(BULK, {"agree": list(boxes(page))})

    page = said(response)
    assert response.status_code == 200
    assert "1 answer was left out" in page
    assert "<strong>Indicator aa1</strong>: The expert has sent a new version" in page
    assert "You agree with 1 answer." in page
    assert [one.item.indicator.code for one in Opinion.objects.filter(kind="agree")] == ["aa2"]


def test_where_everything_is_refused_the_page_says_that_nothing_was_saved(reviewer):
    reviewer.post(BULK, {"agree": tick("aa1")})

    response = reviewer.post(BULK, {"agree": tick("aa1")})

    assert response.status_code == 409
    assert "Nothing was saved." in said(response)


@pytest.mark.parametrize(
    ("ticked", "words"),
    [
        ([], "Tick at least one answer."),
        (["aa1"], "A tick names no answer."),
        (["aa1/2019-13-45/1"], "A tick names no answer."),
        (["aa1/2019-12-31/1' OR 1=1"], "A tick names no answer."),
        (["x" * 1_000_000], "A tick names no answer."),
        ([f"i{n}/2019-12-31/1" for n in range(51)], "Tick at most 50 answers at a time"),
    ],
)
def test_wrong_ticks_are_told_and_change_nothing(reviewer, ticked, words):
    response = reviewer.post(BULK, {"agree": ticked})

    assert response.status_code == 422
    assert words in said(response)
    assert not Opinion.objects.exists()


def test_a_choice_that_was_refused_stays_as_it_was_made(reviewer):
    response = reviewer.post(BULK, {"agree": [tick("aa2"), "nonsense"]})

    assert boxes(said(response)) == {tick("aa1"): "", tick("aa2"): " checked"}


def test_only_the_first_fifty_are_ticked_at_once(db):
    case, person = unchanged_case(52)

    page = said(signed_in(person).get(address_of(case, "bulk")))

    ticked = boxes(page)
    assert len(ticked) == 52
    assert sum(bool(state) for state in ticked.values()) == 50
    assert "At most 50 go at a time" in page


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "who", ["stranger", "EE_a_1", "PT_reviewer_1", "observer", "adjudicator"]
)
def test_who_does_not_review_the_case_is_told_so(unchanged, method, who):
    client = signed_in(unchanged[who])

    response = getattr(client, method)(BULK, {"agree": tick("aa1")})

    assert response.status_code == 403
    assert "For 50 points." not in said(response)
    assert not Opinion.objects.exists()


def test_a_superuser_without_a_part_is_told_so_too(unchanged):
    root = UserFactory(is_superuser=True, is_staff=True)

    assert signed_in(root).post(BULK, {"agree": tick("aa1")}).status_code == 403


def test_the_case_leads_there_only_while_there_is_something_to_say(unchanged, reviewer):
    assert f'href="{BULK}"' in said(reviewer.get(CASE))

    reviewer.post(BULK, {"agree": [tick("aa1"), tick("aa2")]})

    assert f'href="{BULK}"' not in said(reviewer.get(CASE))
    assert f'href="{BULK}"' not in said(signed_in(unchanged["observer"]).get(CASE))


def test_the_page_betrays_nobody(unchanged, reviewer):
    traces = unchanged.traces_of([*worlds.EXPERT_SIDE, "EE_reviewer_2", "coordinator"])
    response = reviewer.get(BULK)
    everything = f"{response.headers} {response.content.decode()}"

    assert not {trace for trace in traces if trace in everything}


@pytest.mark.parametrize("number", [1, 40])
def test_the_page_asks_as_much_for_forty_answers_as_for_one(
    db, number, django_assert_num_queries
):
    case, person = unchanged_case(number)
    client = signed_in(person)
    with django_assert_num_queries(20):
        client.get(address_of(case, "bulk"))
