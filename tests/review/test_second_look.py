"""A ruling that goes far from the expert's value stands by two people's word."""

from fractions import Fraction
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal, Stale, WrongState
from questionnaire.enums import AnswerKind, Role
from review import selectors, workflow
from review.enums import BlockerKind, DisputeState, ItemState, OpinionKind, VerdictCode
from review.models import Dispute, Ruling, SecondLook, SettledAnswer
from review.services.disputes import look_again, rule
from review.services.scanning import Held
from review.services.weighing import Value, stands_alone
from tests import world as worlds
from tests.at_once import at_once
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import on_sheet
from tests.factories.review import (
    DisputeFactory,
    OpinionFactory,
    adjudicator_of,
    reviewer_of,
    sheet_of,
)
from tests.review.clients import said, signed_in
from tests.review.judges import REASONS, another_adjudicator, propose

WHY = "The ministry's circular says otherwise."
PLACES = list(range(6))
BOTH = ("adjudicator", "second")


@pytest.fixture
def disputed(reviewed):
    """Give a world in which the reviewers differ on aa1 of Estonia, and its second adjudicator."""
    worlds.split(reviewed, "EE", "aa1")
    reviewed.people["second"] = another_adjudicator(reviewed)
    return reviewed


@pytest.fixture
def ruling(disputed):
    """Give a proposed ruling: the expert chose 100, nobody named 0."""
    return propose(disputed, disputed.dispute("EE", "aa1"), disputed["adjudicator"])


# --- Which rulings wait --------------------------------------------------------------------


def options_and_others():
    chosen = st.sampled_from(PLACES).map(lambda key: Value(AnswerKind.CHOSEN, key, None))
    points = st.fractions(0, 100).map(lambda p: Value(AnswerKind.EXCEPTIONAL, None, p))
    others = st.sampled_from((AnswerKind.NOT_APPLICABLE, AnswerKind.UNKNOWN))
    return chosen | points | others.map(lambda kind: Value(kind, None, None))


@given(
    verdict=st.sampled_from(VerdictCode),
    ruled=options_and_others(),
    expert=options_and_others(),
)
def test_whatever_the_value_a_ruling_stands_alone_only_beside_the_experts(
    verdict, ruled, expert
):
    alone = stands_alone(verdict=verdict, ruled=ruled, experts=expert, places=PLACES)

    both_chosen = ruled.option_id is not None and expert.option_id is not None
    near = ruled == expert or (both_chosen and abs(ruled.option_id - expert.option_id) <= 1)
    assert alone == (near and verdict != VerdictCode.THIRD_VALUE)


RULINGS = [
    (VerdictCode.EXPERT_UPHELD, AnswerKind.CHOSEN, 100, DisputeState.RULED),
    (VerdictCode.REVIEWER_UPHELD, AnswerKind.CHOSEN, 50, DisputeState.RULED),
    (VerdictCode.REVIEWER_UPHELD, AnswerKind.CHOSEN, 0, DisputeState.SECOND_LOOK),
    (VerdictCode.AFTER_CUT_OFF, AnswerKind.CHOSEN, 50, DisputeState.RULED),
    (VerdictCode.INDICATOR_UNCLEAR, AnswerKind.CHOSEN, 0, DisputeState.SECOND_LOOK),
    (VerdictCode.AFTER_CUT_OFF, AnswerKind.EXCEPTIONAL, 75, DisputeState.SECOND_LOOK),
    (VerdictCode.AFTER_CUT_OFF, AnswerKind.NOT_APPLICABLE, None, DisputeState.SECOND_LOOK),
    (VerdictCode.EVIDENCE_INSUFFICIENT, AnswerKind.UNKNOWN, None, DisputeState.SECOND_LOOK),
]


