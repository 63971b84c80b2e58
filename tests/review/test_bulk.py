"""Agreeing with many unchanged answers at once: what qualifies, one row each, nothing half."""

from fractions import Fraction
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries
from mipex_site.base.errors import NotAllowed
from questionnaire.enums import AnswerKind, LinkState, Role
from questionnaire.models import Answer, Citation, LinkCheck, Source
from review.enums import Audience, DraftOf, ItemState, OpinionKind, Side, ThreadKind
from review.models import CaseItem, Opinion, ReviewDraft, Thread
from review.selectors.bulk import CAP, bulk_page
from review.services.bulk import Tick, agree_in_bulk
from review.services.drafts import Typed, keep_review_draft, on_item
from review.services.returning import return_case
from tests import world as worlds
from tests.at_once import at_once
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import AssignmentFactory
from tests.factories.review import reviewer_of
from tests.review.unchanged import confirm, said_before, unchanged_case, with_unchanged


@pytest.fixture
def unchanged(world):
    return with_unchanged(world)


@pytest.fixture
def case(unchanged):
    return unchanged.case("EE", "a")


@pytest.fixture
def reviewer(unchanged):
    return unchanged["EE_reviewer_1"]


def ticks(case, *codes, version=1):
    return [Tick(code, case.round.cut_off, version) for code in codes]


def qualifying(case, person):
    return [row.indicator.code for row in bulk_page(case, person).qualifying]


def why(case, person, code):
    rows = {row.indicator.code: row for row in bulk_page(case, person).others}
    return " ".join(rows[code].why_not)


# --- What qualifies -----------------------------------------------------------------------


def test_confirmed_answers_whose_sources_were_checked_again_qualify(case, reviewer):
    page = bulk_page(case, reviewer)

    assert [row.indicator.code for row in page.qualifying] == ["aa1", "aa2"]
    assert page.others == ()
    assert page.qualifying[0].edition == "2014.2"


def test_an_answer_of_this_round_does_not_qualify_and_it_is_said_why(world):
    said_before(world, "EE", "aa1")
    confirm(world, "EE", "aa1")
    worlds.answer_all(world)
    worlds.submit_all(world)

    person, case = world["EE_reviewer_1"], world.case("EE", "a")
    assert qualifying(case, person) == ["aa1"]
    assert "does not confirm an answer of the last edition" in why(case, person, "aa2")


def test_an_answer_that_was_changed_after_it_was_confirmed_does_not_qualify(
    unchanged, case, reviewer
):
    sheet = unchanged.sheet("EE", "a")
    worlds.return_objections(unchanged, "EE", "aa1", suggests=100)
    worlds.answer(unchanged, sheet, "aa1", earns=0, change_reason="corrected")
    worlds.submit(unchanged, sheet)

    assert qualifying(case, reviewer) == ["aa2"]
    assert "does not confirm" in why(case, reviewer, "aa1")


def test_an_answer_without_a_source_does_not_qualify(case, reviewer):
    Citation.objects.filter(answer__indicator__code="aa1")._raw_delete("default")

    assert "It cites no source." in why(case, reviewer, "aa1")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"checked_on": None}, "has not been checked again for this round"),
        ({"in_force_from": "2020-01-01"}, "Came into force after 31 December 2019"),
        ({"in_force_until": "2018-12-31"}, "No longer in force on 31 December 2019"),
        ({"in_force_from": None}, "No date says since when"),
    ],
)
def test_a_doubtful_source_keeps_its_answers_out(case, reviewer, change, words):
    for source in Source.objects.exclude(carried_from=""):
        for name, value in change.items():
            setattr(source, name, value)
        source.save()

    assert qualifying(case, reviewer) == []
    assert words in why(case, reviewer, "aa1")


def test_a_dead_link_keeps_its_answers_out(case, reviewer):
    LinkCheck.objects.update(state=LinkState.DEAD, checked_at=timezone.now(), error="404")

    assert "the site said 404" in why(case, reviewer, "aa2")


def test_exceptional_points_are_read_one_by_one(db):
    points = {"kind": AnswerKind.EXCEPTIONAL, "option": None, "points": Fraction(75)}
    case, reviewer = unchanged_case(1, **points, rationale="The mean of two regions.")
    (row,) = bulk_page(case, reviewer).others

    assert row.why_not == ("Exceptional points need the consent of a consortium reviewer.",)


@pytest.mark.parametrize(
    ("audience", "words"),
    [
        (Audience.EXPERT_AND_REVIEW, "There is a conversation about it."),
        (Audience.REVIEW, "There is a conversation about it."),
        (Audience.CONSORTIUM, "It is to be read by itself."),
    ],
)
def test_a_conversation_keeps_an_answer_out_and_a_closed_circle_stays_closed(
    unchanged, case, reviewer, audience, words
):
    Thread.objects.create(
        case=case,
        item=unchanged.item("EE", "aa1"),
        number=1,
        kind=ThreadKind.QUESTION,
        audience=audience,
        turn=Side.NOBODY,
        opened_by=unchanged["adjudicator"],
    )

    assert qualifying(case, reviewer) == ["aa2"]
    assert why(case, reviewer, "aa1") == words


