"""Conversations: who begins, reads, writes, closes and removes, and what is not read yet."""

import pytest

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed
from questionnaire.enums import Role
from review import rules
from review.enums import Audience, Side, ThreadKind
from review.models import BlindCoding, Message, Redaction, Thread
from review.rules.threads import standing_in
from review.selectors.known import Known
from review.selectors.threads import conversations, readable_threads, thread_page
from review.selectors.turns import Sides, your_turns
from review.services import threads
from tests import world as worlds
from tests.factories.accounts import UserFactory
from tests.review.talk import (
    AMONG_REVIEWERS,
    CONSORTIUM,
    PEOPLE,
    READ,
    WITH_EXPERT,
    WRITE,
    begin,
    say,
)


@pytest.fixture
def review(reviewed):
    """Give the small world in review, with a superuser who has no assignment."""
    reviewed.people["superuser"] = UserFactory(is_superuser=True, is_staff=True)
    return reviewed


# --- Who ---------------------------------------------------------------------------------


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("who", [*PEOPLE, "superuser"])
def test_who_reads_and_who_writes(review, who, audience):
    thread = begin(review, "adjudicator", audience)
    thread.refresh_from_db()

    assert rules.may_read_thread(review[who], thread).allowed == (who in READ[audience])
    assert rules.may_post(review[who], thread).allowed == (who in WRITE[audience])
    if who not in WRITE[audience]:
        with pytest.raises(NotAllowed):
            say(review, thread, who)
        assert Message.objects.count() == 1


@pytest.mark.parametrize("is_blocking", [False, True])
@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("who", [*PEOPLE, "superuser"])
def test_who_begins(review, who, audience, is_blocking):
    may = who in WRITE[audience] and not (who == "EE_a_1" and is_blocking)
    asked = {"audience": audience, "is_blocking": is_blocking}
    verdict = rules.may_open_thread(review[who], review.case("EE", "a"), **asked)

    assert verdict.allowed == may
    assert bool(verdict.reason) != may
    if not may:
        with pytest.raises(NotAllowed):
            begin(review, who, audience, is_blocking=is_blocking)
        assert not Thread.objects.exists()


@pytest.mark.parametrize("opener", ["EE_a_1", "EE_reviewer_2", "adjudicator"])
@pytest.mark.parametrize("who", [*PEOPLE, "EE_reviewer_2", "superuser"])
def test_who_closes(review, who, opener):
    thread = begin(review, opener, turn=Side.NOBODY)
    may = who in {opener, "adjudicator", "coordinator", "head"}

    assert rules.may_close_thread(review[who], thread).allowed == may
    if not may:
        with pytest.raises(NotAllowed):
            threads.close_thread(thread=thread, by=review[who])
        assert Thread.objects.get().closed_at is None


@pytest.mark.parametrize("author", ["EE_a_1", "EE_reviewer_2"])
@pytest.mark.parametrize("who", [*PEOPLE, "EE_reviewer_2", "superuser"])
def test_who_removes_a_message(review, who, author):
    message = begin(review, author, turn=Side.NOBODY).messages.get()
    may = who in {author, "coordinator", "head"}

    assert rules.may_redact(review[who], message).allowed == may
    if not may:
        with pytest.raises(NotAllowed):
            threads.redact(message=message, reason="It names somebody.", by=review[who])
        assert not Redaction.objects.exists()


def test_a_delegate_talks_on_behalf_of_the_expert(review):
    case = review.case("EE", "b")
    delegate = review["EE_b_delegate"]
    threads.open_thread(
        case=case,
        kind=ThreadKind.QUESTION,
        audience=WITH_EXPERT,
        is_blocking=False,
        text="Which section is it?",
        turn=Side.REVIEWERS,
        by=delegate,
    )
    entry = AuditEntry.objects.get(act="thread.open")
    assert (entry.role, entry.actor) == (Role.DELEGATE, delegate.pk)


def test_the_second_expert_reads_nothing_of_the_first_one_s_talk(review):
    assert not standing_in(review["EE_b_2"], review.case("EE", "b"))


def test_the_list_of_sides_says_what_the_rule_says_case_by_case(review):
    """My work asks in bulk; it must not drift from the rule."""
    for person in review.people.values():
        sides = Sides(Known(person))
        for country, strand in (("EE", "a"), ("EE", "b"), ("PT", "a"), ("PT", "b")):
            case = review.case(country, strand)
            assert sides.side_in(case) == standing_in(person, case).side


