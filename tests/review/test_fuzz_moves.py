"""Random people meet random things: what is said to be possible is what is then accepted.

test_fuzz.py plays opinions, returns and rulings. Here every move that a person makes by hand is
tried, on whatever there is, by whoever comes: reopenings, second looks, last words, blind
codings, conversations. Nothing is foretold by the test: the rules that fill the pages are asked.
"""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from mipex_site.base.errors import Refusal
from questionnaire.enums import AnswerKind, AssessmentState, Relation, RoundState
from questionnaire.models import Assessment, Indicator
from review import rules, selectors, workflow
from review.enums import (
    SETTLED,
    Audience,
    CaseState,
    DisputeState,
    ItemState,
    OpinionKind,
    ReopeningReason,
    Side,
    ThreadKind,
    VerdictCode,
)
from review.models import (
    BlindCoding,
    Case,
    CaseItem,
    Dispute,
    LastWord,
    Reopening,
    SettledAnswer,
    Thread,
)
from review.services import coding, last_word, reopening, threads
from review.services import disputes as ruling
from tests import world as worlds
from tests.review.test_fuzz import INVARIANTS

STEPS = 160
JUDGES, HEADS = ("adjudicator", "stranger"), ("head", "coordinator")
EXPERTS = tuple(worlds.EXPERTS.values())
LIKELY = {
    "speak": (*worlds.REVIEWERS["EE"], *worlds.REVIEWERS["PT"]),
    "code": (*worlds.REVIEWERS["EE"], *worlds.REVIEWERS["PT"]),
    "move_a_dispute": JUDGES,
    "move_a_window": (*HEADS, *EXPERTS, *JUDGES),
    "ask": (*EXPERTS, *JUDGES, *HEADS),
    "talk": (*EXPERTS, *JUDGES, *worlds.REVIEW_SIDE),
    "close": (*JUDGES, *HEADS),
    "comment": EXPERTS,
    "finish": EXPERTS,
}
"""Whose acts these are, so that dice find them; the stranger of the cast rules here, too."""
REASONS = {"internal_rationale": "The source decides.", "public_rationale": "It was in force."}


def far_option(dispute):
    """Return an option that nobody named, or None."""
    item = dispute.item
    named = set(item.opinions.values_list("suggested_option_id", flat=True))
    named.add(item.answer.option_id)
    named |= set(item.first_codings.values_list("option_id", flat=True))
    return item.indicator.options.exclude(pk__in=named - {None}).first()


