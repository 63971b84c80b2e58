"""The consistency check: every country's answer side by side, jumps, contradictions, no names."""

from fractions import Fraction

import pytest

from questionnaire.enums import AnswerKind
from questionnaire.models import Contradiction, CountryGroup, EarlierAnswer, GroupMembership
from review.enums import VerdictCode
from review.selectors.consistency import contradictions
from tests import world as worlds
from tests.factories.questionnaire import (
    CountryFactory,
    IndicatorFactory,
    ParticipationFactory,
    RoundFactory,
    StrandFactory,
    coordinator_of,
)
from tests.factories.review import CaseFactory, CaseItemFactory
from tests.review.clients import DISPUTE, ITEM, said, signed_in
from tests.review.comparing import AA1, JUMP, LIST, contradict, row_of, table
from tests.review.unchanged import said_before


@pytest.fixture
def adjudicator(reviewed):
    return signed_in(reviewed["adjudicator"])


# --- What stands side by side -------------------------------------------------------------


def test_every_country_stands_there_with_its_value_its_state_and_its_reason(adjudicator):
    page = said(adjudicator.get(AA1))

    for country in ("Estonia", "Portugal"):
        assert "For 100 points." in row_of(page, country)
        assert "Under review" in row_of(page, country)
        assert "The act says so." in row_of(page, country)
    assert f'href="{ITEM}"' in row_of(page, "Estonia")
    assert "2 of 2 countries shown." in page


def test_a_sheet_that_is_not_submitted_shows_nothing_of_its_answer(world):
    worlds.answer_all(world)
    worlds.submit(world, world.sheet("PT", "a"))

    row = row_of(said(signed_in(world["adjudicator"]).get(AA1)), "Estonia")

    assert "Not submitted" in row
    assert "For 100 points." not in row
    assert "href=" not in row


def test_what_the_expert_changes_after_a_return_is_not_shown_before_it_is_sent(
    reviewed, adjudicator
):
    worlds.return_objections(reviewed, "EE", "aa1")
    sheet = reviewed.sheet("EE", "a")
    worlds.answer(
        reviewed, sheet, "aa1", earns=0, rationale="New words.", change_reason="corrected"
    )

    row = row_of(said(adjudicator.get(AA1)), "Estonia")

    assert "For 100 points." in row
    assert "Change asked" in row
    assert "New words." not in row


def test_a_ruling_is_the_value_that_stands_with_its_public_reason(reviewed, adjudicator):
    dispute = worlds.split(reviewed, "EE", "aa1")
    worlds.rule(
        reviewed,
        dispute,
        verdict=VerdictCode.REVIEWER_UPHELD,
        option=reviewed.option("aa1", 50),
        internal_rationale="Kept inside.",
        public_rationale="The act was amended.",
    )

    row = row_of(said(adjudicator.get(AA1)), "Estonia")

    assert "For 50 points." in row
    assert "The act was amended." in row
    assert "Kept inside." not in row
    assert f'href="{DISPUTE}"' in row


# --- Jumps --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "words"),
    [(0, "2 options up"), (50, ""), (100, "")],
)
def test_a_jump_is_two_options_or_more(reviewed, adjudicator, before, words):
    said_before(reviewed, "EE", "aa1", earns=before, sources=())

    row = row_of(said(adjudicator.get(AA1)), "Estonia")

    assert f"For {before} points." in row
    assert "2014.2" in row
    assert (words in row) if words else ("option" not in row.replace("1 option", "option "))


def test_a_fall_says_that_it_is_one(world):
    worlds.answer_all(world, earns=0)
    worlds.submit_all(world)
    said_before(world, "EE", "aa1", earns=100, sources=())

    assert "2 options down" in said(signed_in(world["adjudicator"]).get(AA1))


@pytest.mark.parametrize(
    ("points", "is_jump"), [(25, False), (Fraction(1, 3), False), (0, True)]
)
def test_points_between_two_options_count_as_half_a_step(reviewed, points, is_jump):
    """From 25 to 100 is a step and a half; 0 is the last option itself."""
    EarlierAnswer.objects.create(
        round=reviewed.round,
        country=reviewed.country("EE"),
        indicator=reviewed.indicator("aa1"),
        edition="2014.2",
        reference_date="2014-12-31",
        kind=AnswerKind.EXCEPTIONAL,
        points=Fraction(points),
    )

    row = row_of(said(signed_in(reviewed["adjudicator"]).get(AA1)), "Estonia")
    assert (JUMP in row) is is_jump


def test_what_had_no_value_or_has_none_jumps_nowhere(reviewed, adjudicator):
    EarlierAnswer.objects.create(
        round=reviewed.round,
        country=reviewed.country("EE"),
        indicator=reviewed.indicator("aa1"),
        edition="2014.2",
        reference_date="2014-12-31",
        kind=AnswerKind.UNKNOWN,
    )

    row = row_of(said(adjudicator.get(AA1)), "Estonia")
    assert "options" not in row


# --- Contradictions -----------------------------------------------------------------------


def test_answers_that_contradict_each_other_say_so_on_both_questions(reviewed, adjudicator):
    contradict(reviewed)

    for url, other in ((AA1, "bb1"), ("/consistency/2019/bb1/", "aa1")):
        row = row_of(said(adjudicator.get(url)), "Estonia")
        assert f"Contradicts {other}" in row
        assert "Where all may, none is left to be told." in row


def test_answers_that_the_rule_does_not_name_contradict_nothing(reviewed, adjudicator):
    contradict(reviewed, other_earns=[0, 50])

    assert "Contradicts" not in said(adjudicator.get(AA1))


