"""A country's workbook on its pages: who finds it, what it says, what a press does."""

import re
from datetime import timedelta
from urllib.parse import unquote
from uuid import uuid4

import pytest
from django.utils import timezone

from questionnaire.enums import AssessmentState, Role
from questionnaire.models import Answer, WorkbookUpload
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import IndicatorFactory, SourceFactory, in_round, on_sheet

from .sheeting import (
    answered,
    as_file,
    best,
    country_to_answer,
    record,
    strand_name,
    tables,
    uploaded,
    written,
)
from .viewing import at, signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    place = country_to_answer()
    sheet = place.sheet
    place.url = f"/sheets/{sheet.round.code}/{sheet.country.code}/workbook/{sheet.coding}/"
    place.client = signed_in(place.expert)
    return place


def sent(place, content, name="filled.xlsx"):
    return place.client.post(place.url, {"file": as_file(content, name)})


def preview_url(place, content):
    return f"{place.url}{uploaded(place, content).key}/"


# --- Who finds it ------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.EXPERT, Role.DELEGATE])
def test_who_answers_downloads_and_uploads(place, role):
    client = signed_in(on_sheet(role, place.second))

    shown = text_of(client.get(place.url))

    assert "Download the workbook" in shown
    assert "Show what it would change" in shown
    assert place.second.strand.title in shown
    assert place.sheet.strand.title not in shown


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OBSERVER])
def test_who_runs_the_round_downloads_and_uploads_nothing(place, role):
    client = signed_in(in_round(role, place.sheet.round))

    shown = text_of(client.get(place.url))
    refused = client.post(place.url, {"file": as_file(written(place))})

    assert "Download the workbook" in shown
    assert "Only the expert of this sheet can change its answers." in shown
    assert 'type="file"' not in shown
    assert refused.status_code == 403
    assert client.get(place.url, {"file": "xlsx"}).status_code == 200


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADJUDICATOR, Role.PUBLISHER, None])
def test_for_everybody_else_it_is_not_there(place, role):
    url = preview_url(place, written(place))
    person = UserFactory() if role is None else in_round(role, place.sheet.round)
    client = signed_in(person)

    for address in (place.url, f"{place.url}?file=xlsx", url):
        assert client.get(address).status_code == 404
    assert client.post(place.url, {"file": as_file(written(place))}).status_code == 404
    assert client.post(url, {"act": "apply"}).status_code == 404


def test_the_expert_of_the_second_coding_does_not_find_the_first(place):
    strand = place.sheet.strand
    second = type(place.sheet).objects.create(
        round=place.sheet.round, country=place.sheet.country, strand=strand, coding=2
    )
    client = signed_in(on_sheet(Role.EXPERT, second))

    assert client.get(place.url).status_code == 404
    assert client.get(place.url.replace("/1/", "/2/")).status_code == 200


def test_an_upload_belongs_to_who_made_it(place):
    url = preview_url(place, best(written(place), place, place.one))
    colleague = signed_in(on_sheet(Role.DELEGATE, place.sheet))

    assert colleague.get(url).status_code == 404
    assert colleague.post(url, {"act": "apply"}).status_code == 404
    assert place.client.get(f"{place.url}{uuid4()}/").status_code == 404


def test_an_upload_to_another_country_is_not_there(place):
    other = country_to_answer()
    url = preview_url(place, written(place))
    other_url = (
        f"/sheets/{other.sheet.round.code}/{other.sheet.country.code}/workbook/1/"
        f"{url.rsplit('/', 2)[1]}/"
    )

    assert signed_in(other.expert).get(other_url).status_code == 404


@pytest.mark.parametrize("end", ["?view=all", "sources/"])
def test_the_pages_of_a_sheet_lead_to_it(place, end):
    assert f'href="{place.url}"' in text_of(place.client.get(at(place.sheet, end)))


# --- Download ----------------------------------------------------------------------------


def test_the_file_is_named_after_its_place_and_kept_nowhere(place):
    response = place.client.get(place.url, {"file": "xlsx"})

    codes = f"{place.sheet.round.code}-{place.sheet.country.code}-1.xlsx"
    assert f'filename="{codes}"' in unquote(response["Content-Disposition"])
    assert response["Content-Disposition"].startswith("attachment")
    assert "no-store" in response["Cache-Control"]
    assert strand_name(place.sheet) in tables(response.content)


@pytest.mark.parametrize("closed", ["submitted", "hard close"])
def test_a_closed_sheet_is_still_ones_own_copy(place, closed):
    record(place, rationale="As I said.")
    if closed == "submitted":
        for sheet in (place.sheet, place.second):
            sheet.state = AssessmentState.SUBMITTED
            sheet.save()
    else:
        round_, past = place.sheet.round, timezone.now() - timedelta(days=1)
        round_.due_at = round_.grace_until = round_.hard_close_at = past
        round_.save()

    page = text_of(place.client.get(place.url))
    copy = place.client.get(place.url, {"file": "xlsx"}).content
    refused = sent(place, copy)

    assert "Nothing can be uploaded now." in page
    assert "As I said." in repr(tables(copy))
    assert "Read only: " in repr(tables(copy)["Start"])
    assert refused.status_code == 403
    assert re.search("with the reviewers|Entry has closed", text_of(refused))


# --- Upload ------------------------------------------------------------------------------


