"""Laws that are not in force on the cut-off: told as context, and supporting no answer."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal
from questionnaire.enums import AssessmentState, Role
from questionnaire.models import Draft, Source, UpcomingChange
from questionnaire.services.upcoming import (
    add_upcoming,
    edit_upcoming,
    move_to_upcoming,
    remove_upcoming,
)
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    AssessmentFactory,
    IndicatorFactory,
    SourceFactory,
    expert_of,
    in_round,
    on_sheet,
)

from .viewing import HTMX, at, filled, opened, signed_in, text_of

NEXT_YEAR = date(2020, 1, 1)
SAID = {"title": "Act on Kin of 2020", "article": "section 2", "in_force_from": NEXT_YEAR}
SENT = {
    "title": "Act on Kin of 2020",
    "in_force_from": "2020-01-01",
    "note": "Opens it to all.",
}


@pytest.fixture
def shelf(desk):
    """Give the desk with a law that comes into force after the cut-off, and its addresses."""
    desk.later = SourceFactory(
        sheet=desk.sheet, title="A later act", in_force_from=NEXT_YEAR, note="Kept."
    )
    desk.list = at(desk.sheet, "upcoming/")
    desk.move = at(desk.sheet, f"sources/{desk.later.key}/upcoming/")
    return opened(desk)


def add(desk, **more):
    return add_upcoming(sheet=desk.sheet, by=desk.expert, **SAID | more)


# --- The service --------------------------------------------------------------------------


def test_an_upcoming_change_belongs_to_the_country_and_is_an_act(desk):
    change = add(desk, indicator=desk.indicator)
    assert (change.country, change.coding, change.entered_by) == (
        desk.sheet.country,
        1,
        desk.expert,
    )
    entry = AuditEntry.objects.get()
    place = f"{desk.sheet.round.code}/{desk.sheet.country.code}/1"
    assert (entry.act, entry.subject) == ("upcoming.add", f"upcoming/{place}")
    assert (entry.new["title"], entry.new["indicator"]) == (
        SAID["title"],
        desk.indicator.code,
    )


def test_the_same_change_twice_is_one(desk):
    assert add(desk) == add(desk)
    assert AuditEntry.objects.count() == 1


def test_correcting_and_removing_are_acts_and_no_change_is_none(desk):
    change = add(desk)
    known = {"change": change, "sheet": desk.sheet, "by": desk.expert}
    edit_upcoming(**known, note="Opens it to all.")
    edit_upcoming(**known, note="Opens it to all.")
    remove_upcoming(**known)
    acts = list(AuditEntry.objects.values_list("act", flat=True))
    assert acts == ["upcoming.add", "upcoming.edit", "upcoming.remove"]
    assert not UpcomingChange.objects.exists()
    assert UpcomingChange.history.first().history_user == desk.expert


def test_a_law_that_is_in_force_already_is_a_source_and_no_change(desk):
    with pytest.raises(ValidationError, match="enter it as a source") as caught:
        add(desk, in_force_from=date(2019, 12, 31))
    assert list(caught.value.message_dict) == ["in_force_from"]


def test_a_change_names_only_a_question_of_its_round(desk):
    with pytest.raises(ValidationError, match="not asked in this round"):
        add(desk, indicator=IndicatorFactory())


def test_a_source_becomes_a_change_and_stays_a_source_that_nothing_cites(shelf):
    change = move_to_upcoming(
        source=shelf.later, sheet=shelf.sheet, indicator=shelf.indicator, by=shelf.expert
    )
    assert (change.title, change.article, change.in_force_from, change.note) == (
        "A later act",
        "section 4",
        NEXT_YEAR,
        "Kept.",
    )
    assert change.indicator == shelf.indicator
    assert Source.objects.filter(pk=shelf.later.pk).exists()


def test_a_law_that_is_in_force_on_the_day_is_not_moved(desk):
    with pytest.raises(Refusal, match="so it stays a source"):
        move_to_upcoming(source=desk.law, sheet=desk.sheet, by=desk.expert)


def test_strangers_and_other_countries_change_nothing(shelf):
    change = add(shelf)
    elsewhere = AssessmentFactory(round=shelf.sheet.round)
    neighbour, stranger = expert_of(elsewhere), UserFactory(is_superuser=True)
    with pytest.raises(NotAllowed):
        add_upcoming(sheet=shelf.sheet, by=stranger, title="Mine")
    with pytest.raises(NotAllowed):
        move_to_upcoming(source=shelf.later, sheet=shelf.sheet, by=stranger)
    with pytest.raises(Refusal, match="belongs to another sheet"):
        edit_upcoming(change=change, sheet=elsewhere, by=neighbour, title="Mine")
    with pytest.raises(Refusal, match="belongs to another sheet"):
        remove_upcoming(change=change, sheet=elsewhere, by=neighbour)
    with pytest.raises(Refusal, match="belongs to another sheet"):
        move_to_upcoming(source=shelf.later, sheet=elsewhere, by=neighbour)


# --- From the question --------------------------------------------------------------------


def test_a_law_that_is_not_yet_in_force_is_refused_with_the_offer_to_move_it(shelf):
    response = shelf.client.post(shelf.url, filled(shelf, sources=[str(shelf.later.key)]))

    shown = text_of(response)
    assert response.status_code == 422
    assert "“A later act, section 4” came into force after 31 December 2019." in shown
    assert "Move it to upcoming changes" in shown
    assert f"{shelf.move}?for={shelf.indicator.code}" in shown


def test_after_moving_it_the_focus_is_on_the_sources_beside_the_words_that_say_so(shelf):
    sent = filled(shelf, sources=[str(shelf.law.key), str(shelf.later.key)])

    response = shelf.client.post(f"{shelf.move}?for={shelf.indicator.code}", sent, headers=HTMX)

    legend, sources = text_of(response).split('id="sources"')[1].split(str(shelf.law.key))[:2]
    assert legend.startswith(' tabindex="-1" data-focus>')
    assert "upcoming change and supports no answer" in legend
    assert "data-focus" not in sources


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["without a script", "by htmx"])
def test_moving_it_takes_the_tick_and_keeps_the_rest_that_was_typed(shelf, headers):
    both = [str(shelf.law.key), str(shelf.later.key)]
    sent = filled(shelf, sources=both, rationale="Not saved yet.")

    response = shelf.client.post(
        f"{shelf.move}?for={shelf.indicator.code}", sent, headers=headers, follow=True
    )

    assert "is now listed as an upcoming change and supports no answer" in text_of(response)
    assert "Not saved yet." in text_of(response)
    assert UpcomingChange.objects.get().indicator == shelf.indicator
    content = Draft.objects.get().content
    assert content["sources"] == [str(shelf.law.key)]
    rest = filled(shelf, sources=content["sources"], rationale="Not saved yet.")
    saved = shelf.client.post(shelf.url, rest)
    assert saved.status_code == 302


def test_moving_it_from_the_list_leads_to_the_changes(shelf):
    assert "Move it to upcoming changes" in text_of(
        shelf.client.get(at(shelf.sheet, "sources/"))
    )
    response = shelf.client.post(shelf.move, follow=True)
    assert response.redirect_chain == [(shelf.list, 302)]
    assert "A later act, section 4" in text_of(response)
    assert not Draft.objects.exists()


# --- The list -----------------------------------------------------------------------------


def test_a_law_that_is_told_already_says_so_and_is_not_offered_again(shelf):
    sources = at(shelf.sheet, "sources/")
    assert "Move it to upcoming changes" in text_of(shelf.client.get(sources))

    move_to_upcoming(source=shelf.later, sheet=shelf.sheet, by=shelf.expert)

    shown = text_of(shelf.client.get(sources))
    assert "Listed as an upcoming change" in shown
    assert "Move it to upcoming changes" not in shown


def test_the_list_is_found_from_the_sources_and_says_what_will_be_there(shelf):
    assert f'href="{shelf.list}"' in text_of(shelf.client.get(at(shelf.sheet, "sources/")))
    shown = text_of(shelf.client.get(shelf.list))
    assert "No upcoming change yet" in shown
    assert "31 December 2019" in shown


def test_a_change_is_added_corrected_and_removed_on_pages(shelf):
    added = shelf.client.post(
        shelf.list, SENT | {"indicator": shelf.indicator.code}, follow=True
    )
    assert "The upcoming change is added." in text_of(added)
    assert f"{shelf.indicator.code} {shelf.indicator.title}" in text_of(added)

    change = UpcomingChange.objects.get()
    edit = f"{shelf.list}{change.pk}/"
    page = text_of(shelf.client.get(edit))
    assert 'value="2020-01-01"' in page
    assert "Opens it to all." in page
    shelf.client.post(edit, SENT | {"note": "Opens it to some."})
    assert "Opens it to some." in text_of(shelf.client.get(shelf.list))

    removed = shelf.client.post(f"{edit}remove/", follow=True)
    assert "The upcoming change is removed." in text_of(removed)
    assert not UpcomingChange.objects.exists()


WRONG = {
    "no title": ({"title": " "}, "This field is required."),
    "a day that is past": ({"in_force_from": "2019-01-01"}, "enter it as a source and cite"),
    "a question of nowhere": ({"indicator": "zz9"}, "Select a valid choice."),
    "a link that runs": ({"url": "javascript:alert(1)"}, "Enter a valid URL."),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_change_is_refused_and_its_text_kept(shelf, case):
    fields, words = WRONG[case]
    response = shelf.client.post(shelf.list, SENT | fields)
    assert response.status_code == 422
    assert words in text_of(response)
    assert "Opens it to all." in text_of(response)
    assert not UpcomingChange.objects.exists()


def test_a_change_told_from_another_strand_keeps_its_question_here(shelf):
    other = IndicatorFactory(strand__framework=shelf.sheet.round.framework)
    change = add(shelf, indicator=other)
    edit = f"{shelf.list}{change.pk}/"
    assert f'value="{other.code}" selected' in text_of(shelf.client.get(edit))
    shelf.client.post(edit, SENT | {"indicator": other.code})
    change.refresh_from_db()
    assert change.indicator == other


def test_changes_of_other_countries_and_codings_are_not_here(shelf):
    place = {"round": shelf.sheet.round, "country": shelf.sheet.country}
    second = AssessmentFactory(**place, strand=shelf.sheet.strand, coding=2)
    theirs = add_upcoming(sheet=second, by=expert_of(second), title="Not mine")
    assert "Not mine" not in text_of(shelf.client.get(shelf.list))
    assert shelf.client.get(f"{shelf.list}{theirs.pk}/").status_code == 404
    assert shelf.client.post(f"{shelf.list}{theirs.pk}/remove/").status_code == 404


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OBSERVER])
def test_who_runs_the_round_reads_and_changes_none(shelf, role):
    change = add(shelf)
    client = signed_in(in_round(role, shelf.sheet.round))
    shown = text_of(client.get(shelf.list))
    assert change.title in shown
    assert "Remove" not in shown
    assert client.post(shelf.list, SENT | {"title": "Mine"}).status_code == 403
    assert client.post(f"{shelf.list}{change.pk}/remove/").status_code == 403
    assert client.post(shelf.move).status_code == 403


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADJUDICATOR])
def test_the_review_side_finds_no_such_page(shelf, role):
    client = signed_in(on_sheet(role, shelf.sheet))
    assert client.get(shelf.list).status_code == 404
    assert client.post(shelf.list, SENT).status_code == 403
    assert not UpcomingChange.objects.exists()


def test_after_the_sheet_is_handed_in_nothing_is_changed(shelf):
    change = add(shelf)
    shelf.sheet.state = AssessmentState.SUBMITTED
    shelf.sheet.save()
    assert shelf.client.post(shelf.list, SENT).status_code == 403
    assert shelf.client.post(f"{shelf.list}{change.pk}/remove/").status_code == 403
    assert "Add an upcoming change" not in text_of(shelf.client.get(shelf.list))


@pytest.mark.parametrize("number", [1, 4])
def test_the_queries_do_not_grow_with_the_changes(shelf, django_assert_num_queries, number):
    for year in range(number):
        add(shelf, indicator=shelf.indicator, in_force_from=date(2021 + year, 1, 1))
    with django_assert_num_queries(18):
        shelf.client.get(shelf.list)
