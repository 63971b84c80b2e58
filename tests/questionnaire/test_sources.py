from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal
from questionnaire.enums import (
    AssessmentState,
    ChangeReason,
    Evidence,
    EvidenceRule,
    SourceKind,
)
from questionnaire.models import Source
from questionnaire.services.answers import record_answer
from questionnaire.services.sources import add_source, edit_source
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    AssessmentFactory,
    ChangeRequestFactory,
    IndicatorFactory,
    SourceFactory,
    expert_of,
)

LAW = {"kind": SourceKind.LAW, "title": "Act on Residence", "article": "section 7"}


def cite(desk, *sources, **more):
    return record_answer(
        sheet=desk.sheet,
        indicator=desk.indicator,
        by=desk.expert,
        option=desk.best,
        sources=sources,
        **more,
    )


def submitted(sheet, state=AssessmentState.SUBMITTED):
    sheet.state, sheet.submitted_at = state, timezone.now()
    sheet.save()


def test_a_source_belongs_to_the_country_and_the_coding_and_says_who_entered_it(desk):
    source = add_source(sheet=desk.sheet, by=desk.expert, **LAW, note=" In Estonian. ")
    assert (source.country, source.coding, source.entered_by) == (
        desk.sheet.country,
        1,
        desk.expert,
    )
    assert (source.note, source.history.get().history_user) == ("In Estonian.", desk.expert)
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.subject) == ("source.add", f"source/{source.key}")
    assert entry.new["article"] == "section 7"
    assert list(Source.objects.of_sheet(desk.sheet)) == [source, desk.law]


WRONG = {
    "a law without its article": (LAW | {"article": " "}, "article", "Name the article"),
    "a publication of nobody": (
        {"kind": SourceKind.PRACTICE, "title": "A report"},
        "publisher",
        "who published it",
    ),
    "a data cell in an ordinary round": (
        {"kind": SourceKind.DATASET, "title": "Cell B4"},
        "kind",
        "laws and publications",
    ),
    "no title": (LAW | {"title": ""}, "title", "cannot be blank"),
    "a link that is none": (LAW | {"url": "see there"}, "url", "valid URL"),
    "a law that ends before it begins": (
        LAW | {"in_force_from": date(2019, 1, 2), "in_force_until": date(2019, 1, 1)},
        "in_force_until",
        "cannot end before it begins",
    ),
}


@pytest.mark.parametrize(("given", "field", "message"), WRONG.values(), ids=WRONG)
def test_a_source_that_nobody_could_find_again_is_refused(desk, given, field, message):
    with pytest.raises(ValidationError, match=message) as caught:
        add_source(sheet=desk.sheet, by=desk.expert, **given)
    assert list(caught.value.message_dict) == [field]


def test_a_demonstration_may_enter_a_data_cell(desk):
    desk.sheet.round.evidence_rule = EvidenceRule.DATASET_CELL
    desk.sheet.round.is_demonstration = True
    desk.sheet.round.save()
    source = add_source(
        sheet=desk.sheet, by=desk.expert, kind=SourceKind.DATASET, title="Workbook, EE!B4"
    )
    assert cite(desk, source).version == 1


def test_what_a_sheet_gives_cannot_be_given_otherwise(desk):
    with pytest.raises(TypeError, match="coding, entered_by"):
        add_source(sheet=desk.sheet, by=desk.expert, **LAW, coding=2, entered_by=UserFactory())


def test_a_stranger_enters_and_corrects_nothing(desk):
    stranger = UserFactory(is_superuser=True)
    with pytest.raises(NotAllowed, match="Only the expert"):
        add_source(sheet=desk.sheet, by=stranger, **LAW)
    with pytest.raises(NotAllowed, match="Only the expert"):
        edit_source(source=desk.law, sheet=desk.sheet, by=stranger, title="Mine")


def test_a_correction_keeps_old_and_new(desk):
    cite(desk, desk.law)
    edited = edit_source(source=desk.law, sheet=desk.sheet, by=desk.expert, article="section 9")
    entry = AuditEntry.objects.last()
    assert (entry.old["article"], entry.new["article"]) == ("section 4", "section 9")
    assert edited.history.count() == 2


def test_a_correction_that_changes_nothing_leaves_no_trace(desk):
    edit_source(source=desk.law, sheet=desk.sheet, by=desk.expert, article="section 4")
    assert desk.law.history.count() == 1
    assert not AuditEntry.objects.exists()


