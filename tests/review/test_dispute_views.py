"""The dispute file and the ruling: by htmx, without a script, and closed to who has a tie."""

from fractions import Fraction

import pytest

from questionnaire.enums import AnswerKind
from review.enums import DisputeState, ItemState, VerdictCode
from review.models import Ruling
from tests import world as worlds
from tests.factories.review import DisputeFactory, OpinionFactory, adjudicator_of
from tests.review.clients import DISPUTE, HTMX, OUTCOME, case_of, said, signed_in

UPHELD = {
    "verdict": VerdictCode.EXPERT_UPHELD,
    "public_rationale": "The act was in force on the day.",
    "internal_rationale": "Section four decides.",
}


@pytest.fixture
def disputed(reviewed):
    """Give a world in which the reviewers differ on one answer."""
    worlds.split(reviewed, "EE", "aa1")
    return reviewed


@pytest.fixture
def judge(disputed):
    return signed_in(disputed["adjudicator"])


def ruling_by(client, **content):
    return client.post(DISPUTE, UPHELD | content)


def test_the_file_holds_every_position_under_its_pseudonym(disputed, judge):
    names = dict(disputed.round.assignments.values_list("person_id", "pseudonym"))

    page = said(judge.get(DISPUTE))

    for key in ("EE_a_1", "EE_reviewer_1", "EE_reviewer_2"):
        assert names[disputed[key].pk] in page
    assert "What does the law say about aa1?" in page
    assert "Disputed: the reviewers differ" in page
    assert "The act says so." in page
    assert "Section 5 says otherwise about aa1." in page
    assert "Invented Act, section 4" in page


def test_each_value_of_the_ruling_says_who_holds_it(disputed, judge):
    choices = {
        choice.radio.choice_label: choice.held_by
        for choice in judge.get(DISPUTE).context["value_rows"]
    }
    names = dict(disputed.round.assignments.values_list("person_id", "pseudonym"))
    expert, agreeing, against = (
        names[disputed[key].pk] for key in ("EE_a_1", "EE_reviewer_1", "EE_reviewer_2")
    )

    assert choices["For 100 points."] == (expert, agreeing)
    assert choices["For 50 points."] == (against,)
    assert choices["For 0 points."] == ()
    assert choices["Cannot be known"] == ()


def test_the_two_sheets_stand_side_by_side(world):
    worlds.answer(world, world.sheet("EE", "b", 2), "bb2", earns=0)
    worlds.answer_all(world)
    worlds.submit_all(world)

    page = said(signed_in(world["adjudicator"]).get("/disputes/2019/EE/b/bb2/"))

    assert "Disputed: the two sheets differ" in page
    assert "sheet 1" in page
    assert "sheet 2" in page


def test_what_the_expert_maintains_and_was_asked_is_in_the_file(reviewed):
    worlds.return_objections(reviewed, "EE", "aa1")
    sheet = reviewed.sheet("EE", "a")
    worlds.answer_the_requests(reviewed, sheet, maintain=True)
    worlds.submit(reviewed, sheet)

    page = said(signed_in(reviewed["adjudicator"]).get(DISPUTE))

    assert "Disputed: the expert maintains the answer" in page
    assert "Why the expert maintains it" in page
    assert "The act means what it says." in page
    assert "Asked about version 1" in page


def test_a_ruling_that_guides_stands_on_the_file_of_another_country(disputed, judge):
    worlds.split(disputed, "PT", "aa1")

    ruling_by(judge, is_precedent="on")

    page = said(judge.get("/disputes/2019/PT/a/aa1/"))
    assert "Estonia: For 100 points." in page
    assert "The act was in force on the day." in page


# --- The ruling ---------------------------------------------------------------------------


def test_without_a_script_a_ruling_is_kept_and_can_then_only_be_read(disputed, judge):
    response = ruling_by(judge)

    assert (response.status_code, response.url) == (302, DISPUTE)
    assert disputed.item("EE", "aa1").state == ItemState.RULED
    page = said(judge.get(DISPUTE))
    assert "Your ruling is kept. It ends the dispute." in page
    assert '<form class="ruling"' not in page
    assert "Section four decides." in page


def test_htmx_gets_the_file_with_the_ruling(judge):
    response = judge.post(DISPUTE, UPHELD, headers=HTMX, follow=True)

    part = said(response)
    assert "<html" not in part
    assert part.count('id="dispute"') == 1
    assert 'id="ruling" tabindex="-1" data-focus' in part
    assert "Your ruling is kept." in part


VALUES = [
    (VerdictCode.REVIEWER_UPHELD, {"option": "1"}, AnswerKind.CHOSEN, 50),
    (VerdictCode.THIRD_VALUE, {"option": "2"}, AnswerKind.CHOSEN, 0),
    (VerdictCode.EVIDENCE_INSUFFICIENT, {}, AnswerKind.UNKNOWN, None),
    (VerdictCode.AFTER_CUT_OFF, {"option": "not_applicable"}, AnswerKind.NOT_APPLICABLE, None),
]


