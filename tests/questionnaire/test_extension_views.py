"""The page on which an expert reads the dates of a sheet and asks for more time."""

from datetime import UTC, datetime, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.utils import timezone

from mipex_site.audit.models import AuditEntry
from mipex_site.base.moments import MomentField
from questionnaire.enums import ExtensionState, Role
from questionnaire.models import Assessment, Extension
from questionnaire.services.assessments import submit
from questionnaire.services.extending import ask_extension, grant
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import AssessmentFactory, coordinator_of, expert_of, in_round

from .viewing import at, opened, signed_in, text_of

DAY = timedelta(days=1)
WHY = "The ministry answers next week."


@pytest.fixture
def sheet(desk):
    desk.page = at(desk.sheet, "extension/")
    return opened(desk)


def typed(moment: datetime, zone: str = "Europe/Brussels") -> str:
    """Return a moment as a browser of that zone sends it."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def send(sheet, **fields):
    usual = {"act": "ask", "until": typed(sheet.sheet.round.hard_close_at + DAY), "reason": WHY}
    return sheet.client.post(sheet.page, usual | fields)


def test_the_dates_are_shown_with_zone_utc_and_time_left(sheet):
    page = text_of(sheet.client.get(sheet.page))

    due = sheet.sheet.round.due_at
    assert f'<time datetime="{due.isoformat()}">' in page
    assert "Brussels time</time>" in page
    assert "UTC)" in page
    assert "19 days 23 hours left" in page


def test_who_lives_elsewhere_reads_and_types_the_time_there(sheet):
    sheet.expert.zone = "Pacific/Auckland"
    sheet.expert.save()
    wished = (sheet.sheet.round.hard_close_at + DAY).replace(second=0, microsecond=0)

    assert "Auckland time" in text_of(sheet.client.get(sheet.page))
    sent = send(sheet, until=typed(wished, "Pacific/Auckland"))

    assert (sent.status_code, Extension.objects.get().wished_until) == (302, wished)


def test_the_wish_is_listed_and_can_be_taken_back(sheet):
    assert send(sheet).status_code == 302
    page = text_of(sheet.client.get(sheet.page))
    assert "Waits for a coordinator" in page
    assert WHY in page
    assert "Until when do you need?" not in page

    wish = Extension.objects.get()
    sheet.client.post(sheet.page, {"act": "withdraw", "extension": wish.pk})

    wish.refresh_from_db()
    assert wish.state == ExtensionState.WITHDRAWN
    assert "Taken back" in text_of(sheet.client.get(sheet.page))


def test_several_sheets_are_asked_for_in_one_wish(sheet):
    second = AssessmentFactory(round=sheet.sheet.round, country=sheet.sheet.country)
    expert_of(second, sheet.expert)

    assert "that are not handed in (2)" in text_of(sheet.client.get(sheet.page))
    assert send(sheet, scope="all").status_code == 302
    assert Extension.objects.get().strand is None


def test_the_decision_is_read_there_and_the_header_says_the_new_due_time(sheet):
    boss = coordinator_of(sheet.sheet.round)
    until = sheet.sheet.round.hard_close_at + DAY
    wish = ask_extension(sheet=sheet.sheet, until=until, reason=WHY, by=sheet.expert)
    grant(extension=wish, until=until, words="Use it well.", by=boss)

    page = text_of(sheet.client.get(sheet.page))
    whole = text_of(sheet.client.get(f"{at(sheet.sheet)}?view=all"))

    assert "Use it well." in page
    assert "Granted, and running" in page
    assert f'datetime="{until.isoformat()}"' in whole
    assert "Your extension is in it." in whole
    assert boss.name not in page


def test_the_header_of_a_late_sheet_says_how_late_it_was(sheet):
    sheet.record()
    round_ = sheet.sheet.round
    with mock.patch.object(timezone, "now", return_value=round_.due_at + 2 * DAY):
        submit(sheet=sheet.sheet, declared_for=round_.cut_off, by=sheet.expert)

    whole = text_of(sheet.client.get(f"{at(sheet.sheet)}?view=all"))

    assert "It was first handed in 2 days late." in whole
    assert sheet.client.get(sheet.page).status_code == 403


def test_the_header_after_the_due_time_says_when_entry_closes(sheet):
    round_ = sheet.sheet.round
    round_.due_at = timezone.now() - timedelta(hours=1)
    round_.save()

    whole = text_of(sheet.client.get(f"{at(sheet.sheet)}?view=all"))

    assert "It was due on" in whole
    assert "1 hour late" in whole
    assert "Entry closes on" in whole


# --- Bad input ----------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"until": ""}, "Until when? Choose a day and a time."),
        ({"until": "next week"}, "Write a day and a time, such as"),
        ({"until": "31/05/2027 18:00"}, "Write a day and a time, such as"),
        ({"until": "2027-02-30T10:00"}, "Write a day and a time, such as"),
        ({"until": "0001-01-01T00:00"}, "Choose a moment that is still to come."),
        ({"until": "2020-05-31T18:00"}, "Choose a moment that is still to come."),
        ({"until": "9999-12-31T23:59"}, "This is too far away"),
        ({"until": "2027-03-28T02:30"}, "The clocks skip 02:30 on 28 March 2027"),
        ({"until": "2026-10-25T02:30"}, "02:30 comes twice on 25 October 2026"),
        ({"reason": " "}, "Say in a sentence why you need more time."),
        ({"reason": "a" * 1_000_000}, "This is too long: 2000 characters are enough."),
    ],
)
def test_bad_input_is_refused_with_a_sentence(sheet, fields, words):
    sent = send(sheet, **fields)

    assert sent.status_code == 422
    assert words in text_of(sent)
    assert not Extension.objects.exists()


def test_what_is_due_later_anyway_is_no_wish(sheet):
    sent = send(sheet, until=typed(sheet.sheet.round.due_at - DAY))
    assert "anyway: choose a later moment" in text_of(sent)


@pytest.mark.parametrize("year", ["0001", "9999"])
@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Pacific/Honolulu", "Etc/GMT+12"])
def test_the_ends_of_time_break_no_form(year, zone):
    with timezone.override(ZoneInfo(zone)):
        found = MomentField().clean(f"{year}-06-01T00:00")
    assert found.tzinfo is not None


@pytest.mark.parametrize("typed_in", ["2026-10-25T02:30", "2027-03-28T02:30"])
def test_a_time_of_the_night_of_the_change_is_plain_where_clocks_do_not_change(typed_in):
    with timezone.override(ZoneInfo("Pacific/Honolulu")):
        found = MomentField().clean(typed_in)
    assert found.astimezone(UTC).hour == 12


def test_an_empty_moment_is_asked_for():
    with pytest.raises(forms.ValidationError, match="Choose a day and a time"):
        MomentField().clean("")


# --- Who ----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OBSERVER])
def test_who_looks_on_is_told_that_only_the_expert_asks(sheet, role):
    client = signed_in(in_round(role, sheet.sheet.round))
    for response in (client.get(sheet.page), client.post(sheet.page, {"act": "ask"})):
        assert response.status_code == 403
        assert "Only the expert of this sheet asks for more time" in text_of(response)


@pytest.mark.parametrize("superuser", [False, True])
def test_a_stranger_learns_nothing_and_the_attempt_is_written_down(sheet, superuser):
    stranger = UserFactory(is_superuser=superuser)
    client = signed_in(stranger)

    assert client.get(sheet.page).status_code == 404
    assert client.post(sheet.page, {"act": "ask"}).status_code == 403
    entry = AuditEntry.objects.get(act="attempt.refuse")
    assert (entry.actor, entry.subject) == (stranger.pk, sheet.page)


def test_nobody_takes_back_what_somebody_else_asked_for(sheet):
    send(sheet)
    other = expert_of(AssessmentFactory(round=sheet.sheet.round, country=sheet.sheet.country))
    expert_of(sheet.sheet, other)

    sent = signed_in(other).post(
        sheet.page, {"act": "withdraw", "extension": Extension.objects.get().pk}
    )

    assert sent.status_code == 404
    assert Extension.objects.get().state == ExtensionState.ASKED


def test_the_page_costs_the_same_for_one_wish_and_three(sheet, django_assert_num_queries):
    boss = coordinator_of(sheet.sheet.round)
    for number in range(1, 4):
        fresh = Assessment.objects.select_related("round", "country", "strand").get()
        until = fresh.due_at + DAY
        wish = ask_extension(sheet=fresh, until=until, reason=WHY, by=sheet.expert)
        grant(extension=wish, until=until, words="Yes.", by=boss)
        if number in {1, 3}:
            with django_assert_num_queries(9):
                sheet.client.get(sheet.page)
