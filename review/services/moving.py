"""How a thing is moved from one state to the next: lock, ask, carry out, write down.

`make` is a person's own act. `carry_out` is a consequence inside an act whose person was asked
already. The table of moves is moves.py; workflow.py is the door to both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.services import entries
from mipex_site.base.errors import Refusal, WrongState
from mipex_site.base.verdict import YES, Verdict, demand, no
from questionnaire.enums import Role, RoundState
from questionnaire.models import Round
from questionnaire.services.locking import hold_round, hold_sheets

from ..enums import CaseState, DisputeState, ItemState, ReopeningState
from ..models import Case, CaseItem, Dispute, Reopening
from .addresses import address_of, case_of, round_of

Thing = CaseItem | Case | Dispute | Reopening | Round


@dataclass(slots=True)
class Diary:
    """The acts of one transaction, in their order; written last, for that locks the chain."""

    by: User
    role: str
    stream: str
    acts: list[dict[str, Any]] = field(default_factory=list)
    on_behalf_of: UUID | None = None

    def note(self, act: str, subject: str, **values: Any) -> None:
        self.acts.append({"act": act, "subject": subject} | values)

    def write(self) -> None:
        if self.acts:
            who = {"by": self.by.pk, "role": self.role, "on_behalf_of": self.on_behalf_of}
            entries.write_all(stream=self.stream, acts=self.acts, **who)
        self.acts.clear()


def nothing_more(thing: Any, diary: Diary, reason: str) -> None:
    """The move has no further effect."""


def always_ready(thing: Any) -> Verdict:
    return YES


@dataclass(frozen=True, slots=True)
class Move:
    """One transition that there is. Texts are lazily translated; `when` says what it waits for.

    `rule` asks about the person, and is None where nobody makes the move by hand: it follows
    from other acts, or it TAKES_TWO, of whom one asks for it and the other one does it. `ready`
    asks about the thing beyond its state. `also` is done in the same transaction, after the
    state is saved.
    """

    name: str
    on: str
    sources: frozenset[str]
    target: str
    rule: Callable[[User, Any], Verdict] | None
    title: str
    when: str
    role: str = Role.REVIEWER
    also: Callable[[Any, Diary, str], None] = nothing_more
    ready: Callable[[Any], Verdict] = always_ready
    takes_two: bool = False

    @property
    def act(self) -> str:
        """The name of the move in the audit."""
        return f"{self.on}.{self.name}"


@transaction.atomic
def make(*, move: Move, thing: Thing, by: User, reason: str = "") -> Thing:
    """Make one move as a person's own act and write it in the audit, or change nothing.

    Raises WrongState if the thing is not where the move starts, NotAllowed if the rule says no
    to this person, Refusal if the thing is not ready for it.
    """
    thing = lock(thing)
    ask(move=move, thing=thing, by=by)
    diary = Diary(by=by, role=move.role, stream=round_of(thing).stream)
    carry_out(move, thing, diary=diary, reason=reason)
    diary.write()
    return thing


def ask(*, move: Move, thing: Thing, by: User) -> None:
    """Raise unless this person may make the move now: the thing must be locked and fresh."""
    demand_open_round(thing)
    _demand_source(move, thing)
    demand(move.rule(by, thing) if move.rule else no(str(move.when)))
    ready = move.ready(thing)
    if not ready:
        raise Refusal(ready.reason)


def verdict_on(*, move: Move, thing: Thing, by: User) -> Verdict:
    """Return what `ask` would say, as an answer instead of an exception."""
    try:
        ask(move=move, thing=thing, by=by)
    except Refusal as refusal:
        return Verdict(allowed=False, reason=refusal.reason)
    return YES


def carry_out(move: Move, thing: Thing, *, diary: Diary, reason: str = "") -> None:
    """Move a locked thing, note it in the diary, and do what the move also does."""
    _demand_source(move, thing)
    old = {"state": str(thing.state)}
    _put(thing, move.target)
    diary.note(
        move.act, address_of(thing), old=old, new=_facts(thing, move.target), reason=reason
    )
    move.also(thing, diary, reason)


def lock(thing: Thing) -> Thing:
    """Lock what the thing's moves touch, in the portal's order, and return the thing fresh.

    The round, its sheets by key, its cases by key. PostgreSQL reads a row that it waited for
    anew, but not the rows joined to it; so the thing is read by a statement of its own after.
    Raises WrongState for a case that is not begun: none of its sheets was submitted.
    """
    if thing.pk is None:
        raise WrongState(where_it_stands(thing))
    if isinstance(thing, Round):
        round_ = hold_round(thing)
        hold_sheets(round=round_)
        _hold_cases(round=round_)
        return round_
    case = case_of(thing)
    if isinstance(thing, Case | Reopening):
        hold_sheets(round=case.round_id, country=case.country_id, strand=case.strand_id)
    _hold_cases(pk=case.pk)
    return _FRESH[type(thing)].get(pk=thing.pk)


def _hold_cases(**scope: object) -> None:
    list(Case.objects.select_for_update().filter(**scope).order_by("pk").values_list("pk"))


PLACE = ("round", "country", "strand")
_FRESH = {
    Case: Case.objects.select_related(*PLACE),
    CaseItem: CaseItem.objects.select_related(
        *(f"case__{name}" for name in PLACE), "indicator", "answer__option"
    ),
    Dispute: Dispute.objects.select_related(
        *(f"item__case__{name}" for name in PLACE), "item__indicator", "item__answer__option"
    ),
    Reopening: Reopening.objects.select_related(*(f"case__{name}" for name in PLACE)),
}


def demand_open_round(thing: Thing) -> None:
    if round_of(thing).state != RoundState.OPEN:
        raise WrongState(_("The review of this round is closed: nothing in it changes."))


def _demand_source(move: Move, thing: Thing) -> None:
    if thing.state not in move.sources:
        raise WrongState(f"{where_it_stands(thing)} {move.when}")


def where_it_stands(thing: Thing) -> str:
    """Return a sentence that says in which state the thing is."""
    if isinstance(thing, Reopening) and thing.state == ReopeningState.OPEN:
        return _("This reopening is open.")
    sentences = {
        ItemState.UNDER_REVIEW: _("This answer is under review."),
        ItemState.CHANGE_REQUESTED: _("This answer is back with the expert."),
        ItemState.DISPUTED: _("This answer is disputed."),
        ItemState.APPROVED: _("This answer is already approved."),
        ItemState.RULED: _("This answer is already ruled."),
        ItemState.REOPENED: _("This answer is open again, with the expert."),
        CaseState.WAITING: _("This case waits for another sheet."),
        CaseState.IN_REVIEW: _("This case is in review."),
        CaseState.RETURNED: _("This case is back with the expert."),
        CaseState.LAST_WORD: _("This case is with the expert for the last word."),
        CaseState.CLEARED: _("This case is already cleared."),
        DisputeState.OPEN: _("This dispute is open."),
        DisputeState.SECOND_LOOK: _("This dispute waits for a second look."),
        ReopeningState.ASKED: _("This reopening is asked for."),
        ReopeningState.SECONDING: _("This reopening waits for a second person."),
        ReopeningState.ENDED: _("This reopening has ended."),
        ReopeningState.REFUSED: _("This reopening was refused."),
        ReopeningState.WITHDRAWN: _("This reopening was withdrawn."),
    }
    return sentences.get(thing.state, _("This is already decided."))


SAVED_WITH_IT = {
    CaseItem: ("version", "updated_at"),
    Case: ("times_returned", "updated_at"),
    Dispute: ("closed_at", "ruling"),
    Reopening: (
        "needs_two",
        "granted_by",
        "seconded_by",
        "decision",
        "until",
        "updated_at",
    ),
}
"""What a person's act sets on a thing before it is moved, by its kind."""


def _put(thing: Thing, target: str) -> None:
    """Save the new state with what belongs to it; a round's is questionnaire's to save."""
    if isinstance(thing, Round):
        return
    thing.state = target
    if isinstance(thing, Dispute):
        thing.closed_at = timezone.now() if target == DisputeState.RULED else None
    thing.save(update_fields=["state", *SAVED_WITH_IT[type(thing)]])


def _facts(thing: Thing, target: str) -> dict[str, Any]:
    """What the audit keeps of a move beside the states: which version of what it was about."""
    facts: dict[str, Any] = {"state": str(target)}
    if isinstance(thing, CaseItem):
        facts |= {"version": thing.version, "reference_date": thing.reference_date}
    if isinstance(thing, Dispute):
        facts |= {"version": thing.version, "cause": thing.cause}
    if isinstance(thing, Reopening):
        facts |= {"until": thing.until}
    return facts