@pytest.mark.parametrize(("verdict", "chosen", "kind", "points"), VALUES)
def test_the_value_that_is_chosen_is_the_value_that_stands(
    judge, verdict, chosen, kind, points
):
    assert ruling_by(judge, verdict=verdict, **chosen).status_code == 302

    ruling = Ruling.objects.get()
    assert (ruling.verdict, ruling.kind) == (verdict, kind)
    assert (ruling.option.points if ruling.option else None) == points


@pytest.mark.parametrize(
    ("typed", "exact"), [("62.5", Fraction(125, 2)), ("200/3", Fraction(200, 3))]
)
def test_points_are_taken_exactly_as_they_are_typed(judge, typed, exact):
    ruling_by(judge, verdict=VerdictCode.THIRD_VALUE, option="exceptional", points=typed)

    assert Ruling.objects.get().points == exact


WRONG = [
    ({"verdict": ""}, "This field is required."),
    ({"verdict": VerdictCode.REVIEWER_UPHELD}, "Choose the value that stands."),
    ({"verdict": VerdictCode.REVIEWER_UPHELD, "option": "2"}, "Nobody suggested this value."),
    ({"option": "exceptional", "points": "62,5"}, "Write points as 62.5 or as 200/3."),
    ({"option": "exceptional", "points": "1/0"}, "Write points as 62.5 or as 200/3."),
    ({"verdict": "third_value", "option": "exceptional", "points": "101"}, "between 0 and 100"),
    ({"points": "50"}, "Choose the option that stands, or say why there is none."),
    ({"internal_rationale": " "}, "This field is required."),
]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["without a script", "htmx"])
@pytest.mark.parametrize(("content", "words"), WRONG)
def test_a_wrong_ruling_comes_back_with_what_was_typed(judge, headers, content, words):
    response = judge.post(DISPUTE, UPHELD | content, headers=headers)

    page = said(response)
    assert response.status_code == 422
    assert words in page
    assert "The act was in force on the day.</textarea>" in page
    assert ("<html" in page) is not bool(headers)
    assert not Ruling.objects.exists()


def test_an_empty_form_is_wrong_and_no_accident(judge):
    assert judge.post(DISPUTE).status_code == 422


def test_a_second_ruling_is_refused_and_its_reasons_given_back(disputed, judge):
    ruling_by(judge)

    response = ruling_by(judge, public_rationale="Quite another reason.")

    assert response.status_code == 409
    assert "Quite another reason." in said(response)
    assert Ruling.objects.count() == 1


# --- Who may come in ----------------------------------------------------------------------


@pytest.mark.parametrize("key", ["stranger", "EE_a_1", "EE_b_2", "PT_a_1", "PT_reviewer_1"])
def test_who_has_no_part_in_the_review_of_a_country_cannot_open_its_disputes(disputed, key):
    client = signed_in(disputed[key])

    assert client.get(DISPUTE).status_code == 403
    assert ruling_by(client).status_code == 403
    assert client.get("/disputes/2019/EE/a/aa2/").status_code == 403


@pytest.mark.parametrize("key", ["EE_reviewer_1", "coordinator", "observer"])
def test_who_may_not_rule_reads_the_file_and_why(disputed, key):
    client = signed_in(disputed[key])

    page = said(client.get(DISPUTE))

    assert '<form class="ruling"' not in page
    assert "Only a consortium reviewer of this case can do that." in page
    assert ruling_by(client).status_code == 403


def test_the_internal_reason_is_for_those_who_rule_alone(disputed, judge):
    ruling_by(judge)

    assert "Section four decides." in said(judge.get(DISPUTE))
    for key in ("EE_reviewer_1", "observer", "coordinator"):
        assert "Section four decides." not in said(signed_in(disputed[key]).get(DISPUTE))
    assert "Section four decides." not in said(signed_in(disputed["EE_a_1"]).get(OUTCOME))


def test_a_reviewer_who_did_not_speak_reads_no_opinion_in_the_file(disputed):
    page = said(signed_in(disputed["EE_reviewer_3"]).get(DISPUTE))

    assert "Section 5 says otherwise" not in page


def test_an_answer_that_was_never_disputed_has_no_file(judge):
    assert judge.get("/disputes/2019/EE/a/aa2/").status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_file_asks_as_much_for_three_opinions_as_for_one(
    db, number, django_assert_num_queries
):
    case, _reviewer = case_of(1)
    dispute = DisputeFactory(item=case.items.get())
    for _opinion in range(number):
        OpinionFactory(item=dispute.item)
    client = signed_in(adjudicator_of(case))
    codes = (case.round.code, case.country.code, case.strand.code)

    with django_assert_num_queries(45):
        response = client.get(f"/disputes/{'/'.join(codes)}/{dispute.item.indicator.code}/")

    assert len(response.context["opinions"]) == number
    assert dispute.state == DisputeState.OPEN
