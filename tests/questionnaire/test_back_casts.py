"""Earlier reference dates: which are asked, how a time line is recorded, what it leads to."""

from collections import Counter
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from editions.models import Revision
from editions.tasks import take_queued_revisions
from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal, Stale, WrongState
from questionnaire.enums import AnswerKind, AssessmentState, RoundState
from questionnaire.models import Answer, ReferenceDay
from questionnaire.rules import may_submit
from questionnaire.selectors.back_casts import blank_days, days_asked, days_to_meet
from questionnaire.selectors.sheet import strand_page
from questionnaire.services.assessments import submit
from questionnaire.services.back_casts import Span, record_time_line
from questionnaire.services.rounds import ask_for_day
from review.enums import CaseState, ItemState, OpinionKind
from review.models import CaseItem, SettledAnswer
from review.services import opinions
from scoring.models import Score, ScoreRun
from scoring.tasks import take_queued_runs
from tests import world as worlds
from tests.editions.conftest import prepared
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    IndicatorFactory,
    ParticipationFactory,
    RoundFactory,
    SourceFactory,
    coordinator_of,
    on_sheet,
)

from .viewing import sent_back

pytestmark = pytest.mark.django_db

CUT_OFF = date(2019, 12, 31)
DAYS = (date(2017, 12, 31), date(2014, 12, 31), date(2010, 12, 31))


@pytest.fixture
def past(desk):
    """Give the desk three earlier days that its round asks for; nothing is answered."""
    for day in DAYS:
        ReferenceDay.objects.create(round=desk.sheet.round, day=day)
    desk.old_law = SourceFactory(
        sheet=desk.sheet, title="The Older Act", in_force_from=date(2001, 1, 1)
    )
    return desk


def cast_back(past, held_since=None, *earlier, **given):
    """Record the time line, with both laws unless the test says otherwise."""
    usual = {
        "sheet": past.sheet,
        "indicator": past.indicator,
        "held_since": held_since,
        "earlier": earlier,
        "sources": [past.law, past.old_law],
        "by": past.expert,
    }
    return record_time_line(**usual | given)


def stands(past) -> list[int]:
    """Return the points on the asked days, the newest first."""
    rows = Answer.objects.filter(reference_date__in=DAYS).order_by("-reference_date")
    return [row.option.points for row in rows.select_related("option")]


# --- The days a round asks for -------------------------------------------------------------


def test_a_coordinator_asks_for_an_earlier_day_while_the_round_is_designed():
    round_ = RoundFactory(state=RoundState.DESIGN)
    boss = coordinator_of(round_)

    ask_for_day(round_=round_, day=DAYS[0], by=boss)

    entry = AuditEntry.objects.get()
    assert (entry.act, entry.new) == ("round.ask_for_day", {"day": "2017-12-31"})
    with pytest.raises(ValidationError, match="already exists"):
        ask_for_day(round_=round_, day=DAYS[0], by=boss)
    with pytest.raises(Refusal, match="lies before it"):
        ask_for_day(round_=round_, day=round_.cut_off, by=boss)


def test_no_day_is_added_once_the_design_has_ended_or_by_anybody_else():
    round_ = ParticipationFactory(round__state=RoundState.DESIGN).round
    boss = coordinator_of(round_)
    with pytest.raises(NotAllowed):
        ask_for_day(round_=round_, day=DAYS[0], by=UserFactory(is_superuser=True))
    round_.state = RoundState.LOCKED
    round_.save()
    with pytest.raises(WrongState):
        ask_for_day(round_=round_, day=DAYS[0], by=boss)


def test_a_country_is_asked_for_the_days_before_its_own_cut_off(past):
    assert days_asked(past.sheet, CUT_OFF) == DAYS
    participation = past.sheet.round.participations.get()
    participation.own_cut_off = date(2014, 12, 31)
    participation.save()
    assert list(blank_days(past.sheet).values()) == [[DAYS[2]]]


def test_an_answer_for_a_day_that_is_not_asked_is_refused(past):
    day = date(2012, 1, 1)
    with pytest.raises(Refusal, match="does not ask about 1 January 2012"):
        past.record(reference_date=day)
    assert not Answer.objects.exists()


# --- The time line --------------------------------------------------------------------------


def test_an_answer_that_always_held_is_said_in_one_step(past):
    past.record(rationale="Section 4 has said so since 2001.")

    answers = cast_back(past)

    assert stands(past) == [100, 100, 100]
    assert {row.rationale for row in answers} == {"Section 4 has said so since 2001."}
    assert AuditEntry.objects.filter(act="answer.record").count() == 4


