from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Stale, WrongState
from questionnaire.enums import AnswerKind, Role, RoundState
from questionnaire.services import assignments
from review.enums import Basis, CaseState, DisputeCause, ItemState, OpinionKind
from review.models import CaseItem, Dispute, Opinion, SettledAnswer
from review.services.opinions import give_opinion
from tests import world as worlds
from tests.factories.questionnaire import AnswerFactory, on_sheet
from tests.factories.review import CaseItemFactory, OpinionFactory, reviewer_of, sheet_of

AGREE = {"version": 1, "kind": OpinionKind.AGREE}
DISAGREE = {"version": 1, "kind": OpinionKind.DISAGREE, "text": "Section 5 says otherwise."}


@pytest.fixture
def item(db):
    """Give an answer under review beside another, in a round that asks for two opinions."""
    item = CaseItemFactory()
    CaseItemFactory(case=item.case)
    return item


def state_of(item):
    return CaseItem.objects.get(pk=item.pk).state


def test_one_opinion_of_two_leaves_the_answer_under_review(item, acts):
    reviewer = reviewer_of(item.case)

    opinion = give_opinion(item=item, by=reviewer, **AGREE)

    assert (opinion.item_id, opinion.version, opinion.reviewer) == (item.pk, 1, reviewer)
    assert state_of(item) == ItemState.UNDER_REVIEW
    assert acts() == ["opinion.give"]


def test_enough_agreeing_opinions_approve_the_answer_and_settle_it(item, acts):
    give_opinion(item=item, by=reviewer_of(item.case), **AGREE)
    remark = {"version": 1, "kind": OpinionKind.AGREE_WITH_REMARK, "text": "Well sourced."}

    give_opinion(item=item, by=reviewer_of(item.case), **remark)

    assert state_of(item) == ItemState.APPROVED
    settled = SettledAnswer.objects.get()
    assert (settled.item, settled.version, settled.basis) == (item, 1, Basis.APPROVED)
    assert (settled.kind, settled.option) == (AnswerKind.CHOSEN, item.answer.option)
    assert settled.points == Fraction(100)
    assert settled.rationale == item.answer.rationale
    assert acts() == ["opinion.give", "opinion.give", "item.approve"]


def test_the_record_of_an_approval_says_who_what_version_and_from_which_state(item):
    give_opinion(item=item, by=reviewer_of(item.case), **AGREE)
    last = reviewer_of(item.case)
    give_opinion(item=item, by=last, **AGREE)

    entry = AuditEntry.objects.get(act="item.approve")
    place = f"{item.case.round.code}/{item.case.country.code}/{item.case.strand.code}"
    assert entry.subject == f"item/{place}/{item.indicator.code}"
    assert (entry.actor, entry.role) == (last.pk, Role.REVIEWER)
    assert entry.old == {"state": "under_review"}
    assert entry.new["state"] == "approved"
    assert entry.new["version"] == 1


def test_the_last_approval_clears_the_case(db, acts):
    item = CaseItemFactory()
    for _time in range(2):
        give_opinion(item=item, by=reviewer_of(item.case), **AGREE)

    item.case.refresh_from_db()
    assert item.case.state == CaseState.CLEARED
    assert acts("case.") == ["case.clear"]


def test_agreement_and_objection_together_dispute_the_answer(item, acts):
    give_opinion(item=item, by=reviewer_of(item.case), **AGREE)
    give_opinion(item=item, by=reviewer_of(item.case), **DISAGREE)

    assert state_of(item) == ItemState.DISPUTED
    dispute = Dispute.objects.get()
    assert (dispute.item, dispute.version, dispute.cause) == (item, 1, DisputeCause.SPLIT)
    assert acts("item.") == ["item.split"]


def test_objections_alone_leave_the_answer_for_a_return(item):
    for _time in range(3):
        give_opinion(item=item, by=reviewer_of(item.case), **DISAGREE)

    assert state_of(item) == ItemState.UNDER_REVIEW
    assert not SettledAnswer.objects.exists()


def test_who_is_not_qualified_does_not_count(item):
    kind = {"version": 1, "kind": OpinionKind.NOT_QUALIFIED, "text": "Not my field."}
    give_opinion(item=item, by=reviewer_of(item.case), **kind)
    give_opinion(item=item, by=reviewer_of(item.case), **AGREE)
    assert state_of(item) == ItemState.UNDER_REVIEW

    give_opinion(item=item, by=reviewer_of(item.case), **AGREE)
    assert state_of(item) == ItemState.APPROVED


def test_an_opinion_on_an_older_version_does_not_count(db):
    item = CaseItemFactory(version=2, answer__version=2)
    OpinionFactory(item=item, version=1, reviewer=reviewer_of(item.case))
    give_opinion(item=item, version=2, kind=OpinionKind.AGREE, by=reviewer_of(item.case))

    assert state_of(item) == ItemState.UNDER_REVIEW


def test_an_opinion_of_somebody_who_wrote_there_does_not_count_when_it_came_before(item):
    """The assignment service refuses this; the approval looks at the persons once more."""
    turncoat = reviewer_of(item.case)
    give_opinion(item=item, by=turncoat, **AGREE)
    AnswerFactory(assessment=sheet_of(item.case), answered_by=turncoat)

    give_opinion(item=item, by=reviewer_of(item.case), **AGREE)

    assert state_of(item) == ItemState.UNDER_REVIEW


