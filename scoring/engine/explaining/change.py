"""A change under one method, split into the answers that made it."""

from __future__ import annotations

from collections.abc import Iterable

from ..faults import Fault
from ..score import Cell
from ..tree import Methodology
from .methods import changes_between
from .pairs import Pair
from .terms import Change
from .trees import kept_for, place_of, subtree


def change_of(
    methodology: Methodology,
    old_cells: Iterable[Cell],
    new_cells: Iterable[Cell],
    node: str,
) -> Change:
    """Return why the score at NODE differs between two sets of answers of one country.

    Shape   each set is of one date. Where it is the same date, the difference is correction;
            else policy, and coverage where other questions have an answer than before.
    Exact   policy: each answer's change times its effective weight if the same questions count;
            else times the mean of its weights before and after. Coverage (`composition`): the
            mean of the old answers' score on the new questions less the old score, and of the
            new score less the new answers' on the old questions. All parts sum to the change.
            Through tables and other means: see `splitting.split`.
    Raises  Fault if there is no such node, or if it is not scored on both sides.
    """
    scope = subtree(methodology, node)
    before = kept_for(scope, methodology, old_cells)
    after = kept_for(scope, methodology, new_cells)
    places = {place_of(before), place_of(after)}
    found = changes_between(
        (scope, before),
        (scope, after),
        pairs={code: Pair(code, code) for code in scope.leaves},
        earlier=after if len(places) == 1 else (),
        nodes=(node,),
    )
    if not found or not all(methodology.is_scored(node, date) for _, date in places):
        raise Fault(f"{node} is not scored on both dates")
    return found[0]