def test_each_day_rests_on_the_laws_that_were_in_force_on_it(past):
    past.record()

    newest, middle, oldest = cast_back(past)

    def titles(answer):
        return [one.source.title for one in answer.citations.order_by("source_id")]

    assert titles(newest) == titles(middle) == [past.law.title, "The Older Act"]
    assert titles(oldest) == ["The Older Act"]


def test_changes_are_expanded_to_the_asked_days(past):
    past.record()

    cast_back(
        past,
        date(2016, 3, 1),
        Span(date(2012, 1, 1), option=past.half, rationale="The old section 4."),
        Span(None, option=past.worst, rationale="Nothing was said."),
    )

    assert stands(past) == [100, 50, 0]


def test_the_unchanged_time_line_makes_no_version_and_no_entry(past):
    past.record()
    cast_back(past, DAYS[0], Span(None, option=past.half, rationale="Before."))
    before = AuditEntry.objects.count()

    again = cast_back(past, DAYS[0], Span(None, option=past.half, rationale="Before."))
    kept = cast_back(
        past, DAYS[0], Span(None, option=past.half, rationale="Before."), sources=None
    )

    assert [row.version for row in again + kept] == [1] * 6
    assert AuditEntry.objects.count() == before


def test_a_day_that_says_the_same_already_keeps_its_own_reason_and_sources(past):
    past.record()
    past.record(reference_date=DAYS[2], rationale="In other words.", sources=[past.old_law])

    cast_back(past, sources=None)

    oldest = Answer.objects.get(reference_date=DAYS[2])
    assert (oldest.version, oldest.rationale) == (1, "In other words.")


def test_without_sources_a_day_rests_on_those_of_the_next_later_one(past):
    past.record(sources=[past.law, past.old_law])
    answers = cast_back(past, sources=None)
    assert [row.citations.count() for row in answers] == [2, 2, 1]


def test_a_day_that_no_law_carries_is_named_and_nothing_is_recorded(past):
    past.record()

    with pytest.raises(ValidationError) as caught:  # noqa: PT011 (the messages are compared)
        cast_back(past, sources=[past.law])

    assert caught.value.messages == [
        "31 December 2010: Add the law that this answer rests on, with its article."
    ]
    assert not Answer.objects.filter(reference_date__in=DAYS).exists()


def test_what_has_no_option_has_a_reason_on_every_day(past):
    past.record()
    unknown = Span(None, kind=AnswerKind.UNKNOWN)
    with pytest.raises(ValidationError, match="Say in words why no option fits"):
        cast_back(past, DAYS[0], unknown)
    cast_back(past, DAYS[0], Span(None, kind=AnswerKind.UNKNOWN, rationale="No archive."))
    kinds = Answer.objects.order_by("-reference_date").values_list("kind", flat=True)
    assert list(kinds) == ["chosen", "chosen", "unknown", "unknown"]