def test_another_version_than_the_one_under_review_is_stale(db):
    item = CaseItemFactory(version=2, answer__version=2)

    with pytest.raises(Stale, match="new version"):
        give_opinion(item=item, by=reviewer_of(item.case), **AGREE)

    assert not Opinion.objects.exists()


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (ItemState.APPROVED, "already approved"),
        (ItemState.RULED, "already ruled"),
        (ItemState.DISPUTED, "is disputed"),
        (ItemState.CHANGE_REQUESTED, "back with the expert"),
    ],
)
def test_who_comes_late_is_told_where_the_answer_stands(db, state, sentence):
    item = CaseItemFactory(state=state)

    with pytest.raises(WrongState, match=sentence):
        give_opinion(item=item, by=reviewer_of(item.case), **AGREE)


def test_an_opinion_is_given_once_a_version(item):
    reviewer = reviewer_of(item.case)
    give_opinion(item=item, by=reviewer, **DISAGREE)

    with pytest.raises(WrongState, match="already given your opinion"):
        give_opinion(item=item, by=reviewer, **AGREE)


def test_after_the_closing_nobody_gives_an_opinion(item):
    reviewer = reviewer_of(item.case)
    round_ = item.case.round
    round_.state = RoundState.REVIEW_CLOSED
    round_.save()

    with pytest.raises(WrongState, match="review of this round is closed"):
        give_opinion(item=item, by=reviewer, **AGREE)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": OpinionKind.DISAGREE, "text": " "}, "text"),
        ({"kind": OpinionKind.AGREE_WITH_REMARK}, "text"),
        ({"kind": "enthusiastic"}, "kind"),
        ({"suggests": "own", "kind": OpinionKind.AGREE}, "suggested_option"),
        ({"suggests": "chosen", "kind": "disagree", "text": "No."}, "suggested_option"),
        ({"suggests": "foreign", "kind": "disagree", "text": "No."}, "suggested_option"),
    ],
)
def test_an_opinion_that_says_too_little_or_too_much_is_refused(item, changed, field):
    options = {
        "own": item.indicator.options.last(),
        "chosen": item.answer.option,
        "foreign": CaseItemFactory().answer.option,
    }
    given = AGREE | {name: value for name, value in changed.items() if name != "suggests"}
    option = options.get(changed.get("suggests"))

    with pytest.raises(ValidationError, match=r".") as refused:
        give_opinion(item=item, by=reviewer_of(item.case), suggested_option=option, **given)

    assert set(refused.value.message_dict) == {field}
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.REVIEWER])
def test_no_other_role_gives_an_opinion(item, role):
    with pytest.raises(NotAllowed, match="Only a reviewer of this case"):
        give_opinion(item=item, by=on_sheet(role, sheet_of(item.case)), **AGREE)


def test_four_eyes_nobody_who_wrote_an_answer_there_judges_one(item):
    """Even with a reviewer's assignment that no service would have given."""
    for person in (
        item.answer.answered_by,
        on_sheet(Role.DELEGATE, sheet_of(item.case)),
        on_sheet(Role.EXPERT, sheet_of(item.case)),
    ):
        with pytest.raises(NotAllowed, match="somebody else judges"):
            give_opinion(item=item, by=reviewer_of(item.case, person), **AGREE)


def test_an_approval_is_void_once_the_answer_has_another_version(reviewed):
    """It cannot come to that: an approved answer is never asked about, so never open again."""
    worlds.return_objections(reviewed, "PT", "aa1")
    worlds.approve(reviewed, reviewed.item("PT", "aa2"))
    sheet = reviewed.sheet("PT", "a")

    with pytest.raises(NotAllowed, match="asked nothing about this answer"):
        worlds.answer(reviewed, sheet, "aa2", earns=0, change_reason="corrected")

    item = reviewed.item("PT", "aa2")
    assert item.state == ItemState.APPROVED
    assert item.answer.version == item.version


def test_a_reviewer_whose_assignment_ended_is_out_at_once(reviewed):
    reviewer = reviewed["PT_reviewer_1"]
    item = reviewed.item("PT", "aa1")
    worlds.disagree(reviewed, item, reviewer)
    assignment = reviewed.round.assignments.get(person=reviewer)
    assignments.end_assignment(assignment=assignment, reason="Moved.", by=reviewed["head"])

    with pytest.raises(NotAllowed):
        worlds.agree(reviewed, reviewed.item("PT", "aa2"), reviewer)

    assert Opinion.objects.filter(reviewer=reviewer).count() == 1


@pytest.mark.parametrize("others", [0, 5])
def test_an_opinion_that_approves_costs_a_fixed_number_of_queries(
    item, others, django_assert_num_queries
):
    """Two of them are the savepoint around the service, which is a transaction elsewhere."""
    for _time in range(others):
        CaseItemFactory(case=item.case)
    reviewer = reviewer_of(item.case)
    # The chain exists from the first act of a round on.
    give_opinion(item=item, by=reviewer_of(item.case), **AGREE)

    with django_assert_num_queries(17):
        give_opinion(item=item, by=reviewer, **AGREE)

    assert state_of(item) == ItemState.APPROVED


def test_an_opinion_that_decides_nothing_costs_sixteen_queries(item, django_assert_num_queries):
    give_opinion(item=item, by=reviewer_of(item.case), **DISAGREE)
    reviewer = reviewer_of(item.case)

    with django_assert_num_queries(16):
        give_opinion(item=item, by=reviewer, **DISAGREE)
