"""A source is checked once, for every answer that cites it."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal
from questionnaire.enums import AssessmentState, Role, SourceKind
from questionnaire.models import Draft
from questionnaire.selectors.standing import doubts_about, is_rechecked, standing_of
from questionnaire.services.sources import recheck_source
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    CUT_OFF,
    AssessmentFactory,
    IndicatorFactory,
    SourceFactory,
    expert_of,
    in_round,
)

from .viewing import HTMX, at, filled, opened, signed_in, text_of

REPORT = {"kind": SourceKind.PRACTICE, "title": "A report", "in_force_from": None}
LATE = date(2020, 3, 1)


@pytest.fixture
def shelf(desk):
    """Give the desk with the address at which its law is checked again."""
    desk.recheck = at(desk.sheet, f"sources/{desk.law.key}/recheck/")
    return opened(desk)


def recheck(desk, source=None, **more):
    known = {"source": source or desk.law, "sheet": desk.sheet, "by": desk.expert}
    return recheck_source(**known | more)


def shown_today():
    today = timezone.localdate()
    return f"{today.day} {today:%B %Y}"


# --- The service --------------------------------------------------------------------------


def test_a_check_holds_for_every_answer_and_is_one_act(desk):
    source = recheck(desk)
    assert source.checked_on == timezone.localdate()
    assert source.history.first().history_user == desk.expert
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.subject) == ("source.recheck", f"source/{desk.law.key}")
    assert entry.new == {"checked_on": timezone.localdate().isoformat()}
    assert standing_of(source, CUT_OFF) == (
        "passed",
        f"In force on 31 December 2019, checked {shown_today()}",
    )


def test_a_second_check_on_the_same_day_is_none(desk):
    recheck(desk)
    recheck(desk)
    assert AuditEntry.objects.count() == 1
    assert desk.law.history.count() == 2


NOT_IN_FORCE = {
    "from later on": ({"in_force_from": date(2020, 1, 1)}, "came into force after"),
    "until before": ({"in_force_until": date(2019, 1, 1)}, "no longer in force on"),
    "published later": (
        REPORT | {"published_on": LATE},
        "Say first that “A report, section 4” describes",
    ),
}


@pytest.mark.parametrize("case", NOT_IN_FORCE)
def test_what_does_not_carry_the_day_is_not_checked(desk, case):
    fields, words = NOT_IN_FORCE[case]
    source = SourceFactory(sheet=desk.sheet, **fields)
    with pytest.raises(Refusal, match=words):
        recheck(desk, source)
    source.refresh_from_db()
    assert source.checked_on is None
    assert not AuditEntry.objects.exists()


def test_what_reviewers_have_read_in_one_strand_is_checked_for_another(desk):
    desk.record()
    desk.sheet.state, desk.sheet.submitted_at = AssessmentState.SUBMITTED, timezone.now()
    desk.sheet.save()
    other = AssessmentFactory(round=desk.sheet.round, country=desk.sheet.country)
    assert recheck(desk, sheet=other, by=expert_of(other)).checked_on
    with pytest.raises(NotAllowed, match="with the reviewers"):
        recheck(desk)


def test_strangers_and_other_countries_check_nothing(desk):
    elsewhere = AssessmentFactory(round=desk.sheet.round)
    with pytest.raises(NotAllowed, match="Only the expert"):
        recheck(desk, by=UserFactory(is_superuser=True))
    with pytest.raises(Refusal, match="belongs to another sheet"):
        recheck(desk, sheet=elsewhere, by=expert_of(elsewhere))


# --- What counts as checked ---------------------------------------------------------------


def test_a_source_that_was_carried_over_keeps_no_check_of_the_edition_before(desk):
    long_ago = timezone.localdate() - timedelta(days=400)
    carried = SourceFactory(sheet=desk.sheet, carried_from="2019", checked_on=long_ago)
    entered = SourceFactory(sheet=desk.sheet, checked_on=long_ago)
    assert not is_rechecked(carried, CUT_OFF)
    assert is_rechecked(entered, CUT_OFF)
    assert is_rechecked(recheck(desk, carried), CUT_OFF)


def test_a_check_of_a_law_that_was_not_in_force_counts_for_nothing(desk):
    later = {"in_force_from": date(2020, 1, 1), "checked_on": timezone.localdate()}
    source = SourceFactory(sheet=desk.sheet, **later)
    assert not is_rechecked(source, CUT_OFF)
    assert standing_of(source, CUT_OFF)[0] == "refused"


STANDINGS = {
    "a law": ({}, ("passed", "In force on 31 December 2019"), 0),
    "a law without a date": (
        {"in_force_from": None},
        ("warning", "No date says since when it is in force"),
        1,
    ),
    "a law that ended": (
        {"in_force_until": date(2019, 12, 30)},
        ("refused", "No longer in force on 31 December 2019: it cannot support an answer"),
        0,
    ),
    "a report": (REPORT | {"published_on": CUT_OFF}, ("", ""), 0),
    "a report without a date": (REPORT, ("", ""), 1),
    "a later report": (
        REPORT | {"published_on": LATE},
        ("warning", "Published after 31 December 2019: say that it describes that day"),
        1,
    ),
    "a later report on the day": (
        REPORT | {"published_on": LATE, "describes_cut_off": True},
        ("passed", "Published later, describes 31 December 2019"),
        0,
    ),
}


@pytest.mark.parametrize("case", STANDINGS)
def test_a_source_says_whether_it_carries_the_day(desk, case):
    fields, standing, doubts = STANDINGS[case]
    source = SourceFactory(sheet=desk.sheet, **fields)
    assert standing_of(source, CUT_OFF) == standing
    assert len(doubts_about(source, CUT_OFF)) == doubts


# --- Pages --------------------------------------------------------------------------------


def test_one_button_on_the_list_checks_it(shelf):
    listed = text_of(shelf.client.get(at(shelf.sheet, "sources/")))
    assert f'action="{shelf.recheck}"' in listed

    response = shelf.client.post(shelf.recheck, follow=True)

    shown = text_of(response)
    assert f"In force on 31 December 2019, checked {shown_today()}" in shown
    assert f'action="{shelf.recheck}"' not in shown


def test_htmx_gets_the_line_of_the_list(shelf):
    response = shelf.client.post(shelf.recheck, headers=HTMX)
    shown = text_of(response)
    assert f'id="source-{shelf.law.key}"' in shown
    assert "<html" not in shown
    assert f"checked {shown_today()}" in shown


def test_beside_a_ticked_source_of_a_question_it_is_checked_too(shelf):
    shelf.record()
    there = f"{shelf.recheck}?for={shelf.indicator.code}"
    assert there in text_of(shelf.client.get(shelf.url))

    swapped = shelf.client.post(there, filled(shelf), headers=HTMX)

    assert f"checked {shown_today()}" in text_of(swapped)
    assert f'value="{shelf.law.key}" checked' in text_of(swapped)
    assert there not in text_of(shelf.client.get(shelf.url))


def test_without_a_script_nothing_that_was_typed_is_lost(shelf):
    there = f"{shelf.recheck}?for={shelf.indicator.code}"
    sent = filled(shelf, rationale="Not saved yet.")

    response = shelf.client.post(there, sent, follow=True)

    assert response.redirect_chain == [(f"{shelf.url}#sources", 302)]
    assert "Not saved yet." in text_of(response)
    assert Draft.objects.get().content["sources"] == [str(shelf.law.key)]


def test_a_question_of_another_sheet_is_not_led_to(shelf):
    other = IndicatorFactory()
    response = shelf.client.post(f"{shelf.recheck}?for={other.code}", filled(shelf))
    assert response.status_code == 404


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OBSERVER])
def test_who_runs_the_round_checks_nothing(shelf, role):
    client = signed_in(in_round(role, shelf.sheet.round))
    assert client.post(shelf.recheck).status_code == 403
    assert shelf.recheck not in text_of(client.get(at(shelf.sheet, "sources/")))
