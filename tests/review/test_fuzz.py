"""Random acts by random people: the server accepts what it said it would, and nothing breaks.

Each step picks a person, a thing and an act. Beforehand the rules are asked; afterwards the
answer must have been right. Then the invariants of the workflow are looked at in the database.
"""

import random
from collections import Counter

import pytest
from django.db.models import F

from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries
from mipex_site.base.errors import Refusal
from questionnaire.enums import EXPERT_SIDE, AssessmentState, RoundState
from questionnaire.models import Answer, Assessment, Assignment
from review import rules, selectors, workflow
from review.enums import (
    SETTLED,
    Basis,
    CaseState,
    DisputeState,
    Interest,
    ItemState,
    OpinionKind,
)
from review.models import Case, CaseItem, Dispute, Opinion, Ruling, SettledAnswer
from review.services import interests
from tests import world as worlds

STEPS = 80


class Chaos:
    """A world and the dice that act in it."""

    def __init__(self, world, seed):
        self.world = world
        self.dice = random.Random(seed)
        self.accepted = Counter()

    def person(self):
        """Mostly somebody who judges, or nothing would happen; now and then anybody."""
        judges = self.dice.random() < 0.8
        return self.world[
            self.dice.choice(worlds.REVIEW_SIDE if judges else tuple(worlds.NAMES))
        ]

    def step(self):
        act = self.dice.choice(
            [self.speak] * 3 + [self.returning] * 2 + [self.ruling, self.sheet]
        )
        act(self.person())

    def _pick(self, rows):
        found = list(rows.order_by("pk"))
        return self.dice.choice(found) if found else None

    def _attempt(self, name, foretold, act):
        """Do what was foretold to be possible; see refused what was foretold to be not."""
        if foretold:
            act()
            self.accepted[name] += 1
        else:
            with pytest.raises(Refusal):
                act()

    def speak(self, person):
        """Give an opinion. The page's own word (may_speak) is what foretells it."""
        item = self._pick(CaseItem.objects.for_page())
        if item is None:
            return
        case = Case.objects.for_page().get(pk=item.case_id)
        row = selectors.case_page(case, person).row(item.indicator.code)
        kind = self.dice.choice(
            [OpinionKind.AGREE, OpinionKind.DISAGREE] * 2 + [OpinionKind.NOT_QUALIFIED]
        )
        self._attempt(
            "speak",
            bool(row.may_speak),
            lambda: worlds.opinions.give_opinion(
                item=item, version=row.version, kind=kind, by=person, text="Section 5."
            ),
        )

    def returning(self, person):
        """Return some case; often one with an objection of one's own, or it would be rare."""
        cases = Case.objects.for_page()
        if self.dice.random() < 0.7:
            cases = cases.filter(
                items__opinions__reviewer=person, items__opinions__kind=OpinionKind.DISAGREE
            ).distinct()
        case = self._pick(cases)
        if case is not None:
            verdict = dict(workflow.verdicts_for(person, case))[workflow.RETURN]
            self._attempt(
                "return",
                bool(verdict),
                lambda: workflow.make(workflow.RETURN, case, by=person),
            )

    def ruling(self, person):
        dispute = self._pick(Dispute.objects.for_page())
        if dispute is not None:
            verdict = dict(workflow.verdicts_for(person, dispute))[workflow.CLOSE]
            self._attempt(
                "rule",
                bool(verdict),
                lambda: worlds.disputes.rule(
                    dispute=dispute,
                    verdict="expert_upheld",
                    by=person,
                    internal_rationale="The source decides.",
                    public_rationale="The act was in force.",
                ),
            )

    def sheet(self, person):
        """Let a returned sheet's own expert meet what is asked, in one of the two ways."""
        returned = self._pick(Assessment.objects.filter(state=AssessmentState.RETURNED))
        if returned is not None:
            sheet = self.world.sheet(returned.country.code, returned.strand.code)
            maintain = self.dice.random() < 0.5
            worlds.answer_the_requests(self.world, sheet, maintain=maintain)
            worlds.submit(self.world, sheet)
            self.accepted["resubmit"] += 1


def nobody_judged_what_they_touched(world):
    for case in Case.objects.all():
        wrote = rules.writers(case)
        judged = {o.reviewer_id for o in Opinion.objects.filter(item__case=case)}
        ruled = {r.adjudicator_id for r in Ruling.objects.filter(dispute__item__case=case)}
        assert not wrote & (judged | ruled)
        assert not judged & ruled


def every_settled_value_is_what_was_judged(world):
    assert not SettledAnswer.objects.exclude(version=F("answer__version")).exists()
    assert not SettledAnswer.objects.exclude(version=F("item__version")).exists()
    for settled in SettledAnswer.objects.filter(basis=Basis.APPROVED):
        agreeing = settled.item.opinions.filter(version=settled.version, kind=OpinionKind.AGREE)
        assert agreeing.count() >= world.round.opinions_required
    states = set(SettledAnswer.objects.values_list("item_id", "item__state"))
    assert states == set(CaseItem.objects.filter(state__in=SETTLED).values_list("pk", "state"))


