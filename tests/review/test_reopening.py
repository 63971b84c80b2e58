"""A reopening is asked for and decided: by whom, of what, and by how many."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal, WrongState
from questionnaire.enums import AssessmentState, Role
from questionnaire.models import Assignment
from review.enums import CaseState, Interest, ItemState, ReopeningReason, ReopeningState
from review.models import Declaration, Reopening
from review.services.reopening import ask_reopening, grant, refuse, withdraw
from tests import world as worlds
from tests.factories.accounts import UserFactory

from .windows import SOON, ask, change, open_for


@pytest.fixture
def settled(reviewed):
    """Give the world with Portugal's strand a cleared: aa1 approved, aa2 ruled."""
    worlds.approve(reviewed, reviewed.item("PT", "aa1"))
    worlds.rule(reviewed, worlds.split(reviewed, "PT", "aa2"))
    assert reviewed.case("PT", "a").state == CaseState.CLEARED
    return reviewed


# --- Asking ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key", ["PT_a_1", "PT_reviewer_1", "adjudicator", "coordinator", "head"]
)
def test_each_side_asks_for_a_reopening_and_it_is_on_record(reviewed, key):
    asked = ask(reviewed, "aa1", by=key)

    assert (asked.state, asked.needs_two) == (ReopeningState.ASKED, False)
    entry = AuditEntry.objects.get(act="window.ask")
    assert (entry.subject, entry.actor) == ("case/2019/PT/a", reviewed[key].pk)
    assert entry.new["items"] == [["aa1", "2019-12-31"]]
    assert entry.role in {
        Role.EXPERT,
        Role.REVIEWER,
        Role.ADJUDICATOR,
        Role.COORDINATOR,
    }


@pytest.mark.parametrize("key", ["EE_a_1", "EE_reviewer_1", "observer", "stranger", "PT_b_1"])
def test_nobody_else_asks(reviewed, key):
    with pytest.raises(NotAllowed):
        ask(reviewed, "aa1", by=key)

    assert not Reopening.objects.exists()


def test_a_superuser_without_a_part_asks_for_nothing(reviewed):
    reviewed.people["root"] = UserFactory(is_superuser=True, is_staff=True)

    with pytest.raises(NotAllowed):
        ask(reviewed, "aa1", by="root")


def test_one_reopening_of_a_sheet_at_a_time(reviewed):
    ask(reviewed, "aa1")

    with pytest.raises(WrongState, match="under way already"):
        ask(reviewed, "aa2", by="PT_reviewer_1")


def test_a_disputed_answer_is_not_listed(reviewed):
    worlds.split(reviewed, "PT", "aa1")

    with pytest.raises(Refusal, match="aa1 is disputed or asked back"):
        ask(reviewed, "aa1", "aa2")


def test_a_returned_sheet_is_open_already(reviewed):
    worlds.return_objections(reviewed, "PT", "aa1")

    with pytest.raises(WrongState, match="back with the expert"):
        ask(reviewed, "aa2")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": "  "}, "text"),
        ({"reason": "after_cut_off"}, "reason"),
        ({"items": []}, "items"),
    ],
)
def test_what_is_asked_has_answers_a_reason_and_a_text(reviewed, wrong, field):
    right = {"items": [reviewed.item("PT", "aa1")], "reason": "citation", "text": "Section 5."}
    case = reviewed.case("PT", "a")

    with pytest.raises(ValidationError, match=field) as error:
        ask_reopening(case=case, by=reviewed["PT_a_1"], **right | wrong)

    assert list(error.value.message_dict) == [field]
    assert not Reopening.objects.exists()


def test_the_expert_does_not_ask_in_the_name_of_a_reviewer(reviewed):
    with pytest.raises(ValidationError, match="Choose one of the reasons"):
        ask(reviewed, "aa1", reason=ReopeningReason.REVIEW)
    assert not Reopening.objects.exists()

    asked = ask(reviewed, "aa1", by="PT_reviewer_1", reason=ReopeningReason.REVIEW)
    assert asked.reason == ReopeningReason.REVIEW


