from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Stale, WrongState
from questionnaire.enums import AnswerKind, Role
from review.enums import Basis, CaseState, DisputeState, ItemState, VerdictCode
from review.models import Dispute, Ruling, SettledAnswer
from review.services.disputes import look_again, rule
from tests import world as worlds
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import on_sheet
from tests.factories.review import (
    DisputeFactory,
    OpinionFactory,
    RulingFactory,
    adjudicator_of,
    sheet_of,
)

REASONS = {
    "internal_rationale": "Section 5 decides.",
    "public_rationale": "The act was in force on the day.",
}
DISAGREES = {"kind": "disagree", "text": "Section 5."}


@pytest.fixture
def dispute(db):
    """Give a dispute: the expert chose 100, a reviewer suggests 50."""
    dispute = DisputeFactory()
    half = dispute.item.indicator.options.get(points=50)
    OpinionFactory(item=dispute.item, suggested_option=half, **DISAGREES)
    return dispute


@pytest.fixture
def adjudicator(dispute):
    return adjudicator_of(dispute.item.case)


def option(dispute, points):
    return dispute.item.indicator.options.get(points=points)


def test_a_ruling_settles_the_answer_with_its_public_rationale(dispute, adjudicator, acts):
    half = option(dispute, 50)

    ruling = rule(
        dispute=dispute,
        verdict=VerdictCode.REVIEWER_UPHELD,
        option=half,
        by=adjudicator,
        **REASONS,
    )

    dispute.refresh_from_db()
    dispute.item.refresh_from_db()
    assert (dispute.state, dispute.item.state) == (DisputeState.RULED, ItemState.RULED)
    assert dispute.closed_at is not None
    settled = SettledAnswer.objects.get()
    assert (settled.basis, settled.ruling, settled.option) == (Basis.RULED, ruling, half)
    assert settled.points == Fraction(50)
    assert settled.rationale == REASONS["public_rationale"]
    assert acts() == ["ruling.give", "dispute.close", "item.rule", "case.clear"]
    assert dispute.item.case.__class__.objects.get().state == CaseState.CLEARED


def test_the_record_of_a_ruling_says_by_whom_and_why(dispute, adjudicator):
    rule(dispute=dispute, verdict=VerdictCode.EXPERT_UPHELD, by=adjudicator, **REASONS)

    entry = AuditEntry.objects.get(act="item.rule")
    assert (entry.actor, entry.role) == (adjudicator.pk, Role.ADJUDICATOR)
    assert entry.reason == "expert_upheld: Section 5 decides."
    assert dispute.history.first().history_user == adjudicator


def test_upholding_the_expert_takes_the_expert_s_own_value(dispute, adjudicator):
    rule(dispute=dispute, verdict=VerdictCode.EXPERT_UPHELD, by=adjudicator, **REASONS)

    assert SettledAnswer.objects.get().option == dispute.item.answer.option


def concur(ruling):
    """Let another adjudicator concur with a ruling that waits for a second look."""
    other = adjudicator_of(ruling.dispute.item.case)
    look_again(ruling=ruling, concurs=True, text="", by=other)


def test_a_ruling_may_give_points_that_are_no_option(dispute, adjudicator):
    ruling = rule(
        dispute=dispute,
        verdict=VerdictCode.THIRD_VALUE,
        kind=AnswerKind.EXCEPTIONAL,
        points=Fraction(200, 3),
        by=adjudicator,
        **REASONS,
    )
    concur(ruling)

    assert SettledAnswer.objects.get().points == Fraction(200, 3)


def test_evidence_that_is_not_enough_leaves_the_value_unknown(dispute, adjudicator):
    verdict = VerdictCode.EVIDENCE_INSUFFICIENT
    ruling = rule(
        dispute=dispute,
        verdict=verdict,
        kind=AnswerKind.UNKNOWN,
        by=adjudicator,
        **REASONS,
    )
    concur(ruling)

    settled = SettledAnswer.objects.get()
    assert (settled.kind, settled.option, settled.points) == (AnswerKind.UNKNOWN, None, None)


@pytest.mark.parametrize(
    ("verdict", "points", "field"),
    [
        (VerdictCode.EXPERT_UPHELD, 50, "verdict"),
        (VerdictCode.REVIEWER_UPHELD, 100, "verdict"),
        (VerdictCode.REVIEWER_UPHELD, 0, "verdict"),
        (VerdictCode.THIRD_VALUE, 100, "verdict"),
        (VerdictCode.THIRD_VALUE, 50, "verdict"),
        (VerdictCode.EVIDENCE_INSUFFICIENT, 50, "verdict"),
        ("whatever", 50, "verdict"),
        (VerdictCode.REVIEWER_UPHELD, None, "option"),
    ],
)
def test_the_verdict_and_the_value_must_agree(dispute, adjudicator, verdict, points, field):
    chosen = None if points is None else option(dispute, points)

    with pytest.raises(ValidationError, match=r".") as refused:
        rule(dispute=dispute, verdict=verdict, option=chosen, by=adjudicator, **REASONS)

    assert set(refused.value.message_dict) == {field}
    assert not Ruling.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"kind": AnswerKind.EXCEPTIONAL}, "points"),
        ({"kind": AnswerKind.EXCEPTIONAL, "points": Fraction(101)}, "points"),
        ({"kind": AnswerKind.UNKNOWN, "points": Fraction(10)}, "points"),
        ({"kind": "guessed"}, "kind"),
    ],
)
def test_a_value_that_cannot_be_is_refused(dispute, adjudicator, value, field):
    with pytest.raises(ValidationError, match=r".") as refused:
        rule(
            dispute=dispute,
            verdict=VerdictCode.THIRD_VALUE,
            by=adjudicator,
            **REASONS,
            **value,
        )

    assert field in refused.value.message_dict