@pytest.mark.parametrize(("verdict", "kind", "points", "state"), RULINGS)
def test_what_lies_two_options_away_or_is_no_option_waits(db, verdict, kind, points, state):
    """The expert chose 100; the reviewers suggest 50 and 0."""
    dispute = DisputeFactory()
    for suggested in dispute.item.indicator.options.exclude(points=100):
        OpinionFactory(item=dispute.item, kind=OpinionKind.DISAGREE, suggested_option=suggested)
    chosen = kind == AnswerKind.CHOSEN
    option = dispute.item.indicator.options.get(points=points) if chosen else None
    exact = Fraction(points) if kind == AnswerKind.EXCEPTIONAL else None

    rule(
        dispute=dispute,
        verdict=verdict,
        kind=kind,
        option=option,
        points=exact,
        by=adjudicator_of(dispute.item.case),
        **REASONS,
    )

    dispute.refresh_from_db()
    assert dispute.state == state
    assert (dispute.ruling is None) == (state == DisputeState.SECOND_LOOK)
    assert SettledAnswer.objects.exists() == (state == DisputeState.RULED)


# --- The second look -----------------------------------------------------------------------


def test_a_proposed_ruling_settles_nothing(disputed, ruling, acts):
    dispute = disputed.dispute("EE", "aa1")

    assert (dispute.state, dispute.ruling) == (DisputeState.SECOND_LOOK, None)
    assert disputed.item("EE", "aa1").state == ItemState.DISPUTED
    assert not SettledAnswer.objects.exists()
    assert acts(subject="aa1")[-2:] == ["ruling.give", "dispute.propose"]
    entry = AuditEntry.objects.get(act="ruling.give")
    assert (entry.old["option"], entry.new["option"]) == (0, 2)
    assert entry.new["public_rationale"] == REASONS["public_rationale"]


def test_a_ruling_that_another_concurs_with_stands(disputed, ruling, acts):
    look = look_again(ruling=ruling, concurs=True, text="", by=disputed["second"])

    dispute = disputed.dispute("EE", "aa1")
    assert (dispute.state, dispute.ruling) == (DisputeState.RULED, ruling)
    assert dispute.closed_at is not None
    assert dispute.history.first().history_user == disputed["second"]
    settled = SettledAnswer.objects.get()
    assert (settled.ruling, settled.points) == (ruling, 0)
    assert (look.adjudicator, look.concurs) == (disputed["second"], True)
    assert acts(subject="aa1")[-2:] == ["dispute.concur", "item.rule"]
    assert AuditEntry.objects.get(act="dispute.concur").actor == disputed["second"].pk
    reason = AuditEntry.objects.get(act="item.rule").reason
    assert reason == "third_value: Section 5 decides."


def test_a_ruling_that_another_does_not_concur_with_stays_on_the_file(disputed, ruling):
    look_again(ruling=ruling, concurs=False, text=f"  {WHY} ", by=disputed["second"])

    dispute = disputed.dispute("EE", "aa1")
    assert (dispute.state, dispute.ruling) == (DisputeState.OPEN, None)
    assert disputed.item("EE", "aa1").state == ItemState.DISPUTED
    assert Ruling.objects.get().second_look.text == WHY
    assert AuditEntry.objects.get(act="dispute.dissent").reason == WHY
    assert not SettledAnswer.objects.exists()


NAMES_SOMEBODY = "As Fossanova told us, the act came later."


@pytest.mark.parametrize("concurs", [True, False])
def test_a_second_look_that_may_name_somebody_is_held_up_as_a_ruling_is(
    disputed, ruling, concurs
):
    look = partial(look_again, ruling=ruling, concurs=concurs, text=NAMES_SOMEBODY)

    with pytest.raises(Held, match="Fossanova"):
        look(by=disputed["second"])
    assert not SecondLook.objects.exists()
    assert disputed.dispute("EE", "aa1").state == DisputeState.SECOND_LOOK

    look(by=disputed["second"], overruled=True)
    assert SecondLook.objects.get().text == NAMES_SOMEBODY
    assert AuditEntry.objects.get(act="dispute.overrule").new == {"overruled": ["name"]}