class Chaos:
    """A world and the dice that act in it; PLAYED counts what was accepted."""

    def __init__(self, world, seed):
        self.world, self.dice, self.played = world, random.Random(seed), Counter()

    def person(self, name):
        """Mostly somebody whose act it is, or little would happen; now and then anybody."""
        likely = LIKELY.get(name) if self.dice.random() < 0.75 else None
        return self.world[self.dice.choice(likely or tuple(worlds.NAMES))]

    def pick(self, rows):
        found = list(rows.order_by("pk"))
        return self.dice.choice(found) if found else None

    def attempt(self, name, foretold, act):
        if foretold:
            act()
            self.played[name] += 1
        else:
            with pytest.raises(Refusal):
                act()

    def step(self):
        act = self.dice.choice(
            [self.speak] * 6
            + [self.code] * 3
            + [self.move_a_dispute] * 3
            + [self.move_a_window] * 4
            + [self.ask, self.ask, self.talk, self.close, self.comment, self.finish]
            + [self.answer] * 2
        )
        act(self.person(act.__name__))

    # --- What is no move, and asked of a rule of its own ---------------------------------

    def speak(self, person):
        item = self.pick(CaseItem.objects.for_page().filter(state=ItemState.UNDER_REVIEW))
        if item:
            case = Case.objects.for_page().get(pk=item.case_id)
            row = selectors.case_page(case, person).row(item.indicator.code)
            kind = self.dice.choice([OpinionKind.AGREE] * 3 + [OpinionKind.DISAGREE])
            self.attempt(
                "speak",
                bool(row.may_speak),
                lambda: worlds.opinions.give_opinion(
                    item=item, version=item.version, kind=kind, by=person, text="Section 5."
                ),
            )

    def code(self, person):
        item = self.pick(self._items().filter(is_coded_blind=True))
        if item:
            done = BlindCoding.objects.filter(item=item, coder=person).exists()
            may = rules.may_code(person, item) and rules.may_be_coded(item, item.case.round)
            option = item.indicator.options.first()
            self.attempt(
                "code",
                bool(may) and not done,
                lambda: coding.save_coding(
                    item=item, kind=AnswerKind.CHOSEN, option=option, by=person
                ),
            )

    def _items(self):
        place = ("case__round", "case__country", "case__strand", "indicator", "answer__option")
        return CaseItem.objects.select_related(*place)

    def ask(self, person):
        case = self.pick(Case.objects.for_page())
        items = self._items().filter(case=case, state__in=(*SETTLED, ItemState.UNDER_REVIEW))
        listed = list(items[:2])
        if case and listed:
            self.attempt(
                "ask",
                bool(rules.may_ask_reopening(person, case)),
                lambda: reopening.ask_reopening(
                    case=case,
                    items=listed,
                    reason=ReopeningReason.TYPING,
                    text="A slip of the pen.",
                    by=person,
                ),
            )

    def talk(self, person):
        case = self.pick(Case.objects.for_page().exclude(state=CaseState.WAITING))
        audience = self.dice.choice(list(Audience))
        if case:
            standing = rules.standing_in(person, case)
            blocks = self.dice.random() < 0.5
            may = rules.may_open_thread(person, case, audience=audience, is_blocking=blocks)
            turn = Side.REVIEWERS if audience == Audience.REVIEW else Side.ADJUDICATORS
            over = blocks and case.state == CaseState.CLEARED
            if may and (over or not standing.writes_in(audience)):
                return
            self.attempt(
                "talk",
                bool(may),
                lambda: threads.open_thread(
                    case=case,
                    kind=ThreadKind.QUESTION,
                    audience=audience,
                    is_blocking=blocks,
                    text="Which section is meant?",
                    turn=turn,
                    by=person,
                ),
            )

    def close(self, person):
        thread = self.pick(Thread.objects.filter(closed_at__isnull=True))
        if thread:
            may = rules.may_close_thread(person, thread)
            close = lambda: threads.close_thread(thread=thread, by=person)  # noqa: E731
            self.attempt("close", bool(may), close)

    def comment(self, person):
        item = self.pick(self._items().filter(case__state=CaseState.LAST_WORD))
        if item and self.dice.random() < 0.6:
            place = item.case.country.code, item.case.strand.code
            person = self.world.expert(self.world.sheet(*place))
        if item:
            free = not LastWord.objects.filter(item=item).exists()
            self.attempt(
                "comment",
                bool(rules.may_have_last_word(person, item.case)) and free,
                lambda: last_word.comment(item=item, text="I agree.", by=person),
            )

    def finish(self, person):
        case = self.pick(Case.objects.for_page().filter(state=CaseState.LAST_WORD))
        if case and self.dice.random() < 0.6:
            person = self.world.expert(self.world.sheet(case.country.code, case.strand.code))
        if case:
            self.attempt(
                "finish",
                bool(rules.may_have_last_word(person, case)),
                lambda: last_word.give_last_word(case=case, is_named=True, by=person),
            )

    def answer(self, _person):
        """Let the expert of a sheet that is back change some of what is asked, and submit."""
        sheet = self.pick(Assessment.objects.filter(state=AssessmentState.RETURNED))
        if sheet is None:
            return
        sheet = self.world.sheet(sheet.country.code, sheet.strand.code)
        if sheet.open_until is None or self.dice.random() < 0.5:
            maintain = sheet.open_until is None and self.dice.random() < 0.5
            worlds.answer_the_requests(self.world, sheet, maintain=maintain)
        worlds.submit(self.world, sheet)
        self.played["answer"] += 1

    # --- The moves of the table ----------------------------------------------------------

    def move_a_dispute(self, person):
        dispute = self.pick(Dispute.objects.for_page())
        if dispute is None:
            return
        move = self.dice.choice([m for m in workflow.MOVES if m.on == "dispute" and m.rule])
        option = far_option(dispute)
        if move is workflow.PROPOSE and option is None:
            return
        upheld = {"verdict": VerdictCode.EXPERT_UPHELD}
        third = {"verdict": VerdictCode.THIRD_VALUE, "option": option}
        says = third if move is workflow.PROPOSE else upheld
        waiting = dispute.rulings.order_by("pk").last()
        acts = {
            workflow.CLOSE.name: lambda: ruling.rule(
                dispute=dispute, by=person, **says, **REASONS
            ),
            workflow.CONCUR.name: lambda: ruling.look_again(
                ruling=waiting, concurs=True, text="", by=person
            ),
            workflow.DISSENT.name: lambda: ruling.look_again(
                ruling=waiting, concurs=False, text="The section says less.", by=person
            ),
        }
        acts[workflow.PROPOSE.name] = acts[workflow.CLOSE.name]
        if waiting is None and move in {workflow.CONCUR, workflow.DISSENT}:
            return
        self._move(move, dispute, person, acts[move.name])

    def move_a_window(self, person):
        window = self.pick(Reopening.objects.select_related("case__round", "asked_by"))
        if window is None:
            return
        move = self.dice.choice([m for m in workflow.MOVES if m.on == "window" and m.rule])
        if move is workflow.WITHDRAW and self.dice.random() < 0.5:
            person = window.asked_by
        until = timezone.now() + timedelta(days=3)
        grant = lambda: reopening.grant(  # noqa: E731
            reopening=window, until=until, text="Agreed.", by=person
        )
        acts = {
            workflow.REFUSE.name: lambda: reopening.refuse(
                reopening=window, text="It came after the day.", by=person
            ),
            workflow.WITHDRAW.name: lambda: reopening.withdraw(reopening=window, by=person),
        }
        granting = (workflow.GRANT, workflow.GRANT_FIRST, workflow.SECOND)
        if move in granting:
            verdicts = dict(workflow.verdicts_for(person, window))
            foretold = any(verdicts[one] for one in granting)
            self.attempt("grant", foretold, grant)
        else:
            self._move(move, window, person, acts[move.name])

    def _move(self, move, thing, person, act):
        verdict = dict(workflow.verdicts_for(person, thing))[move]
        self.attempt(move.act, bool(verdict), act)


