"""Recorded otherwise since the workbook was downloaded: both texts, a choice, none lost."""

import pytest
from django.utils import timezone

from questionnaire.enums import AssessmentState, SetAsideBecause
from questionnaire.models import Answer, SetAside
from questionnaire.services.sources import edit_source
from questionnaire.services.workbooks.applying import apply_upload
from questionnaire.services.workbooks.carrying import Undecided
from questionnaire.services.workbooks.diffing import CLASH

from .sheeting import (
    answered,
    applied,
    best,
    filled_in,
    previewed,
    record,
    uploaded,
    versions,
    written,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clash(place):
    """Give a workbook whose first answer was recorded otherwise after it was downloaded."""
    record(place, rationale="First.")
    place.content = answered(written(place), place, place.one, G="From the workbook.")
    record(place, rationale="From the page.")
    place.upload = uploaded(place, place.content)
    place.id = f"answer-{place.one.code}"
    return place


def test_another_version_since_the_download_is_a_clash_with_both_texts(clash):
    preview = previewed(clash, clash.upload)

    (line,) = preview.comparison.lines
    assert (line.kind, line.seen) == (CLASH, "2")
    assert [(one.old, one.new) for one in line.fields] == [
        ("From the page.", "From the workbook.")
    ]


@pytest.mark.parametrize("choice", [None, "mine", "mine:1", "theirs:3", "both:2"])
def test_without_a_choice_on_what_is_recorded_now_nothing_is_saved(clash, choice):
    choices = {} if choice is None else {clash.id: choice}

    with pytest.raises(Undecided, match=clash.one.code):
        apply_upload(upload=clash.upload, choices=choices, by=clash.expert)

    assert versions() == [(clash.one.code, 2)]
    clash.upload.refresh_from_db()
    assert clash.upload.applied_at is None


@pytest.mark.parametrize(
    ("choice", "taken", "lost"),
    [
        ("mine:2", "From the workbook.", "From the page."),
        ("theirs:2", "From the page.", "From the workbook."),
    ],
)
def test_the_text_that_is_not_taken_is_kept(clash, choice, taken, lost):
    apply_upload(upload=clash.upload, choices={clash.id: choice}, by=clash.expert)

    assert Answer.objects.get().rationale == taken
    kept = SetAside.objects.get()
    assert (kept.content["rationale"], kept.because) == (lost, SetAsideBecause.CLASH)
    assert kept.content["sources"] == [str(clash.law.key)]


def test_a_row_that_nobody_touched_gives_way_to_what_was_recorded_since(place):
    record(place, rationale="First.")
    content = best(written(place), place, place.two)
    record(place, rationale="From the page.")

    applied(place, content)

    assert versions() == [(place.one.code, 2), (place.two.code, 1)]
    assert Answer.objects.get(indicator=place.one).rationale == "From the page."


def test_a_version_recorded_after_the_preview_is_a_clash_when_it_is_applied(place):
    upload = uploaded(place, best(written(place), place, place.one))
    record(place, rationale="From the page.")

    with pytest.raises(Undecided):
        apply_upload(upload=upload, choices={}, by=place.expert)

    assert Answer.objects.get().rationale == "From the page."


def test_the_same_recorded_by_both_is_no_clash(place):
    upload = uploaded(place, best(written(place), place, place.one))
    record(place, rationale="As the act says.")

    assert previewed(place, upload).comparison.lines == ()


def test_a_source_corrected_on_both_sides_is_a_clash_too(place):
    content = filled_in(written(place), "Sources", {"D2": "section 5"})
    edit_source(source=place.law, sheet=place.sheet, by=place.expert, article="section 6")
    upload = uploaded(place, content)
    (line,) = previewed(place, upload).comparison.lines

    assert (line.kind, line.id) == (CLASH, "source-S1")
    with pytest.raises(Undecided):
        apply_upload(upload=upload, choices={}, by=place.expert)
    apply_upload(upload=upload, choices={line.id: f"mine:{line.seen}"}, by=place.expert)

    place.law.refresh_from_db()
    assert place.law.article == "section 5"


def test_a_source_that_reviewers_have_read_stays_as_it_is(place):
    record(place)
    content = filled_in(written(place), "Sources", {"D2": "section 5"})
    place.sheet.state, place.sheet.submitted_at = AssessmentState.SUBMITTED, timezone.now()
    place.sheet.save()

    (fault,) = previewed(place, uploaded(place, content)).faults

    assert fault.where == "Sources, cell A2, S1"
    assert "An answer that was submitted rests on this source." in fault.message
