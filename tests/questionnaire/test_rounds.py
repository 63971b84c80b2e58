from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal, WrongState
from questionnaire.enums import (
    AssessmentState,
    EvidenceRule,
    FrameworkState,
    Role,
    RoundState,
)
from questionnaire.models import Assessment, Round
from questionnaire.services import rounds
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    AssessmentFactory,
    AssignmentFactory,
    CountryFactory,
    FrameworkFactory,
    IndicatorFactory,
    ParticipationFactory,
    RoundFactory,
    StrandFactory,
    coordinator_of,
    head_coordinator,
)

pytestmark = pytest.mark.django_db


def plan(**given):
    now = timezone.now()
    usual = {
        "code": "2019",
        "title": "An invented round",
        "framework": FrameworkFactory(),
        "cut_off": date(2019, 12, 31),
        "opens_at": now,
        "due_at": now + timedelta(days=8),
        "grace_until": now + timedelta(days=9),
        "hard_close_at": now + timedelta(days=10),
        "review_due_at": now + timedelta(days=20),
        "edition_code": "2020",
    }
    return usual | given


def expert_of(round_, country):
    return AssignmentFactory(role=Role.EXPERT, round=round_, country=country, coding=1)


@pytest.fixture
def locked():
    """Give a locked round of two countries, whose framework asks in two of its three strands."""
    framework = FrameworkFactory()
    IndicatorFactory.create_batch(2, strand=StrandFactory(framework=framework))
    IndicatorFactory(strand=StrandFactory(framework=framework))
    StrandFactory(framework=framework)
    round_ = RoundFactory(state=RoundState.LOCKED, framework=framework)
    ParticipationFactory.create_batch(2, round=round_, is_pending=True)
    round_.boss = coordinator_of(round_)
    return round_


def test_a_round_begins_in_design_with_a_record():
    head = head_coordinator()
    round_ = rounds.create_round(by=head, **plan())
    assert (round_.state, round_.history.get().history_user) == (RoundState.DESIGN, head)
    assert AuditEntry.objects.get().subject == "round/2019"


def test_nobody_smuggles_in_another_state():
    round_ = rounds.create_round(by=head_coordinator(), **plan(state=RoundState.OPEN))
    assert round_.state == RoundState.DESIGN


@pytest.mark.parametrize("superuser", [True, False])
def test_only_a_coordinator_of_the_portal_makes_a_round(superuser):
    with pytest.raises(NotAllowed, match="sets up rounds"):
        rounds.create_round(by=UserFactory(is_superuser=superuser), **plan())
    assert not Round.objects.exists()


WRONG = {
    "dates out of order": ({"due_at": timezone.now() - timedelta(days=1)}, "follow each other"),
    "no title": ({"title": ""}, "cannot be blank"),
    "cells of data outside a demonstration": (
        {"evidence_rule": EvidenceRule.DATASET_CELL},
        "only_a_demonstration_cites_dataset_cells",
    ),
}


@pytest.mark.parametrize(("given", "message"), WRONG.values(), ids=WRONG)
def test_a_round_that_contradicts_itself_is_refused(given, message):
    with pytest.raises(ValidationError, match=message):
        rounds.create_round(by=head_coordinator(), **plan(**given))


def test_a_code_is_given_to_one_round_only():
    head = head_coordinator()
    rounds.create_round(by=head, **plan())
    with pytest.raises(ValidationError, match="already exists"):
        rounds.create_round(by=head, **plan(edition_code="2021"))


def test_a_country_joins_once_with_its_own_cut_off():
    round_ = RoundFactory(state=RoundState.DESIGN)
    boss, country, own = coordinator_of(round_), CountryFactory(), date(2020, 6, 30)
    added = {"round_": round_, "country": country, "by": boss}
    participation = rounds.add_country(**added, own_cut_off=own)
    assert (participation.cut_off, participation.history.count()) == (own, 1)
    assert not Assessment.objects.exists()
    with pytest.raises(ValidationError, match="already exists"):
        rounds.add_country(**added)


def test_a_country_that_joins_late_gets_its_sheets_at_once(locked):
    rounds.open_round(round_=locked, by=locked.boss)
    country = CountryFactory()
    rounds.add_country(round_=locked, country=country, by=locked.boss)
    assert Assessment.objects.filter(country=country).count() == 2


def test_opening_makes_a_sheet_for_each_country_and_each_strand_that_asks(locked):
    rounds.open_round(round_=locked, by=locked.boss)

    locked.refresh_from_db()
    sheets = Assessment.objects.filter(round=locked)
    assert locked.state == RoundState.OPEN
    assert {(s.coding, s.state) for s in sheets} == {(1, AssessmentState.OPEN)}
    assert len({(s.country_id, s.strand_id) for s in sheets}) == sheets.count() == 4
    assert all(sheet.history.count() == 1 for sheet in sheets)


