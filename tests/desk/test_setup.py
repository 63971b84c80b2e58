"""A round set up by hand: in steps that are saved, locked by two, opened by a worker."""

import re
from datetime import UTC, date, datetime
from urllib.parse import urlencode

import pytest
from django.test import Client

from questionnaire.enums import JointActState, Role, RoundState, SetUpState
from questionnaire.models import Assignment, JointAct, Participation, Round, SetUp
from questionnaire.services.deeds import ask_to_lock
from questionnaire.services.setting_up import ask_to_open, run
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    CountryFactory,
    FrameworkFactory,
    IndicatorFactory,
    ParticipationFactory,
    RoundFactory,
    StrandFactory,
    coordinator_of,
    head_coordinator,
    in_round,
)

pytestmark = pytest.mark.django_db
SETUP = "/rounds/new-one/set-up/"
STEPS = ("name/", "countries/", "calendar/", "rules/", "")


@pytest.fixture(autouse=True)
def _nobody_is_nudged(monkeypatch):
    monkeypatch.setattr("questionnaire.receivers.nudge", lambda: None)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def framework():
    found = FrameworkFactory()
    IndicatorFactory(strand=StrandFactory(framework=found))
    return found


@pytest.fixture
def design():
    """Give a round in design that lacks nothing, with its two coordinators."""
    round_ = RoundFactory(code="new-one", state=RoundState.DESIGN, framework=framework())
    ParticipationFactory(round=round_, is_pending=True)
    round_.first, round_.second = coordinator_of(round_), coordinator_of(round_)
    return round_


def words(response, status=200) -> str:
    assert response.status_code == status
    return re.sub(r"\s+", " ", response.content.decode())


def filled(client, url) -> dict[str, str]:
    """Return what the form on a page would send as it stands."""
    form = client.get(url).context["form"]
    data = {}
    for bound in form:
        value = bound.value()
        if value is True:
            data[bound.name] = "on"
        elif value is not False and value not in {None, ""}:
            shown = bound.field.widget.format_value(value)
            data[bound.name] = shown[0] if isinstance(shown, list) else shown
    return data


def sent(client, step, **given):
    url = SETUP + step
    return client.post(url, filled(client, url) | {"then": "stay"} | given)


def test_a_coordinator_comes_from_nothing_to_an_open_round():
    head, publisher = head_coordinator(), UserFactory()
    countries = [CountryFactory(code=code, name=name) for code, name in NAMES.items()]
    client = signed_in(head)
    begun = client.post(
        "/rounds/new/",
        {
            "title": "A new one",
            "code": "new-one",
            "edition_code": "2027",
            "framework": framework().pk,
            "cut_off": "2026-12-31",
        },
    )
    assert begun.url == f"{SETUP}countries/"
    given = {"in-EE": "on", "cut-EE": "2026-06-30", "in-PT": "on", "all-pending": "yes"}
    assert sent(client, "countries/", **given).url == f"{SETUP}countries/"
    assert sent(client, "calendar/", then="next").url == f"{SETUP}rules/"
    assert sent(client, "rules/", then="next", day_0="2020-12-31").url == SETUP
    assert {row.country for row in Participation.objects.all()} == set(countries)
    in_round(Role.PUBLISHER, Round.objects.get(), publisher)

    assert "Ask to lock the design" in words(client.get(SETUP))
    client.post(f"{SETUP}ask/", {"kind": "lock"})
    other = signed_in(publisher)
    assert "Waits for a second person" in words(other.get("/rounds/"))
    other.post(f"{SETUP}decide/", {"act": JointAct.objects.get().pk, "verb": "do"})
    client.post(f"{SETUP}open/")
    assert "0 of 2 countries set up" in words(client.get(SETUP))
    run(SetUp.objects.get().pk)

    assert "The round is open." in words(client.get(SETUP))
    assert Round.objects.get().assessments.count() == 2


