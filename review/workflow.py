"""The workflow of the review: every move there is, and what a person may do now."""

from __future__ import annotations

from collections.abc import Iterator

from mipex_site.accounts.models import User
from mipex_site.base.verdict import Verdict
from questionnaire.models import Round

from .models import Case, CaseItem, Dispute, Reopening
from .services import moving
from .services.moves import (
    APPROVE,
    ASK_LAST_WORD,
    BACK_TO_REVIEW,
    CLEAR,
    CLOSE,
    CLOSE_REVIEW,
    CONCUR,
    DIFFER,
    DISSENT,
    END,
    EXHAUST,
    GRANT,
    GRANT_FIRST,
    KEEP_APPROVAL,
    KEEP_REVIEW,
    KEEP_RULING,
    MAINTAIN,
    MOVES,
    OPEN,
    PROPOSE,
    REFUSE,
    REOPEN,
    REOPEN_CASE,
    REQUEST_CHANGE,
    RESUBMIT,
    RESUBMIT_CASE,
    RETURN,
    RULE,
    SECOND,
    SPLIT,
    TAKE_BACK,
    VOID,
    WITHDRAW,
)
from .services.moving import Move, Thing

__all__ = (
    "APPROVE",
    "ASK_LAST_WORD",
    "BACK_TO_REVIEW",
    "CLEAR",
    "CLOSE",
    "CLOSE_REVIEW",
    "CONCUR",
    "DIFFER",
    "DISSENT",
    "END",
    "EXHAUST",
    "GRANT",
    "GRANT_FIRST",
    "KEEP_APPROVAL",
    "KEEP_REVIEW",
    "KEEP_RULING",
    "MAINTAIN",
    "MOVES",
    "OPEN",
    "PROPOSE",
    "REFUSE",
    "REOPEN",
    "REOPEN_CASE",
    "REQUEST_CHANGE",
    "RESUBMIT",
    "RESUBMIT_CASE",
    "RETURN",
    "RULE",
    "SECOND",
    "SPLIT",
    "TAKE_BACK",
    "VOID",
    "WITHDRAW",
    "Move",
    "make",
    "state_diagrams",
    "verdicts_for",
)

KINDS = {
    "item": CaseItem,
    "dispute": Dispute,
    "case": Case,
    "window": Reopening,
    "round": Round,
}
BEGINNINGS = {
    "item": "under_review",
    "dispute": "open",
    "case": "waiting",
    "window": "asked",
    "round": "open",
}


def make(move: Move, thing: Thing, *, by: User, reason: str = "") -> Thing:
    """Make one move as a person's own act and write it in the audit, or change nothing.

    Raises WrongState if the thing is not where the move starts, NotAllowed if the rule says no
    to this person, Refusal if the thing is not ready for it.
    """
    return moving.make(move=move, thing=thing, by=by, reason=reason)


def verdicts_for(user: User, thing: Thing) -> list[tuple[Move, Verdict]]:
    """Return every move on this kind of thing with whether this person may make it now.

    One button each, or the reason why there is none; the server accepts exactly the same.
    """
    return [
        (move, moving.verdict_on(move=move, thing=thing, by=user))
        for move in MOVES
        if isinstance(thing, KINDS[move.on])
    ]


def state_diagrams() -> str:
    """Return the table as Mermaid diagrams, one a kind of thing; docs/reference has them."""
    return "\n\n".join("\n".join(_diagram(kind)) for kind in KINDS) + "\n"


def _diagram(kind: str) -> Iterator[str]:
    yield f"## {kind.capitalize()}\n"
    yield "```mermaid\nstateDiagram-v2"
    yield f"    [*] --> {BEGINNINGS[kind]}"
    for move in MOVES:
        if move.on == kind:
            for source in sorted(move.sources):
                yield f"    {source} --> {move.target}: {move.name}"
    yield "```\n"
    yield "| Move | By | When |\n|---|---|---|"
    for move in MOVES:
        if move.on == kind:
            yield f"| {move.name} | {_mover(move)} | {move.when} |"


def _mover(move: Move) -> str:
    if move.takes_two:
        return "two people"
    return str(move.role.label) if move.rule else "by itself"
