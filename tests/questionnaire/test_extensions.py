"""More time for a sheet: asked by its expert, given, trimmed or denied by a coordinator."""

from datetime import UTC, timedelta
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal, WrongState
from mipex_site.mail.models import Letter, Notice
from questionnaire.enums import AssessmentState, ExtensionState, JointActState, Role
from questionnaire.models import Assessment, Extension, JointAct
from questionnaire.rules import may_answer, may_delegate
from questionnaire.selectors.extensions import standing_of_extension
from questionnaire.services import extending, joint_acts
from questionnaire.services.assessments import submit
from questionnaire.services.drafts import keep_draft
from questionnaire.services.extending import ask_extension, deny, end_what_is_over, grant
from questionnaire.tasks import close_entry
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    AssessmentFactory,
    IndicatorFactory,
    coordinator_of,
    expert_of,
    in_round,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
WHY = "The ministry answers next week."


@pytest.fixture
def timely(lead):
    """Give the sheet a question, its expert, a colleague, and two coordinators."""
    lead.second = coordinator_of(lead.sheet.round)
    lead.due, lead.end = lead.sheet.round.due_at, lead.sheet.round.hard_close_at
    return lead


def ask(timely, **given) -> Extension:
    usual = {"sheet": timely.sheet, "by": timely.expert, "reason": WHY}
    return ask_extension(**usual | {"until": timely.end + DAY} | given)


def give(timely, wish: Extension, **given) -> Extension:
    usual = {"until": wish.wished_until, "words": "Granted.", "by": timely.boss}
    return grant(extension=wish, **usual | given)


def fresh(sheet: Assessment) -> Assessment:
    return Assessment.objects.select_related("round", "country", "strand").get(pk=sheet.pk)


def at(moment):
    return mock.patch.object(timezone, "now", return_value=moment)


def test_an_expert_asks_and_a_coordinator_grants(timely):
    wish = ask(timely)
    assert (wish.state, wish.strand) == (ExtensionState.ASKED, timely.sheet.strand)

    granted = give(timely, wish)

    assert (granted.state, granted.decided_by) == (ExtensionState.GRANTED, timely.boss)
    assert fresh(timely.sheet).extended_until == timely.end + DAY


def test_each_act_is_in_the_record_and_the_asker_gets_a_letter(timely):
    wish = give(timely, ask(timely))

    entries = {one.act: one for one in AuditEntry.objects.filter(act__startswith="extension.")}
    assert set(entries) == {"extension.ask", "extension.grant"}
    asked, given = entries["extension.ask"], entries["extension.grant"]
    assert (asked.actor, asked.role, asked.reason) == (timely.expert.pk, Role.EXPERT, WHY)
    assert given.old["wished_until"] == asked.new["wished_until"]
    assert given.country == timely.sheet.country.code
    letter = Letter.objects.get(kind="deadline")
    assert (letter.key, letter.person) == (f"extension/{wish.pk}/granted", timely.expert)
    assert "Brussels time" in letter.text
    assert "UTC" in letter.text


def test_every_coordinator_is_told_once_and_nobody_is_named(timely):
    ask(timely)

    told = Notice.objects.all()
    assert {one.person for one in told} == {timely.boss, timely.second}
    assert not any(timely.expert.name in one.words for one in told)


def test_the_extended_sheet_is_open_after_the_hard_close_and_closes_at_its_end(timely):
    give(timely, ask(timely))
    sheet = fresh(timely.sheet)

    with at(timely.end + timedelta(hours=1)):
        assert may_answer(timely.expert, sheet)
        assert may_delegate(timely.expert, sheet)
        kept = keep_draft(
            sheet=sheet, indicator=timely.indicator, by=timely.expert, content={"note": "x"}
        )
        assert kept.version == 1
    with at(timely.end + DAY):
        assert not may_answer(timely.expert, sheet)
        assert not may_delegate(timely.expert, sheet)


def test_an_extension_moves_the_due_of_its_sheet_alone(timely):
    other = AssessmentFactory(round=timely.sheet.round, country=timely.sheet.country)
    expert_of(other, timely.expert)
    give(timely, ask(timely, until=timely.due + DAY))

    assert fresh(timely.sheet).due_at == timely.due + DAY
    assert fresh(timely.sheet).entry_ends_at == timely.end
    assert fresh(other).due_at == timely.due


def test_a_coordinator_gives_less_than_was_asked_for_and_never_more(timely):
    wish = ask(timely)

    with pytest.raises(ValidationError, match="more than was asked for"):
        give(timely, wish, until=wish.wished_until + timedelta(minutes=1))
    assert give(timely, wish, until=timely.due + DAY).granted_until == timely.due + DAY


