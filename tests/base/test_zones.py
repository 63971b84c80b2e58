"""Moments that are said by a day, an hour and a zone."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError

from mipex_site.base.zones import ANYWHERE, END_OF_DAY, is_zone, moment_in, moved, zone_choices

MOMENTS = {
    "Pacific/Auckland": datetime(2026, 5, 31, 11, 59, tzinfo=UTC),
    "Pacific/Honolulu": datetime(2026, 6, 1, 9, 59, tzinfo=UTC),
    ANYWHERE: datetime(2026, 6, 1, 11, 59, tzinfo=UTC),
}


@pytest.mark.parametrize("zone", MOMENTS)
def test_a_day_ends_when_its_zone_says_so(zone):
    assert moment_in(zone, date(2026, 5, 31), END_OF_DAY) == MOMENTS[zone]


@pytest.mark.parametrize(
    ("day", "words"),
    [(date(2026, 3, 29), "does not exist"), (date(2026, 10, 25), "comes twice")],
)
def test_an_hour_that_clocks_leap_over_or_show_twice_is_refused(day, words):
    with pytest.raises(ValidationError, match=words):
        moment_in("Europe/Brussels", day, time(2, 30))
    assert moment_in("Europe/Brussels", day, time(12))


def test_a_zone_that_is_none_is_refused():
    assert not is_zone("Middle/Earth")
    with pytest.raises(ValidationError, match="no such time zone"):
        moment_in("Middle/Earth", date(2026, 5, 31), END_OF_DAY)


def test_nine_in_the_morning_stays_nine_across_a_change_of_the_clocks():
    zone = "Europe/Brussels"
    before = moment_in(zone, date(2026, 3, 25), time(9))
    assert moved(before, zone, timedelta(weeks=1)) == moment_in(zone, date(2026, 4, 1), time(9))


def test_the_present_zone_is_among_the_choices_and_anywhere_only_where_asked_for():
    keys = [key for key, _words in zone_choices("Etc/GMT-3")]
    assert keys[0] == "Etc/GMT-3"
    assert ANYWHERE not in keys
    assert ANYWHERE in [key for key, _words in zone_choices(anywhere=True)]
    assert next(key for key, _words in zone_choices("Europe/Tallinn")) == "UTC"
