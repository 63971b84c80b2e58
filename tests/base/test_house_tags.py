"""The tags every template may use: shapes, states, bands, dates and the labels of a scale."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone

from mipex_site.base.templatetags import house

BRUSSELS = ZoneInfo("Europe/Brussels")


def render(text: str, **context: object) -> str:
    return Template("{% load house %}" + text).render(Context(context))


@pytest.mark.parametrize("state", house.STATES)
def test_a_state_is_a_known_shape_a_tone_and_a_word(state):
    look = house.STATES[state]
    shown = render("{% state_badge state %}", state=state)
    assert look.shape in house.SHAPES
    assert house.SHAPES[look.shape] in shown
    assert f"state--{look.tone}" in shown
    assert f"<span>{look.word}</span>" in shown


def test_a_state_can_say_more_than_its_own_word():
    assert "Refused: no source" in render('{% state_badge "refused" "Refused: no source" %}')


def test_an_unknown_state_shows_its_own_name_and_is_escaped():
    assert "&lt;b&gt;" in render("{% state_badge state %}", state="<b>")


def test_a_shape_is_hidden_from_those_who_hear_the_page():
    assert 'aria-hidden="true"' in render('{% icon "calendar" %}')


def test_a_shape_can_be_asked_for_by_the_state_it_stands_for():
    assert render('{% icon "disputed" %}') == render('{% icon "split-diamond" %}')


@pytest.mark.parametrize(
    ("band", "css", "words"),
    [
        ("critically_unfavourable", "band-1", "Critically unfavourable"),
        ("Halfway favourable", "band-4", "Halfway favourable"),
        ("favourable", "band-6", "Favourable"),
        (None, "band-none", "No score"),
        ("", "band-none", "No score"),
    ],
)
def test_a_band_has_its_colour_and_its_words(band, css, words):
    assert render("{{ b|band_class }} {{ b|band_words }}", b=band) == f"{css} {words}"


def test_a_day_is_written_out():
    assert render("{{ d|when }}", d=date(2025, 5, 31)) == "31 May 2025"


def test_nothing_is_written_for_no_day():
    assert render("[{{ d|when }}{% when d %}]", d=None) == "[]"


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("UTC", "20 March 2020, 22:59 UTC"),
        ("Europe/Brussels", "20 March 2020, 23:59 Brussels time"),
        ("America/New_York", "20 March 2020, 18:59 New York time"),
    ],
)
def test_a_moment_names_its_zone(zone, words):
    due = datetime(2020, 3, 20, 22, 59, tzinfo=UTC)
    with timezone.override(ZoneInfo(zone)):
        assert render("{{ due|when }}", due=due) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=15, hours=9), "15 days 9 hours left"),
        (timedelta(days=2, hours=1, minutes=59), "2 days 1 hour left"),
        (timedelta(days=1), "1 day left"),
        (timedelta(hours=5, minutes=59), "5 hours 59 minutes left"),
        (timedelta(hours=3), "3 hours left"),
        (timedelta(minutes=59), "59 minutes left"),
        (timedelta(seconds=59), "less than a minute left"),
        (timedelta(0), "less than a minute left"),
        (timedelta(days=-3, hours=-1), "3 days 1 hour late"),
        (timedelta(hours=-1), "1 hour late"),
    ],
)
def test_the_time_left_is_said_as_people_say_it(span, words):
    assert house.left_words(span) == words


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Pacific/Auckland", "30 May 2025, 23:59 Auckland time (11:59 UTC)"),
        ("Pacific/Honolulu", "30 May 2025, 01:59 Honolulu time (11:59 UTC)"),
        ("Pacific/Kiritimati", "31 May 2025, 01:59 Kiritimati time (30 May 2025, 11:59 UTC)"),
        ("Etc/GMT+12", "29 May 2025, 23:59 anywhere on Earth (30 May 2025, 11:59 UTC)"),
        ("Etc/GMT-5", "30 May 2025, 16:59 UTC+5 (11:59 UTC)"),
        ("UTC", "30 May 2025, 11:59 UTC"),
    ],
)
def test_a_deadline_is_said_in_the_readers_zone_and_in_utc(zone, words):
    due = datetime(2025, 5, 30, 11, 59, tzinfo=UTC)
    with timezone.override(ZoneInfo(zone)):
        assert house.both_words(due) == words


def test_a_moment_can_say_how_much_time_is_left():
    due = datetime(2020, 3, 20, 23, 59, tzinfo=BRUSSELS)
    now = datetime(2020, 3, 5, 10, 7, tzinfo=BRUSSELS)
    with timezone.override(BRUSSELS):
        assert render("{% when due now=now %}", due=due, now=now) == (
            '<time datetime="2020-03-20T22:59:00+00:00">'
            "20 March 2020, 23:59 Brussels time</time>"
            ' <span class="quiet">(22:59 UTC)</span>: 15 days 13 hours left'
        )


@pytest.mark.parametrize(
    ("now", "words"),
    [
        # The night of 25 October 2026 has an hour more in Brussels, that of 28 March 2027 less.
        (datetime(2026, 10, 24, 23, 59, tzinfo=BRUSSELS), "1 day 1 hour left"),
        (datetime(2026, 10, 24, 23, 59, tzinfo=UTC), "23 hours left"),
    ],
)
def test_the_time_left_is_counted_in_hours_that_pass(now, words):
    due = datetime(2026, 10, 25, 23, 59, tzinfo=BRUSSELS)
    shown = render("{% when due now=now %}", due=due, now=now)
    assert shown.endswith(words)


def test_a_short_night_leaves_an_hour_less():
    due = datetime(2027, 3, 28, 23, 59, tzinfo=BRUSSELS)
    now = datetime(2027, 3, 27, 23, 59, tzinfo=BRUSSELS)
    assert render("{% when due now=now %}", due=due, now=now).endswith(": 23 hours left")


def test_the_parts_of_a_bar_start_where_the_last_one_ended():
    parts = [{"count": 3}, SimpleNamespace(count=4), {"count": 0}, {"count": 2}]
    assert [start for start, _part in house.stacked(parts)] == [0, 3, 7, 7]


def test_the_lower_label_leans_left_and_the_higher_right():
    labels = house.scale_labels(50, mean=54, before=45)
    assert (labels["mean"].anchor, labels["before"].anchor) == ("start", "end")
    labels = house.scale_labels(50, mean=45, before=54)
    assert (labels["mean"].anchor, labels["before"].anchor) == ("end", "start")


@pytest.mark.parametrize(
    ("own", "mean", "before"), [(8, 9, 4), (95, 92, 98), (0, 0, 0), (100, 100, 100)]
)
def test_no_label_runs_over_the_end_or_over_another(own, mean, before):
    labels = house.scale_labels(own, mean=mean, before=before)
    inward = "start" if own < 50 else "end"
    assert {label.anchor for label in labels.values()} == {inward}
    assert len({label.line for label in labels.values()}) == 3


def test_what_is_not_known_gets_no_label():
    labels = house.scale_labels(50)
    assert labels["mean"] is None
    assert labels["before"] is None
