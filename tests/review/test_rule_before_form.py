"""Who may not act is told so, and it is written down, also where the form is not filled in."""

import pytest

from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services.attempts import REFUSED, STREAM
from questionnaire.enums import AnswerKind, RoundState
from review import rules
from review.enums import CaseState
from review.models import Case, Dispute
from tests import world as worlds
from tests.factories.accounts import UserFactory

from .clients import signed_in
from .windows import ask

ITEM = "/reviews/2019/PT/a/aa2/"
CONSENT = "/reviews/2019/PT/b/bb1/consent/"
DISPUTE = "/disputes/2019/EE/a/aa1/"
REOPEN = "/reviews/2019/PT/a/reopen/"
TAKES = {
    ITEM: "PT_reviewer_1",
    CONSENT: "adjudicator",
    DISPUTE: "adjudicator",
    REOPEN: "PT_a_1",
}
"""Each page with who fills in its form."""


@pytest.fixture
def begun(world):
    """Give the round in review, with an answer of each kind that somebody decides on."""
    sheet = world.sheet("PT", "b")
    worlds.answer(world, sheet, "bb1", kind=AnswerKind.EXCEPTIONAL, points=75)
    worlds.answer_all(world)
    worlds.submit_all(world)
    worlds.split(world, "EE", "aa1")
    world.people["root"] = UserFactory(is_superuser=True, is_staff=True)
    return world


def attempts_of(person):
    rows = AuditEntry.objects.filter(stream=STREAM, actor=person.pk, act=REFUSED)
    return list(rows.order_by("number").values_list("subject", flat=True))


@pytest.mark.parametrize("key", ["observer", "stranger", "root"])
@pytest.mark.parametrize("path", TAKES)
def test_an_empty_form_of_who_may_not_act_is_refused_and_written_down(begun, key, path):
    assert signed_in(begun[key]).post(path, {}).status_code == 403

    assert attempts_of(begun[key]) == [path]


@pytest.mark.parametrize("path", TAKES)
def test_an_empty_form_of_who_may_act_comes_back(begun, path):
    person = begun[TAKES[path]]

    assert signed_in(person).post(path, {}).status_code == 422

    assert attempts_of(person) == []


@pytest.mark.parametrize("key", ["observer", "PT_reviewer_1", "PT_a_1", "stranger", "root"])
def test_an_empty_decision_of_who_decides_nothing_is_refused_and_written_down(begun, key):
    ask(begun, "aa1", by="PT_reviewer_2")
    path = f"{REOPEN}decide/"

    assert signed_in(begun[key]).post(path, {}).status_code == 403

    assert attempts_of(begun[key]) == [path]


@pytest.mark.parametrize("path", ["look/", "draft/"])
def test_an_empty_second_look_or_copy_is_refused_and_written_down(begun, path):
    assert signed_in(begun["observer"]).post(DISPUTE + path, {}).status_code == 403

    assert attempts_of(begun["observer"]) == [DISPUTE + path]


# --- Whether a reopening can be asked for ------------------------------------------------


def test_on_a_closed_round_the_rule_itself_says_that_nothing_is_asked_for(begun):
    begun.round.state = RoundState.REVIEW_CLOSED
    begun.round.save()

    verdict = rules.may_ask_reopening(begun["PT_a_1"], begun.case("PT", "a"))

    assert not verdict
    assert verdict.reason == "The review of this round is closed: nothing in it changes."
    assert signed_in(begun["PT_a_1"]).post(REOPEN, {}).status_code == 409


@pytest.mark.parametrize(
    ("state", "may", "words"),
    [
        (CaseState.WAITING, False, "waits for another sheet"),
        (CaseState.IN_REVIEW, True, ""),
        (CaseState.RETURNED, False, "back with the expert"),
        (CaseState.LAST_WORD, True, ""),
        (CaseState.CLEARED, True, ""),
    ],
)
def test_the_rule_itself_asks_where_the_case_stands(begun, state, may, words):
    Case.objects.filter(pk=begun.case("PT", "a").pk).update(state=state)

    verdict = rules.may_ask_reopening(begun["PT_a_1"], begun.case("PT", "a"))

    assert bool(verdict) == may
    assert words in verdict.reason


def test_the_rule_itself_says_that_one_is_under_way(begun):
    ask(begun, "aa1")

    verdict = rules.may_ask_reopening(begun["PT_reviewer_1"], begun.case("PT", "a"))

    assert "under way already" in verdict.reason


def test_who_never_may_is_not_told_where_the_case_stands(begun):
    begun.round.state = RoundState.REVIEW_CLOSED
    begun.round.save()

    for key in ("stranger", "PT_b_1", "root"):
        verdict = rules.may_ask_reopening(begun[key], begun.case("PT", "a"))
        assert "A reopening is asked for by" in verdict.reason


def test_who_asked_withdraws_also_when_the_case_went_back_meanwhile(begun):
    asked = ask(begun, "aa2")
    worlds.return_objections(begun, "PT", "aa1")

    assert rules.may_withdraw_reopening(begun["PT_a_1"], asked)
    assert signed_in(begun["PT_a_1"]).post(f"{REOPEN}withdraw/").status_code == 302
    assert not Dispute.objects.filter(item__case=asked.case).exists()
