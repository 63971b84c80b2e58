"""What a reopening leaves when it ends: unchanged answers keep what they had, changed do not."""

import pytest
from django.utils import timezone

from mipex_site.accounts.services.people import portal_robot
from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal, WrongState
from questionnaire.enums import AssessmentState, RequestState
from questionnaire.models import ChangeRequest
from questionnaire.services import answers
from review.enums import CaseState, ItemState, ReopenedOutcome
from review.models import Opinion, Reopening, SettledAnswer
from review.services import reopening as windows
from review.services.reopening import end_reopening, grant
from review.tasks import end_what_is_over
from tests import world as worlds

from .windows import SOON, ask, change, open_for, pass_time


@pytest.fixture
def settled(reviewed):
    """Give the world with Portugal's strand a cleared: aa1 approved, aa2 ruled."""
    worlds.approve(reviewed, reviewed.item("PT", "aa1"))
    worlds.rule(reviewed, worlds.split(reviewed, "PT", "aa2"))
    assert reviewed.case("PT", "a").state == CaseState.CLEARED
    return reviewed


# --- The end -----------------------------------------------------------------------------


def test_an_unchanged_answer_keeps_its_approval_and_a_changed_ruling_is_void(settled, acts):
    open_for(settled, "aa1", "aa2")
    change(settled, "aa2")
    pass_time()

    assert end_what_is_over() == 1

    assert settled.item("PT", "aa1").state == ItemState.APPROVED
    assert SettledAnswer.objects.filter(item=settled.item("PT", "aa1")).exists()
    changed = settled.item("PT", "aa2")
    assert (changed.state, changed.version) == (ItemState.UNDER_REVIEW, 2)
    assert not SettledAnswer.objects.filter(item=changed).exists()
    sheet = settled.sheet("PT", "a")
    assert (sheet.state, sheet.open_until) == (AssessmentState.SUBMITTED, None)
    assert settled.case("PT", "a").state == CaseState.IN_REVIEW
    outcomes = Reopening.objects.get().items.values_list("item__indicator__code", "outcome")
    assert set(outcomes) == {
        ("aa1", ReopenedOutcome.UNCHANGED),
        ("aa2", ReopenedOutcome.CHANGED),
    }
    kept = AuditEntry.objects.get(act="settled.void")
    assert (kept.subject, kept.old["basis"], kept.old["points"]) == (
        "item/2019/PT/a/aa2",
        "ruled",
        "100",
    )
    end = AuditEntry.objects.get(act="window.end")
    assert (end.actor, end.role, end.channel) == (portal_robot().pk, "", "task")


def test_the_expert_ends_it_early_and_owes_no_reply_for_what_is_unchanged(settled):
    open_for(settled, "aa1", "aa2")
    change(settled, "aa1")

    worlds.submit(settled, settled.sheet("PT", "a"))

    assert settled.item("PT", "aa1").state == ItemState.UNDER_REVIEW
    assert settled.item("PT", "aa2").state == ItemState.RULED
    assert settled.sheet("PT", "a").open_until is None
    assert not ChangeRequest.objects.filter(state=RequestState.OPEN).exists()
    assert AuditEntry.objects.get(act="window.end").actor == settled["PT_a_1"].pk


def test_a_cleared_case_of_which_nothing_changed_is_cleared_again(settled):
    open_for(settled, "aa1", "aa2")

    worlds.submit(settled, settled.sheet("PT", "a"))

    assert settled.case("PT", "a").state == CaseState.CLEARED
    assert settled.item("PT", "aa2").state == ItemState.RULED


def test_an_answer_under_review_keeps_its_opinions_where_it_is_unchanged(reviewed):
    worlds.agree(reviewed, reviewed.item("PT", "aa1"), reviewed["PT_reviewer_1"])
    open_for(reviewed, "aa1")
    with pytest.raises(WrongState, match="open again"):
        worlds.agree(reviewed, reviewed.item("PT", "aa1"), reviewed["PT_reviewer_2"])

    worlds.submit(reviewed, reviewed.sheet("PT", "a"))
    worlds.agree(reviewed, reviewed.item("PT", "aa1"), reviewed["PT_reviewer_2"])

    assert reviewed.item("PT", "aa1").state == ItemState.APPROVED


def test_what_was_not_listed_is_judged_on_meanwhile(reviewed):
    open_for(reviewed, "aa1")

    worlds.approve(reviewed, reviewed.item("PT", "aa2"))

    assert reviewed.item("PT", "aa2").state == ItemState.APPROVED
    assert reviewed.case("PT", "a").state == CaseState.RETURNED


