"""Entry closes by the clock, once; how late a sheet is counts between two instants."""

from datetime import UTC, date, datetime, time, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from mipex_site.audit.models import AuditEntry, Channel
from mipex_site.base.clock import one_moment, present
from questionnaire.enums import AssessmentState, RoundState
from questionnaire.models import Assessment, Round
from questionnaire.rules import may_answer
from questionnaire.selectors.spot import spot_at
from questionnaire.services.assessments import submit
from questionnaire.services.closing_entry import close_what_is_due, rounds_to_close
from questionnaire.services.drafts import demand_open
from questionnaire.services.lateness import lateness_of
from questionnaire.tasks import close_entry
from tests.factories.questionnaire import AssessmentFactory, RoundFactory

ZONES = (
    "Pacific/Auckland",
    "Pacific/Honolulu",
    "Europe/Brussels",
    "Etc/GMT+12",
    "Asia/Kathmandu",
    "UTC",
)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
LAST_MINUTE = time(23, 59)
START = datetime(2026, 1, 1, tzinfo=UTC)
ONLY_A_FEW = settings(max_examples=40, deadline=None)


def at(moment):
    return mock.patch.object(timezone, "now", return_value=moment)


def late_on(day: date, zone: str) -> datetime:
    return datetime.combine(day, LAST_MINUTE, ZoneInfo(zone))


def deadlines(zone: str, *, on: date) -> dict[str, datetime]:
    """Return work dates around a deadline at one minute to midnight of that day in a zone."""
    due = late_on(on, zone)
    return {
        "opens_at": due - 40 * DAY,
        "due_at": due,
        "grace_until": due + DAY,
        "hard_close_at": due + 2 * DAY,
        "review_due_at": due + 40 * DAY,
    }


def dated(desk, zone: str, *, on: date) -> Round:
    round_ = desk.sheet.round
    for name, value in deadlines(zone, on=on).items():
        setattr(round_, name, value)
    round_.zone = zone
    round_.save()
    desk.sheet.round = Round.objects.get(pk=round_.pk)
    return desk.sheet.round


# --- How late -----------------------------------------------------------------------------


@ONLY_A_FEW
@given(
    minutes=st.integers(0, 2 * 365 * 24 * 60),
    apart=st.timedeltas(-400 * DAY, 400 * DAY),
    here=st.sampled_from(ZONES),
    there=st.sampled_from(ZONES),
)
def test_lateness_is_the_handing_in_less_the_due_time_in_any_zone(minutes, apart, here, there):
    """Across every change of the clocks in two years, whoever tells the time where."""
    due = START + minutes * MINUTE
    round_ = Round(due_at=due.astimezone(ZoneInfo(here)), hard_close_at=due + 500 * DAY)
    sheet = Assessment(round=round_)

    late = lateness_of(sheet, at=(due + apart).astimezone(ZoneInfo(there)))

    assert late == (apart if apart > timedelta(0) else None)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 10, 24), 25), (date(2027, 3, 27), 23), (date(2027, 5, 1), 24)],
    ids=["a night of an hour more", "a night of an hour less", "any night"],
)
def test_a_day_late_by_the_clock_is_as_long_as_the_day_was(day, hours):
    due = late_on(day, "Europe/Brussels")
    sheet = Assessment(round=Round(due_at=due, hard_close_at=due + 9 * DAY))

    late = lateness_of(sheet, at=late_on(day + DAY, "Europe/Brussels"))

    assert late == timedelta(hours=hours)


@pytest.mark.django_db
def test_the_first_handing_in_says_how_late_it_was_and_later_ones_change_nothing(desk):
    desk.record()
    round_ = desk.sheet.round
    with at(round_.due_at + timedelta(days=2, hours=3)):
        submit(sheet=desk.sheet, declared_for=round_.cut_off, by=desk.expert)
    handed_in = Assessment.objects.get()
    assert handed_in.late_by == timedelta(days=2, hours=3)
    assert handed_in.first_submitted_at == round_.due_at + handed_in.late_by
    entry = AuditEntry.objects.get(act="sheet.submit")
    assert entry.new["late_by"] == "P2DT03H00M00S"

    handed_in.state = AssessmentState.RETURNED
    handed_in.save()
    with at(round_.due_at + 5 * DAY):
        submit(sheet=desk.sheet, declared_for=round_.cut_off, by=desk.expert)
    again = Assessment.objects.get()
    assert (again.late_by, again.first_submitted_at) == (
        handed_in.late_by,
        handed_in.first_submitted_at,
    )
    assert again.submitted_at > handed_in.first_submitted_at


@pytest.mark.django_db
@pytest.mark.parametrize("extended", [False, True])
def test_what_is_handed_in_in_time_is_not_late(desk, extended):
    desk.record()
    moment = desk.sheet.round.due_at
    if extended:
        desk.sheet.extended_until = moment = desk.sheet.round.hard_close_at + DAY
        desk.sheet.save()
    with at(moment):
        verdict = may_answer(desk.expert, Assessment.objects.get())
    with at(moment - MINUTE):
        submit(sheet=desk.sheet, declared_for=desk.sheet.round.cut_off, by=desk.expert)

    assert (bool(verdict), Assessment.objects.get().late_by) == (not extended, None)