def test_the_page_asks_for_itself_only_while_a_worker_is_at_it(design):
    design.state = RoundState.LOCKED
    design.save()
    client, part = signed_in(design.first), {"HX-Request": "true"}
    asks = f'hx-get="{SETUP}"'
    assert asks not in words(client.get(SETUP))
    work = ask_to_open(round_=design, by=design.first)
    assert asks in words(client.get(SETUP))
    fragment = words(client.get(SETUP, headers=part))
    assert asks in fragment
    assert "<html" not in fragment
    run(work.pk)
    assert asks not in words(client.get(SETUP, headers=part))


NAMES = {"EE": "Estonia", "PT": "Portugal"}


@pytest.mark.parametrize("role", [*Role.values, "superuser"])
def test_only_who_runs_a_round_sees_how_it_is_set_up(design, role):
    person = UserFactory(is_superuser=True) if role == "superuser" else in_round(role, design)
    client = signed_in(person)
    reads = role in {Role.COORDINATOR, Role.PUBLISHER}
    for url in ("/rounds/", SETUP):
        assert client.get(url).status_code == (200 if reads else 403)
    for step in STEPS[:-1]:
        url = SETUP + step
        assert client.get(url).status_code == (200 if role == Role.COORDINATOR else 403)
        assert client.post(url).status_code == (422 if role == Role.COORDINATOR else 403)
    assert client.get("/rounds/new/").status_code == 403
    if role != Role.COORDINATOR:
        for url in ("ask/", "open/"):
            assert client.post(SETUP + url, {"kind": "lock"}).status_code == 403
    assert Round.objects.get().state == RoundState.DESIGN
    assert not JointAct.objects.exists()


def test_the_list_says_what_comes_next(design):
    states = {
        RoundState.LOCKED: "Open it",
        RoundState.OPEN: "See the board",
        RoundState.REVIEW_CLOSED: "Go to publishing",
    }
    for state in states:
        RoundFactory(state=state)
    for state, shown in {"failed": "look why", "running": "See how far"}.items():
        SetUp.objects.create(
            round=RoundFactory(state=RoundState.LOCKED), state=state, asked_by=design.first
        )
        states[state] = shown
    page = words(signed_in(head_coordinator()).get("/rounds/"))
    for shown in (*states.values(), "Go on with the design", "New round"):
        assert shown in page


@pytest.mark.parametrize("number", [1, 4])
def test_the_queries_of_the_list_do_not_grow_with_its_rounds(number, django_assert_num_queries):
    for _ in range(number):
        ParticipationFactory(round=RoundFactory(state=RoundState.LOCKED))
    client = signed_in(head_coordinator())
    with django_assert_num_queries(6):
        client.get("/rounds/")


def test_a_round_of_others_is_not_in_the_list(design):
    RoundFactory(title="Somebody else’s")
    page = words(signed_in(design.first).get("/rounds/"))
    assert design.title in page
    assert "Somebody else’s" not in page


# --- the steps ---------------------------------------------------------------------------


def test_each_step_says_what_lacks_in_it(design):
    Participation.objects.get().delete()
    client = signed_in(design.first)
    for step in ("countries/", "name/", ""):
        assert "Something lacks" in words(client.get(SETUP + step))
    assert "nobody takes part in this round" in words(client.get(f"{SETUP}countries/"))
    page = words(client.get(SETUP))
    assert "1 thing lacks before it can be locked." in page
    assert "Ask to lock the design" not in page
    assert ">People of the round</a>" in page


def test_where_no_country_is_shown_a_coordinator_of_the_portal_finds_the_table(design):
    nowhere, link = f"{SETUP}countries/?q=nowhere", 'href="/import-export/countries/"'
    assert link not in words(signed_in(design.first).get(nowhere))
    assert link in words(signed_in(head_coordinator()).get(nowhere))


