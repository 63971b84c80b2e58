"""What an earlier edition said: proposed in bulk, counted as nothing, confirmed one by one."""

from datetime import date
from fractions import Fraction
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries
from mipex_site.base.errors import NotAllowed, Refusal, Stale, WrongState
from questionnaire.enums import AnswerKind, ChangeReason, EvidenceRule, RoundState, SourceKind
from questionnaire.models import (
    Answer,
    Citation,
    EarlierAnswer,
    LinkCheck,
    SetAside,
)
from questionnaire.selectors.expert import RowState, sheet_page
from questionnaire.services.assessments import submit
from questionnaire.services.drafts import keep_draft
from questionnaire.services.earlier import confirm_earlier, propose
from questionnaire.services.sources import recheck_source
from tests.factories.questionnaire import (
    AnswerFactory,
    AssessmentFactory,
    IndicatorFactory,
    coordinator_of,
    expert_of,
)

from .carried import EDITION, LAW, THEN, carried, carried_sources, proposal, recheck

pytestmark = pytest.mark.django_db
CUT_OFF = date(2019, 12, 31)


def confirm(desk, **said):
    return confirm_earlier(**{"sheet": desk.sheet, "indicator": desk.indicator} | said)


def row_of(desk):
    return sheet_page(desk.sheet, desk.expert).row(desk.indicator.code)


# --- proposing ---------------------------------------------------------------------------


def test_a_proposal_stands_beside_the_question_with_its_sources_as_rows(desk):
    earlier = carried(desk)

    assert (earlier.option, earlier.edition, earlier.reference_date) == (
        desk.half,
        EDITION,
        THEN,
    )
    (source,) = carried_sources(desk)
    assert earlier.sources == [LAW | {"key": str(source.key)}]
    assert (source.title, source.article, source.in_force_from) == (
        "Invented Aliens Act",
        "section 123",
        date(2010, 6, 1),
    )
    assert (source.carried_from, source.checked_on, source.coding) == (EDITION, None, 1)
    assert LinkCheck.objects.get(source=source).url == LAW["url"]


def test_a_carried_source_has_a_history_that_names_who_carried_it(desk):
    by = coordinator_of(desk.sheet.round)
    propose(round_=desk.sheet.round, proposals=[proposal(desk)], by=by)

    (source,) = carried_sources(desk)
    assert [entry.history_user for entry in source.history.all()] == [by]


def test_a_source_that_two_answers_cite_comes_over_once(desk):
    other = IndicatorFactory(strand=desk.sheet.strand)
    both = [
        proposal(desk),
        proposal(desk, indicator=other, option=other.options.first()),
    ]
    propose(round_=desk.sheet.round, proposals=both, by=coordinator_of(desk.sheet.round))

    assert len(carried_sources(desk)) == 1
    first, second = EarlierAnswer.objects.order_by("pk")
    assert first.sources == second.sources


def test_proposing_again_changes_nothing_and_adds_what_is_missing(desk):
    other, by = IndicatorFactory(strand=desk.sheet.strand), coordinator_of(desk.sheet.round)
    known = {"round_": desk.sheet.round, "by": by}
    later = proposal(desk, indicator=other, option=other.options.first())
    assert propose(proposals=[proposal(desk)], **known) == 1

    assert propose(proposals=[proposal(desk, option=desk.best)], **known) == 0
    assert propose(proposals=[proposal(desk, option=desk.best), later], **known) == 1

    assert EarlierAnswer.objects.get(indicator=desk.indicator).option == desk.half
    assert len(carried_sources(desk)) == 1
    acts = AuditEntry.objects.filter(act="round.carry_over").order_by("number")
    assert [act.new["answers"] for act in acts] == [1, 1]


def test_proposing_is_one_act_in_the_audit_with_its_counts(desk):
    carried(desk)

    (act,) = AuditEntry.objects.filter(act="round.carry_over")
    assert act.subject == f"round/{desk.sheet.round.code}"
    assert act.new == {"answers": 1, "sources": 1, "countries": 1, "editions": [EDITION]}


