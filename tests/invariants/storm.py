"""A storm: random people do random things to a small round, from the first submission on.

It plays every move of the table, by hand and by itself, and all that is no move: opinions,
codings, consents, conversations, last words, and time that passes. Of each act the rules are
asked first, and what they say must be what the services then do.
"""

from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries
from questionnaire.enums import AnswerKind, AssessmentState, ChangeReason, Relation
from questionnaire.models import Assessment, Indicator
from questionnaire.rules import may_submit
from review import rules, selectors, workflow
from review.enums import (
    SETTLED,
    CaseState,
    DisputeState,
    ItemState,
    OpinionKind,
    ReopeningReason,
    VerdictCode,
)
from review.models import (
    Case,
    CaseItem,
    Consent,
    Dispute,
    Message,
    Redaction,
    Reopening,
    Thread,
)
from review.rules.threads import WRITE_IN
from review.services import coding, disputes, last_word, reopening, returning, threads
from review.services import rounds as reviewing
from review.tasks import end_what_is_over
from tests import world as worlds
from tests.remembering import built_once
from tests.review import test_fuzz_moves as moves
from tests.review import windows

from . import watching

STEPS = 60
OVER = ("ruled", "ended", "refused", "withdrawn")
LIKELY = moves.LIKELY | {
    "submit": moves.EXPERTS,
    "send_back": (*worlds.REVIEWERS["EE"], *worlds.REVIEWERS["PT"]),
    "consent": moves.JUDGES,
    "write": (*moves.EXPERTS, *moves.JUDGES, *worlds.REVIEW_SIDE),
    "redact": (*moves.HEADS, *moves.JUDGES),
    "end_the_review": moves.HEADS,
}