def test_a_day_and_a_time_are_of_the_zone_and_shown_back(design):
    client = signed_in(design.first)
    given = {
        "zone": "Etc/GMT+12",
        "review_due_at": "2040-05-31",
        "review_due_at_time": "23:59",
    }
    assert sent(client, "calendar/", **given).status_code == 302
    saved = Round.objects.get()
    assert saved.review_due_at == datetime(2040, 6, 1, 11, 59, tzinfo=UTC)
    page = words(client.get(f"{SETUP}calendar/"))
    assert 'value="2040-05-31"' in page
    assert "(11:59 UTC)" in page
    assert "Anywhere on Earth" in page


WRONG = {
    "out of order": ({"due_at": "2001-01-01"}, "due_at", "before the round opens"),
    "a gap": (
        {"zone": "Europe/Brussels", "opens_at": "2027-03-28", "opens_at_time": "02:30"},
        "opens_at",
        "02:30 does not exist on that day",
    ),
    "twice": (
        {"zone": "Pacific/Auckland", "opens_at": "2027-04-04", "opens_at_time": "02:30"},
        "opens_at",
        "02:30 comes twice on that day",
    ),
    "no zone": ({"zone": "Europe/Nowhere"}, "zone", "Select a valid choice"),
    "no day": ({"due_at": ""}, "due_at", "required"),
    "no time": ({"due_at_time": "late"}, "due_at_time", "valid time"),
}


@pytest.mark.parametrize(("given", "field", "said"), WRONG.values(), ids=WRONG)
def test_a_calendar_that_cannot_be_is_told_at_its_field(design, given, field, said):
    client = signed_in(design.first)
    before = Round.objects.get().updated_at
    response = sent(client, "calendar/", **given)
    assert said in words(response, 422)
    assert said in str(response.context["form"].errors[field])
    assert Round.objects.get().updated_at == before


def test_only_the_countries_that_are_shown_are_saved(design):
    hidden = Participation.objects.get().country
    CountryFactory(code="EE", name="Estonia")
    client = signed_in(design.first)
    url = f"{SETUP}countries/?{urlencode({'q': 'eston'})}"
    assert hidden.name not in words(client.get(url)).partition("<tbody>")[2]

    client.post(url, filled(client, url) | {"in-EE": "on", "cut-EE": "2020-01-31"})

    rows = dict(Participation.objects.values_list("country__code", "own_cut_off"))
    assert rows == {hidden.code: None, "EE": date(2020, 1, 31)}
    assert "No country is shown" in words(client.get(f"{SETUP}countries/?q=nowhere"))
    shown = words(client.get(f"{SETUP}countries/?only=in")).partition("<tbody>")[2]
    assert "Estonia" in shown
    shown = words(client.get(f"{SETUP}countries/?only=out")).partition("</header>")[2]
    assert 'name="in-EE"' not in shown


def test_the_rules_are_saved_with_days_and_the_moment_of_publishing(design):
    client = signed_in(design.first)
    given = {"day_1": "2015-12-31", "publish_at": "2040-01-31", "publishes_itself": "on"}
    assert sent(client, "rules/", **given).status_code == 302
    saved = Round.objects.get()
    assert saved.publish_at == datetime(2040, 1, 31, 8, tzinfo=UTC)
    assert (saved.publishes_itself, saved.opinions_hidden) == (True, True)
    assert saved.reference_days.get().day == date(2015, 12, 31)
    assert sent(client, "rules/", day_0="").status_code == 302
    assert not saved.reference_days.exists()


def test_of_two_coordinators_at_once_the_second_is_told_and_overwrites_nothing(design):
    first, second = signed_in(design.first), signed_in(design.second)
    url = f"{SETUP}name/"
    old = filled(second, url)
    assert first.post(url, filled(first, url) | {"title": "First"}).status_code == 302

    refused = second.post(url, old | {"title": "Second"})

    assert "Somebody changed this part of the design" in words(refused, 409)
    assert Round.objects.get().title == "First"


def test_a_step_of_an_ended_design_leads_to_the_whole_of_it(design):
    design.state = RoundState.LOCKED
    design.save()
    client = signed_in(design.first)
    for step in STEPS[:-1]:
        assert client.get(SETUP + step).url == SETUP
    refused = client.post(f"{SETUP}name/", {"seen": "x", "title": "Other"})
    assert refused.status_code == 422
    assert Round.objects.get().title == design.title