def every_state_is_what_its_parts_say(world):
    for case in Case.objects.all():
        states = set(case.items.values_list("state", flat=True))
        sheet = world.sheet(case.country.code, case.strand.code)
        returned = ItemState.CHANGE_REQUESTED in states
        assert (case.state == CaseState.CLEARED) == (states <= set(SETTLED))
        assert (case.state == CaseState.RETURNED) == returned
        assert (sheet.state == AssessmentState.RETURNED) == returned
    disputed = set(CaseItem.objects.filter(state=ItemState.DISPUTED).values_list("pk"))
    still_open = set(Dispute.objects.open().values_list("item_id"))
    assert disputed == still_open


def every_move_is_on_record_once(world):
    """The states can be told again from the record alone."""
    moves = {move.act: move for move in workflow.MOVES}
    told = {}
    for entry in AuditEntry.objects.filter(act__in=moves).order_by("number"):
        move = moves[entry.act]
        key = (move.on, entry.subject)
        before = told.get(key)
        beginning = workflow.BEGINNINGS[move.on]
        assert entry.old["state"] == (
            beginning if move.on == "dispute" else before or beginning
        )
        told[key] = entry.new["state"]
    for item in CaseItem.objects.select_related("indicator"):
        case = Case.objects.for_page().get(pk=item.case_id)
        place = f"{case.round.code}/{case.country.code}/{case.strand.code}"
        subject = f"item/{place}/{item.indicator.code}"
        assert told.get(("item", subject), ItemState.UNDER_REVIEW) == item.state
        assert told["case", f"case/{place}"] == case.state
    opinions = AuditEntry.objects.filter(act="opinion.give").count()
    assert opinions == Opinion.objects.count()


def the_chain_holds(world):
    assert entries.walk(world.round.stream).broken_at is None


INVARIANTS = (
    nobody_judged_what_they_touched,
    every_settled_value_is_what_was_judged,
    every_state_is_what_its_parts_say,
    every_move_is_on_record_once,
    the_chain_holds,
)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_people_do_the_invariants_hold(world, seed):
    worlds.answer(world, world.sheet("EE", "b", 2), "bb2", earns=0)
    worlds.answer_all(world)
    worlds.submit_all(world)
    chaos = Chaos(world, seed)

    for _step in range(STEPS):
        chaos.step()
    for invariant in INVARIANTS:
        invariant(world)

    assert chaos.accepted["speak"] > 3
    blocked = bool(selectors.blockers(world.round))
    assert blocked == Case.objects.exclude(state=CaseState.CLEARED).exists()


@pytest.mark.parametrize("seed", range(4))
def test_from_wherever_chaos_left_it_a_review_can_be_closed(world, seed):
    """No state is a dead end: with patience every case is cleared."""
    worlds.answer_all(world)
    worlds.submit_all(world)
    chaos = Chaos(world, seed)
    for _step in range(STEPS // 2):
        chaos.step()

    for _round in range(4):
        finish_what_is_left(world)

    assert selectors.blockers(world.round) == []
    assert worlds.close(world).state == RoundState.REVIEW_CLOSED
    for invariant in INVARIANTS:
        invariant(world)
    assert set(Dispute.objects.values_list("state", flat=True)) <= {DisputeState.RULED}


def finish_what_is_left(world):
    """Let everybody do what waits for them: return, resubmit, rule, agree."""
    for case in Case.objects.for_page().filter(state=CaseState.IN_REVIEW):
        for reviewer in world.reviewers(case.country.code):
            if dict(workflow.verdicts_for(reviewer, case))[workflow.RETURN]:
                worlds.returning.return_case(case=case, by=reviewer)
                break
    for returned in Assessment.objects.filter(state=AssessmentState.RETURNED):
        sheet = world.sheet(returned.country.code, returned.strand.code)
        worlds.answer_the_requests(world, sheet, maintain=True)
        worlds.submit(world, sheet)
    worlds.rule_all(world)
    for item in world.items(ItemState.UNDER_REVIEW):
        agree_as_far_as_needed(world, item)


def agree_as_far_as_needed(world, item):
    """Where too many are not qualified, the coordinator finds somebody else."""
    case = Case.objects.for_page().get(pk=item.case_id)
    for reviewer in [*world.reviewers(case.country.code), *substitutes(world, case)]:
        row = selectors.case_page(case, reviewer).row(item.indicator.code)
        if row.may_speak and row.state == ItemState.UNDER_REVIEW:
            worlds.agree(world, item, reviewer)


def substitutes(world, case):
    """Yield two more reviewers of the country, assigned when they are needed."""
    for number in (1, 2):
        email = f"substitute{number}.{case.country.code.lower()}@example.org"
        person = worlds.User.objects.filter(email=email).first()
        if person is None:
            person = worlds.UserFactory(email=email, name=f"Substitute {number}")
            worlds.assignments.assign(
                person=person,
                role="reviewer",
                round_=world.round,
                country=case.country,
                by=world["head"],
            )
            interests.declare_interest(
                round_=world.round, country=case.country, interest=Interest.NONE, by=person
            )
        yield person


def test_the_seeds_bring_about_every_kind_of_act(world):
    """Otherwise the tests above would be true of nothing."""
    worlds.answer(world, world.sheet("EE", "b", 2), "bb2", earns=0)
    worlds.answer_all(world)
    worlds.submit_all(world)
    chaos = Chaos(world, "all")
    for _step in range(5 * STEPS):
        chaos.step()

    assert set(chaos.accepted) == {"speak", "return", "rule", "resubmit"}
    assert Answer.history.filter(version=2).exists()
    experts = Assignment.objects.filter(role__in=EXPERT_SIDE).values("person")
    assert not Opinion.objects.filter(reviewer__in=experts).exists()