def test_a_framework_that_asks_nothing_opens_no_round():
    round_ = RoundFactory(state=RoundState.LOCKED)
    with pytest.raises(Refusal, match="asks nothing"):
        rounds.open_round(round_=round_, by=coordinator_of(round_))


def test_no_round_opens_on_a_draft_of_its_framework(locked):
    locked.framework.state = FrameworkState.DRAFT
    locked.framework.save()
    with pytest.raises(WrongState, match="still a draft"):
        rounds.open_round(round_=locked, by=locked.boss)


def test_a_country_without_expert_keeps_the_round_from_opening_unless_it_is_said(locked):
    alone = ParticipationFactory(round=locked)
    with pytest.raises(Refusal, match=f"nobody answers for these countries: {alone.country}"):
        rounds.open_round(round_=locked, by=locked.boss)
    expert_of(locked, alone.country)
    assert rounds.open_round(round_=locked, by=locked.boss).state == RoundState.OPEN


STARTS = {
    rounds.add_country: (RoundState.DESIGN, RoundState.LOCKED, RoundState.OPEN),
    rounds.open_round: (RoundState.LOCKED,),
    rounds.add_coding: (RoundState.OPEN,),
    rounds.mark_review_closed: (RoundState.OPEN,),
}


@pytest.mark.parametrize("state", RoundState.values)
@pytest.mark.parametrize("act", STARTS, ids=lambda act: act.__name__)
def test_each_act_on_a_round_has_its_states_and_no_others(act, state):
    sheet = AssessmentFactory(round__state=state, state=AssessmentState.SUBMITTED)
    IndicatorFactory(strand=sheet.strand)
    more = {
        rounds.add_country: {"country": CountryFactory()},
        rounds.add_coding: {"country": sheet.country, "strand": sheet.strand},
    }
    call = {"round_": sheet.round, "by": coordinator_of(sheet.round)} | more.get(act, {})
    if state in STARTS[act]:
        if act is rounds.open_round:
            expert_of(sheet.round, sheet.country)
            sheet.history.all().delete()
            sheet.delete()
        act(**call)
        assert AuditEntry.objects.filter(subject__startswith="round/").count() <= 1
    else:
        with pytest.raises(WrongState, match="not possible now"):
            act(**call)
        assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("act", STARTS, ids=lambda act: act.__name__)
def test_nobody_but_its_coordinator_acts_on_a_round(act):
    sheet = AssessmentFactory(round__state=STARTS[act][0])
    more = {
        rounds.add_country: {"country": CountryFactory()},
        rounds.add_coding: {"country": sheet.country, "strand": sheet.strand},
    }
    with pytest.raises(NotAllowed, match="Only a coordinator of this round"):
        act(round_=sheet.round, by=UserFactory(is_superuser=True), **more.get(act, {}))


def test_codings_count_upwards():
    sheet = AssessmentFactory()
    boss = coordinator_of(sheet.round)
    where = {"round_": sheet.round, "country": sheet.country, "strand": sheet.strand}
    assert [rounds.add_coding(**where, by=boss).coding for _ in range(2)] == [2, 3]


def test_a_coding_comes_before_the_first_submission():
    sheet = AssessmentFactory(submitted_at=timezone.now())
    where = {"round_": sheet.round, "country": sheet.country, "strand": sheet.strand}
    with pytest.raises(WrongState, match="too late"):
        rounds.add_coding(**where, by=coordinator_of(sheet.round))


def test_a_further_coding_needs_a_first():
    sheet = AssessmentFactory()
    with pytest.raises(Refusal, match="no first sheet"):
        rounds.add_coding(
            round_=sheet.round,
            country=CountryFactory(),
            strand=sheet.strand,
            by=coordinator_of(sheet.round),
        )


def test_a_round_ends_when_every_sheet_is_with_the_review():
    sheet = AssessmentFactory(state=AssessmentState.SUBMITTED)
    late = AssessmentFactory(round=sheet.round, state=AssessmentState.RETURNED)
    boss = coordinator_of(sheet.round)
    with pytest.raises(Refusal, match="1 of its sheets are not submitted"):
        rounds.mark_review_closed(round_=sheet.round, by=boss)
    late.state = AssessmentState.SUBMITTED
    late.save()
    closed = rounds.mark_review_closed(round_=sheet.round, by=boss)
    assert (closed.state, closed.closed_at is not None) == (RoundState.REVIEW_CLOSED, True)


def test_a_country_that_was_excluded_holds_nobody_up():
    sheet = AssessmentFactory()
    participation = sheet.round.participations.get()
    participation.excluded_because = "No expert was found."
    participation.save()
    closed = rounds.mark_review_closed(round_=sheet.round, by=coordinator_of(sheet.round))
    assert closed.state == RoundState.REVIEW_CLOSED