def a_sheet_is_open_exactly_while_its_case_is_back(world):
    for case in Case.objects.exclude(state=CaseState.WAITING):
        sheet = world.sheet(case.country.code, case.strand.code)
        window = Reopening.objects.filter(case=case, state="open").exists()
        assert (sheet.state == AssessmentState.RETURNED) == (case.state == CaseState.RETURNED)
        assert (sheet.open_until is not None) == window
        reopened = case.items.filter(state=ItemState.REOPENED).exists()
        assert reopened == window


def who_ruled_and_who_looked_again_are_two(world):
    for dispute in Dispute.objects.filter(state=DisputeState.RULED):
        look = getattr(dispute.ruling, "second_look", None)
        assert look is None or look.adjudicator_id != dispute.ruling.adjudicator_id
    assert not Dispute.objects.filter(state=DisputeState.RULED, ruling=None).exists()
    assert not Dispute.objects.exclude(state=DisputeState.RULED).exclude(ruling=None).exists()


def a_cleared_case_holds_nothing_open(world):
    for case in Case.objects.filter(state__in=(CaseState.CLEARED, CaseState.LAST_WORD)):
        assert not case.items.exclude(state__in=SETTLED).exists()
    for case in Case.objects.filter(state=CaseState.CLEARED):
        assert case.last_word_given_at is not None


def nothing_is_settled_twice_or_lost(world):
    settled = set(SettledAnswer.objects.values_list("item_id", flat=True))
    states = (*SETTLED, ItemState.REOPENED)
    assert settled <= set(
        CaseItem.objects.filter(state__in=states).values_list("pk", flat=True)
    )
    assert (
        set(CaseItem.objects.filter(state__in=SETTLED).values_list("pk", flat=True)) <= settled
    )


MORE = (
    a_sheet_is_open_exactly_while_its_case_is_back,
    who_ruled_and_who_looked_again_are_two,
    a_cleared_case_holds_nothing_open,
    nothing_is_settled_twice_or_lost,
)


@pytest.fixture
def world(db):
    """A round with blind codings and last words, its sheets in, and two who may rule."""
    made = worlds.build(blind_share=40, last_word_days=5)
    # A new question is always coded blind: here some are, and the others are read at once.
    QuerySet(Indicator).update(relation=Relation.IDENTICAL)
    worlds.answer_all(made)
    worlds.submit_all(made)
    second = made["stranger"]
    worlds.assignments.assign(
        person=second, role="adjudicator", round_=made.round, by=made["head"]
    )
    for country in ("EE", "PT"):
        worlds.declare(made, "stranger", country)
    return made


@pytest.mark.parametrize("seed", range(4))
def test_what_is_foretold_of_every_move_is_what_is_accepted(world, seed):
    chaos = Chaos(world, seed)

    for _step in range(STEPS):
        chaos.step()

    for invariant in MORE:
        invariant(world)
    for invariant in INVARIANTS:
        if invariant.__name__ in {"the_chain_holds", "nobody_judged_what_they_touched"}:
            invariant(world)
    assert chaos.played["speak"] > 3
    assert world.round.state == RoundState.OPEN


def test_the_seeds_play_every_kind_of_act(world):
    """Otherwise the test above would be true of nothing."""
    chaos = Chaos(world, "all")

    for _step in range(6 * STEPS):
        chaos.step()

    every = {"speak", "code", "ask", "talk", "close", "grant", "answer", "comment", "finish"}
    assert every <= set(chaos.played)
    moves = {"window.refuse", "window.withdraw", "dispute.close", "dispute.propose"}
    assert moves | {"dispute.concur", "dispute.dissent"} <= set(chaos.played)
