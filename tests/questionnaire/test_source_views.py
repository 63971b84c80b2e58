"""The sources of a country: listed, added, corrected as long as no reviewer has read them."""

from datetime import date

import pytest
from django.utils import timezone

from mipex_site.base.errors import Refusal
from questionnaire.enums import AssessmentState, EvidenceRule, Role, SourceKind
from questionnaire.models import Source
from questionnaire.selectors.sources import read_by_the_review
from questionnaire.services.sources import edit_source
from questionnaire.views import sources
from tests.factories.questionnaire import (
    AssessmentFactory,
    SourceFactory,
    in_round,
    on_sheet,
)

from .viewing import at, opened, signed_in, text_of

LAW = {"source-kind": "law", "source-title": "Act on Kin", "source-article": "section 9"}
PUBLICATION = {
    "source-kind": "practice",
    "source-title": "Report on Kin",
    "source-publisher": "An invented board",
    "source-published_on": "2018-05-01",
}


@pytest.fixture
def shelf(desk):
    """Give the desk with the addresses of its sources and its expert's browser."""
    desk.list, desk.add = at(desk.sheet, "sources/"), at(desk.sheet, "sources/add/")
    desk.edit = at(desk.sheet, f"sources/{desk.law.key}/")
    return opened(desk)


def hand_in(shelf, state=AssessmentState.SUBMITTED):
    shelf.sheet.state, shelf.sheet.submitted_at = state, timezone.now()
    shelf.sheet.save()


def test_the_list_shows_what_each_source_carries(shelf):
    shelf.record()
    SourceFactory(sheet=shelf.sheet, title="A spare act")

    shown = text_of(shelf.client.get(shelf.list))

    assert "Cited by 1 answer." in shown
    assert "Not cited yet." in shown
    assert "In force on 31 December 2019" in shown
    assert "Add a source" in shown


def test_an_empty_list_says_what_will_be_here(shelf):
    Source.objects.all().delete()

    assert "No source yet" in text_of(shelf.client.get(shelf.list))


def test_a_source_of_another_country_or_coding_is_not_on_the_list(shelf):
    elsewhere = AssessmentFactory(round=shelf.sheet.round)
    second = AssessmentFactory(
        round=shelf.sheet.round,
        country=shelf.sheet.country,
        strand=shelf.sheet.strand,
        coding=2,
    )
    theirs = [SourceFactory(sheet=sheet, title="Not mine") for sheet in (elsewhere, second)]

    assert "Not mine" not in text_of(shelf.client.get(shelf.list))
    for source in theirs:
        url = at(shelf.sheet, f"sources/{source.key}/")
        assert shelf.client.get(url).status_code == 404
        assert shelf.client.post(url, LAW).status_code == 404


@pytest.mark.parametrize("fields", [LAW, PUBLICATION], ids=["a law", "a publication"])
def test_a_source_is_added_on_a_page_of_its_own(shelf, fields):
    response = shelf.client.post(shelf.add, fields, follow=True)

    added = Source.objects.get(title=fields["source-title"])
    assert added.entered_by == shelf.expert
    assert response.redirect_chain == [(shelf.list, 302)]
    assert "The source is added." in text_of(response)


WRONG = {
    "a law without its article": (
        LAW | {"source-article": ""},
        "Name the article or paragraph",
    ),
    "a publication of nobody": (
        PUBLICATION | {"source-publisher": ""},
        "Say who published it, or give the link.",
    ),
    "no title": (LAW | {"source-title": " "}, "This field is required."),
    "a day that is none": (LAW | {"source-in_force_from": "2015-02-30"}, "Enter a valid date."),
    "an end before the beginning": (
        LAW | {"source-in_force_from": "2015-02-03", "source-in_force_until": "2014-02-03"},
        "The law cannot end before it begins.",
    ),
    "a link that runs": (LAW | {"source-url": "javascript:alert(1)"}, "Enter a valid URL."),
    "a cell of the data": (LAW | {"source-kind": "dataset"}, "Select a valid choice."),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_source_is_refused_and_its_text_kept(shelf, case):
    fields, words = WRONG[case]

    response = shelf.client.post(shelf.add, fields | {"source-quote": "Every spouse may."})

    assert response.status_code == 422
    assert words in text_of(response)
    assert "Every spouse may." in text_of(response)
    assert Source.objects.count() == 1


def test_a_demonstration_offers_a_cell_of_the_data(shelf):
    round_ = shelf.sheet.round
    round_.is_demonstration, round_.evidence_rule = True, EvidenceRule.DATASET_CELL
    round_.save()

    assert 'value="dataset"' in text_of(shelf.client.get(shelf.add))
    shelf.client.post(shelf.add, LAW | {"source-kind": "dataset", "source-article": "B7"})

    assert Source.objects.filter(kind=SourceKind.DATASET).exists()


def test_a_source_is_corrected_for_every_answer(shelf):
    shelf.record()
    page = text_of(shelf.client.get(shelf.edit))

    response = shelf.client.post(shelf.edit, LAW, follow=True)

    shelf.law.refresh_from_db()
    assert "Cited by 1 answer. A correction holds for it." in page
    assert 'value="section 4"' in page
    assert 'type="date" name="source-in_force_from" value="2011-01-01"' in page.replace(
        'class="" ', ""
    )
    assert (shelf.law.title, shelf.law.article) == ("Act on Kin", "section 9")
    assert "The source is corrected" in text_of(response)


def test_a_source_that_reviewers_have_read_stays_and_says_why(shelf):
    shelf.record()
    hand_in(shelf, AssessmentState.RETURNED)

    assert "Add a new one and cite it." in text_of(shelf.client.get(shelf.list))
    page = text_of(shelf.client.get(shelf.edit))
    assert "Add a new one and cite it." in page
    assert "Save the correction" not in page
    assert shelf.client.post(shelf.edit, LAW).status_code == 409


@pytest.mark.parametrize("cites_before", [True, False])
@pytest.mark.parametrize("cites_after", [True, False])
def test_the_page_and_the_service_agree_on_what_reviewers_have_read(
    shelf, cites_before, cites_after
):
    spare = SourceFactory(sheet=shelf.sheet)
    shelf.record(sources=[shelf.law if cites_before else spare])
    hand_in(shelf)
    second = AssessmentFactory(round=shelf.sheet.round, country=shelf.sheet.country)
    person = on_sheet(Role.EXPERT, second)
    if cites_after:
        hand_in(shelf, AssessmentState.RETURNED)
        answer = shelf.sheet.answers.get()
        answer.version += 1
        answer.save()
        answer.citations.create(source=shelf.law, version=answer.version)

    try:
        edit_source(source=shelf.law, sheet=second, by=person, title="Act on Kin")
        is_refused = False
    except Refusal:
        is_refused = True

    assert (shelf.law.pk in read_by_the_review(second)) == is_refused == cites_before


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OBSERVER])
def test_who_runs_the_round_reads_the_sources_and_changes_none(shelf, role):
    client = signed_in(in_round(role, shelf.sheet.round))

    shown = text_of(client.get(shelf.list))

    assert str(shelf.law) in shown
    assert "Correct<" not in shown
    assert "<fieldset disabled>" in text_of(client.get(shelf.edit))
    assert client.post(shelf.add, LAW).status_code == 403
    assert client.post(shelf.edit, LAW).status_code == 403


