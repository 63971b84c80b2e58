"""Conversations: what is written and removed, what is refused, and what waits for one."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.utils import timezone

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal, WrongState
from questionnaire.enums import TEXT_LIMIT, Role, RoundState
from review import workflow
from review.enums import BlockerKind, CaseState, ItemState, OpinionKind, Side, ThreadKind
from review.models import Message, Redaction, Thread
from review.rules.threads import standing_in
from review.selectors import blockers
from review.selectors.threads import conversations, readable_threads, thread_page
from review.selectors.turns import your_turns
from review.services import threads
from review.services.opinions import give_opinion
from review.services.scanning import Held
from tests import world as worlds
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import coordinator_of
from tests.factories.review import CaseItemFactory, reviewer_of
from tests.review.talk import READ, WITH_EXPERT, begin, say


@pytest.fixture
def review(reviewed):
    """Give the small world in review."""
    return reviewed


# --- What is written ---------------------------------------------------------------------


def test_a_conversation_says_whose_move_it_is(review):
    due = timezone.localdate() + timedelta(days=3)
    thread = begin(review, "EE_reviewer_1", item="aa1", due_on=due)
    (line,) = your_turns(review["EE_a_1"])
    assert (line.number, line.due_on, line.is_overdue) == (thread.number, due, False)
    assert your_turns(review["EE_reviewer_1"]) == ()

    say(review, thread, "EE_a_1", turn=Side.REVIEWERS)
    assert your_turns(review["EE_a_1"]) == ()
    assert len(your_turns(review["EE_reviewer_2"])) == 1
    Thread.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    assert your_turns(review["EE_reviewer_2"])[0].is_overdue
    for who in ("EE_b_1", "PT_reviewer_1", "coordinator", "observer", "stranger"):
        assert your_turns(review[who]) == ()


def test_the_audit_has_the_readers_and_the_digest_but_no_words(review):
    thread = begin(review, "EE_reviewer_1", item="aa1", text="A secret remark.")
    message = say(review, thread, "EE_a_1", text="Another secret.", turn=Side.REVIEWERS)
    threads.redact(message=message, reason="It told too much.", by=review["coordinator"])
    threads.close_thread(thread=thread, by=review["EE_reviewer_1"])

    entries = list(AuditEntry.objects.order_by("number"))[-4:]
    assert [entry.act for entry in entries] == [
        "thread.open",
        "thread.post",
        "message.redact",
        "thread.close",
    ]
    assert {entry.subject for entry in entries} == {"item/2019/EE/a/aa1"}
    assert {entry.new["audience"] for entry in entries} == {WITH_EXPERT}
    assert [entry.role for entry in entries] == [
        "reviewer",
        "expert",
        "coordinator",
        "reviewer",
    ]
    assert (entries[1].old["turn"], entries[1].new["turn"]) == (Side.EXPERT, Side.REVIEWERS)
    assert "secret" not in " ".join(str((entry.old, entry.new)) for entry in entries)
    assert entries[1].new["sha256"] == entries[2].new["sha256"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"text": " \n"}, "Write something"),
        ({"text": "x" * (TEXT_LIMIT + 1)}, "Shorten it to 20,000"),
        ({"text": "x" * 1_000_000}, "Shorten it to 20,000"),
        ({"kind": "other"}, "Choose what it is"),
        ({"audience": "everybody"}, "Choose who reads it"),
        ({"turn": Side.COORDINATOR}, "do not read this conversation"),
        ({"turn": Side.NOBODY, "is_blocking": True}, "say whose move it is"),
        ({"due_on": timezone.localdate() - timedelta(days=2)}, "This day is over"),
    ],
)
def test_what_cannot_be_begun_is_refused_in_words(review, content, words):
    with pytest.raises(ValidationError, match=words):
        begin(review, "EE_reviewer_1", **content)
    assert not Thread.objects.exists()


def test_an_answer_of_another_case_is_refused(review):
    with pytest.raises(ValidationError, match="another case"):
        threads.open_thread(
            case=review.case("EE", "a"),
            item=review.item("EE", "bb1"),
            kind=ThreadKind.REMARK,
            audience=WITH_EXPERT,
            is_blocking=False,
            text="Section 5.",
            turn=Side.EXPERT,
            by=review["adjudicator"],
        )


def test_a_text_that_names_somebody_is_held_up_and_the_overruling_is_kept(review):
    names = {"text": "Ask Wombatsky at the Ministry of Justice."}
    with pytest.raises(Held):
        begin(review, "EE_reviewer_1", **names)
    assert not Thread.objects.exists()

    thread = begin(review, "EE_reviewer_1", **names, overruled=True)
    with pytest.raises(Held):
        say(review, thread, "EE_a_1", text="He is right, says Kinkajouro.")
    message = thread.messages.get()
    with pytest.raises(Held):
        threads.redact(message=message, reason="It says Wombatsky.", by=review["head"])
    new = AuditEntry.objects.get(act="thread.open").new
    assert new["overruled"] == ["name", "organisation"]
    assert "Wombatsky" not in str(new)


def test_a_message_is_never_changed_or_deleted(review):
    message = begin(review, "EE_reviewer_1").messages.get()
    threads.redact(message=message, reason="A slip.", by=review["EE_reviewer_1"])
    for rows in (Message.objects.all(), Redaction.objects.all()):
        with pytest.raises(TypeError, match="append-only"):
            rows.delete()
        with pytest.raises(TypeError, match="append-only"):
            rows.update(at=timezone.now())
    with pytest.raises(ProtectedError):
        message.delete()


def test_a_removed_message_is_shown_to_nobody_and_says_why(review):
    thread = begin(review, "EE_reviewer_1", item="aa1", text="A slip of the pen.")
    message = thread.messages.get()
    threads.redact(message=message, reason="It told a place of work.", by=review["coordinator"])
    case = review.case("EE", "a")
    for who in READ[WITH_EXPERT]:
        standing = standing_in(review[who], case)
        (found,) = readable_threads(case, review[who], standing)
        (view,) = thread_page(found, review[who], standing).messages
        assert (view.text, view.reason) == ("", "It told a place of work.")
        assert view.removed_on == timezone.localdate()
        assert "slip" not in str(conversations(case, review[who]))

    with pytest.raises(WrongState, match="removed already"):
        threads.redact(message=message, reason="Again.", by=review["coordinator"])


def test_a_removal_has_a_reason(review):
    message = begin(review, "EE_reviewer_1").messages.get()
    with pytest.raises(ValidationError, match="Say why"):
        threads.redact(message=message, reason=" ", by=review["EE_reviewer_1"])


def test_a_closed_conversation_stays_closed(review):
    thread = begin(review, "EE_reviewer_1")
    threads.close_thread(thread=thread, by=review["EE_reviewer_1"])

    with pytest.raises(WrongState, match="Begin another one"):
        say(review, thread, "EE_a_1")
    with pytest.raises(WrongState, match="Begin another one"):
        threads.close_thread(thread=thread, by=review["adjudicator"])
    assert your_turns(review["EE_a_1"]) == ()


def test_nothing_is_said_in_a_closed_round_or_before_a_review_has_begun(review):
    thread = begin(review, "EE_reviewer_1")
    review.round.state = RoundState.REVIEW_CLOSED
    review.round.save()
    for act in (
        lambda: begin(review, "EE_reviewer_1"),
        lambda: say(review, thread, "EE_a_1"),
        lambda: threads.close_thread(thread=thread, by=review["EE_reviewer_1"]),
    ):
        with pytest.raises(WrongState, match="closed"):
            act()
    assert Message.objects.count() == 1


@pytest.mark.parametrize("who", ["coordinator", "EE_reviewer_1"])
def test_a_name_is_taken_out_of_sight_after_the_review_closed_by_a_row_of_its_own(review, who):
    thread = begin(review, "EE_reviewer_1", text="A slip of the pen.")
    review.round.state = RoundState.REVIEW_CLOSED
    review.round.save()
    before = rows_of_conversations()

    threads.redact(message=thread.messages.get(), reason="It told a place.", by=review[who])

    assert rows_of_conversations() == before
    assert Redaction.objects.get().by == review[who]
    assert AuditEntry.objects.order_by("number").last().act == "message.redact"
    case = review.case("EE", "a")
    standing = standing_in(review["observer"], case)
    (found,) = readable_threads(case, review["observer"], standing)
    (view,) = thread_page(found, review["observer"], standing).messages
    assert (view.text, view.reason) == ("", "It told a place.")


@pytest.mark.parametrize(
    "who", ["EE_reviewer_2", "EE_a_1", "adjudicator", "observer", "PT_a_1"]
)
def test_nobody_else_removes_a_message_after_the_review_closed(review, who):
    thread = begin(review, "EE_reviewer_1")
    review.round.state = RoundState.REVIEW_CLOSED
    review.round.save()
    for by in (review[who], review["stranger"], UserFactory(is_superuser=True)):
        with pytest.raises(NotAllowed):
            threads.redact(message=thread.messages.get(), reason="It told a place.", by=by)
    assert not Redaction.objects.exists()


def rows_of_conversations():
    """Return every column of every conversation and message."""
    return [list(rows.order_by("pk").values()) for rows in (Thread.objects, Message.objects)]


# --- What waits for it -------------------------------------------------------------------


@pytest.fixture
def item(db):
    """Give the one answer of a case, with the two reviewers it needs."""
    return CaseItemFactory()


def block(item, by, *, about_item=True):
    return threads.open_thread(
        case=item.case,
        item=item if about_item else None,
        kind=ThreadKind.EVIDENCE,
        audience=WITH_EXPERT,
        is_blocking=True,
        text="Send the section.",
        turn=Side.EXPERT,
        by=by,
    )


def both_agree(item, first, second):
    for reviewer in (first, second):
        give_opinion(item=item, version=1, kind=OpinionKind.AGREE, by=reviewer)


def test_a_blocking_conversation_keeps_an_answer_from_approval_and_lets_it_go(item, acts):
    first, second = reviewer_of(item.case), reviewer_of(item.case)
    one, two = block(item, first), block(item, second)
    both_agree(item, first, second)
    item.refresh_from_db()
    assert item.state == ItemState.UNDER_REVIEW
    threads.close_thread(thread=one, by=first)
    item.refresh_from_db()
    assert item.state == ItemState.UNDER_REVIEW

    threads.close_thread(thread=two, by=second)
    item.refresh_from_db()
    assert (item.state, item.case.state) == (ItemState.APPROVED, CaseState.CLEARED)
    assert acts()[-3:] == ["thread.close", "item.approve", "case.clear"]


def test_an_agreed_answer_that_is_blocked_is_told_of_by_its_conversation_alone(item):
    first, second = reviewer_of(item.case), reviewer_of(item.case)
    about_answer, about_case = block(item, first), block(item, second, about_item=False)
    both_agree(item, first, second)

    (found,) = blockers(item.case.round)

    assert found.kind == BlockerKind.THREAD
    assert {(talk.number, talk.kind, talk.title) for talk in found.talks} == {
        (about_answer.number, ThreadKind.EVIDENCE, item.indicator.title),
        (about_case.number, ThreadKind.EVIDENCE, ""),
    }
    with pytest.raises(Refusal, match="evidence wanted") as refused:
        workflow.make(
            workflow.CLOSE_REVIEW, item.case.round, by=coordinator_of(item.case.round)
        )
    for thread in (about_answer, about_case):
        assert str(thread.number) in refused.value.reason
    assert item.indicator.title not in refused.value.reason


def test_one_about_the_case_keeps_the_case_alone(item):
    first, second = reviewer_of(item.case), reviewer_of(item.case)
    thread = block(item, first, about_item=False)
    both_agree(item, first, second)
    item.case.refresh_from_db()
    assert item.case.state == CaseState.IN_REVIEW

    threads.close_thread(thread=thread, by=first)
    item.case.refresh_from_db()
    assert item.case.state == CaseState.CLEARED
    with pytest.raises(WrongState, match="cleared"):
        block(item, first)


def test_one_that_does_not_block_keeps_nothing(review):
    begin(review, "EE_reviewer_1", item="aa1")
    worlds.approve(review, review.item("EE", "aa1"))
    assert review.item("EE", "aa1").state == ItemState.APPROVED


def test_a_blocking_conversation_is_a_blocker_of_the_round_with_its_people(review):
    thread = begin(review, "EE_reviewer_1", item="aa1", is_blocking=True)
    (found,) = [b for b in blockers(review.round) if b.kind == BlockerKind.THREAD]
    assert (found.country, found.strand, found.next_role) == ("EE", "a", Role.EXPERT)
    assert found.people == (review["EE_a_1"].pk,)

    say(review, thread, "EE_a_1", turn=Side.REVIEWERS)
    (found,) = [b for b in blockers(review.round) if b.kind == BlockerKind.THREAD]
    assert found.next_role == Role.REVIEWER
    threads.close_thread(thread=thread, by=review["EE_reviewer_1"])
    assert not [b for b in blockers(review.round) if b.kind == BlockerKind.THREAD]


def test_nobody_s_move_is_none_in_a_conversation_that_blocks(review):
    thread = begin(review, "EE_reviewer_1", is_blocking=True)
    with pytest.raises(ValidationError, match="say whose move it is"):
        say(review, thread, "EE_a_1", turn=Side.NOBODY)
