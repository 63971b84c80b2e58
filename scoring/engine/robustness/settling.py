"""What a declared design leaves open, settled by the methodology and the answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..faults import Fault
from ..groups import Membership
from ..means import TABLE
from ..nodes import Index
from ..score import Cell
from ..tree import Methodology
from .design import Design, Words
from .parts import below, items_of
from .spec import (
    FACTORS,
    INDEX,
    INDICATORS,
    LEAVE_OUT,
    MISSING,
    NOTHING,
    SPEC,
    STRANDS,
    Spec,
)


def settled(
    spec: Spec,
    methodology: Methodology,
    cells: Iterable[Cell],
    memberships: Iterable[Membership] = (),
) -> Spec:
    """Return SPEC with its index, date and indexes named.

    Raises Fault where there is no such index, group or indicator, or no date on which the index
    is scored.
    """
    index = _index(spec.index, methodology)
    for code in spec.coder.rates if spec.coder else ():
        if code not in methodology.leaves:
            raise _fault(f"there is no indicator {code!r}", "factors.coder.rates")
    groups = {each.group for each in memberships}
    for group in spec.groups:
        if group not in groups:
            raise _fault(f"there is no group {group!r}", "factors.missing.groups")
    dates = {cell.date for cell in cells}
    scored = sorted(date for date in dates if _is_scored(methodology, index, date))
    if spec.date and spec.date not in scored:
        raise _fault(f"{index.code} has no score on {spec.date!r}", "date")
    if not scored:
        raise _fault(f"{index.code} is scored on no date of the answers", "index")
    date = spec.date or scored[-1]
    return replace(
        spec,
        index=index.code,
        date=date,
        indexes=_indexes(spec, methodology, date),
    )


def _index(code: str, methodology: Methodology) -> Index:
    if not code:
        heads = [index for index in methodology.indexes if index.headline]
        if not methodology.indexes:
            raise _fault("the methodology has no index", "index")
        return (heads or list(methodology.indexes))[0]
    for index in methodology.indexes:
        if index.code == code:
            return index
    raise _fault(f"there is no index {code!r}", "index")


def _is_scored(methodology: Methodology, index: Index, date: str) -> bool:
    return all(methodology.is_scored(code, date) for code in index.strands)


def _indexes(spec: Spec, methodology: Methodology, date: str) -> tuple[str, ...] | None:
    if spec.indexes is None:
        return None
    there = [each.code for each in methodology.indexes if _is_scored(methodology, each, date)]
    for code in spec.indexes:
        if code not in there:
            raise _fault(f"there is no index {code!r} on {date}", "factors.index")
    return spec.indexes or tuple(there)


def with_base(spec: Spec, draws: int) -> Spec:
    """Return SPEC for so many draws, with the rows of A and B of its Sobol indices: half each.

    Raises Fault where it asks for more rows than there are.
    """
    if spec.sobol is None:
        return replace(spec, draws=draws)
    base = draws // 2 if spec.sobol.base is None else spec.sobol.base
    if 2 * base > draws:
        raise _fault(f"A and B need {2 * base} draws; there are {draws}", "sobol.base")
    return replace(spec, draws=draws, sobol=replace(spec.sobol, base=base))


def _fault(reason: str, column: str) -> Fault:
    return Fault(reason, file=SPEC, column=column)


def words_of(methodology: Methodology, spec: Spec, date: str) -> Words:
    """Return what a design over METHODOLOGY may say on DATE.

    Left out can be a strand of an index, a table as a whole, and an indicator that lies below
    none: what a table gives without one of its answers is not defined.
    """
    indexes = [each for each in methodology.indexes if _is_scored(methodology, each, date)]
    chosen = [each for each in indexes if each.code in {spec.index, *(spec.indexes or ())}]
    strands = {code for index in chosen for code in index.strands}
    under = {code for index in chosen for code in below(methodology, index, date)}
    tables = {code for code, node in methodology.nodes.items() if node.rule == TABLE}
    free = {code for code, leaf in methodology.leaves.items() if leaf.parent not in tables}
    return Words(
        tuple(sorted(index.code for index in indexes)),
        {
            STRANDS: tuple(sorted(strands)),
            INDICATORS: tuple(sorted(under & (tables | free) - strands)),
        },
        tuple(code for code in items_of(methodology) if code in free | set(methodology.nodes)),
    )


def useless(spec: Spec, *, has_gaps: bool) -> dict[str, str]:
    """Return by factor that is asked for and can do nothing here, why."""
    reasons = {}
    if spec.missing and not has_gaps:
        reasons[MISSING] = "no answer is missing"
    if spec.indexes is not None and set(spec.indexes) == {spec.index}:
        reasons[INDEX] = "no other index is scored on this date"
    if spec.leave_out == (NOTHING,):
        reasons[LEAVE_OUT] = "nothing is to be left out"
    return reasons


def skipped(spec: Spec, design: Design, reasons: Mapping[str, str]) -> dict[str, str]:
    """Return by factor that is asked for and has no column in DESIGN, why."""
    return {
        factor: reasons.get(factor, "the design has no column for it")
        for factor in FACTORS
        if spec.without(factor) != spec and factor not in design.factors
    }
