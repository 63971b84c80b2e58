"""Closing the review, and what blocks it."""

import itertools

import pytest
from django.db.models import F

from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries
from mipex_site.base.errors import NotAllowed, Refusal, WrongState
from questionnaire.enums import AnswerKind, Role, RoundState
from questionnaire.models import Answer, Participation, Round
from questionnaire.services import assignments
from review.enums import BlockerKind
from review.models import Opinion, SettledAnswer
from review.selectors import blockers
from review.services.rounds import close_review
from review.signals import review_closed
from tests import world as worlds


def kinds(world):
    return {(b.country, b.strand, b.kind, b.count) for b in blockers(world.round)}


def kinds_in(world, country, strand):
    found = blockers(world.round)
    return [(b.kind, b.count) for b in found if (b.country, b.strand) == (country, strand)]


@pytest.fixture
def heard():
    """Give the list of what review_closed was sent with."""
    calls = []

    def hear(**sent):
        calls.append(sent)

    review_closed.connect(hear)
    yield calls
    review_closed.disconnect(hear)


@pytest.fixture
def settled(world):
    worlds.settle_all(world)
    return world


def test_a_review_that_nothing_blocks_is_closed_and_announced_once(settled, heard, acts):
    round_ = close_review(round_=settled.round, by=settled["coordinator"])

    assert round_.state == RoundState.REVIEW_CLOSED
    assert Round.objects.get().closed_at is not None
    (sent,) = heard
    assert (sent["round_"], sent["by"]) == (settled.round, settled["coordinator"])
    assert sent["round_"].state == RoundState.REVIEW_CLOSED
    assert acts("round.close_review") == ["round.close_review"]
    assert entries.walk(settled.round.stream).broken_at is None


def test_every_cell_is_settled_at_the_closing(settled):
    worlds.close(settled)

    cells = len(worlds.COUNTRIES) * sum(map(len, worlds.STRANDS.values()))
    assert SettledAnswer.objects.count() == cells
    stale = SettledAnswer.objects.exclude(version=F("answer__version"))
    assert not stale.exists()
    assert not SettledAnswer.objects.exclude(version=F("item__version")).exists()


def test_a_review_is_closed_once(settled, heard):
    worlds.close(settled)

    with pytest.raises(WrongState, match="review of this round is closed"):
        worlds.close(settled)

    assert len(heard) == 1


def test_what_a_listener_refuses_closes_nothing(settled):
    def refuse(**_sent):
        raise Refusal("Not now.")

    review_closed.connect(refuse)
    try:
        with pytest.raises(Refusal, match="Not now"):
            worlds.close(settled)
    finally:
        review_closed.disconnect(refuse)

    assert Round.objects.get().state == RoundState.OPEN
    assert not AuditEntry.objects.filter(act="round.close_review").exists()


@pytest.mark.parametrize("key", [k for k in worlds.NAMES if k not in {"coordinator", "head"}])
def test_nobody_but_a_coordinator_closes_a_review(settled, key):
    with pytest.raises(NotAllowed):
        close_review(round_=settled.round, by=settled[key])

    assert Round.objects.get().state == RoundState.OPEN


def test_a_refusal_names_every_blocker(reviewed, heard):
    worlds.return_objections(reviewed, "PT", "aa1")
    worlds.split(reviewed, "EE", "bb1")

    with pytest.raises(Refusal) as refused:
        worlds.close(reviewed)

    lines = refused.value.reason.splitlines()
    assert lines[0] == "The review cannot be closed: 6 things block it."
    assert lines[1:] == [
        f"{b.country_name}, {b.strand_title}: {b.kind_label} ({b.count})."
        for b in blockers(reviewed.round)
    ]
    assert len(lines) == 7
    assert heard == []


def test_a_blank_round_is_blocked_by_every_sheet(world):
    assert kinds(world) == {
        ("EE", "a", BlockerKind.NOT_SUBMITTED, 1),
        ("EE", "b", BlockerKind.NOT_SUBMITTED, 2),
        ("PT", "a", BlockerKind.NOT_SUBMITTED, 1),
        ("PT", "b", BlockerKind.NOT_SUBMITTED, 1),
    }


def test_an_answer_waits_for_opinions_until_it_has_enough(reviewed):
    first, second = reviewed.reviewers("PT")
    worlds.agree(reviewed, reviewed.item("PT", "aa1"), first)
    assert kinds_in(reviewed, "PT", "a") == [(BlockerKind.OPINIONS, 2)]

    worlds.agree(reviewed, reviewed.item("PT", "aa1"), second)
    assert kinds_in(reviewed, "PT", "a") == [(BlockerKind.OPINIONS, 1)]

    worlds.approve(reviewed, reviewed.item("PT", "aa2"))
    assert kinds_in(reviewed, "PT", "a") == []


def test_a_place_without_enough_reviewers_waits_for_the_coordinator(reviewed):
    reviewer = reviewed["PT_reviewer_2"]
    assignments.end_assignment(
        assignment=reviewed.round.assignments.get(person=reviewer),
        reason="Declined.",
        by=reviewed["head"],
    )

    assert kinds_in(reviewed, "PT", "a") == [(BlockerKind.NO_REVIEWER, 2)]
    (blocker,) = [b for b in blockers(reviewed.round) if (b.country, b.strand) == ("PT", "a")]
    assert blocker.next_role == Role.COORDINATOR
    assert set(blocker.people) == {reviewed["coordinator"].pk, reviewed["head"].pk}