def test_it_does_not_end_before_its_time_and_ends_once(settled):
    window = open_for(settled, "aa1")
    assert end_what_is_over() == 0
    with pytest.raises(Refusal):
        end_reopening(reopening=window, by=portal_robot())
    pass_time()

    assert (end_what_is_over(), end_what_is_over()) == (1, 0)
    with pytest.raises(WrongState, match="has ended"):
        end_reopening(reopening=window, by=portal_robot())


def test_what_is_maintained_in_a_reopening_is_no_dispute(settled):
    open_for(settled, "aa1")
    answers.maintain_answer(
        sheet=settled.sheet("PT", "a"),
        indicator=settled.indicator("aa1"),
        reply="Read again, and right.",
        by=settled["PT_a_1"],
    )

    worlds.submit(settled, settled.sheet("PT", "a"))

    assert settled.item("PT", "aa1").state == ItemState.APPROVED


def test_the_same_version_is_reopened_twice_and_returned_after(reviewed):
    for _time in range(2):
        open_for(reviewed, "aa1")
        worlds.submit(reviewed, reviewed.sheet("PT", "a"))

    worlds.return_objections(reviewed, "PT", "aa1")
    worlds.answer_the_requests(reviewed, reviewed.sheet("PT", "a"), maintain=True)
    worlds.submit(reviewed, reviewed.sheet("PT", "a"))

    assert reviewed.item("PT", "aa1").state == ItemState.DISPUTED


def test_a_maintained_and_ruled_answer_is_maintained_again_after_a_reopening(reviewed):
    worlds.return_objections(reviewed, "PT", "aa1")
    worlds.answer_the_requests(reviewed, reviewed.sheet("PT", "a"), maintain=True)
    worlds.submit(reviewed, reviewed.sheet("PT", "a"))
    worlds.rule(reviewed, reviewed.dispute("PT", "aa1"))

    open_for(reviewed, "aa1")
    pass_time()
    end_what_is_over()

    assert reviewed.item("PT", "aa1").state == ItemState.RULED
    request = ChangeRequest.objects.get()
    assert (request.state, request.reply) == (
        RequestState.MAINTAINED,
        "The act means what it says.",
    )


def test_what_a_reopening_let_change_is_shut_in_the_next_return(reviewed):
    open_for(reviewed, "aa1")
    change(reviewed, "aa1")
    pass_time()
    end_what_is_over()
    worlds.return_objections(reviewed, "PT", "aa2")

    with pytest.raises(NotAllowed, match="asked nothing about this answer"):
        change(reviewed, "aa1", earns=0)


def test_an_excluded_way_round_is_shut_opinions_on_the_old_version_do_not_count(settled):
    open_for(settled, "aa1")
    change(settled, "aa1", earns=50)
    change(settled, "aa1", earns=100)
    worlds.submit(settled, settled.sheet("PT", "a"))

    item = settled.item("PT", "aa1")
    assert (item.state, item.version) == (ItemState.UNDER_REVIEW, 3)
    assert Opinion.objects.filter(item=item, version=1).count() == 2
    worlds.approve(settled, item)
    assert settled.item("PT", "aa1").state == ItemState.APPROVED


def test_nothing_is_asked_or_decided_once_the_review_is_closed(settled):
    asked = ask(settled, "aa1")
    round_ = settled.round
    round_.state = "review_closed"
    round_.save()

    with pytest.raises(WrongState, match="closed"):
        grant(
            reopening=asked, until=timezone.now() + SOON, text="Do.", by=settled["coordinator"]
        )
    with pytest.raises(WrongState, match="closed"):
        ask(settled, "aa1")


def test_an_open_window_keeps_the_review_from_being_closed_and_is_named(world):
    worlds.settle_all(world)
    open_for(world, "aa1")

    with pytest.raises(Refusal, match=r"Portugal, .*: a reopening is asked for or open"):
        worlds.close(world)


def test_a_decision_that_fails_leaves_nothing_behind(settled, monkeypatch):
    asked = ask(settled, "aa1")
    until = timezone.now() + SOON
    grant(reopening=asked, until=until, text="One.", by=settled["coordinator"])

    def fails(**_anything):
        raise RuntimeError

    monkeypatch.setattr(windows.Diary, "write", fails)
    with pytest.raises((RuntimeError, TypeError)):
        grant(reopening=asked, until=until, text="Two.", by=settled["head"])

    assert settled.case("PT", "a").state == CaseState.CLEARED
    assert settled.sheet("PT", "a").open_until is None