def test_a_new_round_needs_codes_of_its_own(design):
    client = signed_in(head_coordinator())
    given = filled(client, "/rounds/new/") | {
        "title": "Again",
        "code": "new-one",
        "edition_code": "2027",
        "cut_off": "2026-12-31",
    }
    assert "already exists" in words(client.post("/rounds/new/", given), 422)
    copied = client.post("/rounds/new/", given | {"code": "another"})
    assert copied.url == "/rounds/another/set-up/countries/"
    assert Round.objects.get(code="another").copied_from == design
    assert Assignment.objects.filter(round__code="another").count() == 2


# --- two people --------------------------------------------------------------------------


def test_who_asked_may_take_it_back_and_the_other_may_say_no(design):
    first, second = signed_in(design.first), signed_in(design.second)
    act = ask_to_lock(round_=design, by=design.first)
    own, other = words(first.get(SETUP)), words(second.get(SETUP))
    assert ("Take it back" in own, "Take it back" in other) == (True, False)
    assert ("Do it: lock the design" in own, "Do it: lock the design" in other) == (False, True)

    again = {"act": act.pk, "verb": "do"}
    assert first.post(f"{SETUP}decide/", again).status_code == 403
    second.post(f"{SETUP}decide/", {"act": act.pk, "verb": "refuse", "words": "Not yet."})
    assert JointAct.objects.get().state == JointActState.REFUSED
    assert "Not yet." in words(first.get(SETUP))
    assert second.post(f"{SETUP}decide/", again).status_code == 409


@pytest.mark.parametrize(
    "given", [{"act": "9999", "verb": "do"}, {"act": "x"}, {"act": "{own}", "verb": "shout"}]
)
def test_what_is_not_there_to_be_decided_is_not_found(design, given):
    act = ask_to_lock(round_=design, by=design.first)
    data = {name: value.format(own=act.pk) for name, value in given.items()}
    assert signed_in(design.second).post(f"{SETUP}decide/", data).status_code == 404


def test_to_cancel_needs_a_reason_and_ends_the_round_by_two(design):
    client = signed_in(design.first)
    asked = client.post(f"{SETUP}ask/", {"kind": "cancel", "reason": ""})
    assert "Say in a sentence why." in words(asked, 422)
    client.post(f"{SETUP}ask/", {"kind": "cancel", "reason": "Nobody pays."})
    act = JointAct.objects.get()
    signed_in(design.second).post(f"{SETUP}decide/", {"act": act.pk, "verb": "do"})
    assert Round.objects.get().state == RoundState.CANCELLED
    assert "The round was cancelled." in words(client.get(SETUP))


def test_other_kinds_of_acts_are_not_asked_for_here(design):
    asked = signed_in(design.first).post(
        f"{SETUP}ask/", {"kind": "exclude", "reason": "Why not."}
    )
    assert asked.status_code == 404


# --- the opening -------------------------------------------------------------------------


def test_an_opening_that_failed_says_why_and_can_be_tried_again(design):
    design.state = RoundState.LOCKED
    design.save()
    work = ask_to_open(round_=design, by=design.first)
    SetUp.objects.filter(pk=work.pk).update(state=SetUpState.FAILED, error="The disk is full.")
    client = signed_in(design.first)
    page = words(client.get(SETUP))
    assert "The disk is full." in page
    assert "Try again" in page
    assert client.post(f"{SETUP}open/").status_code == 302
    assert SetUp.objects.get().state == SetUpState.QUEUED
    assert client.post(f"{SETUP}open/").status_code == 409


def test_a_publisher_reads_and_does_not_open(design):
    design.state = RoundState.LOCKED
    design.save()
    client = signed_in(in_round(Role.PUBLISHER, design))
    assert "Only a coordinator of this round can do that" in words(client.get(SETUP))
    assert client.post(f"{SETUP}open/").status_code == 403
    assert not SetUp.objects.exists()
