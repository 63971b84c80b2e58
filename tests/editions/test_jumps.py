"""Answers far from the last edition's: found by options, explained or red, mended by people."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from editions.enums import RevisionState
from editions.models import FrozenAnswer, Revision
from editions.services import building, checks, freeze, jumps
from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal
from questionnaire.enums import ChangeReason
from questionnaire.models import Answer
from review.models import SettledAnswer
from tests.factories.accounts import UserFactory
from tests.factories.editions import EditionFactory, RevisionFactory, publisher_of
from tests.factories.questionnaire import RoundFactory, coordinator_of
from tests.factories.scoring import ScoreRunFactory

pytestmark = pytest.mark.django_db

EARLIER = date(2014, 12, 31)


def published_before(round_, day=EARLIER, **points) -> Revision:
    """Publish an older edition of the same questions: points by country and question."""
    older = RoundFactory(framework=round_.framework, cut_off=day)
    revision = RevisionFactory(
        edition=EditionFactory(run=ScoreRunFactory(round=older)),
        state=RevisionState.PUBLISHED,
        cut_off=day,
        number=1,
    )
    FrozenAnswer.objects.bulk_create(
        FrozenAnswer(
            revision=revision,
            country=place[:2],
            indicator=place[3:],
            reference_date=day,
            status="scored",
            option=None if value is None else (100 - value) // 50 + 1,
            points=value,
        )
        for place, value in points.items()
    )
    return revision


def found(revision) -> list[tuple[str, str, int, str]]:
    listed = jumps.jumps_in(revision, freeze.facts_of(revision))
    return [(each.country, each.indicator, each.steps, each.why) for each in listed]


def test_a_step_of_two_options_is_a_jump_and_one_is_none(revision, round_):
    published_before(round_, EE_a1=0, EE_a2=50, EE_b2=100, PT_a1=0, PT_a2=100, PT_b1=50)

    assert found(revision) == [("EE", "a1", 2, ""), ("EE", "b2", -2, "")]


def test_what_had_no_value_or_was_never_asked_jumps_nowhere(revision, round_):
    published_before(round_, EE_a1=None, PT_a1=50)

    assert found(revision) == []


def test_the_latest_edition_before_counts_and_none_of_the_same_or_a_later_day(revision, round_):
    published_before(round_, EE_a1=0)
    published_before(round_, EARLIER + timedelta(days=365), EE_a1=100)
    published_before(round_, round_.cut_off, EE_a1=0)

    assert found(revision) == []


def test_the_questions_of_a_number_of_answers_cost_a_fixed_number_of_queries(
    revision, round_, django_assert_num_queries
):
    published_before(round_, EE_a1=0)
    frozen = freeze.facts_of(revision)
    with django_assert_num_queries(6):
        jumps.jumps_in(revision, frozen)

    published_before(round_, EARLIER + timedelta(days=1), EE_a1=0, EE_a2=0, EE_b1=0, EE_b2=100)
    # One more older edition, two more queries; not one for each jump.
    with django_assert_num_queries(8):
        jumps.jumps_in(revision, frozen)


def the_law_changed() -> None:
    """Let Estonia's expert have said so of the first question."""
    answer = Answer.objects.get(indicator__code="a1", assessment__country__code="EE")
    answer.change_reason = ChangeReason.LAW_CHANGED
    answer.save()


# --- What explains one --------------------------------------------------------------------


def test_a_public_rationale_or_the_experts_reason_explains_a_jump(revision, round_):
    published_before(round_, EE_a1=0, EE_b2=100)
    SettledAnswer.objects.filter(indicator__code="b2", country__code="EE").update(
        rationale="The Act of 2018 ended it."
    )
    the_law_changed()

    assert [why for *_place, why in found(revision)] == [
        "the law changed",
        "The Act of 2018 ended it.",
    ]


