"""On which mornings somebody is reminded, wherever that is, across a change of the clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mipex_site.desk.selectors.mail.calendar import STAGES, Mornings, stage_reached

ZONES = ("Pacific/Auckland", "Pacific/Honolulu", "Europe/Brussels", "America/St_Johns", "UTC")


def mornings(zone: str, hour: int = 7) -> Mornings:
    return Mornings(ZoneInfo(zone), hour)


@pytest.mark.parametrize(
    ("zone", "last"),
    [
        # The end of 31 May anywhere on Earth is 1 June, 11:59 UTC.
        ("Pacific/Auckland", date(2025, 6, 1)),  # 23:59 on 1 June: the morning of that day.
        ("Europe/Brussels", date(2025, 6, 1)),  # 13:59 on 1 June.
        ("America/St_Johns", date(2025, 6, 1)),  # 09:29 on 1 June.
        ("Pacific/Honolulu", date(2025, 6, 1) - timedelta(days=1)),  # 01:59: the day before.
        ("UTC", date(2025, 6, 1)),
    ],
)
def test_the_last_morning_is_before_the_end_wherever_that_is(zone, last):
    assert mornings(zone).last(datetime(2025, 6, 1, 11, 59, tzinfo=UTC)) == last


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "due",
    [
        datetime(2025, 4, 8, 11, 59, tzinfo=UTC),  # Auckland's clocks go back on 6 April.
        datetime(2025, 9, 30, 11, 59, tzinfo=UTC),  # They go forward on 28 September.
        datetime(2025, 3, 31, 21, 59, tzinfo=UTC),  # Brussels goes forward on 30 March.
        datetime(2025, 10, 27, 22, 59, tzinfo=UTC),  # And back on 26 October.
    ],
)
def test_each_reminder_falls_on_one_morning_of_the_calendar(zone, due):
    """Every stage is reached once, on days that lie as far apart as the calendar says."""
    here = mornings(zone)
    days = [due.date() + timedelta(days=n) for n in range(-20, 10)]
    found = [stage_reached(due, here, day) for day in days]
    first = dict.fromkeys(stage for stage in found if stage)

    assert [stage.days for stage in first] == list(STAGES)
    last = here.last(due)
    assert [stage.day for stage in first] == [last + timedelta(days=n) for n in STAGES]
    assert here.at(last) <= due < here.at(last + timedelta(days=1))


def test_what_was_missed_is_made_up_for_by_the_last_reminder_alone():
    due = datetime(2025, 5, 31, 21, 59, tzinfo=UTC)

    stage = stage_reached(due, mornings("Europe/Brussels"), date(2025, 5, 30))

    assert (stage.days, stage.day) == (-2, date(2025, 5, 29))


def test_an_hour_that_the_clocks_skip_is_not_lost():
    """Brussels has no 02:30 on 30 March 2025; a letter of two o'clock comes at three."""
    here = mornings("Europe/Brussels", hour=2)

    assert here.at(date(2025, 3, 30)) == datetime(2025, 3, 30, 1, tzinfo=UTC)
    assert here.last(datetime(2025, 3, 30, 0, 59, tzinfo=UTC)) == date(2025, 3, 29)
    assert here.last(datetime(2025, 3, 30, 1, 0, tzinfo=UTC)) == date(2025, 3, 30)


@given(
    moment=st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1)),  # noqa: DTZ001  made aware below
    zone=st.sampled_from(ZONES),
    hour=st.integers(0, 23),
)
@settings(max_examples=60)
def test_the_last_morning_is_never_after_the_moment_and_the_next_never_before(
    moment, zone, hour
):
    here, at = mornings(zone, hour), moment.replace(tzinfo=UTC)
    last = here.last(at)

    assert here.at(last) <= at < here.at(last + timedelta(days=1))
