"""Close the questions that another answer closes, before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from .faults import CellFault
from .gates import SCORE_MIN, Gate
from .missing import Child, Status
from .nodes import Leaf

SILENT = frozenset({Status.NOT_APPLICABLE, Status.NOT_COLLECTED})
"""What a closed question may say for itself: nothing."""


def through_gates(
    gated: tuple[Leaf, ...], sheet: Mapping[str, Child], place: tuple[str, str]
) -> Mapping[str, Child]:
    """Return the answers of one country and date with the closed questions closed.

    Shape   gated: the leaves that have a gate, each after the one that closes it. place: the
            country and the date, for the sentence.
    Raises  CellFault where a closed question has an answer: one of the two is wrong.

    A gate whose own question has no score closes nothing: what cannot be known of the one
    leaves the other as it is answered.
    """
    if not gated:
        return sheet
    answers = dict(sheet)
    for leaf in gated:
        gate = leaf.gate
        if gate is None or not _is_closed(gate, answers.get(gate.on)):
            continue
        own = answers.get(leaf.code)
        if own is not None and own.status not in SILENT:
            said = f"{gate.on} closes {leaf.code}, so that it cannot be answered"
            raise CellFault(said, key=(place[0], leaf.code, place[1]))
        answers[leaf.code] = _closed(leaf, own, gate.then)
    return answers


def _is_closed(gate: Gate, other: Child | None) -> bool:
    if other is None:
        return False
    if other.score is None:
        return other.status == Status.NOT_APPLICABLE
    return other.score <= gate.closed_up_to


def _closed(leaf: Leaf, own: Child | None, then: str) -> Child:
    child = own or Child(leaf.code, leaf.weight, None, Status.NOT_COLLECTED)
    if then == SCORE_MIN:
        return replace(child, score=Fraction(0), status=Status.OK)
    return replace(child, score=None, status=Status.NOT_APPLICABLE)