def test_a_reviewer_who_is_not_qualified_is_missed(reviewed):
    item = reviewed.item("PT", "aa1")
    worlds.opinions.give_opinion(
        item=item,
        version=1,
        kind="not_qualified",
        text="Not my field.",
        by=reviewed["PT_reviewer_1"],
    )

    assert kinds_in(reviewed, "PT", "a") == [
        (BlockerKind.NO_REVIEWER, 1),
        (BlockerKind.OPINIONS, 1),
    ]


def test_objections_wait_for_a_return_and_then_for_the_expert(reviewed):
    item = reviewed.item("PT", "aa1")
    worlds.approve(reviewed, reviewed.item("PT", "aa2"))
    for reviewer in reviewed.reviewers("PT"):
        worlds.disagree(reviewed, item, reviewer)
    assert kinds_in(reviewed, "PT", "a") == [(BlockerKind.TO_RETURN, 1)]

    worlds.returning.return_case(case=item.case, by=reviewed["PT_reviewer_1"])
    assert kinds_in(reviewed, "PT", "a") == [(BlockerKind.RETURNED, 1)]
    (blocker,) = [b for b in blockers(reviewed.round) if (b.country, b.strand) == ("PT", "a")]
    assert blocker.people == (reviewed["PT_a_1"].pk,)


def test_a_dispute_waits_for_an_adjudicator(reviewed):
    worlds.split(reviewed, "PT", "aa1")
    worlds.approve(reviewed, reviewed.item("PT", "aa2"))

    (blocker,) = [b for b in blockers(reviewed.round) if (b.country, b.strand) == ("PT", "a")]
    assert (blocker.kind, blocker.next_role) == (BlockerKind.DISPUTED, Role.ADJUDICATOR)
    assert blocker.people == (reviewed["adjudicator"].pk,)


def test_exceptional_points_wait_for_their_consent(world):
    sheet = world.sheet("PT", "a")
    worlds.answer(world, sheet, "aa1", kind=AnswerKind.EXCEPTIONAL, points=75)
    worlds.answer_all(world)
    worlds.submit_all(world)
    worlds.approve(world, world.item("PT", "aa2"))
    opinion_and_consent = [(BlockerKind.OPINIONS, 1), (BlockerKind.CONSENT, 1)]
    assert kinds_in(world, "PT", "a") == opinion_and_consent

    worlds.approve(world, world.item("PT", "aa1"))
    assert kinds_in(world, "PT", "a") == [(BlockerKind.CONSENT, 1)]

    worlds.consent_all(world)
    assert kinds_in(world, "PT", "a") == []


def test_an_excluded_country_blocks_nothing(world):
    participation = Participation.objects.get(round=world.round, country__code="PT")
    participation.excluded_because = "Not assessed in this edition."
    participation.save()

    assert {country for country, *_rest in kinds(world)} == {"EE"}


def test_who_does_not_review_a_place_is_not_asked_to_move_there(reviewed):
    for blocker in blockers(reviewed.round):
        reviewers = {person.pk for person in reviewed.reviewers(blocker.country)}
        assert set(blocker.people) == reviewers


def test_the_blockers_cost_a_fixed_number_of_queries(world, django_assert_num_queries):
    with django_assert_num_queries(5):
        assert len(blockers(world.round)) == 4

    worlds.answer_all(world)
    worlds.submit_all(world)
    worlds.split(world, "EE", "bb1")
    with django_assert_num_queries(5):
        assert len(blockers(world.round)) == 5


def test_after_the_closing_nothing_of_the_review_changes(settled):
    """Each act by somebody whose act it was a moment before."""
    item, sheet = settled.item("PT", "aa1"), settled.sheet("PT", "a")
    worlds.close(settled)
    before = (Opinion.objects.count(), list(Answer.history.values_list("pk")))

    acts = (
        lambda: worlds.agree(settled, item, settled["PT_reviewer_1"]),
        lambda: worlds.answer(settled, sheet, "aa1", earns=0),
        lambda: worlds.submit(settled, sheet),
        lambda: worlds.returning.return_case(case=item.case, by=settled["PT_reviewer_1"]),
        lambda: worlds.consents.consent(
            item=item, version=1, text="Yes.", by=settled["adjudicator"]
        ),
    )
    for act in acts:
        with pytest.raises(Refusal):
            act()

    assert (Opinion.objects.count(), list(Answer.history.values_list("pk"))) == before


def test_the_derived_order_of_blockers_is_by_country_strand_and_kind(reviewed):
    worlds.split(reviewed, "EE", "aa1")
    found = blockers(reviewed.round)

    assert [(b.country_name, b.strand) for b in found] == sorted(
        (b.country_name, b.strand) for b in found
    )
    for _place, group in itertools.groupby(found, key=lambda b: (b.country, b.strand)):
        order = [BlockerKind.values.index(b.kind) for b in group]
        assert order == sorted(order)
