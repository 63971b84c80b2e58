"""Drafts that rest for ten minutes become answers, if they are complete and nobody is faster."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mipex_site.audit.models import AuditEntry, Channel
from questionnaire.enums import AssessmentState, ChangeReason, Role
from questionnaire.forms import saving
from questionnaire.models import Answer, Assignment, Draft, SetAside
from questionnaire.services import quiet
from questionnaire.services.drafts import keep_draft
from questionnaire.tasks import record_quiet_drafts
from tests.factories.questionnaire import IndicatorFactory, on_sheet

from .viewing import sent_back


@pytest.fixture
def typed(desk):
    """Give the desk a complete draft that rested for long, and a way to type another."""

    def keep(*, rested=True, by=None, **content):
        usual = {"option": "1", "rationale": "Section 4.", "sources": [str(desk.law.key)]}
        draft = keep_draft(
            sheet=desk.sheet,
            indicator=content.pop("indicator", desk.indicator),
            by=by or desk.expert,
            content=usual | content,
        )
        if rested:
            rest(draft)
        return draft

    desk.keep = keep
    return desk


def rest(draft):
    """Let a draft lie since an hour ago."""
    hour = timezone.now() - timedelta(hours=1)
    Draft.objects.filter(pk=draft.pk).update(updated_at=hour)


def test_a_complete_draft_becomes_an_answer_in_its_authors_name(typed):
    person = on_sheet(Role.DELEGATE, typed.sheet)
    typed.keep(by=person)

    assert record_quiet_drafts() == 1

    answer = Answer.objects.get()
    assert (answer.rationale, answer.answered_by, answer.version) == ("Section 4.", person, 1)
    assert not Draft.objects.exists()
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.channel, entry.actor) == (
        "answer.record",
        Channel.TASK,
        person.pk,
    )
    assert record_quiet_drafts() == 0


def test_who_still_types_is_not_disturbed(typed, settings):
    settings.QUIET_SECONDS = 600
    draft = typed.keep(rested=False)
    nearly = timezone.now() - timedelta(seconds=590)
    Draft.objects.filter(pk=draft.pk).update(updated_at=nearly)

    assert record_quiet_drafts() == 0
    assert Draft.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"option": ""},
        {"option": "77"},
        {"sources": []},
        {"sources": ["nothing"]},
        {"option": "exceptional", "points": "many"},
        {"source-title": "Half a ti"},
    ],
)
def test_what_is_not_complete_stays_a_draft_and_is_tried_once(typed, monkeypatch, wrong):
    typed.keep(**wrong)

    assert record_quiet_drafts() == 0
    assert Draft.objects.values_list("version", "tried").get() == (1, 1)
    assert not Answer.objects.exists()
    assert quiet.rested_drafts(before=timezone.now()) == []

    typed.keep(**{"source-title": ""})
    assert record_quiet_drafts() == 1


def test_one_that_cannot_be_recorded_does_not_hold_up_the_others(typed):
    other = IndicatorFactory(strand=typed.sheet.strand)
    typed.keep(option="")
    typed.keep(indicator=other)

    assert record_quiet_drafts() == 1
    assert Answer.objects.get().indicator == other


def test_a_draft_that_says_what_is_recorded_goes_and_makes_no_version(typed):
    typed.record(rationale="Section 4.")
    draft = typed.keep(rationale="Section 5.")
    Draft.objects.filter(pk=draft.pk).update(
        content={**draft.content, "rationale": "Section 4.\r\n"}
    )

    assert record_quiet_drafts() == 0
    assert not Draft.objects.exists()
    assert not SetAside.objects.exists()
    assert Answer.objects.get().version == 1


def test_a_person_whose_right_ended_is_skipped(typed):
    person = on_sheet(Role.DELEGATE, typed.sheet)
    typed.keep(by=person)
    held = Assignment.objects.get(person=person)
    held.ended_at = timezone.now()
    held.save()

    assert record_quiet_drafts() == 0
    assert Draft.objects.get().content["rationale"] == "Section 4."


def test_a_submitted_sheet_is_not_even_tried(typed):
    typed.keep()
    typed.sheet.state = AssessmentState.SUBMITTED
    typed.sheet.save()

    assert record_quiet_drafts() == 0
    assert Draft.objects.get().tried == 0


def test_a_draft_over_a_version_that_nobody_merged_waits_for_a_person(typed):
    typed.record(rationale="Recorded.")
    draft = typed.keep(rationale="Typed.")
    Draft.objects.filter(pk=draft.pk).update(based_on=0)

    assert record_quiet_drafts() == 0
    assert Answer.objects.get().rationale == "Recorded."
    assert Draft.objects.get().tried == 1


def test_in_a_returned_sheet_the_reason_of_the_change_is_asked_for(typed):
    sent_back(typed)
    typed.keep(rationale="Sentence 2.")
    assert record_quiet_drafts() == 0

    typed.keep(rationale="Sentence 2.", change_reason=ChangeReason.CORRECTED)
    assert record_quiet_drafts() == 1
    assert Answer.objects.get().version == 2


def test_a_keystroke_at_the_same_moment_is_not_lost(typed, monkeypatch):
    """It comes after the draft was read and before it is recorded."""
    typed.keep()
    read = saving.read_draft

    def read_slowly(draft, spot):
        found = read(draft, spot)
        typed.keep(rested=False, rationale="Section 4. And 5.")
        return found

    before = timezone.now() - timedelta(minutes=10)
    assert quiet.record_rested(draft_id=Draft.objects.get().pk, before=before, read=read_slowly)

    assert Answer.objects.get().rationale == "Section 4."
    assert Draft.objects.get().content["rationale"] == "Section 4. And 5."


def test_a_draft_that_is_gone_when_its_turn_comes_is_no_fault(typed):
    draft = typed.keep()
    Draft.objects.all().delete()
    before = timezone.now()
    assert not quiet.record_rested(draft_id=draft.pk, before=before, read=saving.read_draft)
