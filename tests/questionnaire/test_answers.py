"""The one door for answers: what it takes, what it refuses, what it leaves behind."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal, Stale
from questionnaire.enums import (
    AnswerKind,
    AssessmentState,
    Evidence,
    EvidenceRule,
    Role,
    SourceKind,
)
from questionnaire.models import Answer, Citation, ReferenceDay
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    AssessmentFactory,
    IndicatorFactory,
    SourceFactory,
    on_sheet,
)


def test_an_answer_is_kept_with_its_history_its_sources_and_a_record(desk):
    answer = desk.record(rationale=" It is a right.\r\n", note="See also section 5.")

    answer.refresh_from_db()
    assert (answer.version, answer.option, answer.points) == (1, desk.best, None)
    assert (answer.rationale, answer.note) == ("It is a right.", "See also section 5.")
    assert answer.reference_date == date(2019, 12, 31)
    assert [row.history_user for row in answer.history.all()] == [desk.expert]
    assert [(c.version, c.source) for c in answer.citations.all()] == [(1, desk.law)]
    entry = AuditEntry.objects.get()
    place = f"{desk.sheet.round.code}/{desk.sheet.country.code}/{desk.sheet.strand.code}/1"
    assert entry.subject == f"answer/{place}/{desk.indicator.code}"
    assert (entry.act, entry.role, entry.old) == ("answer.record", Role.EXPERT, None)
    assert (entry.new["points"], entry.new["sources"]) == ("100", [str(desk.law.key)])


def test_a_change_is_the_next_version_and_the_one_before_stays_readable(desk):
    desk.record()
    other = SourceFactory(sheet=desk.sheet)
    answer = desk.record(option=desk.half, sources=[other])

    assert answer.version == 2
    assert [(c.version, c.source) for c in answer.citations.order_by("version")] == [
        (1, desk.law),
        (2, other),
    ]
    assert [row.option_id for row in answer.history.order_by("version")] == [
        desk.best.pk,
        desk.half.pk,
    ]
    assert AuditEntry.objects.last().old["points"] == "100"


@pytest.mark.parametrize("expected_version", [None, 0, 1])
def test_the_same_again_makes_no_version_whatever_was_read(desk, expected_version):
    first = desk.record(rationale="One\nTwo")
    again = desk.record(rationale="One\r\nTwo ", expected_version=expected_version)

    assert (again.pk, again.version) == (first.pk, 1)
    assert (again.history.count(), AuditEntry.objects.count()) == (1, 1)


def test_another_source_alone_is_a_new_version(desk):
    desk.record()
    assert desk.record(sources=[desk.law, SourceFactory(sheet=desk.sheet)]).version == 2


def test_a_delegate_answers_in_their_own_name(desk):
    delegate = on_sheet(Role.DELEGATE, desk.sheet)
    answer = desk.record(by=delegate)
    assert answer.answered_by == delegate
    assert AuditEntry.objects.get().role == Role.DELEGATE


@pytest.mark.parametrize("expected_version", [0, 2])
def test_who_read_another_version_is_told_so_and_changes_nothing(desk, expected_version):
    desk.record()
    with pytest.raises(Stale, match="another version"):
        desk.record(option=desk.half, expected_version=expected_version)
    assert Answer.objects.get().option == desk.best


def test_who_read_the_present_version_may_change_it(desk):
    desk.record(expected_version=0)
    assert desk.record(option=desk.half, expected_version=1).version == 2


def test_a_stranger_is_refused_with_the_reason(desk):
    with pytest.raises(NotAllowed, match="Only the expert of this sheet"):
        desk.record(by=UserFactory(is_superuser=True))
    assert not Answer.objects.exists()


def test_a_question_of_another_strand_is_refused(desk):
    with pytest.raises(Refusal, match="not on this sheet"):
        desk.record(indicator=IndicatorFactory())


WRONG = {
    "nothing chosen": ({"option": None}, "option", "Choose an option"),
    "an option and a reason why there is none": (
        {"kind": AnswerKind.UNKNOWN, "rationale": "No law says."},
        "option",
        "Choose an option",
    ),
    "points beside an option": ({"points": Fraction(75)}, "points", "Only an exceptional"),
    "exceptional without points": (
        {"kind": AnswerKind.EXCEPTIONAL, "option": None, "rationale": "Two regions."},
        "points",
        "Only an exceptional",
    ),
    "points above the scale": (
        {
            "kind": AnswerKind.EXCEPTIONAL,
            "option": None,
            "points": Fraction(101),
            "rationale": "Two regions.",
        },
        "points",
        "between 0 and 100",
    ),
    "no option and no reason": (
        {"kind": AnswerKind.NOT_APPLICABLE, "option": None},
        "rationale",
        "why no option fits",
    ),
    "an unknown kind": ({"kind": "perhaps"}, "kind", "not a valid choice"),
    "an unknown reason": ({"change_reason": "mood"}, "change_reason", "not a valid choice"),
    "no source": ({"sources": []}, "sources", "Add the law"),
}


@pytest.mark.parametrize(("given", "field", "message"), WRONG.values(), ids=WRONG)
def test_an_incomplete_answer_is_refused_by_its_field(desk, given, field, message):
    with pytest.raises(ValidationError, match=message) as caught:
        desk.record(**given)
    assert list(caught.value.message_dict) == [field]
    assert not Answer.objects.exists()
    assert not AuditEntry.objects.exists()


def test_another_indicators_option_is_refused(desk):
    stranger = IndicatorFactory(strand=desk.sheet.strand).options.first()
    with pytest.raises(ValidationError, match="another indicator"):
        desk.record(option=stranger)


@pytest.mark.parametrize("kind", [AnswerKind.NOT_APPLICABLE, AnswerKind.UNKNOWN])
def test_where_no_option_fits_the_reason_is_the_evidence(desk, kind):
    answer = desk.record(kind=kind, option=None, sources=[], rationale="There is no such law.")
    assert (answer.kind, answer.option) == (kind, None)


def test_exceptional_points_are_exact_and_need_a_source(desk):
    given = {
        "kind": AnswerKind.EXCEPTIONAL,
        "option": None,
        "points": Fraction(200, 3),
        "rationale": "The mean of three regions.",
    }
    answer = desk.record(**given)
    answer.refresh_from_db()
    assert answer.points == Fraction(200, 3)
    with pytest.raises(ValidationError, match="Add the law"):
        desk.record(**given | {"sources": []})


EVIDENCE = [
    (Evidence.LAW, EvidenceRule.LAW_OR_PRACTICE, SourceKind.LAW, True),
    (Evidence.LAW, EvidenceRule.LAW_OR_PRACTICE, SourceKind.PRACTICE, False),
    (Evidence.LAW, EvidenceRule.LAW_OR_PRACTICE, SourceKind.DATASET, False),
    (Evidence.PRACTICE, EvidenceRule.LAW_OR_PRACTICE, SourceKind.LAW, True),
    (Evidence.PRACTICE, EvidenceRule.LAW_OR_PRACTICE, SourceKind.PRACTICE, True),
    (Evidence.PRACTICE, EvidenceRule.LAW_OR_PRACTICE, SourceKind.DATASET, False),
    (Evidence.LAW, EvidenceRule.DATASET_CELL, SourceKind.DATASET, True),
    (Evidence.PRACTICE, EvidenceRule.DATASET_CELL, SourceKind.DATASET, True),
]


@pytest.mark.parametrize(("asked", "rule", "kind", "enough"), EVIDENCE)
def test_an_answer_rests_on_the_kind_of_source_that_its_question_asks_for(
    desk, asked, rule, kind, enough
):
    desk.indicator.evidence = asked
    desk.sheet.round.evidence_rule = rule
    desk.sheet.round.is_demonstration = True
    desk.sheet.round.save()
    source = SourceFactory(sheet=desk.sheet, kind=kind)
    if enough:
        assert desk.record(sources=[source]).version == 1
    else:
        with pytest.raises(ValidationError, match=r"Add (the law|a law or a publication)"):
            desk.record(sources=[source])


def test_even_a_demonstration_cites_something(desk):
    desk.sheet.round.evidence_rule = EvidenceRule.DATASET_CELL
    desk.sheet.round.is_demonstration = True
    desk.sheet.round.save()
    with pytest.raises(ValidationError, match="at least one source"):
        desk.record(sources=[])


FORCE = [
    ({"in_force_from": date(2019, 12, 31)}, None),
    ({"in_force_from": date(2020, 1, 1)}, "came into force after 31 December 2019"),
    ({"in_force_until": date(2019, 12, 31)}, None),
    ({"in_force_until": date(2019, 12, 30)}, "no longer in force on 31 December 2019"),
    ({"in_force_from": None}, None),
]


@pytest.mark.parametrize(("dates", "fault"), FORCE)
def test_a_law_must_be_in_force_on_the_cut_off_date(desk, dates, fault):
    law = SourceFactory(sheet=desk.sheet, title="Act on Residence", **dates)
    if fault is None:
        assert desk.record(sources=[law]).version == 1
    else:
        with pytest.raises(ValidationError, match=rf"“Act on Residence, section 4” .*{fault}"):
            desk.record(sources=[law])


def test_a_country_with_a_later_cut_off_may_cite_a_later_law(desk):
    participation = desk.sheet.round.participations.get()
    participation.own_cut_off = date(2020, 6, 30)
    participation.save()
    law = SourceFactory(sheet=desk.sheet, in_force_from=date(2020, 1, 1))
    assert desk.record(sources=[law]).reference_date == date(2020, 6, 30)


def test_a_back_cast_is_judged_by_the_law_of_its_own_day(desk):
    day = date(2010, 5, 31)
    ReferenceDay.objects.create(round=desk.sheet.round, day=day)
    with pytest.raises(ValidationError, match="after 31 May 2010"):
        desk.record(reference_date=day)
    older = SourceFactory(sheet=desk.sheet, in_force_from=date(2001, 1, 1))
    desk.record()
    assert desk.record(reference_date=day, sources=[older]).version == 1
    assert Answer.objects.count() == 2


def test_nothing_is_answered_for_a_day_after_the_cut_off(desk):
    with pytest.raises(Refusal, match="cut-off"):
        desk.record(reference_date=date(2020, 1, 1))


def test_a_source_of_another_country_is_refused_by_its_name(desk):
    stranger = SourceFactory(sheet=AssessmentFactory(round=desk.sheet.round), title="Their Act")
    with pytest.raises(
        ValidationError, match="“Their Act, section 4” belongs to another sheet"
    ):
        desk.record(sources=[stranger])


def test_a_source_is_judged_as_it_is_stored_and_not_as_it_was_read(desk):
    read_before = SourceFactory(sheet=desk.sheet)
    later = type(read_before).objects.get(pk=read_before.pk)
    later.in_force_from = date(2021, 1, 1)
    later.save()
    with pytest.raises(ValidationError, match="came into force after"):
        desk.record(sources=[read_before])


def test_the_state_of_the_sheet_is_read_under_its_lock_and_not_from_the_caller(desk):
    same = type(desk.sheet).objects.get(pk=desk.sheet.pk)
    same.state = AssessmentState.SUBMITTED
    same.save()
    with pytest.raises(NotAllowed, match="with the reviewers"):
        desk.record()


@pytest.mark.parametrize("others", [0, 3])
def test_recording_costs_twelve_statements_however_much_there_is(
    desk, others, django_assert_num_queries
):
    for _ in range(others):
        indicator = IndicatorFactory(strand=desk.sheet.strand)
        desk.record(indicator=indicator, option=indicator.options.first())
        SourceFactory(sheet=desk.sheet)
    first = IndicatorFactory(strand=desk.sheet.strand)
    desk.record(indicator=first, option=first.options.first())  # makes the audit's chain

    with django_assert_num_queries(13 + 2):  # and the transaction's beginning and end
        desk.record()
    with django_assert_num_queries(13 + 2):
        desk.record(option=desk.half, expected_version=1)
    assert Citation.objects.filter(answer__indicator=desk.indicator).count() == 2


def test_many_sources_cost_no_more_than_one(desk, django_assert_num_queries):
    desk.record()
    laws = [SourceFactory(sheet=desk.sheet) for _ in range(4)]
    with django_assert_num_queries(13 + 2):
        desk.record(sources=laws)


def test_a_change_made_an_hour_later_moves_the_answers_time(desk, time_machine):
    moment = timezone.now()
    time_machine.move_to(moment, tick=False)
    desk.record()
    time_machine.move_to(moment + timedelta(hours=1), tick=False)
    assert desk.record(option=desk.half).updated_at == moment + timedelta(hours=1)