def test_the_experts_reason_does_not_explain_what_was_ruled_against_it(revision, round_):
    published_before(round_, EE_a1=0)
    the_law_changed()
    frozen = freeze.facts_of(revision)
    ruled = replace(frozen.answers[0], basis="ruled", rationale=" ")
    place = {"country__code": "EE", "indicator__code": "a1"}
    SettledAnswer.objects.filter(**place).delete()

    [jump] = jumps.jumps_in(revision, replace(frozen, answers=(ruled, *frozen.answers[1:])))

    assert (jump.indicator, jump.why) == ("a1", "")


def stopped(revision, round_) -> Revision:
    """Build a candidate that stops at a jump which nobody explained."""
    older = published_before(round_, EE_a1=0, EE_b2=100)
    SettledAnswer.objects.filter(indicator__code="b2").update(rationale="A new law.")
    assert building.build(revision.pk)
    # The older edition has no files here; what is looked at is the jump.
    Revision.objects.filter(pk=older.pk).update(state=RevisionState.WITHDRAWN)
    revision.refresh_from_db()
    return revision


def jump_check(revision) -> dict:
    return next(check for check in revision.checks if check["name"] == "jumps")


def test_an_unexplained_jump_is_red_and_an_explained_one_is_listed(revision, round_):
    check = jump_check(stopped(revision, round_))

    assert not check["ok"]
    [fault], [seen] = check["faults"], check["seen"]
    assert (fault["country"], fault["indicator"]) == ("EE", "a1")
    assert fault["words"].startswith("EE a1: 2 options up from ")
    assert seen["words"].endswith("A new law.")


def explain(revision, by, place=("EE", "a1"), words="The court read the law anew."):
    country, indicator = place
    return jumps.explain(
        revision=revision, country=country, indicator=indicator, words=words, by=by
    )


def test_a_coordinator_explains_a_jump_and_the_next_build_is_green(revision, round_):
    candidate, by = stopped(revision, round_), coordinator_of(round_)
    older = Revision.objects.exclude(pk=candidate.pk)
    before = SettledAnswer.objects.get(country__code="EE", indicator__code="a1")

    entry = explain(candidate, by)
    building.retry(revision=candidate, by=by)
    older.update(state=RevisionState.PUBLISHED)
    assert building.build(candidate.pk)

    assert entry.subject == f"item/{round_.code}/EE/a/a1"
    assert AuditEntry.objects.get(act="jump.explain").reason == "The court read the law anew."
    candidate.refresh_from_db()
    check = jump_check(candidate)
    assert check["ok"]
    assert check["text"].startswith("2 answers lie two options or more")
    assert SettledAnswer.objects.get(pk=before.pk).points == before.points


@pytest.mark.parametrize("who", ["publisher", "stranger", "superuser"])
def test_nobody_but_a_coordinator_explains(revision, round_, who):
    candidate = stopped(revision, round_)
    people = {
        "publisher": publisher_of(round_),
        "stranger": UserFactory(),
        "superuser": UserFactory(is_superuser=True),
    }

    with pytest.raises(NotAllowed):
        explain(candidate, people[who])


def test_what_is_no_jump_or_says_nothing_is_refused(revision, round_):
    candidate, by = stopped(revision, round_), coordinator_of(round_)

    for place in (("EE", "b2"), ("PT", "a1"), ("XX", "zz")):
        with pytest.raises(Refusal, match="No jump"):
            explain(candidate, by, place)
    with pytest.raises(Refusal, match="few sentences"):
        explain(candidate, by, words="  ")
    assert not AuditEntry.objects.filter(act="jump.explain").exists()


def test_what_is_signed_is_explained_no_more(revision, round_):
    candidate = stopped(revision, round_)
    Revision.objects.filter(pk=candidate.pk).update(state=RevisionState.SIGNED)

    with pytest.raises(NotAllowed, match="Only what a candidate"):
        explain(candidate, coordinator_of(round_))


def test_without_an_older_edition_nothing_jumps_and_the_check_says_so(candidate):
    check = jump_check(candidate)

    assert check["ok"]
    assert check["text"] == "No answer lies two options or more from the last edition’s."
    assert checks.jumps.CHECK == "jumps"