def test_answers_of_another_sheet_are_not_listed(reviewed):
    with pytest.raises(ValidationError, match="Choose the answers of this sheet"):
        ask_reopening(
            case=reviewed.case("PT", "a"),
            items=[reviewed.item("PT", "bb1")],
            reason="citation",
            text="Section 5.",
            by=reviewed["PT_a_1"],
        )


# --- Deciding ----------------------------------------------------------------------------


def test_one_coordinator_opens_the_listed_answers_of_a_case_in_review(reviewed):
    window = open_for(reviewed, "aa1")

    assert (window.state, window.granted_by) == (
        ReopeningState.OPEN,
        reviewed["coordinator"],
    )
    assert reviewed.case("PT", "a").state == CaseState.RETURNED
    assert reviewed.item("PT", "aa1").state == ItemState.REOPENED
    assert reviewed.item("PT", "aa2").state == ItemState.UNDER_REVIEW
    sheet = reviewed.sheet("PT", "a")
    assert (sheet.state, sheet.open_until) == (AssessmentState.RETURNED, window.until)
    with pytest.raises(NotAllowed, match="asked nothing about this answer"):
        change(reviewed, "aa2")


def test_a_cleared_case_is_opened_by_two_persons(settled):
    asked = ask(settled, "aa1")
    until = timezone.now() + SOON

    first = grant(reopening=asked, until=until, text="One.", by=settled["coordinator"])
    assert (first.state, settled.case("PT", "a").state) == (
        ReopeningState.SECONDING,
        CaseState.CLEARED,
    )
    with pytest.raises(NotAllowed, match="granted it first"):
        grant(reopening=first, until=until, text="Two.", by=settled["coordinator"])
    second = grant(reopening=first, until=until, text="Two.", by=settled["head"])

    assert second.state == ReopeningState.OPEN
    assert (second.granted_by, second.seconded_by) == (settled["coordinator"], settled["head"])
    assert second.decision == "One.\n\nTwo."
    acts = AuditEntry.objects.filter(act__startswith="window.").values_list("act", flat=True)
    assert list(acts.order_by("number")) == [
        "window.ask",
        "window.grant_first",
        "window.second",
    ]


def test_a_case_that_was_cleared_after_it_was_asked_takes_two_as_well(reviewed):
    asked = ask(reviewed, "aa1")
    worlds.approve(reviewed, reviewed.item("PT", "aa1"))
    worlds.approve(reviewed, reviewed.item("PT", "aa2"))

    granted = grant(
        reopening=asked, until=timezone.now() + SOON, text="Do.", by=reviewed["coordinator"]
    )

    assert (granted.state, granted.needs_two) == (ReopeningState.SECONDING, True)


def test_an_answer_that_was_disputed_after_it_was_asked_keeps_it_from_being_opened(reviewed):
    asked = ask(reviewed, "aa1")
    worlds.split(reviewed, "PT", "aa1")

    with pytest.raises(Refusal, match="aa1 is disputed"):
        grant(
            reopening=asked, until=timezone.now() + SOON, text="Do.", by=reviewed["coordinator"]
        )


def test_a_case_that_was_returned_after_it_was_asked_is_not_opened(reviewed):
    asked = ask(reviewed, "aa1")
    worlds.return_objections(reviewed, "PT", "aa2")

    with pytest.raises(Refusal, match="back with the expert"):
        grant(
            reopening=asked, until=timezone.now() + SOON, text="Do.", by=reviewed["coordinator"]
        )