def test_on_the_page_a_held_second_look_comes_back_with_a_box_and_passes_by_it(
    disputed, ruling
):
    client = signed_in(disputed["second"])
    url = reverse("review:look", args=["2019", "EE", "a", "aa1"])
    sent = {"ruling": ruling.pk, "concurs": "no", "text": NAMES_SOMEBODY}

    held = client.post(url, sent)

    assert held.status_code == 422
    page = said(held)
    assert page.count("may name somebody") == 1
    assert "Send it all the same" in page
    client.post(url, sent | {"overruled": "on"})
    assert SecondLook.objects.get().text == NAMES_SOMEBODY


def test_a_second_look_that_names_nobody_keeps_no_record_of_a_warning(disputed, ruling):
    look_again(ruling=ruling, concurs=False, text=WHY, by=disputed["second"])

    assert not AuditEntry.objects.filter(act="dispute.overrule").exists()


@pytest.mark.parametrize("key", ["adjudicator", "second"])
def test_after_a_dissent_anybody_rules_anew_the_first_included(disputed, ruling, key):
    look_again(ruling=ruling, concurs=False, text=WHY, by=disputed["second"])

    anew = rule(
        dispute=disputed.dispute("EE", "aa1"),
        verdict=VerdictCode.REVIEWER_UPHELD,
        option=disputed.option("aa1", 50),
        by=disputed[key],
        **REASONS,
    )

    dispute = disputed.dispute("EE", "aa1")
    assert (dispute.state, dispute.ruling) == (DisputeState.RULED, anew)
    assert dispute.rulings.count() == 2
    assert SettledAnswer.objects.get().points == 50


@pytest.mark.parametrize("concurs", [True, False])
def test_the_first_adjudicator_does_not_look_again(disputed, ruling, concurs):
    with pytest.raises(NotAllowed, match="You made this ruling"):
        look_again(ruling=ruling, concurs=concurs, text=WHY, by=disputed["adjudicator"])

    assert not SecondLook.objects.exists()


@pytest.mark.parametrize(
    "key",
    ["EE_reviewer_3", "EE_a_1", "PT_reviewer_1", "coordinator", "observer", "head", "stranger"],
)
def test_nobody_but_an_adjudicator_without_a_tie_looks_again(disputed, ruling, key):
    with pytest.raises(NotAllowed):
        look_again(ruling=ruling, concurs=True, text="", by=disputed[key])

    assert disputed.dispute("EE", "aa1").state == DisputeState.SECOND_LOOK


def test_a_superuser_without_an_assignment_does_not_look_again(disputed, ruling):
    with pytest.raises(NotAllowed):
        look_again(ruling=ruling, concurs=True, text="", by=UserFactory(is_superuser=True))


@pytest.mark.parametrize("tie", ["expert", "reviewer"])
def test_an_adjudicator_with_a_tie_does_not_look_again(disputed, ruling, tie):
    """By a row that no service would have written."""
    on_sheet(Role(tie), sheet_of(disputed.case("EE", "a")), disputed["second"])

    with pytest.raises(NotAllowed):
        look_again(ruling=ruling, concurs=True, text="", by=disputed["second"])


@pytest.mark.parametrize("text", ["", "  ", "x" * 20_001])
def test_who_does_not_concur_says_why_in_a_text_that_can_be_kept(disputed, ruling, text):
    with pytest.raises(ValidationError, match=r"Say why|20,000"):
        look_again(ruling=ruling, concurs=False, text=text, by=disputed["second"])

    assert not SecondLook.objects.exists()
    assert not AuditEntry.objects.filter(act="dispute.dissent").exists()


def test_nobody_rules_while_a_ruling_waits(disputed, ruling):
    with pytest.raises(WrongState, match="waits for a second look"):
        propose(disputed, disputed.dispute("EE", "aa1"), disputed["second"])

    assert Ruling.objects.count() == 1