def test_a_question_that_is_to_be_coded_blind_says_nothing_of_its_answer(case, reviewer):
    CaseItem.objects.filter(indicator__code="aa1").update(is_coded_blind=True)

    page = bulk_page(case, reviewer)
    (sealed,) = page.others
    assert [row.indicator.code for row in page.qualifying] == ["aa2"]
    assert (sealed.reading, sealed.edition) == (None, "")
    assert "Code this question first" in sealed.why_not[0]


def test_what_one_has_spoken_on_is_not_offered_again(unchanged, case, reviewer):
    worlds.agree(unchanged, unchanged.item("EE", "aa1"), reviewer)

    assert qualifying(case, reviewer) == ["aa2"]
    assert "already given your opinion" in why(case, reviewer, "aa1")


def test_a_hidden_objection_of_somebody_else_shows_in_nothing(unchanged, case, reviewer):
    before = bulk_page(case, reviewer)
    worlds.disagree(unchanged, unchanged.item("EE", "aa1"), unchanged["EE_reviewer_2"])

    assert bulk_page(case, reviewer) == before


# --- Agreeing -----------------------------------------------------------------------------


def test_each_agreement_is_an_opinion_and_a_record_of_its_own_under_one_batch(case, reviewer):
    outcome = agree_in_bulk(case=case, ticks=ticks(case, "aa1", "aa2"), by=reviewer)

    assert outcome.kept == ("Indicator aa1", "Indicator aa2")
    assert outcome.refused == ()
    opinions = Opinion.objects.filter(reviewer=reviewer)
    assert {(one.kind, one.version, one.text) for one in opinions} == {("agree", 1, "")}
    acts = AuditEntry.objects.filter(act="opinion.give", actor=reviewer.pk)
    assert {act.subject for act in acts} == {"item/2019/EE/a/aa1", "item/2019/EE/a/aa2"}
    assert {act.batch for act in acts} == {outcome.batch}
    assert {act.role for act in acts} == {Role.REVIEWER}
    assert entries.walk(case.round.stream).broken_at is None


def test_the_last_agreement_that_was_needed_approves_as_a_single_one_does(
    unchanged, case, reviewer
):
    worlds.agree(unchanged, unchanged.item("EE", "aa1"), unchanged["EE_reviewer_2"])

    agree_in_bulk(case=case, ticks=ticks(case, "aa1", "aa2"), by=reviewer)

    assert unchanged.item("EE", "aa1").state == ItemState.APPROVED
    assert unchanged.item("EE", "aa2").state == ItemState.UNDER_REVIEW


def test_what_changed_meanwhile_is_left_out_by_name_and_the_rest_is_kept(
    unchanged, case, reviewer
):
    wanted = ticks(case, "aa1", "aa2")
    sheet = unchanged.sheet("EE", "a")
    first, second = unchanged["EE_reviewer_2"], unchanged["EE_reviewer_3"]
    item = unchanged.item("EE", "aa1")
    worlds.disagree(unchanged, item, first, suggests=100)
    worlds.disagree(unchanged, item, second, suggests=100)
    return_case(case=case, by=first)
    worlds.answer(unchanged, sheet, "aa1", earns=100, change_reason="corrected")
    worlds.submit(unchanged, sheet)

    outcome = agree_in_bulk(case=case, ticks=wanted, by=reviewer)

    assert outcome.kept == ("Indicator aa2",)
    ((title, reason),) = [(one.title, one.reason) for one in outcome.refused]
    assert title == "Indicator aa1"
    assert "has sent a new version" in reason
    assert [one.item.indicator.code for one in Opinion.objects.filter(reviewer=reviewer)] == [
        "aa2"
    ]


def test_a_source_that_became_doubtful_meanwhile_is_seen_at_the_act(case, reviewer):
    wanted = ticks(case, "aa1")
    LinkCheck.objects.update(state=LinkState.DEAD, checked_at=timezone.now(), error="404")

    outcome = agree_in_bulk(case=case, ticks=wanted, by=reviewer)

    assert "the site said 404" in outcome.refused[0].reason
    assert not Opinion.objects.filter(reviewer=reviewer).exists()


def test_a_tick_on_a_question_of_another_case_is_refused_by_its_code(case, reviewer):
    outcome = agree_in_bulk(case=case, ticks=ticks(case, "bb1"), by=reviewer)

    assert [(one.title, one.reason) for one in outcome.refused] == [
        ("bb1", "This question is not in this case.")
    ]


def test_the_same_batch_twice_agrees_once(case, reviewer):
    agree_in_bulk(case=case, ticks=ticks(case, "aa1", "aa1"), by=reviewer)
    again = agree_in_bulk(case=case, ticks=ticks(case, "aa1"), by=reviewer)

    assert again.kept == ()
    assert "already given your opinion" in again.refused[0].reason
    assert Opinion.objects.filter(reviewer=reviewer).count() == 1