def test_several_sheets_of_a_country_are_asked_for_and_given_at_once(timely):
    round_, country = timely.sheet.round, timely.sheet.country
    mine = AssessmentFactory(round=round_, country=country)
    expert_of(mine, timely.expert)
    done = AssessmentFactory(round=round_, country=country, state=AssessmentState.SUBMITTED)
    expert_of(done, timely.expert)
    anothers = AssessmentFactory(round=round_, country=country)
    expert_of(anothers)
    second_coding = AssessmentFactory(
        round=round_, country=country, strand=timely.sheet.strand, coding=2
    )
    expert_of(second_coding)

    wish = give(timely, ask(timely, whole_country=True))

    moved = Assessment.objects.filter(extended_until__isnull=False).order_by("pk")
    assert (wish.strand, list(moved)) == (None, [timely.sheet, mine])


def test_a_wish_can_be_denied_with_a_reason(timely):
    wish = ask(timely)
    with pytest.raises(ValidationError, match="Say in a sentence why not"):
        deny(extension=wish, words="  ", by=timely.boss)

    deny(extension=wish, words="The review cannot wait.", by=timely.boss)

    assert fresh(timely.sheet).extended_until is None
    assert "The review cannot wait." in Letter.objects.get(kind="deadline").text
    with pytest.raises(WrongState, match="decided"):
        give(timely, wish)


def test_who_asked_takes_it_back_while_it_waits(timely):
    wish = ask(timely)
    with pytest.raises(NotAllowed, match="Only who asked"):
        extending.withdraw(extension=wish, by=timely.boss)

    extending.withdraw(extension=wish, by=timely.expert)

    with pytest.raises(WrongState, match="taken back"):
        give(timely, wish)
    assert ask(timely).state == ExtensionState.ASKED


def test_the_same_is_not_asked_twice_while_it_waits(timely):
    ask(timely)
    for whole in (False, True):
        with pytest.raises(Refusal, match="waits for a coordinator"):
            ask(timely, whole_country=whole)


# --- Who ----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["colleague", "boss", "stranger", "superuser", "observer"])
def test_nobody_but_the_expert_asks(timely, who):
    people = {
        "colleague": lambda: timely.colleague,
        "boss": lambda: timely.boss,
        "stranger": UserFactory,
        "superuser": lambda: UserFactory(is_superuser=True),
        "observer": lambda: in_round(Role.OBSERVER, timely.sheet.round),
    }
    with pytest.raises(NotAllowed, match="Only the expert of this sheet"):
        ask(timely, by=people[who]())


@pytest.mark.parametrize("who", ["expert", "stranger", "superuser", "observer", "publisher"])
def test_nobody_but_a_coordinator_decides(timely, who):
    people = {
        "expert": lambda: timely.expert,
        "stranger": UserFactory,
        "superuser": lambda: UserFactory(is_superuser=True),
        "observer": lambda: in_round(Role.OBSERVER, timely.sheet.round),
        "publisher": lambda: in_round(Role.PUBLISHER, timely.sheet.round),
    }
    wish, person = ask(timely), people[who]()
    for act in (
        lambda: give(timely, wish, by=person),
        lambda: deny(extension=wish, words="No.", by=person),
    ):
        with pytest.raises(NotAllowed, match="Only a coordinator"):
            act()


def test_nobody_gives_more_time_to_themselves_or_to_their_side(timely):
    coordinator_of(timely.sheet.round, timely.expert)
    with pytest.raises(NotAllowed, match="to themselves"):
        give(timely, ask(timely), by=timely.expert)
    expert_of(AssessmentFactory(round=timely.sheet.round, country=timely.sheet.country),
              timely.second)  # fmt: skip
    with pytest.raises(NotAllowed, match="to themselves"):
        give(timely, Extension.objects.get(), by=timely.second)


def test_the_database_lets_nobody_give_more_time_to_themselves(timely):
    wish = ask(timely)
    wish.state, wish.granted_until = ExtensionState.GRANTED, wish.wished_until
    wish.decided_by = timely.expert
    with pytest.raises(IntegrityError):
        wish.save()


# --- Into the days of the review ----------------------------------------------------------


def beyond(timely):
    """Return a moment that leaves the review less than its days."""
    round_ = timely.sheet.round
    return round_.review_due_at - timedelta(days=round_.review_days) + timedelta(minutes=1)


def test_what_takes_days_of_the_review_takes_two_people(timely):
    wish = ask(timely, until=beyond(timely))

    give(timely, wish)

    wish.refresh_from_db()
    assert (wish.state, fresh(timely.sheet).extended_until) == (ExtensionState.ASKED, None)
    act = JointAct.objects.get()
    with pytest.raises(NotAllowed, match="somebody else decides"):
        joint_acts.do(act=act, by=timely.boss)
    with pytest.raises(NotAllowed):
        joint_acts.do(act=act, by=timely.expert)
    joint_acts.do(act=act, by=timely.second)
    wish.refresh_from_db()
    assert (wish.state, wish.decided_by) == (ExtensionState.GRANTED, timely.second)
    assert fresh(timely.sheet).extended_until == beyond(timely)