def test_an_option_of_another_indicator_is_refused(dispute, adjudicator):
    foreign = DisputeFactory().item.answer.option

    with pytest.raises(ValidationError, match="another indicator"):
        rule(
            dispute=dispute,
            verdict=VerdictCode.THIRD_VALUE,
            option=foreign,
            by=adjudicator,
            **REASONS,
        )


@pytest.mark.parametrize("name", REASONS)
def test_a_reason_that_is_too_long_is_refused_with_a_sentence(dispute, adjudicator, name):
    long = {name: "x" * 20_001}

    with pytest.raises(ValidationError, match="20,001 characters") as refused:
        rule(
            dispute=dispute,
            verdict=VerdictCode.EXPERT_UPHELD,
            by=adjudicator,
            **REASONS | long,
        )

    assert set(refused.value.message_dict) == {name}
    assert not Ruling.objects.exists()


def test_a_ruling_on_another_version_than_was_read_is_stale(dispute, adjudicator):
    upheld = {"verdict": VerdictCode.EXPERT_UPHELD, "by": adjudicator, **REASONS}

    with pytest.raises(Stale, match="Another version"):
        rule(dispute=dispute, version=dispute.version + 1, **upheld)

    rule(dispute=dispute, version=dispute.version, **upheld)
    assert Ruling.objects.count() == 1


def test_a_superuser_without_an_assignment_does_not_rule(dispute):
    with pytest.raises(NotAllowed):
        rule(
            dispute=dispute,
            verdict=VerdictCode.EXPERT_UPHELD,
            by=UserFactory(is_superuser=True),
            **REASONS,
        )


@pytest.mark.parametrize("missing", REASONS)
def test_a_ruling_gives_both_its_reasons(dispute, adjudicator, missing):
    with pytest.raises(ValidationError, match=r".") as refused:
        rule(
            dispute=dispute,
            verdict=VerdictCode.EXPERT_UPHELD,
            by=adjudicator,
            **REASONS | {missing: "  "},
        )

    assert set(refused.value.message_dict) == {missing}


def test_a_dispute_is_ruled_once_and_does_not_open_again(dispute, adjudicator):
    rule(dispute=dispute, verdict=VerdictCode.EXPERT_UPHELD, by=adjudicator, **REASONS)

    with pytest.raises(WrongState, match="ruled once"):
        rule(dispute=dispute, verdict=VerdictCode.EXPERT_UPHELD, by=adjudicator, **REASONS)

    assert Ruling.objects.count() == 1
    assert not Dispute.objects.open().exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADJUDICATOR])
def test_no_other_role_rules(dispute, role):
    with pytest.raises(NotAllowed, match="consortium reviewer"):
        rule(
            dispute=dispute,
            verdict=VerdictCode.EXPERT_UPHELD,
            by=on_sheet(role, sheet_of(dispute.item.case)),
            **REASONS,
        )


@pytest.mark.parametrize("tie", ["wrote", "expert", "reviewer", "spoke", "coordinator"])
def test_an_adjudicator_with_a_tie_does_not_rule(dispute, adjudicator, tie):
    """Each by rows that no service would have written."""
    sheet = sheet_of(dispute.item.case)
    if tie == "wrote":
        dispute.item.answer.answered_by = adjudicator
        dispute.item.answer.save()
    elif tie == "spoke":
        OpinionFactory(item=dispute.item, reviewer=adjudicator)
    else:
        on_sheet(Role(tie), sheet, adjudicator)

    with pytest.raises(NotAllowed):
        rule(dispute=dispute, verdict=VerdictCode.EXPERT_UPHELD, by=adjudicator, **REASONS)


def test_a_ruling_is_never_changed(dispute):
    RulingFactory(dispute=dispute)

    with pytest.raises(TypeError, match="append-only"):
        Ruling.objects.update(public_rationale="Otherwise.")


def test_the_other_coding_s_value_can_be_upheld(world):
    worlds.answer(world, world.sheet("EE", "b", 2), "bb2", earns=0)
    worlds.answer_all(world)
    worlds.submit_all(world)

    worlds.rule(
        world,
        world.dispute("EE", "bb2"),
        verdict=VerdictCode.REVIEWER_UPHELD,
        option=world.option("bb2", 0),
    )
    concur(world.dispute("EE", "bb2").rulings.get())

    assert world.item("EE", "bb2").settled.points == 0