WRONG = {
    "in no order": (date(2011, 1, 1), [date(2015, 1, 1)], "must follow each other"),
    "open at its end": (date(2015, 1, 1), [], "31 December 2014: Say what held then"),
    "begun after the cut-off": (date(2020, 1, 1), [None], "no day is asked"),
    "between two asked days": (date(2016, 1, 1), [date(2015, 1, 1), None], "no day is asked"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_time_line_is_whole_and_in_order(past, case):
    held_since, starts, fault = WRONG[case]
    past.record()
    with pytest.raises(ValidationError, match=fault):
        cast_back(past, held_since, *(Span(start, option=past.half) for start in starts))
    assert Answer.objects.count() == 1


def test_the_cut_off_is_answered_first(past):
    with pytest.raises(Refusal, match="Answer the question for 31 December 2019 first"):
        cast_back(past)


def test_a_round_without_earlier_days_takes_no_time_line(desk):
    desk.record()
    desk.old_law = desk.law
    with pytest.raises(Refusal, match="asks for no earlier day"):
        cast_back(desk)


@pytest.mark.parametrize("day", [CUT_OFF, DAYS[1]])
def test_a_version_that_was_not_read_is_not_overwritten(past, day):
    past.record()
    expected = {CUT_OFF: 1} | dict.fromkeys(DAYS, 0)
    past.record(reference_date=day, option=past.half, sources=[past.law, past.old_law])
    with pytest.raises(Stale, match="Somebody recorded another answer for"):
        cast_back(past, expected=expected)


def test_nobody_else_and_not_after_the_submission(past):
    past.record()
    with pytest.raises(NotAllowed):
        cast_back(past, by=on_sheet("reviewer", past.sheet))
    past.sheet.state = AssessmentState.SUBMITTED
    past.sheet.save()
    with pytest.raises(NotAllowed, match="with the reviewers"):
        cast_back(past)


def test_a_returned_sheet_is_answered_day_by_day(past):
    sent_back(past)
    with pytest.raises(WrongState, match="Open the day that the review asks about"):
        cast_back(past)


# --- Submitting -----------------------------------------------------------------------------


def test_a_sheet_is_submitted_when_every_asked_day_is_answered(past):
    past.record()
    second = IndicatorFactory(strand=past.sheet.strand)
    past.record(indicator=second, option=second.options.first())
    cast_back(past)

    blank = blank_days(past.sheet)
    with pytest.raises(Refusal) as caught:
        submit(sheet=past.sheet, declared_for=CUT_OFF, by=past.expert)

    assert blank == {second.code: list(DAYS)}
    assert caught.value.reason == (
        f"One question has no answer yet for 31 December 2017: {second.code}."
    )
    verdict = strand_page(past.sheet, past.expert).may_submit
    assert verdict.reason == "1 question lacks an answer for an earlier day."
    cast_back(past, indicator=second)
    assert blank_days(past.sheet) == {}
    assert may_submit(past.expert, past.sheet)
    assert strand_page(past.sheet, past.expert).may_submit


def test_days_that_the_review_asks_about_keep_a_sheet_from_being_submitted(past):
    sent_back(past)
    past.record(rationale="In other words.", change_reason="corrected")
    past.sheet.state = AssessmentState.OPEN
    past.sheet.save()
    cast_back(past)
    past.sheet.state = AssessmentState.RETURNED
    past.sheet.save()
    past.request.pk, past.request.reference_date = None, DAYS[1]
    past.request.save()

    assert days_to_meet(past.sheet) == {past.indicator.code: [DAYS[1]]}
    verdict = strand_page(past.sheet, past.expert).may_submit
    assert "still asks about an earlier day" in verdict.reason


# --- From the sheet to the score ------------------------------------------------------------


@pytest.fixture
def whole():
    """Give the small world with one earlier day, every answer said to have held on it."""
    world = worlds.build(asks_for=[DAYS[1]])
    worlds.answer_all(world)
    for sheet in world.sheets():
        for code in worlds.STRANDS[sheet.strand.code]:
            record_time_line(
                sheet=sheet,
                indicator=world.indicator(code),
                held_since=None,
                by=world.expert(sheet),
            )
    return world


def test_every_day_is_reviewed_settled_scored_and_frozen(whole):
    worlds.submit_all(whole)
    prepared(whole.round)

    items = CaseItem.objects.filter(case__round=whole.round)
    days = set(items.values_list("reference_date", flat=True))
    assert days == {CUT_OFF, DAYS[1]}
    for item in items.select_related("case__country", "indicator", "answer"):
        for reviewer in whole.reviewers(item.case.country.code)[:2]:
            opinions.give_opinion(
                item=item, version=item.version, kind=OpinionKind.AGREE, by=reviewer
            )
    assert SettledAnswer.objects.count() == items.count() == 2 * 2 * 5
    worlds.close(whole)
    assert (take_queued_runs(), take_queued_revisions()) == (1, 1)
    scores = Score.objects.filter(run=ScoreRun.objects.get(), node="overall")
    found = sorted(scores.values_list("country__code", "reference_date", "shown"))
    assert found == [
        (country, day, 100) for country in ("EE", "PT") for day in (DAYS[1], CUT_OFF)
    ]
    revision = Revision.objects.get()
    assert {check["ok"] for check in revision.checks} == {True}
    frozen = revision.answers.values_list("reference_date", flat=True)
    assert Counter(frozen) == {CUT_OFF: 10, DAYS[1]: 10}


def test_a_returned_back_cast_is_met_on_its_own_day(whole):
    worlds.submit_all(whole)
    item = CaseItem.objects.get(
        case__country__code="PT", indicator__code="aa1", reference_date=DAYS[1]
    )
    for reviewer in whole.reviewers("PT"):
        worlds.disagree(whole, item, reviewer, suggests=50)
    worlds.returning.return_case(case=item.case, by=whole.reviewers("PT")[0])
    sheet = whole.sheet("PT", "a")
    assert days_to_meet(sheet) == {"aa1": [DAYS[1]]}

    worlds.answer(
        whole, sheet, "aa1", earns=50, reference_date=DAYS[1], change_reason="corrected"
    )
    worlds.submit(whole, whole.sheet("PT", "a"))

    item.refresh_from_db()
    assert (item.state, item.version) == (ItemState.UNDER_REVIEW, 2)
    assert item.case.state != CaseState.CLEARED