@pytest.mark.parametrize(
    "key", ["PT_a_1", "PT_reviewer_1", "adjudicator", "observer", "publisher_1", "stranger"]
)
def test_only_a_coordinator_decides(reviewed, key):
    asked = ask(reviewed, "aa1")

    with pytest.raises(NotAllowed):
        grant(reopening=asked, until=timezone.now() + SOON, text="Do.", by=reviewed[key])
    with pytest.raises(NotAllowed):
        refuse(reopening=asked, text="No.", by=reviewed[key])

    asked.refresh_from_db()
    assert asked.state == ReopeningState.ASKED


def test_who_asked_does_not_decide(reviewed):
    asked = ask(reviewed, "aa1", by="coordinator")

    with pytest.raises(NotAllowed, match="another coordinator decides"):
        grant(
            reopening=asked, until=timezone.now() + SOON, text="Do.", by=reviewed["coordinator"]
        )


@pytest.mark.parametrize(
    "declared",
    [{"interest": Interest.YES}, {"interest": Interest.POSSIBLE}, {"is_cleared": False}],
)
def test_a_coordinator_with_a_tie_does_not_decide(reviewed, declared):
    asked = ask(reviewed, "aa1")
    Declaration.objects.create(
        person=reviewed["coordinator"],
        round=reviewed.round,
        country=reviewed.country("PT"),
        text="A cousin works there.",
        **{"interest": Interest.NONE} | declared,
    )

    with pytest.raises(NotAllowed):
        grant(
            reopening=asked, until=timezone.now() + SOON, text="Do.", by=reviewed["coordinator"]
        )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"until": -SOON}, "until"), ({"text": " "}, "text")],
)
def test_a_decision_has_an_end_to_come_and_a_text(reviewed, wrong, field):
    asked = ask(reviewed, "aa1")
    right = {"until": SOON, "text": "Do."} | wrong

    with pytest.raises(ValidationError, match=field) as error:
        grant(
            reopening=asked,
            until=timezone.now() + right["until"],
            text=right["text"],
            by=reviewed["coordinator"],
        )

    assert list(error.value.message_dict) == [field]
    assert reviewed.case("PT", "a").state == CaseState.IN_REVIEW


def test_a_refusal_needs_a_text_and_ends_it(reviewed):
    asked = ask(reviewed, "aa1")
    with pytest.raises(ValidationError, match="Write something"):
        refuse(reopening=asked, text="", by=reviewed["coordinator"])

    refused = refuse(reopening=asked, text="The source stands.", by=reviewed["coordinator"])

    assert (refused.state, refused.decision) == (ReopeningState.REFUSED, "The source stands.")
    with pytest.raises(WrongState, match="was refused"):
        grant(
            reopening=asked, until=timezone.now() + SOON, text="Do.", by=reviewed["coordinator"]
        )
    assert ask(reviewed, "aa1").state == ReopeningState.ASKED


def test_the_second_person_may_refuse(settled):
    asked = ask(settled, "aa1")
    until = timezone.now() + SOON
    grant(reopening=asked, until=until, text="One.", by=settled["coordinator"])

    refused = refuse(reopening=asked, text="No need.", by=settled["adjudicator"])

    assert refused.state == ReopeningState.REFUSED
    assert settled.case("PT", "a").state == CaseState.CLEARED


def test_who_asked_withdraws_and_nobody_else(reviewed):
    asked = ask(reviewed, "aa1")
    with pytest.raises(NotAllowed):
        withdraw(reopening=asked, by=reviewed["PT_reviewer_1"])

    withdrawn = withdraw(reopening=asked, by=reviewed["PT_a_1"])

    assert withdrawn.state == ReopeningState.WITHDRAWN
    assert AuditEntry.objects.get(act="window.withdraw").role == Role.EXPERT


def test_who_has_no_part_any_more_withdraws_nothing(reviewed):
    asked = ask(reviewed, "aa1")
    held = Assignment.objects.get(person=reviewed["PT_a_1"])
    held.ended_at = timezone.now()
    held.save()

    with pytest.raises(NotAllowed):
        withdraw(reopening=asked, by=reviewed["PT_a_1"])