class Storm(moves.Chaos):
    """A world and the dice that act in it; PLAYED counts what was accepted."""

    def step(self):
        """Choose an act and what it is done to; let a few people try until one may."""
        acts = {
            self.submit: 3, self.speak: 9, self.code: 3, self.send_back: 4, self.consent: 2,
            self.answer: 4, self.move_a_dispute: 8, self.move_a_window: 7, self.ask: 4,
            self.talk: 3, self.write: 2, self.redact: 1, self.close: 2, self.comment: 1,
            self.finish: 2, self.let_time_pass: 1, self.end_the_review: 1,
        }  # fmt: skip
        (act,) = self.dice.choices(list(acts), weights=list(acts.values()))
        likely = LIKELY.get(act.__name__, ("head",))
        people = self.dice.sample(likely, min(3, len(likely)))
        if self.dice.random() < 0.3:
            people = [self.dice.choice(tuple(worlds.NAMES)), *people]
        thrown, before = self.dice.getstate(), self.played.total()
        for key in people:
            self.dice.setstate(thrown)
            act(self.world[key])
            if self.played.total() > before:
                return

    def pick(self, rows):
        """Mostly something that is not at its end already."""
        if rows.model in {Dispute, Reopening} and self.dice.random() < 0.8:
            rows = rows.exclude(state__in=OVER)
        return super().pick(rows)

    def submit(self, person):
        sheet = self.pick(Assessment.objects.exclude(state=AssessmentState.SUBMITTED))
        if sheet is None or sheet.state == AssessmentState.RETURNED:
            return
        sheet = self.world.sheet(sheet.country.code, sheet.strand.code, sheet.coding)
        person = self.world.expert(sheet) if self.dice.random() < 0.5 else person
        submit = worlds.assessments.submit
        self.attempt(
            "submit",
            bool(may_submit(person, sheet)),
            lambda: submit(sheet=sheet, declared_for=worlds.CUT_OFF, by=person),
        )

    def speak(self, person):
        """Give an opinion, mostly the one that others or the person gave before."""
        item = self.pick(CaseItem.objects.for_page().filter(state=ItemState.UNDER_REVIEW))
        if item is None:
            return
        case = Case.objects.for_page().get(pk=item.case_id)
        row = selectors.case_page(case, person).row(item.indicator.code)
        kind = self.dice.choice([OpinionKind.AGREE, OpinionKind.AGREE, OpinionKind.DISAGREE])
        before = item.opinions.order_by("pk").last()
        if before and self.dice.random() < 0.5:
            kind = before.kind
        self.attempt(
            "speak",
            bool(row.may_speak),
            lambda: worlds.opinions.give_opinion(
                item=item, version=row.version, kind=kind, by=person, text="Section 5."
            ),
        )

    def send_back(self, person):
        cases = Case.objects.for_page()
        if self.dice.random() < 0.7:
            objected = CaseItem.objects.objected_to().values("case")
            cases = cases.filter(pk__in=objected)
        case = self.pick(cases)
        if case:
            verdict = dict(workflow.verdicts_for(person, case))[workflow.RETURN]
            self.attempt(
                "case.return",
                bool(verdict),
                lambda: returning.return_case(case=case, by=person),
            )

    def ask(self, person):
        """Ask that one or two answers of a case are opened again."""
        case = self.pick(Case.objects.for_page())
        states = (*SETTLED, ItemState.UNDER_REVIEW)
        found = list(self._items().filter(case=case, state__in=states).order_by("pk"))
        if not found:
            return
        under_way = Reopening.objects.filter(case=case).exclude(state__in=OVER).exists()
        may = rules.may_ask_reopening(person, case) and not under_way
        self.attempt(
            "ask",
            bool(may) and case.state in workflow.REOPEN_CASE.sources,
            lambda: reopening.ask_reopening(
                case=case,
                items=self.dice.sample(found, min(len(found), self.dice.choice((1, 2)))),
                reason=ReopeningReason.TYPING,
                text="A slip of the pen.",
                by=person,
            ),
        )

    def consent(self, person):
        item = self.pick(self._items().filter(answer__kind=AnswerKind.EXCEPTIONAL))
        if item:
            given = Consent.objects.filter(item=item, version=item.version).exists()
            waits = item.state == ItemState.UNDER_REVIEW and not given
            self.attempt(
                "consent",
                bool(rules.may_consent(person, item)) and waits,
                lambda: worlds.consents.consent(
                    item=item, version=item.version, text="Both regions count.", by=person
                ),
            )

    def write(self, person):
        thread = self.pick(Thread.objects.select_related("case__round"))
        if thread:
            may = rules.may_post(person, thread) and thread.closed_at is None
            turn = self.dice.choice(WRITE_IN[thread.audience])
            self.attempt(
                "write",
                bool(may),
                lambda: threads.post(thread=thread, text="The second.", turn=turn, by=person),
            )

    def redact(self, person):
        message = self.pick(Message.objects.select_related("thread__case__round"))
        if message:
            there = Redaction.objects.filter(message=message).exists()
            self.attempt(
                "redact",
                bool(rules.may_redact(person, message)) and not there,
                lambda: threads.redact(message=message, reason="A slip.", by=person),
            )

    def let_time_pass(self, _person):
        """Let what is open until a moment be over, for all or for last words alone."""
        if self.dice.random() < 0.6:
            windows.pass_time()
        else:
            waiting = Case.objects.filter(state=CaseState.LAST_WORD)
            waiting.update(last_word_until=timezone.now())
        self.played["time"] += bool(end_what_is_over())

    def end_the_review(self, person):
        """Close the review, and take it back, or the storm would be over."""
        foretold = dict(workflow.verdicts_for(person, self.world.round))
        with undone():
            self.attempt(
                "round.close_review",
                bool(foretold[workflow.CLOSE_REVIEW]),
                lambda: reviewing.close_review(round_=self.world.round, by=person),
            )


@contextmanager
def undone():
    """Take back whatever happens inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@built_once
def calm():
    """Make the world before the storm: Estonia has yet to submit, Portugal's is read."""
    world = worlds.build(blind_share=40, last_word_days=5, returns_allowed=1)
    # A new question is always coded blind: here some are, and the others are read at once.
    QuerySet(Indicator).update(relation=Relation.IDENTICAL)
    worlds.answer(world, world.sheet("EE", "b", 2), "bb2", earns=0)
    worlds.answer(world, world.sheet("PT", "b"), "bb3", kind=AnswerKind.EXCEPTIONAL, points=75)
    worlds.answer_all(world)
    worlds.assignments.assign(
        person=world["stranger"], role="adjudicator", round_=world.round, by=world["head"]
    )
    for country in worlds.COUNTRIES:
        worlds.declare(world, "stranger", country)
    for strand in worlds.STRANDS:
        worlds.submit(world, world.sheet("PT", strand))
    for code in ("aa1", "bb1"):
        _approve(world, world.item("PT", code))
    return world


def _code(world, item):
    """Let every reviewer code a drawn question, so that they may speak on it."""
    for reviewer in world.reviewers(item.case.country.code) if item.is_coded_blind else ():
        option = item.indicator.options.first()
        coding.save_coding(item=item, kind="chosen", option=option, by=reviewer)