@pytest.mark.parametrize(
    "frozen",
    [
        LAW | {"kind": "dataset"},
        LAW | {"title": ""},
        LAW | {"title": "x" * 301},
        LAW | {"url": "law dot example"},
        LAW | {"in_force_from": "some day"},
        LAW | {"kind": "rumour"},
    ],
    ids=["dataset", "no title", "long title", "no address", "no date", "unknown kind"],
)
def test_a_source_that_the_round_does_not_take_stays_as_text_alone(desk, frozen):
    earlier = carried(desk, sources=(frozen,))
    assert earlier.sources == [frozen]
    assert carried_sources(desk) == []


def test_a_demonstration_takes_a_cell_of_the_published_data(desk):
    round_ = desk.sheet.round
    round_.evidence_rule, round_.is_demonstration = EvidenceRule.DATASET_CELL, True
    round_.save()

    carried(desk, sources=(LAW | {"kind": "dataset", "article": "EE!E30"},))

    assert [source.kind for source in carried_sources(desk)] == [SourceKind.DATASET]


def test_only_who_runs_the_round_proposes_and_only_while_it_is_open(desk):
    with pytest.raises(NotAllowed):
        propose(round_=desk.sheet.round, proposals=[proposal(desk)], by=desk.expert)

    desk.sheet.round.state = RoundState.LOCKED
    desk.sheet.round.save()
    with pytest.raises(WrongState, match="an open round only"):
        carried(desk)


def test_many_proposals_cost_no_more_statements_than_one(desk, django_assert_max_num_queries):
    many = [IndicatorFactory(strand=desk.sheet.strand) for _number in range(20)]
    proposals = [
        proposal(desk, indicator=one, option=one.options.first(), sources=(LAW | {"year": n},))
        for n, one in enumerate(many, 1900)
    ]
    by = coordinator_of(desk.sheet.round)

    with django_assert_max_num_queries(18):
        propose(round_=desk.sheet.round, proposals=proposals, by=by)


# --- it counts for nothing ---------------------------------------------------------------


def test_a_proposal_is_no_answer(desk):
    carried(desk)
    recheck(desk)

    page = sheet_page(desk.sheet, desk.expert)
    row = page.row(desk.indicator.code)

    assert (row.state, row.is_carried, row.is_changed_since) == (RowState.CARRIED, True, False)
    assert (page.progress.answered, page.progress.asked) == (0, 1)
    with pytest.raises(Refusal):
        submit(sheet=desk.sheet, declared_for=CUT_OFF, by=desk.expert)


@settings(max_examples=12, deadline=None)
@given(done=st.lists(st.sampled_from(["left", "confirmed", "changed"]), max_size=4))
def test_whatever_was_carried_over_only_what_somebody_recorded_counts(done):
    sheet = AssessmentFactory()
    expert = expert_of(sheet)
    for what in done:
        indicator = IndicatorFactory(strand=sheet.strand)
        best, half, _worst = indicator.options.all()
        desk = SimpleNamespace(sheet=sheet, indicator=indicator, half=half, expert=expert)
        carried(desk)
        if what == "confirmed":
            recheck(desk)
            confirm(desk, by=expert)
        elif what == "changed":
            AnswerFactory(assessment=sheet, indicator=indicator, option=best)

    page = sheet_page(sheet, expert)

    assert page.progress.answered == len([what for what in done if what != "left"])
    assert [row.is_carried for row in page.rows] == [what == "left" for what in done]
    assert [row.is_changed_since for row in page.rows] == [what == "changed" for what in done]


# --- confirming --------------------------------------------------------------------------


def test_one_act_records_the_earlier_answer_as_this_rounds(desk):
    earlier = carried(desk)
    recheck(desk)

    answer = confirm(desk, by=desk.expert)

    assert (answer.option, answer.rationale) == (desk.half, "Two years, says section 123.")
    assert (answer.confirms, answer.version, answer.change_reason) == (earlier, 1, "")
    assert [one.source for one in Citation.objects.filter(answer=answer)] == carried_sources(
        desk
    )
    assert row_of(desk).state == RowState.ANSWERED


def test_a_confirmation_is_an_act_of_its_own_in_the_audit(desk):
    carried(desk)
    recheck(desk)
    confirm(desk, by=desk.expert)

    acts = AuditEntry.objects.filter(subject__startswith="answer/")
    assert [(act.act, act.new["confirms"]) for act in acts] == [("answer.confirm", EDITION)]
    assert all(walk.broken_at is None for walk in entries.walk_all())