@pytest.mark.parametrize(
    ("words", "found"),
    [("kin", "A+B"), ("KIN board", "A"), ("2010 kin", "B"), ("nothing", "")],
)
def test_words_narrow_the_list(shelf, words, found):
    place = {"sheet": shelf.sheet, "article": ""}
    SourceFactory(title="Report on Kin", publisher="A board", year=2015, **place)
    SourceFactory(title="Act on Kin", year=2010, **place)

    shown = text_of(shelf.client.get(shelf.list, {"q": words}))

    assert ("Report on Kin" in shown) == ("A" in found)
    assert ("Act on Kin" in shown) == ("B" in found)
    assert str(shelf.law) not in shown
    assert ("Nothing found" in shown) == (not found)
    assert f'value="{words}"' in shown


def test_a_long_list_comes_in_pages_and_keeps_its_words(shelf, monkeypatch):
    monkeypatch.setattr(sources, "A_PAGE", 2)
    for number in range(5):
        SourceFactory(sheet=shelf.sheet, title=f"Act on Kin {number}", article="")
    first = text_of(shelf.client.get(shelf.list, {"q": "kin"}))
    assert "1 to 2 of 5." in first
    assert 'href="?q=kin&amp;page=2"' in first
    assert "Act on Kin 4" in text_of(shelf.client.get(shelf.list, {"q": "kin", "page": 3}))


def test_what_is_entered_is_checked_on_the_day_it_is_entered(shelf):
    shelf.client.post(shelf.add, LAW)
    assert Source.objects.get(title="Act on Kin").checked_on == timezone.localdate()


def test_the_tick_on_the_cut_off_is_there_and_is_kept(shelf):
    late = PUBLICATION | {"source-published_on": "2020-03-01"}
    page = text_of(shelf.client.get(shelf.add))
    assert 'data-late-after="2019-12-31"' in page
    assert "For what was published after 31 December 2019" in page

    shelf.client.post(shelf.add, late)
    report = Source.objects.get(title="Report on Kin")
    assert "say that it describes that day" in text_of(shelf.client.get(shelf.list))
    url = at(shelf.sheet, f"sources/{report.key}/")
    shelf.client.post(url, late | {"source-describes_cut_off": "on"})
    report.refresh_from_db()
    assert report.describes_cut_off
    assert "Published later, describes 31 December 2019" in text_of(
        shelf.client.get(shelf.list)
    )


def test_a_late_report_that_is_ticked_leads_to_where_it_can_be_said(shelf):
    report = SourceFactory(
        sheet=shelf.sheet,
        kind=SourceKind.PRACTICE,
        title="A later report",
        published_on=date(2020, 3, 1),
    )
    shelf.record(sources=[shelf.law, report])
    shown = text_of(shelf.client.get(shelf.url))
    assert f'href="{at(shelf.sheet, f"sources/{report.key}/")}"' in shown
    assert "Say that it describes the cut-off date" in shown


def test_many_other_sources_can_be_narrowed_down_by_a_script(shelf):
    for _again in range(8):
        SourceFactory(sheet=shelf.sheet)
    assert "data-find=" in text_of(shelf.client.get(shelf.url))
    shelf.law.delete()
    assert "data-find=" not in text_of(shelf.client.get(shelf.url))


def test_the_list_names_nobody(shelf):
    source = SourceFactory(sheet=shelf.sheet)
    shown = text_of(shelf.client.get(shelf.list))
    assert str(source) in shown
    assert source.entered_by.name not in shown


@pytest.mark.parametrize("number", [1, 3])
def test_the_queries_do_not_grow_with_the_sources(shelf, django_assert_num_queries, number):
    for _again in range(number):
        SourceFactory(sheet=shelf.sheet)

    with django_assert_num_queries(21):
        shelf.client.get(shelf.list)