# --- The deadline itself ------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", [date(2026, 10, 23), date(2027, 3, 26), date(2027, 7, 1)])
def test_entry_closes_at_the_instant_and_not_a_minute_sooner(desk, zone, day):
    """The hard close is two days on, past a change of the clocks; who looks lives elsewhere."""
    round_ = dated(desk, zone, on=day)
    assert round_.hard_close_at == late_on(day + 2 * DAY, zone)
    for elsewhere in ZONES:
        with timezone.override(ZoneInfo(elsewhere)):
            with at(round_.hard_close_at - timedelta(seconds=1)):
                assert may_answer(desk.expert, desk.sheet)
                assert rounds_to_close(now=timezone.now()) == []
            with at(round_.hard_close_at):
                assert not may_answer(desk.expert, desk.sheet)
                assert rounds_to_close(now=timezone.now()) == [round_.pk]


def test_anywhere_on_earth_is_over_when_honolulu_has_had_two_hours_of_the_next_day():
    end = datetime(2026, 10, 25, 23, 59, tzinfo=ZoneInfo("Etc/GMT+12"))
    there = {zone: end.astimezone(ZoneInfo(zone)) for zone in ZONES}
    assert (there["Pacific/Honolulu"].day, there["Pacific/Honolulu"].hour) == (26, 1)
    assert (there["Pacific/Auckland"].day, there["Pacific/Auckland"].hour) == (27, 0)
    assert (there["UTC"].day, there["UTC"].hour) == (26, 11)


# --- By the clock -------------------------------------------------------------------------


@pytest.mark.django_db
def test_entry_is_closed_once_and_says_who_is_missing_late_and_extended(desk):
    round_ = desk.sheet.round
    common = {"round": round_, "country": desk.sheet.country}
    late = AssessmentFactory(**common, state=AssessmentState.SUBMITTED, late_by=DAY)
    in_time = AssessmentFactory(**common, state=AssessmentState.SUBMITTED)
    longer = AssessmentFactory(**common, extended_until=round_.hard_close_at + DAY)
    moment = round_.hard_close_at + MINUTE

    with at(moment):
        assert [close_entry(), close_entry(), close_what_is_due()] == [1, 0, 0]

    assert Round.objects.get().entry_closed_at == moment
    entry = AuditEntry.objects.get(act="round.close_entry")
    code = desk.sheet.country.code
    assert entry.new["missing"] == [f"{code}/{desk.sheet.strand.code}/1"]
    assert list(entry.new["late"]) == [f"{code}/{late.strand.code}/1"]
    assert list(entry.new["extended"]) == [f"{code}/{longer.strand.code}/1"]
    assert in_time.strand.code not in str(entry.new)
    assert entry.channel == Channel.TASK


@pytest.mark.django_db
def test_a_hard_close_that_was_moved_is_closed_anew(desk):
    round_ = desk.sheet.round
    with at(round_.hard_close_at):
        close_entry()
    round_ = Round.objects.get()
    round_.hard_close_at += DAY
    round_.save()

    with at(round_.hard_close_at - MINUTE):
        assert close_entry() == 0
        assert may_answer(desk.expert, Assessment.objects.select_related("round").get())
    with at(round_.hard_close_at):
        assert close_entry() == 1
    assert AuditEntry.objects.filter(act="round.close_entry").count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("state", [one for one in RoundState if one != RoundState.OPEN])
def test_only_an_open_round_closes_its_entry(state):
    round_ = RoundFactory(state=state)
    assert rounds_to_close(now=round_.hard_close_at + DAY) == []


@pytest.mark.django_db
def test_a_returned_sheet_is_answered_after_the_hard_close_as_ever(desk):
    desk.record()
    submit(sheet=desk.sheet, declared_for=desk.sheet.round.cut_off, by=desk.expert)
    sheet = Assessment.objects.select_related("round", "country", "strand").get()
    sheet.state = AssessmentState.RETURNED
    with at(sheet.round.hard_close_at + DAY):
        assert may_answer(desk.expert, sheet)


@pytest.mark.django_db
def test_autosave_reads_the_sheets_own_end(desk):
    desk.sheet.extended_until = desk.sheet.round.hard_close_at + DAY
    desk.sheet.save()
    sheet, moment = desk.sheet, desk.sheet.round.hard_close_at + MINUTE
    codes = (sheet.round.code, sheet.country.code, sheet.strand.code, 1, desk.indicator.code)
    with at(moment):
        spot = spot_at(codes, user=desk.expert)
        demand_open(spot)
    assert spot.sheet.entry_ends_at == desk.sheet.extended_until


def test_the_clock_of_a_request_stands_still():
    with one_moment() as moment:
        with at(moment + DAY):
            assert present() == moment
        assert present() == moment
    with at(moment + DAY):
        assert present() == moment + DAY
