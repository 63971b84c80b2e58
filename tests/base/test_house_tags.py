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
        (timedelta(days=15, hours=9), "15 days left"),
        (timedelta(days=1), "1 day left"),
        (timedelta(hours=5, minutes=59), "5 hours left"),
        (timedelta(minutes=59), "less than an hour left"),
        (timedelta(days=-3, hours=-1), "3 days late"),
        (timedelta(hours=-1), "1 hour late"),
    ],
)
def test_the_time_left_is_said_as_people_say_it(span, words):
    assert house.left_words(span) == words


def test_a_moment_can_say_how_much_time_is_left():
    due = datetime(2020, 3, 20, 23, 59, tzinfo=BRUSSELS)
    now = datetime(2020, 3, 5, 10, 7, tzinfo=BRUSSELS)
    with timezone.override(BRUSSELS):
        assert render("{% when due now=now %}", due=due, now=now) == (
            '<time datetime="2020-03-20T23:59:00+01:00">'
            "20 March 2020, 23:59 Brussels time</time>: 15 days left"
        )


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
