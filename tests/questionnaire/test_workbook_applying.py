"""An uploaded workbook is applied whole or not at all, by the same services as the pages."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mipex_site.audit.models import AuditEntry, Channel
from mipex_site.audit.services import entries
from mipex_site.base.errors import NotAllowed, Refusal, WrongState
from questionnaire.enums import AnswerKind, AssessmentState, ChangeReason
from questionnaire.models import Answer, SetAside, Source, WorkbookUpload
from questionnaire.services.drafts import keep_draft
from questionnaire.services.workbooks.applying import apply_upload
from questionnaire.services.workbooks.diffing import CHANGED
from questionnaire.services.workbooks.shape import BadWorkbook
from tests.factories.questionnaire import ChangeRequestFactory, SourceFactory, on_sheet

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
NEW_LAW = {"A3": "S9", "B3": "law", "C3": "Act on Kin", "D3": "section 9"}

# Every character that PostgreSQL keeps: all but NUL and halves of pairs.
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
TEXTS = st.one_of(
    st.text(CHARACTERS, max_size=60),
    st.sampled_from("=+-@\"';").flatmap(lambda first: st.text(CHARACTERS).map(first.__add__)),
    st.sampled_from(
        [
            "=1+1",
            "a\r\nb\rc\n\n d",
            "_x0041_ _x000D_",
            "שלום עולם\u200f",
            "x" * 20_000,
            "😀" * 20_000,
            "<b>&amp;</b>",
            "  around  ",
            "\x0b\uffff",
            "12",
            "TRUE",
            "2019-12-31",
        ]
    ),
)


# --- Nothing changed, nothing made --------------------------------------------------------


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    rationale=TEXTS,
    note=TEXTS,
    title=TEXTS,
    quote=TEXTS,
    kind=st.sampled_from([*AnswerKind]),
    reason=st.sampled_from(["", *ChangeReason]),
)
def test_the_unchanged_workbook_makes_no_version(
    place, rationale, note, title, quote, kind, reason
):
    SourceFactory(sheet=place.sheet, title=title[:300], quote=quote)
    answer = record(place, rationale="First.")
    answer.kind, answer.change_reason = kind, reason
    answer.option = answer.option if kind == AnswerKind.CHOSEN else None
    answer.points = 50 if kind == AnswerKind.EXCEPTIONAL else None
    answer.rationale, answer.note = rationale, note
    answer.save()
    history, audit = Answer.history.count(), AuditEntry.objects.count()

    upload = uploaded(place, written(place))
    preview = previewed(place, upload)
    apply_upload(upload=upload, choices={}, by=place.expert)

    assert (preview.comparison.lines, preview.faults) == ((), ())
    assert preview.comparison.unchanged == 4 + Source.objects.count()
    assert (Answer.history.count(), AuditEntry.objects.count()) == (history, audit)


def test_what_was_typed_again_as_it_stands_makes_no_version(place):
    second = SourceFactory(sheet=place.sheet)
    record(place, rationale="Section 4.", sources=[place.law, second])
    content = answered(
        written(place), place, place.one, E="for 100 points.", G=" Section 4. ", J="s2, 1"
    )

    upload = applied(place, content)

    assert versions() == [(place.one.code, 1)]
    assert upload.applied_at is not None


# --- Applied -----------------------------------------------------------------------------


def test_answers_and_sources_are_recorded_by_the_services_as_one_import(place):
    content = best(written(place), place, place.one, J="S1; S9")
    content = best(content, place, place.three, E="cannot be known", J=None)

    upload = applied(place, filled_in(content, "Sources", NEW_LAW | {"M2": "2026-11-02"}))

    one = Answer.objects.get(indicator=place.one)
    three = Answer.objects.get(indicator=place.three)
    new = Source.objects.get(title="Act on Kin")
    assert (one.version, one.option, one.answered_by) == (
        1,
        place.one.options.first(),
        place.expert,
    )
    assert set(one.citations.values_list("source", flat=True)) == {place.law.pk, new.pk}
    assert three.kind == AnswerKind.UNKNOWN
    written_down = AuditEntry.objects.order_by("number")
    assert [entry.act for entry in written_down] == [
        "source.edit",
        "source.add",
        "answer.record",
        "answer.record",
    ]
    assert {(e.channel, e.batch) for e in written_down} == {(Channel.IMPORT, upload.key)}
    assert entries.walk(place.sheet.round.stream).fault == ""


def test_a_preview_records_nothing(place):
    content = filled_in(best(written(place), place, place.one), "Sources", NEW_LAW)

    upload = uploaded(place, content)

    assert not previewed(place, upload).faults
    assert not Answer.objects.exists()
    assert Source.objects.count() == 1
    assert not AuditEntry.objects.exists()
    assert not Answer.history.exists()


def test_a_changed_answer_is_a_second_version(place):
    record(place)
    content = answered(written(place), place, place.one, E="2. For 50 points.", G="Read anew.")

    upload = uploaded(place, content)
    (line,) = previewed(place, upload).comparison.lines
    apply_upload(upload=upload, choices={}, by=place.expert)

    assert line.kind == CHANGED
    assert [(one.old, one.new) for one in line.fields] == [
        ("1. For 100 points.", "2. For 50 points."),
        ("", "Read anew."),
    ]
    answer = Answer.objects.get()
    assert (answer.version, answer.rationale) == (2, "Read anew.")


def test_one_wrong_cell_leaves_all_of_it_unsaved(place):
    content = best(written(place), place, place.one)
    upload = uploaded(place, best(content, place, place.two, J="S8"))

    with pytest.raises(BadWorkbook, match="S8 is not on the sheet"):
        apply_upload(upload=upload, choices={}, by=place.expert)

    upload.refresh_from_db()
    assert upload.applied_at is None
    assert not Answer.objects.exists()


def test_what_became_wrong_after_the_preview_leaves_all_of_it_unsaved(place):
    content = best(written(place), place, place.one)
    upload = uploaded(place, best(content, place, place.three))
    place.second.state = AssessmentState.SUBMITTED
    place.second.save()

    with pytest.raises(BadWorkbook, match="with the reviewers"):
        apply_upload(upload=upload, choices={}, by=place.expert)

    assert not Answer.objects.exists()
    assert not AuditEntry.objects.exists()
    upload.refresh_from_db()
    (fault,) = previewed(place, upload).faults
    assert place.three.code in fault.where


def test_an_upload_is_applied_once(place):
    upload = applied(place, best(written(place), place, place.one))

    with pytest.raises(WrongState, match="was applied already"):
        apply_upload(upload=upload, choices={}, by=place.expert)

    assert versions() == [(place.one.code, 1)]


def test_an_upload_older_than_a_day_is_not_applied(place):
    upload = uploaded(place, best(written(place), place, place.one))
    old = timezone.now() - timedelta(hours=25)
    WorkbookUpload.objects.filter(pk=upload.pk).update(created_at=old)
    upload.refresh_from_db()

    for act in (
        lambda: apply_upload(upload=upload, choices={}, by=place.expert),
        lambda: previewed(place, upload),
    ):
        with pytest.raises(Refusal, match="older than a day"):
            act()
    upload.refresh_from_db()
    assert upload.applied_at is None
    uploaded(place, written(place))
    assert not WorkbookUpload.objects.filter(pk=upload.pk).exists()


def test_nobody_applies_the_upload_of_another(place):
    upload = uploaded(place, best(written(place), place, place.one))
    colleague = on_sheet("delegate", place.sheet)

    with pytest.raises(WrongState):
        apply_upload(upload=upload, choices={}, by=colleague)

    assert not Answer.objects.exists()


def test_who_lost_the_right_meanwhile_applies_nothing(place):
    upload = uploaded(place, best(written(place), place, place.one))
    place.sheet.round.hard_close_at = timezone.now() - timedelta(hours=1)
    place.sheet.round.grace_until = place.sheet.round.hard_close_at
    place.sheet.round.due_at = place.sheet.round.hard_close_at
    place.sheet.round.save()

    with pytest.raises(NotAllowed, match="Entry has closed"):
        apply_upload(upload=upload, choices={}, by=place.expert)

    upload.refresh_from_db()
    assert upload.applied_at is None


def test_a_sheet_with_the_reviewers_may_lie_in_the_book_untouched(place):
    content = best(written(place), place, place.one)
    place.second.state = AssessmentState.SUBMITTED
    place.second.save()

    applied(place, content)

    assert versions() == [(place.one.code, 1)]


def test_in_a_returned_sheet_only_what_was_asked_is_taken(place):
    record(place, rationale="Section 4.")
    record(place, place.two)
    place.sheet.state, place.sheet.submitted_at = AssessmentState.RETURNED, timezone.now()
    place.sheet.save()
    ChangeRequestFactory(assessment=place.sheet, indicator=place.one)
    why = {"I": "the earlier answer was wrong"}
    content = answered(written(place), place, place.one, E="2. For 50 points.", **why)

    (fault,) = previewed(
        place, uploaded(place, answered(content, place, place.two, G="More words.", **why))
    ).faults
    applied(place, content)

    assert "The review asked nothing about this answer" in fault.message
    assert versions() == [(place.one.code, 2), (place.two.code, 1)]


def test_what_lay_there_as_a_draft_is_set_aside(place):
    content = best(written(place), place, place.one)
    keep_draft(
        sheet=place.sheet,
        indicator=place.one,
        content={"rationale": "Half a thought"},
        by=place.expert,
    )
    upload = uploaded(place, content)
    (line,) = previewed(place, upload).comparison.lines

    apply_upload(upload=upload, choices={}, by=place.expert)

    assert line.has_draft
    assert SetAside.objects.get().content == {"rationale": "Half a thought"}