def test_an_upload_leads_to_its_preview_and_saves_nothing(place):
    response = sent(place, best(written(place), place, place.one), name="mine.xlsx")

    upload = WorkbookUpload.objects.get()
    shown = text_of(place.client.get(response.url))
    assert response.url == f"{place.url}{upload.key}/"
    assert "Nothing has been saved yet." in shown
    assert "mine.xlsx" in shown
    assert "1. For 100 points." in shown
    assert "Apply all of it" in shown
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"code,answer", "This is not an Excel workbook"),
        (b"", "This file is empty."),
    ],
)
def test_a_file_that_is_no_workbook_is_refused_beside_its_field(place, content, words):
    response = sent(place, content)

    assert response.status_code == 422
    assert words in text_of(response)
    assert not WorkbookUpload.objects.exists()


def test_without_a_file_it_says_so(place):
    response = place.client.post(place.url, {})

    assert response.status_code == 422
    assert "Choose the workbook that you filled in." in text_of(response)


def test_the_preview_names_each_wrong_cell_and_offers_no_button(place):
    url = preview_url(place, best(written(place), place, place.one, E="Perhaps", J="S7"))

    shown = text_of(place.client.get(url))

    assert "2 cells cannot be taken" in shown
    assert f"{strand_name(place.sheet)}, cell E2, {place.one.code}:" in shown
    assert "Apply all of it" not in shown
    assert place.client.post(url, {"act": "apply"}).status_code == 422
    assert not Answer.objects.exists()


def test_what_was_typed_into_a_cell_is_escaped_on_the_page(place):
    url = preview_url(place, best(written(place), place, place.one, G="<script>x</script>"))

    shown = text_of(place.client.get(url))

    assert "&lt;script&gt;x" in shown
    assert "<script>x" not in shown


def test_the_unchanged_workbook_says_that_there_is_nothing_to_apply(place):
    record(place)
    shown = text_of(place.client.get(preview_url(place, written(place))))

    assert "there is nothing to apply" in shown
    assert "Apply all of it" not in shown


def test_applying_records_the_answers_and_says_so(place):
    url = preview_url(place, best(written(place), place, place.one))

    response = place.client.post(url, {"act": "apply"}, follow=True)

    assert "The workbook is applied." in text_of(response)
    assert response.redirect_chain == [(place.url, 302)]
    assert Answer.objects.get().rationale == "As the act says."
    assert "This workbook was applied on" in text_of(place.client.get(url))
    again = place.client.post(url, {"act": "apply"})
    assert again.status_code == 409
    assert "was applied already" in text_of(again)


def test_a_clash_shows_both_texts_and_asks_for_a_choice(place):
    record(place, rationale="First.")
    content = answered(written(place), place, place.one, G="From the workbook.")
    record(place, rationale="From the page.")
    url = preview_url(place, content)
    name = f"choice-answer-{place.one.code}"

    shown = text_of(place.client.get(url))
    undecided = place.client.post(url, {"act": "apply"})
    decided = place.client.post(url, {"act": "apply", name: "mine:2"})

    assert "From the page." in shown
    assert "From the workbook." in shown
    assert f'name="{name}" value="theirs:2"' in shown
    assert undecided.status_code == 409
    assert "Nothing was saved. Choose between the two texts" in text_of(undecided)
    assert decided.status_code == 302
    assert Answer.objects.get().rationale == "From the workbook."


def test_a_choice_that_was_made_is_kept_when_another_is_missing(place):
    for indicator in (place.one, place.two):
        record(place, indicator, rationale="First.")
    content = answered(written(place), place, place.one, G="Mine.")
    content = answered(content, place, place.two, G="Mine.")
    for indicator in (place.one, place.two):
        record(place, indicator, rationale="Theirs.")
    url = preview_url(place, content)

    name = f"choice-answer-{place.one.code}"
    shown = text_of(place.client.post(url, {"act": "apply", name: "mine:2"}))

    assert f'name="{name}" value="mine:2" checked' in shown
    assert shown.count('" checked>') == 1


def test_an_upload_can_be_thrown_away(place):
    url = preview_url(place, best(written(place), place, place.one))

    response = place.client.post(url, {"act": "drop"}, follow=True)

    assert "Nothing was saved." in text_of(response)
    assert not WorkbookUpload.objects.exists()
    assert place.client.get(url).status_code == 404


def test_a_preview_older_than_a_day_says_so(place):
    url = preview_url(place, best(written(place), place, place.one))
    old = timezone.now() - timedelta(hours=25)
    WorkbookUpload.objects.update(created_at=old)

    for response in (place.client.get(url), place.client.post(url, {"act": "apply"})):
        assert response.status_code == 409
        assert "older than a day" in text_of(response)


# --- Speed -------------------------------------------------------------------------------


def with_rows(place, number):
    """Fill in NUMBER more questions, each with a source of its own that is recorded already."""
    more = IndicatorFactory.create_batch(number, strand=place.sheet.strand)
    for indicator in more:
        record(place, indicator, sources=[place.law, SourceFactory(sheet=place.sheet)])
    content = best(written(place), place, place.one)
    for indicator in more:
        content = answered(content, place, indicator, G="Other words.")
    return content


@pytest.mark.parametrize("number", [1, 5])
def test_the_queries_of_the_preview_do_not_grow_with_the_rows(
    place, django_assert_num_queries, number
):
    url = preview_url(place, with_rows(place, number))

    with django_assert_num_queries(17):
        assert "Other words." in text_of(place.client.get(url))


@pytest.mark.parametrize("number", [1, 5])
@pytest.mark.parametrize(("query", "queries"), [({}, 16), ({"file": "xlsx"}, 15)])
def test_the_queries_of_page_and_download_do_not_grow_with_the_rows(
    place, django_assert_num_queries, number, query, queries
):
    with_rows(place, number)

    with django_assert_num_queries(queries):
        assert place.client.get(place.url, query).status_code == 200