def test_the_selector_tells_both_sides_by_codes(reviewed):
    contradict(reviewed)

    found = contradictions(reviewed.round, reviewed["coordinator"])

    assert set(found) == {(c, i) for c in ("EE", "PT") for i in ("aa1", "bb1")}
    assert found["EE", "aa1"][0].other_code == "bb1"
    assert contradictions(reviewed.round, reviewed["stranger"]) == {}


def test_beside_an_answer_who_rules_or_looks_on_reads_them_and_a_reviewer_does_not(reviewed):
    contradict(reviewed)
    words = "Where all may, none is left to be told."

    for who in ("adjudicator", "coordinator", "observer"):
        assert words in said(signed_in(reviewed[who]).get(ITEM))
    assert words not in said(signed_in(reviewed["EE_reviewer_1"]).get(ITEM))


# --- Filters, counts, the file ------------------------------------------------------------


def test_the_list_counts_what_is_to_be_looked_at(reviewed, adjudicator):
    contradict(reviewed)
    said_before(reviewed, "EE", "aa1", earns=0, sources=())
    worlds.approve(reviewed, reviewed.item("PT", "aa1"))

    row = row_of(said(adjudicator.get(LIST)).replace("<span class=\"quiet\">aa1</span> ", ">"),
                 "Indicator aa1")  # fmt: skip

    assert 'data-label="Answered">2<' in row
    assert 'data-label="Jumps"><strong>1</strong>' in row
    assert 'data-label="Contradictions"><strong>2</strong>' in row
    assert 'data-label="Not settled">1<' in row


def test_the_list_narrows_to_the_questions_that_jump(reviewed, adjudicator):
    said_before(reviewed, "EE", "aa1", earns=0, sources=())

    page = said(adjudicator.get(LIST, {"show": "jumps"}))

    assert "Indicator aa1" in page
    assert "Indicator aa2" not in page


@pytest.mark.parametrize("show", ["jumps", "contradictions", "unsettled"])
def test_each_filter_leaves_what_it_names(reviewed, adjudicator, show):
    said_before(reviewed, "EE", "aa1", earns=0, sources=())
    contradict(reviewed)
    worlds.answer_all(reviewed)
    worlds.approve(reviewed, reviewed.item("PT", "aa1"))
    Contradiction.objects.filter(code="both-at-once").update(earns=[100], other_earns=[100])
    dispute = worlds.split(reviewed, "PT", "bb1")
    worlds.rule(
        reviewed,
        dispute,
        verdict=VerdictCode.REVIEWER_UPHELD,
        option=reviewed.option("bb1", 50),
    )

    page = said(adjudicator.get(AA1, {"show": show}))

    assert ">Estonia<" in page
    assert ">Portugal<" not in page
    assert "1 of 2 countries shown." in page


def test_a_group_of_countries_can_be_picked_as_it_was_on_the_cut_off(reviewed, adjudicator):
    for code, country, first, last in (
        ("union", "PT", "1986-01-01", None),
        ("union", "EE", "2004-05-01", "2019-12-30"),
    ):
        group, _new = CountryGroup.objects.get_or_create(code=code, name="The union")
        GroupMembership.objects.create(
            group=group, country=reviewed.country(country), first_day=first, last_day=last
        )

    page = said(adjudicator.get(AA1, {"group": "union"}))

    assert ">Portugal<" in page
    assert ">Estonia<" not in page


def test_a_filter_that_is_not_known_shows_everything(adjudicator):
    page = said(adjudicator.get(AA1, {"show": "x' OR 1=1", "group": "<b>"}))

    assert "2 of 2 countries shown." in page


def test_the_file_holds_what_is_shown_and_no_formula(reviewed, adjudicator):
    said_before(reviewed, "EE", "aa1", earns=0, sources=())
    contradict(reviewed)
    item = reviewed.item("EE", "aa1")
    item.answer.history.update(rationale="=HYPERLINK(1)")
    item.answer.rationale = "=HYPERLINK(1)"
    item.answer.save()

    response = adjudicator.get(AA1, {"format": "csv", "show": "jumps"})

    (row,) = table(response)
    assert "consistency-2019-aa1-" in response["Content-Disposition"]
    assert row["country_code"] == "EE"
    assert row["value"] == "For 100 points."
    assert row["value_in_last_edition"] == "For 0 points."
    assert row["options_up_or_down"] == "2"
    assert row["contradicts"] == "bb1: Where all may, none is left to be told."
    assert row["reason"] == "'=HYPERLINK(1)"
    assert row["state"] == "Under review"


# --- What it costs ------------------------------------------------------------------------


@pytest.mark.parametrize("number", [5, 20])
def test_the_pages_ask_as_much_for_twenty_countries_as_for_five(
    db, number, django_assert_num_queries
):
    round_ = RoundFactory()
    strand = StrandFactory(framework=round_.framework)
    first, second = (IndicatorFactory(strand=strand) for _place in range(2))
    Contradiction.objects.create(
        framework=round_.framework,
        code="one",
        indicator=first,
        earns=[100],
        other=second,
        other_earns=[100],
        words="No.",
    )
    for _place in range(number):
        country = CountryFactory()
        ParticipationFactory(round=round_, country=country)
        case = CaseFactory(round=round_, strand=strand, country=country)
        for indicator in (first, second):
            item = CaseItemFactory(case=case, indicator=indicator)
            EarlierAnswer.objects.create(
                round=round_,
                country=country,
                indicator=indicator,
                edition="2014",
                reference_date="2014-12-31",
                kind=AnswerKind.CHOSEN,
                option=item.indicator.options.last(),
            )
    client = signed_in(coordinator_of(round_))
    with django_assert_num_queries(16):
        client.get(f"/consistency/{round_.code}/")
    with django_assert_num_queries(20):
        page = said(client.get(f"/consistency/{round_.code}/{first.code}/"))
    assert page.count(JUMP) == number
