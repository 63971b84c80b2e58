"""The design of a round: changed part by part while it lasts, with a record of old and new."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal, Stale, WrongState
from questionnaire.enums import EvidenceRule, Role, RoundState
from questionnaire.models import Answer, Round
from questionnaire.selectors.designs import Part, print_of
from questionnaire.services.copying import (
    DATES,
    WEEKS_AHEAD,
    begin_round,
    moved_calendar,
    usual_calendar,
)
from questionnaire.services.designs import (
    Wanted,
    change_round,
    put_countries,
    remove_country,
    set_own_cut_off,
)
from questionnaire.services.rounds import ask_for_day
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    AnswerFactory,
    AssignmentFactory,
    CountryFactory,
    FrameworkFactory,
    ParticipationFactory,
    RoundFactory,
    StrandFactory,
    coordinator_of,
    head_coordinator,
    in_round,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def design():
    round_ = RoundFactory(state=RoundState.DESIGN)
    round_.by = coordinator_of(round_)
    return round_


def changed(round_, part, **fields):
    return change_round(round_=round_, part=part, by=round_.by, **fields)


def acts():
    return list(AuditEntry.objects.order_by("number").values_list("act", "old", "new"))


# --- what a round says of itself ---------------------------------------------------------


def test_a_change_is_recorded_with_old_and_new_and_the_same_again_writes_nothing(design):
    for _ in range(2):
        changed(design, Part.RULES, opinions_required=3, returns_allowed=2)
    assert Round.objects.get().opinions_required == 3
    assert acts() == [
        ("round.change", {"opinions_required": 2}, {"opinions_required": 3}),
    ]


@pytest.mark.parametrize("state", set(RoundState.values) - {RoundState.DESIGN})
def test_a_design_that_has_ended_is_changed_no_more(design, state):
    design.state = state
    design.save()
    with pytest.raises(WrongState, match="changed no more"):
        changed(design, Part.RULES, opinions_required=3)
    with pytest.raises(WrongState, match="changed no more"):
        remove_country(round_=design, country=CountryFactory(), by=design.by)


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.PUBLISHER, Role.EXPERT, None])
def test_nobody_but_a_coordinator_designs(design, role):
    by = in_round(role, design) if role else UserFactory(is_superuser=True)
    country = CountryFactory()
    for act in (
        lambda: change_round(round_=design, part=Part.NAME, title="Mine", by=by),
        lambda: put_countries(round_=design, wanted=[Wanted(country)], among=(), by=by),
        lambda: set_own_cut_off(round_=design, country=country, own_cut_off=None, by=by),
    ):
        with pytest.raises(NotAllowed, match="Only a coordinator of this round"):
            act()


def test_a_cut_off_does_not_move_under_answers(design):
    row = ParticipationFactory(round=design)
    AnswerFactory(assessment__round=design, assessment__country=row.country)
    for act in (
        lambda: changed(design, Part.NAME, cut_off=date(2018, 12, 31)),
        lambda: set_own_cut_off(
            round_=design, country=row.country, own_cut_off=date(2018, 1, 1), by=design.by
        ),
    ):
        with pytest.raises(Refusal, match="Answers are written already"):
            act()
    Round.objects.get()
    assert Answer.objects.count() == 1
    assert acts() == []


ORDER = {
    "due_at": (-40, "before the round opens"),
    "grace_until": (10, "before the answers are due"),
    "hard_close_at": (21, "before the grace ends"),
    "review_due_at": (22, "before entry closes"),
}


@pytest.mark.parametrize(("field", "said"), ORDER.items(), ids=ORDER)
def test_a_date_out_of_order_is_said_at_its_own_field(design, field, said):
    days, words = said
    moment = timezone.now() + days * DAY
    with pytest.raises(ValidationError, match=words) as raised:
        changed(design, Part.CALENDAR, **{field: moment})
    assert field in raised.value.message_dict
    assert acts() == []


def test_other_faults_have_their_field_too(design):
    design.reference_days.create(day=date(2014, 12, 31))
    AssignmentFactory(round=design, strand=StrandFactory(framework=design.framework))
    early = design.review_due_at - DAY
    for part, given, words in (
        (Part.CALENDAR, {"zone": "Europe/Nowhere"}, "no such time zone"),
        (Part.RULES, {"publish_at": early}, "before the review is due"),
        (Part.RULES, {"evidence_rule": EvidenceRule.DATASET_CELL}, "Only a demonstration"),
        (Part.NAME, {"framework": FrameworkFactory()}, "strands of the present framework"),
        (Part.NAME, {"cut_off": date(2014, 12, 31)}, "before the cut-off"),
        (Part.RULES, {"days": [date(2019, 12, 31)]}, "before the cut-off"),
        (Part.NAME, {"edition_code": RoundFactory().edition_code}, "already exists"),
    ):
        with pytest.raises(ValidationError, match=words) as raised:
            changed(design, part, **given)
        assert set(raised.value.message_dict) == set(given)


def test_the_review_does_not_outlast_the_day_of_publishing(design):
    changed(design, Part.RULES, publish_at=design.review_due_at + DAY)
    with pytest.raises(ValidationError, match="end of the review") as raised:
        changed(design, Part.CALENDAR, review_due_at=design.review_due_at + 2 * DAY)
    assert list(raised.value.message_dict) == ["review_due_at"]


def test_the_earlier_days_are_put_as_they_are_wanted(design):
    kept, dropped, new = date(2017, 12, 31), date(2014, 12, 31), date(2015, 12, 31)
    for day in (kept, dropped):
        ask_for_day(round_=design, day=day, by=design.by)
    changed(design, Part.RULES, days=[kept, new])
    assert set(design.reference_days.values_list("day", flat=True)) == {kept, new}
    assert [act for act, _old, _new in acts()][2:] == ["round.drop_day", "round.ask_for_day"]


def test_of_two_who_design_at_once_the_second_is_told(design):
    seen = print_of(design, Part.RULES)
    elsewhere = print_of(design, Part.NAME)
    changed(design, Part.RULES, seen=seen, opinions_required=3)
    with pytest.raises(Stale, match="Somebody changed this part"):
        changed(design, Part.RULES, seen=seen, returns_allowed=1)
    changed(design, Part.NAME, seen=elsewhere, title="Another part of it")
    assert Round.objects.get().returns_allowed == 2


# --- the countries -----------------------------------------------------------------------


def test_exactly_the_wanted_of_the_shown_countries_take_part(design):
    gone, hidden = (ParticipationFactory(round=design).country for _ in range(2))
    new, own = CountryFactory(), date(2020, 6, 30)
    put_countries(
        round_=design,
        wanted=[Wanted(new, own, is_pending=True)],
        among={gone.code, new.code},
        by=design.by,
    )
    rows = {row.country: row for row in design.participations.all()}
    assert set(rows) == {hidden, new}
    assert (rows[new].cut_off, rows[new].is_pending) == (own, True)
    assert [act for act, _old, _new in acts()] == ["country.remove", "country.add"]
    assert rows[new].history.get().history_user == design.by


def test_a_country_that_has_people_stays(design):
    row = ParticipationFactory(round=design)
    in_round(Role.EXPERT, design)
    AssignmentFactory(role=Role.EXPERT, round=design, country=row.country, coding=1)
    with pytest.raises(Refusal, match="End their parts first"):
        remove_country(round_=design, country=row.country, by=design.by)
    assert design.participations.exists()


def test_a_country_that_takes_no_part_is_not_removed(design):
    with pytest.raises(Refusal, match="takes no part"):
        remove_country(round_=design, country=CountryFactory(), by=design.by)


def test_a_cut_off_of_its_own_is_given_and_taken_away(design):
    row = ParticipationFactory(round=design)
    for own in (date(2020, 6, 30), None):
        given = {"round_": design, "country": row.country, "by": design.by}
        assert set_own_cut_off(**given, own_cut_off=own).cut_off == own or design.cut_off
    assert [new["cut_off"] for _act, _old, new in acts()] == ["2020-06-30", "2019-12-31"]


# --- a copy of the last round ------------------------------------------------------------


def copy_of(source, **given):
    usual = {
        "code": "next",
        "title": "The next round",
        "edition_code": "next",
        "framework": FrameworkFactory(),
        "cut_off": date(2023, 12, 31),
        "by": head_coordinator(),
    }
    return begin_round(source=source, **usual | given)


def test_a_copy_has_rules_countries_days_and_runners_and_no_work(design):
    ParticipationFactory(round=design, own_cut_off=date(2020, 1, 31), is_pending=True)
    changed(design, Part.RULES, opinions_required=3, days=[date(2017, 12, 31)])
    for role in (Role.PUBLISHER, Role.EXPERT, Role.REVIEWER):
        in_round(role, design)

    copy = copy_of(design)

    row = copy.participations.get()
    assert (row.cut_off, row.is_pending) == (copy.cut_off, False)
    assert (copy.opinions_required, copy.copied_from, copy.state) == (3, design, "design")
    assert list(copy.reference_days.values_list("day", flat=True)) == [date(2017, 12, 31)]
    roles = set(copy.assignments.values_list("role", flat=True))
    assert roles == {Role.COORDINATOR, Role.PUBLISHER}


def test_only_a_coordinator_of_the_portal_copies_and_nothing_is_left_of_a_try(design):
    with pytest.raises(NotAllowed, match="sets up rounds"):
        copy_of(design, by=design.by)
    with pytest.raises(ValidationError, match="already exists"):
        copy_of(design, edition_code=design.edition_code)
    assert Round.objects.count() == 1


def test_the_calendar_of_a_copy_lies_ahead_on_the_same_weekdays_and_hours(design):
    brussels = ZoneInfo("Europe/Brussels")
    opens = datetime(2019, 3, 4, 9, tzinfo=brussels)
    for weeks, name in enumerate(DATES):
        setattr(design, name, opens + timedelta(weeks=5 * weeks))
    moved = moved_calendar(design)
    ahead = timezone.now() + timedelta(weeks=WEEKS_AHEAD)
    assert (
        ahead <= moved["opens_at"] + timedelta(hours=2) <= ahead + timedelta(weeks=1, hours=4)
    )
    shown = [moment.astimezone(brussels) for moment in moved.values()]
    assert {(each.weekday(), each.hour) for each in shown} == {(0, 9)}


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu", "Etc/GMT+12"])
def test_a_calendar_from_nothing_ends_days_in_its_zone(zone):
    dates = usual_calendar(zone)
    assert sorted(dates.values()) == [dates[name] for name in DATES]
    assert dates["due_at"].astimezone(ZoneInfo(zone)).time() == time(23, 59)
    assert dates["due_at"].astimezone(UTC) > timezone.now()


def test_a_round_from_nothing_is_in_design_with_a_calendar_that_could_be_locked():
    round_ = copy_of(None)
    assert (round_.state, round_.participations.count()) == (RoundState.DESIGN, 0)
    assert round_.zone == "Europe/Brussels"