def test_points_between_two_options_stay_what_they_were(desk):
    exceptional = {"kind": AnswerKind.EXCEPTIONAL, "option": None, "points": Fraction(200, 3)}
    carried(desk, rationale="The mean of three regions.", **exceptional)
    recheck(desk)

    answer = confirm(desk, by=desk.expert)

    assert (answer.kind, answer.points) == (AnswerKind.EXCEPTIONAL, Fraction(200, 3))


def test_confirmed_twice_it_is_recorded_once(desk):
    carried(desk)
    recheck(desk)
    assert confirm(desk, by=desk.expert) == confirm(desk, by=desk.expert)
    assert Answer.objects.get().version == 1


def test_a_source_that_was_not_checked_again_is_named(desk):
    carried(desk, sources=(LAW, LAW | {"article": "section 124"}))
    first, second = carried_sources(desk)
    recheck_source(source=first, sheet=desk.sheet, by=desk.expert)

    with pytest.raises(Refusal, match="Not checked yet as of 31 December 2019") as refusal:
        confirm(desk, by=desk.expert)

    assert str(second) in refusal.value.reason
    assert str(first) not in refusal.value.reason
    assert not Answer.objects.exists()


def test_a_law_that_ended_meanwhile_supports_no_confirmation(desk):
    carried(desk, sources=(LAW | {"in_force_until": "2018-05-31"},))
    with pytest.raises(Refusal, match="cannot support an answer about 31 December 2019"):
        confirm(desk, by=desk.expert)


def test_without_any_source_there_is_nothing_to_check_and_no_confirmation(desk):
    carried(desk, sources=())
    with pytest.raises(Refusal, match="No source came over"):
        confirm(desk, by=desk.expert)


def test_without_an_earlier_answer_there_is_nothing_to_confirm(desk):
    with pytest.raises(Refusal, match="has no answer to this question"):
        confirm(desk, by=desk.expert)


def test_a_question_that_is_answered_is_changed_and_not_confirmed(desk):
    carried(desk)
    recheck(desk)
    desk.record(change_reason=ChangeReason.CORRECTED)
    with pytest.raises(Refusal, match="answered already"):
        confirm(desk, by=desk.expert)
    assert Answer.objects.get().option == desk.best


def test_only_who_answers_the_sheet_confirms(desk):
    carried(desk)
    recheck(desk)
    with pytest.raises(NotAllowed):
        confirm(desk, by=coordinator_of(desk.sheet.round))


def test_somebody_who_read_an_older_page_is_told(desk):
    carried(desk)
    recheck(desk)
    with pytest.raises(Stale):
        confirm(desk, by=desk.expert, expected_version=3)


def test_what_was_being_typed_is_set_aside_and_not_lost(desk):
    carried(desk)
    recheck(desk)
    content = {"option": "1", "rationale": "The wait is gone, I think."}
    keep_draft(sheet=desk.sheet, indicator=desk.indicator, by=desk.expert, content=content)

    confirm(desk, by=desk.expert)

    (kept,) = SetAside.objects.all()
    assert kept.content["rationale"] == "The wait is gone, I think."


def test_other_words_about_a_confirmed_answer_leave_it_confirmed(desk):
    earlier = carried(desk)
    recheck(desk)
    confirmed = confirm(desk, by=desk.expert)
    same = {"option": desk.half, "sources": carried_sources(desk)}

    again = desk.record(rationale=confirmed.rationale, **same)
    assert again.version == 1

    noted = desk.record(rationale=confirmed.rationale, note="See section 123.", **same)
    assert (noted.version, noted.confirms) == (2, earlier)

    changed = desk.record(change_reason=ChangeReason.REINTERPRETED)
    assert (changed.version, changed.confirms) == (3, None)
    assert row_of(desk).is_changed_since


def test_nothing_but_the_same_is_recorded_as_a_confirmation(desk):
    earlier = carried(desk)
    with pytest.raises(ValidationError, match="not what the last edition says"):
        desk.record(confirms=earlier)
    elsewhere = IndicatorFactory(strand=desk.sheet.strand)
    with pytest.raises(ValidationError, match="not what the last edition says"):
        desk.record(indicator=elsewhere, option=elsewhere.options.first(), confirms=earlier)