def test_a_source_of_another_country_is_not_corrected_from_here(desk):
    foreign = SourceFactory(sheet=AssessmentFactory(round=desk.sheet.round))
    with pytest.raises(Refusal, match="belongs to another sheet"):
        edit_source(source=foreign, sheet=desk.sheet, by=desk.expert, title="Mine")


def test_a_cited_law_cannot_come_into_force_after_the_cut_off(desk):
    cite(desk, desk.law)
    with pytest.raises(ValidationError, match="came into force after 31 December 2019"):
        edit_source(
            source=desk.law,
            sheet=desk.sheet,
            by=desk.expert,
            in_force_from=date(2020, 1, 1),
        )


def test_what_a_submitted_answer_rests_on_stays_as_the_review_read_it(desk):
    cite(desk, desk.law)
    submitted(desk.sheet)
    neighbour = AssessmentFactory(round=desk.sheet.round, country=desk.sheet.country)
    with pytest.raises(Refusal, match="Add a new one"):
        edit_source(
            source=desk.law, sheet=neighbour, by=expert_of(neighbour), title="Another Act"
        )


def test_in_a_returned_sheet_only_what_was_cited_since_may_be_corrected(desk):
    cite(desk, desk.law)
    submitted(desk.sheet, AssessmentState.RETURNED)
    ChangeRequestFactory(assessment=desk.sheet, indicator=desk.indicator)
    fresh = add_source(sheet=desk.sheet, by=desk.expert, **LAW)
    cite(desk, fresh, change_reason=ChangeReason.CORRECTED)

    edit_source(source=fresh, sheet=desk.sheet, by=desk.expert, article="section 8")
    with pytest.raises(Refusal, match="Add a new one"):
        edit_source(source=desk.law, sheet=desk.sheet, by=desk.expert, article="section 8")


# --- Published after the cut-off ----------------------------------------------------------

LATE_REPORT = {
    "kind": SourceKind.PRACTICE,
    "title": "A later report",
    "publisher": "A board",
    "published_on": date(2020, 3, 1),
}


@pytest.fixture
def practice(desk):
    """Give the desk with a question on practice."""
    desk.indicator = IndicatorFactory(strand=desk.sheet.strand, evidence=Evidence.PRACTICE)
    desk.best = desk.indicator.options.first()
    return desk


def test_a_later_report_carries_practice_only_when_it_is_said_to_describe_the_day(practice):
    report = add_source(sheet=practice.sheet, by=practice.expert, **LATE_REPORT)
    with pytest.raises(
        ValidationError, match=r"was published after 31 December 2019\. Open it"
    ):
        cite(practice, report)
    edit_source(source=report, sheet=practice.sheet, by=practice.expert, describes_cut_off=True)
    assert cite(practice, report).version == 1


def test_the_tick_is_not_taken_from_a_report_that_an_answer_rests_on(practice):
    report = add_source(
        sheet=practice.sheet, by=practice.expert, **LATE_REPORT, describes_cut_off=True
    )
    cite(practice, report)
    with pytest.raises(ValidationError, match="was published after"):
        edit_source(
            source=report, sheet=practice.sheet, by=practice.expert, describes_cut_off=False
        )


def test_beside_a_law_a_later_report_needs_no_tick(desk):
    report = add_source(sheet=desk.sheet, by=desk.expert, **LATE_REPORT)
    assert cite(desk, desk.law, report).version == 1


def test_a_report_without_a_date_carries_practice(practice):
    report = add_source(
        sheet=practice.sheet, by=practice.expert, **LATE_REPORT | {"published_on": None}
    )
    assert cite(practice, report).version == 1


# --- Sent twice ---------------------------------------------------------------------------


def test_a_source_that_is_sent_twice_under_one_key_is_one(desk):
    key = uuid4()
    first = add_source(sheet=desk.sheet, by=desk.expert, key=key, **LAW)
    again = add_source(
        sheet=desk.sheet, by=desk.expert, key=key, **LAW, checked_on=date(2020, 1, 1)
    )
    assert (first, first.key) == (again, key)
    assert AuditEntry.objects.count() == 1


def test_a_key_that_says_something_else_now_or_is_another_country_s_is_refused(desk):
    elsewhere = AssessmentFactory(round=desk.sheet.round)
    theirs = SourceFactory(sheet=elsewhere, **LAW)
    mine = add_source(sheet=desk.sheet, by=desk.expert, key=uuid4(), **LAW)
    for key, fields in ((mine.key, LAW | {"title": "Another Act"}), (theirs.key, LAW)):
        with pytest.raises(ValidationError, match="sent before with other words"):
            add_source(sheet=desk.sheet, by=desk.expert, key=key, **fields)
    assert Source.objects.count() == 3