def test_the_second_person_gains_nothing_by_it_either(timely):
    give(timely, ask(timely, until=beyond(timely)))
    expert_of(AssessmentFactory(round=timely.sheet.round, country=timely.sheet.country),
              timely.second)  # fmt: skip

    with pytest.raises(NotAllowed, match="Another coordinator"):
        joint_acts.do(act=JointAct.objects.get(), by=timely.second)
    assert fresh(timely.sheet).extended_until is None


def test_while_it_waits_for_a_second_person_nobody_decides_otherwise(timely):
    wish = ask(timely, until=beyond(timely))
    give(timely, wish)
    for act in (
        lambda: give(timely, wish),
        lambda: deny(extension=wish, words="No.", by=timely.second),
    ):
        with pytest.raises(WrongState, match="waits for a second person"):
            act()

    joint_acts.refuse(act=JointAct.objects.get(), words="Too long.", by=timely.second)

    assert give(timely, wish, until=timely.end).state == ExtensionState.GRANTED


def test_a_wish_that_is_taken_back_leaves_no_act_to_do(timely):
    wish = ask(timely, until=beyond(timely))
    give(timely, wish)

    extending.withdraw(extension=wish, by=timely.expert)

    act = JointAct.objects.get()
    assert act.state == JointActState.WITHDRAWN
    with pytest.raises(WrongState):
        joint_acts.do(act=act, by=timely.second)


# --- What ends by itself ------------------------------------------------------------------


def test_a_wish_that_nobody_decided_in_time_lapses_and_its_asker_hears_of_it(timely):
    wish = ask(timely, until=timely.due + DAY)
    with at(timely.due + DAY):
        assert (close_entry(), close_entry()) == (1, 0)

    wish.refresh_from_db()
    assert standing_of_extension(wish, now=timezone.now()) == "lapsed"
    assert "Nobody decided in time" in Letter.objects.get().subject


def test_a_wish_about_a_sheet_that_was_handed_in_lapses_without_a_letter(timely):
    ask(timely)
    timely.record()
    submit(sheet=timely.sheet, declared_for=timely.sheet.round.cut_off, by=timely.expert)

    with pytest.raises(Refusal, match="handed in meanwhile"):
        give(timely, Extension.objects.get())
    assert end_what_is_over() == 1
    assert not Letter.objects.exists()


def test_a_sheet_that_was_handed_in_needs_no_more_time(timely):
    timely.record()
    submit(sheet=timely.sheet, declared_for=timely.sheet.round.cut_off, by=timely.expert)

    with pytest.raises(NotAllowed, match="handed in"):
        ask(timely, sheet=fresh(timely.sheet))


def test_after_the_hard_close_more_time_can_still_be_asked_for_and_opens_the_sheet(timely):
    with at(timely.end + timedelta(hours=1)):
        assert not may_answer(timely.expert, fresh(timely.sheet))
        give(timely, ask(timely))
        assert may_answer(timely.expert, fresh(timely.sheet))


# --- Bad input ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"reason": " \n "}, "reason", "Say in a sentence why"),
        ({"reason": "a" * 1_000_000}, "reason", "too long"),
        ({"until": timezone.now() - DAY}, "until", "still to come"),
        ({"until": timezone.now() + DAY}, "until", "is due on"),
        ({"until": timezone.now() + 10_000 * DAY}, "until", "too far away"),
    ],
    ids=["empty", "a megabyte", "past", "before the present end", "far away"],
)
def test_a_bad_wish_is_refused_with_a_sentence(timely, given, field, words):
    with pytest.raises(ValidationError, match=words) as caught:
        ask(timely, **given)
    assert list(caught.value.message_dict) == [field]
    assert not Extension.objects.exists()


def test_a_moment_is_kept_in_utc(timely):
    wish = ask(timely)
    wish.refresh_from_db()
    assert wish.wished_until.tzinfo == UTC


def test_asking_needs_an_open_round(timely):
    timely.sheet.round.state = "review_closed"
    timely.sheet.round.save()
    with pytest.raises(NotAllowed, match="not open"):
        ask(timely)


def test_nothing_is_granted_once_the_round_is_not_open(timely):
    wish = ask(timely)
    timely.sheet.round.state = "cancelled"
    timely.sheet.round.save()
    with pytest.raises(Refusal, match="no time to give"):
        give(timely, wish)
    assert fresh(timely.sheet).extended_until is None


def test_an_extended_question_is_recorded_after_the_hard_close(timely):
    IndicatorFactory(strand=timely.sheet.strand)
    give(timely, ask(timely))
    with at(timely.end + timedelta(hours=1)):
        assert timely.record(sheet=fresh(timely.sheet)).version == 1