# --- What is not read yet ----------------------------------------------------------------


def reads(world, who, item="aa1"):
    """Return how many conversations about an answer a person finds, in every place alike."""
    person, case = world[who], world.case("EE", "a")
    talk = conversations(case, person, world.item("EE", item))
    listed = len(talk.going_on)
    assert len(readable_threads(case, person, standing_in(person, case))) == listed
    for thread in Thread.objects.filter(item__isnull=False):
        assert rules.may_read_thread(person, thread).allowed == bool(listed)
    return listed


def test_a_sealed_answer_s_talk_is_sealed_until_one_has_coded_it(review):
    item = review.item("EE", "aa1")
    begin(review, "EE_a_1", item="aa1", turn=Side.REVIEWERS)
    assert reads(review, "EE_reviewer_1") == 1
    item.is_coded_blind = True
    item.save()

    assert reads(review, "EE_reviewer_1") == 0
    assert your_turns(review["EE_reviewer_1"]) == ()
    assert reads(review, "adjudicator") == 1
    with pytest.raises(NotAllowed, match="Code this question yourself first"):
        begin(review, "EE_reviewer_1", item="aa1")
    said = {"kind": "chosen", "option": review.option("aa1", 100)}
    BlindCoding.objects.create(item=item, coder=review["EE_reviewer_1"], version=1, **said)
    assert reads(review, "EE_reviewer_1") == 1


def test_what_reviewers_say_among_themselves_is_hidden_until_ones_own_opinion(review):
    item = review.item("EE", "aa1")
    worlds.agree(review, item, review["EE_reviewer_1"])
    begin(review, "EE_reviewer_1", AMONG_REVIEWERS, item="aa1")

    assert reads(review, "EE_reviewer_1") == 1
    assert reads(review, "EE_reviewer_2") == 0
    assert your_turns(review["EE_reviewer_2"]) == ()
    with pytest.raises(NotAllowed, match="Give your own opinion first"):
        begin(review, "EE_reviewer_2", AMONG_REVIEWERS, item="aa1")
    worlds.disagree(review, item, review["EE_reviewer_2"], suggests=50)
    assert reads(review, "EE_reviewer_2") == 1
    assert len(your_turns(review["EE_reviewer_2"])) == 1


def test_a_question_to_the_expert_is_read_by_every_reviewer(review):
    begin(review, "EE_reviewer_1", item="aa1")
    assert reads(review, "EE_reviewer_2") == 1


def test_a_number_tells_nothing_of_conversations_that_are_not_shown(review):
    numbers = [begin(review, "adjudicator", CONSORTIUM).number for _time in range(8)]
    assert len(set(numbers)) == 8
    assert sorted(numbers) != list(range(min(numbers), min(numbers) + 8))


def test_a_conversation_holds_no_name_and_no_moment(review):
    thread = begin(review, "EE_reviewer_1", item="aa1")
    say(review, thread, "EE_a_1")
    case = review.case("EE", "a")
    for who in ("EE_a_1", "EE_reviewer_1", "EE_reviewer_2", "adjudicator", "observer"):
        standing = standing_in(review[who], case)
        thread = readable_threads(case, review[who], standing)[0]
        page = thread_page(thread, review[who], standing)
        shown = f"{page} {conversations(case, review[who])} {your_turns(review[who])}"
        assert not [t for t in review.traces_of(worlds.NAMES) if t.lower() in shown.lower()]
        assert "datetime.datetime" not in shown
        assert [m.is_yours for m in page.messages] == [who == "EE_reviewer_1", who == "EE_a_1"]


@pytest.mark.parametrize("number", [1, 6])
def test_the_talk_costs_as_much_for_six_as_for_one(review, number, django_assert_num_queries):
    for _time in range(number):
        thread = begin(review, "EE_reviewer_1", item="aa1")
        say(review, thread, "EE_a_1", turn=Side.REVIEWERS)
    case, reviewer = review.case("EE", "a"), review["EE_reviewer_2"]
    with django_assert_num_queries(9):
        assert len(conversations(case, reviewer).going_on) == number
    with django_assert_num_queries(3):
        assert len(your_turns(reviewer)) == number