def _approve(world, item):
    _code(world, item)
    worlds.approve(world, item)


# --- What a storm would bring about too rarely --------------------------------------------


def prelude(world):
    """Play the moves that dice seldom find, each by the people whose act it is."""
    _approve(world, world.item("PT", "aa2"))
    _reopen_what_stays_as_it_was(world)
    _reopen_what_was_cleared(world)
    _object_until_returns_are_exhausted(world)
    _look_twice(world, "aa2")


def _reopen_what_stays_as_it_was(world):
    _code(world, world.item("PT", "bb2"))
    worlds.rule(world, worlds.split(world, "PT", "bb2"))
    windows.open_for(world, "bb1", "bb2", "bb3", by="PT_b_1")
    worlds.submit(world, world.sheet("PT", "b"))


def _reopen_what_was_cleared(world):
    case, expert = world.case("PT", "a"), world["PT_a_1"]
    last_word.give_last_word(case=case, is_named=True, by=expert)
    asked = windows.ask(world, "aa1")
    reopening.withdraw(reopening=asked, by=expert)
    asked = windows.ask(world, "aa1")
    reopening.refuse(reopening=asked, text="It came late.", by=world["coordinator"])
    windows.open_for(world, "aa1")
    windows.change(world, "aa1")
    windows.pass_time()
    end_what_is_over()


def _object_until_returns_are_exhausted(world):
    """One answer is changed and objected to again; the other is maintained."""
    sheet, reviewers = world.sheet("EE", "a"), world.reviewers("EE")[:2]
    worlds.submit(world, sheet)
    for code in ("aa1", "aa2"):
        _code(world, world.item("EE", code))
        for reviewer in reviewers:
            worlds.disagree(world, world.item("EE", code), reviewer)
    returning.return_case(case=world.case("EE", "a"), by=reviewers[0])
    corrected = {"earns": 50, "change_reason": ChangeReason.CORRECTED}
    worlds.answer(world, sheet, "aa1", **corrected)
    worlds.answers.maintain_answer(
        sheet=sheet, indicator=world.indicator("aa2"), reply="It stands.", by=world["EE_a_1"]
    )
    worlds.submit(world, sheet)
    for reviewer in reviewers:
        worlds.disagree(world, world.item("EE", "aa1"), reviewer)


def _look_twice(world, code):
    """Propose another option twice: once somebody does not concur, then somebody does."""
    dispute, option = world.dispute("EE", code), world.option(code, 0)
    for concurs in (False, True):
        worlds.rule(world, dispute, verdict=VerdictCode.THIRD_VALUE, option=option)
        ruling = dispute.rulings.order_by("pk").last()
        disputes.look_again(
            ruling=ruling, concurs=concurs, text="Read again.", by=world["stranger"]
        )


# --- What is seen of it ------------------------------------------------------------------


@dataclass(slots=True)
class Seen:
    """What was seen while a storm was on.

    MOVED are the changes of a state that the database itself saw, in their order; CLOSED are
    the disputes that were closed, by key; BEGAN_AT is the number of the last entry before.
    """

    began_at: int = 0
    moved: list[watching.Moved] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)
    closed: dict[int, tuple[object, ...]] = field(default_factory=dict)


SEEN: dict[int, Seen] = {}
"""By seed: a storm is played once a process, as `built_once` keeps what it leaves behind."""


@built_once
def stormed(*, seed):
    """Return a world in which much has happened; SEEN has what was seen of it."""
    world = calm()
    watching.begin()
    seen = Seen(began_at=entries.head_of(world.round.stream)[0])
    prelude(world)
    storm = Storm(world, seed)
    for _step in range(STEPS):
        storm.step()
        _look_at_disputes(seen)
    seen.moved = watching.moved()
    acts = AuditEntry.objects.filter(stream=world.round.stream, number__gt=seen.began_at)
    seen.reached = set(acts.values_list("act", flat=True)) | set(storm.played)
    SEEN[seed] = seen
    return world


def _look_at_disputes(seen):
    """See that what was closed is as it was when it was closed."""
    ruled = Dispute.objects.filter(state=DisputeState.RULED)
    facts = ("item_id", "version", "ruling_id", "closed_at")
    now = {pk: tuple(rest) for pk, *rest in ruled.values_list("pk", *facts)}
    assert {pk: now.get(pk) for pk in seen.closed} == seen.closed
    seen.closed |= now