def test_while_a_ruling_waits_its_answer_is_for_who_may_look(disputed, ruling):
    item = disputed.item("EE", "aa1")

    told = {key: dict(workflow.verdicts_for(disputed[key], item)) for key in BOTH}

    may = {key: verdicts[workflow.RULE] for key, verdicts in told.items()}
    assert (bool(may["adjudicator"]), bool(may["second"])) == (False, True)
    assert "another consortium reviewer" in may["adjudicator"].reason


@pytest.mark.parametrize("concurs", [True, False])
def test_a_ruling_is_looked_at_once(disputed, ruling, concurs):
    look_again(ruling=ruling, concurs=True, text="", by=disputed["second"])

    with pytest.raises(WrongState):
        look_again(ruling=ruling, concurs=concurs, text=WHY, by=disputed["second"])


def test_a_look_at_a_ruling_that_waits_no_longer_is_stale(disputed, ruling):
    look_again(ruling=ruling, concurs=False, text=WHY, by=disputed["second"])
    propose(disputed, disputed.dispute("EE", "aa1"), disputed["adjudicator"])

    with pytest.raises(Stale, match="Another ruling waits"):
        look_again(ruling=ruling, concurs=True, text="", by=disputed["second"])

    assert disputed.dispute("EE", "aa1").state == DisputeState.SECOND_LOOK


def test_a_closed_round_takes_no_second_look(disputed, ruling):
    disputed.round.state = "review_closed"
    disputed.round.save()

    with pytest.raises(WrongState, match="closed"):
        look_again(ruling=ruling, concurs=True, text="", by=disputed["second"])


def test_a_move_that_has_no_ruling_to_go_with_is_refused(disputed):
    dispute = disputed.dispute("EE", "aa1")

    with pytest.raises(Refusal, match="needs its reasons"):
        workflow.make(workflow.PROPOSE, dispute, by=disputed["adjudicator"])

    assert disputed.dispute("EE", "aa1").state == DisputeState.OPEN


def test_a_waiting_ruling_keeps_the_review_open_and_names_who_may_look(disputed, ruling):
    blocker = next(
        each
        for each in selectors.blockers(disputed.round)
        if each.kind == BlockerKind.SECOND_LOOK
    )

    assert (blocker.country, blocker.count) == ("EE", 1)
    assert blocker.people == (disputed["second"].pk,)


def test_a_second_look_waits_for_another_and_not_for_who_proposed(disputed, ruling):
    lines = selectors.workbench(disputed["second"]).disputes

    assert [(line.indicator_code, line.state) for line in lines] == [("aa1", "second_look")]
    assert selectors.workbench(disputed["adjudicator"]).disputes == ()


def test_what_a_person_may_do_is_told_as_the_server_accepts_it(disputed, ruling):
    dispute = disputed.dispute("EE", "aa1")
    told = {
        key: {
            move.name
            for move, verdict in workflow.verdicts_for(disputed[key], dispute)
            if verdict
        }
        for key in ("adjudicator", "second", "EE_reviewer_1")
    }

    assert told == {
        "adjudicator": set(),
        "second": {"concur", "dissent"},
        "EE_reviewer_1": set(),
    }


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_time", range(3))
def test_of_two_second_looks_at_once_one_is_kept(_time):
    dispute = DisputeFactory()
    case, item = dispute.item.case, dispute.item
    judges = [adjudicator_of(case) for _judge in range(3)]
    OpinionFactory(item=item, reviewer=reviewer_of(case))
    far = item.indicator.options.get(points=0)
    made = rule(
        dispute=dispute, verdict=VerdictCode.THIRD_VALUE, option=far, by=judges[0], **REASONS
    )

    look = partial(look_again, ruling=made, text=WHY)
    results = at_once(
        partial(look, concurs=True, by=judges[1]), partial(look, concurs=False, by=judges[2])
    )

    assert sum(isinstance(result, WrongState) for result in results) == 1
    kept = SecondLook.objects.get()
    expected = DisputeState.RULED if kept.concurs else DisputeState.OPEN
    assert Dispute.objects.get().state == expected
    assert SettledAnswer.objects.count() == int(kept.concurs)
