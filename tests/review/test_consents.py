from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError

from mipex_site.base.errors import NotAllowed, Refusal, Stale, WrongState
from questionnaire.enums import AnswerKind, Role
from review.enums import ItemState, OpinionKind
from review.models import CaseItem, SettledAnswer
from review.services.consents import consent
from review.services.opinions import give_opinion
from tests.factories.questionnaire import on_sheet
from tests.factories.review import (
    CaseItemFactory,
    adjudicator_of,
    reviewer_of,
    sheet_of,
)

CONSENT = {"version": 1, "text": "Both regions were checked."}


@pytest.fixture
def item(db):
    """Give an answer of 75 points, which is no option, under review."""
    return CaseItemFactory(
        answer__kind=AnswerKind.EXCEPTIONAL,
        answer__option=None,
        answer__points=Fraction(75),
        answer__rationale="Two regions differ.",
    )


def two_agree(item):
    for _time in range(2):
        give_opinion(item=item, version=1, kind=OpinionKind.AGREE, by=reviewer_of(item.case))


def state_of(item):
    return CaseItem.objects.get(pk=item.pk).state


def test_exceptional_points_are_not_approved_without_a_consent(item):
    two_agree(item)

    assert state_of(item) == ItemState.UNDER_REVIEW


def test_the_consent_approves_when_only_it_was_missing(item, acts):
    two_agree(item)
    adjudicator = adjudicator_of(item.case)

    consent(item=item, by=adjudicator, **CONSENT)

    settled = SettledAnswer.objects.get()
    assert (settled.kind, settled.points) == (AnswerKind.EXCEPTIONAL, Fraction(75))
    assert acts()[2:] == ["consent.give", "item.approve", "case.clear"]


def test_the_reviewers_approve_when_the_consent_came_first(item):
    consent(item=item, by=adjudicator_of(item.case), **CONSENT)
    assert state_of(item) == ItemState.UNDER_REVIEW

    two_agree(item)
    assert state_of(item) == ItemState.APPROVED


def test_points_have_one_consent_a_version(item):
    consent(item=item, by=adjudicator_of(item.case), **CONSENT)

    with pytest.raises(WrongState, match="have their consent already"):
        consent(item=item, by=adjudicator_of(item.case), **CONSENT)


def test_a_consent_says_why(item):
    with pytest.raises(ValidationError, match="Say why"):
        consent(item=item, by=adjudicator_of(item.case), version=1, text=" ")


def test_a_consent_is_for_the_version_under_review(item):
    with pytest.raises(Stale):
        consent(item=item, by=adjudicator_of(item.case), version=2, text="Checked.")


def test_an_ordinary_answer_needs_no_consent(db):
    item = CaseItemFactory()

    with pytest.raises(Refusal, match="no exceptional points"):
        consent(item=item, by=adjudicator_of(item.case), **CONSENT)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADJUDICATOR])
def test_only_an_adjudicator_consents(item, role):
    with pytest.raises(NotAllowed, match="consortium reviewer"):
        consent(item=item, by=on_sheet(role, sheet_of(item.case)), **CONSENT)


def test_an_adjudicator_who_wrote_there_does_not_consent(item):
    with pytest.raises(NotAllowed, match="somebody else judges"):
        consent(item=item, by=adjudicator_of(item.case, item.answer.answered_by), **CONSENT)