def test_nothing_ticked_and_more_than_the_cap_are_refused_whole(db):
    case, reviewer = unchanged_case(CAP + 1)
    rows = bulk_page(case, reviewer).qualifying
    every = [Tick(row.indicator.code, row.reference_date, row.version) for row in rows]

    with pytest.raises(ValidationError, match="Tick at most 50 answers"):
        agree_in_bulk(case=case, ticks=every, by=reviewer)
    with pytest.raises(ValidationError, match="Tick at least one"):
        agree_in_bulk(case=case, ticks=[], by=reviewer)
    assert not Opinion.objects.exists()

    assert len(agree_in_bulk(case=case, ticks=every[:CAP], by=reviewer).kept) == CAP


@pytest.mark.parametrize("who", ["stranger", "coordinator", "EE_a_1", "adjudicator"])
def test_only_a_reviewer_of_the_case_agrees_in_bulk(unchanged, case, who):
    with pytest.raises(NotAllowed):
        agree_in_bulk(case=case, ticks=ticks(case, "aa1"), by=unchanged[who])
    assert not Opinion.objects.exists()


def test_a_superuser_without_a_part_and_one_who_wrote_agree_with_nothing(unchanged, case):
    root = UserFactory(is_superuser=True, is_staff=True)
    expert = unchanged["EE_a_1"]
    AssignmentFactory(person=expert, role=Role.REVIEWER, round=unchanged.round)
    for person in (root, expert):
        with pytest.raises(NotAllowed):
            agree_in_bulk(case=case, ticks=ticks(case, "aa1"), by=person)


def test_a_closed_round_keeps_every_tick_out_with_its_reason(unchanged, case, reviewer):
    worlds.consent_all(unchanged)
    worlds.approve_all(unchanged)
    worlds.rule_all(unchanged)
    worlds.close(unchanged)
    person = unchanged["EE_reviewer_3"]

    outcome = agree_in_bulk(case=case, ticks=ticks(case, "aa1"), by=person)

    assert outcome.kept == ()
    assert "closed" in outcome.refused[0].reason


@pytest.mark.parametrize("number", [1, 40])
def test_the_dry_run_asks_as_much_for_forty_answers_as_for_one(
    db, number, django_assert_num_queries
):
    case, reviewer = unchanged_case(number)
    with django_assert_num_queries(12):
        page = bulk_page(case, reviewer)
    assert len(page.qualifying) == number


@pytest.mark.parametrize("number", [10, 50])
def test_a_batch_asks_a_fixed_number_and_four_for_each_answer_that_it_approves(
    db, number, django_assert_num_queries, django_assert_max_num_queries
):
    """An approval saves the item, settles it and looks what the case still waits for."""
    case, first = unchanged_case(number)
    second = reviewer_of(case)
    every = ticks(case, *qualifying(case, first))

    with django_assert_num_queries(25):
        agree_in_bulk(case=case, ticks=every, by=first)
    with django_assert_max_num_queries(24 + 4 * number):
        outcome = agree_in_bulk(case=case, ticks=every, by=second)

    assert len(outcome.kept) == number
    assert Opinion.objects.count() == 2 * number
    assert AuditEntry.objects.filter(act="opinion.give").count() == 2 * number
    assert AuditEntry.objects.filter(act="item.approve", batch=outcome.batch).count() == number
    assert not CaseItem.objects.exclude(state=ItemState.APPROVED).exists()


def test_a_batch_lets_the_drafts_of_what_it_agrees_with_go_and_no_other(
    unchanged, case, reviewer
):
    for code in ("aa1", "aa2"):
        spot = on_item(unchanged.item("EE", code), DraftOf.OPINION)
        typed = Typed({"text": "Half a sentence"}, based_on=1, draft=0)
        keep_review_draft(spot=spot, typed=typed, by=reviewer)

    agree_in_bulk(case=case, ticks=ticks(case, "aa1"), by=reviewer)

    (left,) = ReviewDraft.objects.filter(person=reviewer)
    assert left.place.startswith("aa2/")


def test_a_batch_that_fails_at_its_end_keeps_nothing_of_itself(case, reviewer, monkeypatch):
    def fail(**_anything):
        raise RuntimeError("The chain broke.")

    monkeypatch.setattr(entries, "write_all", fail)
    with pytest.raises(RuntimeError, match="The chain broke"):
        agree_in_bulk(case=case, ticks=ticks(case, "aa1", "aa2"), by=reviewer)

    assert not Opinion.objects.exists()


# --- At the same moment -------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_reviewers_who_agree_in_bulk_at_once_approve_each_answer_once():
    case, first = unchanged_case(6)
    second = reviewer_of(case)
    rows = bulk_page(case, first).qualifying
    every = [Tick(row.indicator.code, row.reference_date, row.version) for row in rows]

    agree = partial(agree_in_bulk, case=case)
    one, other = at_once(
        partial(agree, ticks=every, by=first), partial(agree, ticks=every[::-1], by=second)
    )

    assert (len(one.kept), len(other.kept)) == (6, 6)
    assert Opinion.objects.filter(kind=OpinionKind.AGREE).count() == 12
    assert AuditEntry.objects.filter(act="item.approve").count() == 6
    assert entries.walk(case.round.stream).broken_at is None
    assert Answer.objects.count() == 6
