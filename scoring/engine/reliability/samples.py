"""What a figure of reliability is about: an indicator, a strand, a pair of coders, or all."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from itertools import combinations

from ..faults import Fault
from ..nodes import STRAND
from ..tree import Methodology
from .codings import CODINGS, Coding

COUPLE = 2


class Scope(StrEnum):
    """What a figure is about."""

    INDICATOR = "indicator"
    STRAND = "strand"
    PAIR = "pair"
    CODER = "coder"
    ALL = "all"


def strands_of(methodology: Methodology) -> dict[str, str]:
    """Return the strand of each indicator, in the order of the framework.

    A strand here is the node above it whose level is `strand`; without one, the topmost.
    """
    strands: dict[str, str] = {}
    for leaf in methodology.leaves.values():
        node = methodology.nodes[leaf.parent]
        while node.level != STRAND and node.parent is not None:
            node = methodology.nodes[node.parent]
        strands[leaf.code] = node.code
    return strands


@dataclass(frozen=True, slots=True)
class Unit:
    """One question with what was said to it, by coder."""

    country: str
    indicator: str
    said: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Sample:
    """The units that a row is about."""

    scope: Scope
    code: str = ""
    other: str = ""
    units: list[Unit] = field(default_factory=list)

    @property
    def coders(self) -> tuple[str, ...]:
        """Who coded a question that somebody else coded too."""
        return tuple(sorted({c for u in self.units if len(u.said) > 1 for c in u.said}))

    def by_country(self) -> dict[str, Counter[tuple[Fraction, ...]]]:
        """Return what was said, and to how many units just that, in each country."""
        found: dict[str, Counter[tuple[Fraction, ...]]] = defaultdict(Counter)
        for unit in self.units:
            found[unit.country][tuple(unit.said.values())] += 1
        return found


def units_of(codings: Sequence[Coding], methodology: Methodology) -> list[Unit]:
    """Return the questions in the order of the framework, then of country and date.

    Raises Fault on an unknown indicator, or two codings of one question by one coder.
    """
    order = {code: place for place, code in enumerate(methodology.leaves)}
    said: dict[tuple[int, str, str, str], dict[str, Fraction]] = defaultdict(dict)
    seen: set[tuple[str, ...]] = set()
    for coding in sorted(codings, key=lambda each: (*each.cell, each.coder)):
        place = (*coding.cell, coding.coder)
        if coding.indicator not in order:
            raise Fault(f"{' '.join(place)}: there is no such indicator", file=CODINGS)
        if place in seen:
            raise Fault(f"{' '.join(place)} stands twice", file=CODINGS)
        seen.add(place)
        key = (order[coding.indicator], coding.country, coding.date, coding.indicator)
        unit = said[key]
        if coding.points is not None:
            unit[coding.coder] = coding.points
    return [Unit(key[1], key[3], said[key]) for key in sorted(said)]


def samples_of(
    units: Sequence[Unit], methodology: Methodology, *, pairs: bool
) -> Iterator[Sample]:
    """Give the samples that are reported on, each with its units in their order."""
    itself = {code: code for code in methodology.leaves}
    yield from _grouped(units, Scope.INDICATOR, itself)
    yield from _grouped(units, Scope.STRAND, strands_of(methodology))
    if pairs:
        yield from _pairs(units)
    yield Sample(Scope.ALL, units=list(units))


def _grouped(
    units: Sequence[Unit], scope: Scope, code_of: Mapping[str, str]
) -> Iterator[Sample]:
    found: dict[str, Sample] = {}
    for unit in units:
        code = code_of[unit.indicator]
        found.setdefault(code, Sample(scope, code)).units.append(unit)
    yield from found.values()


def _pairs(units: Sequence[Unit]) -> Iterator[Sample]:
    found: dict[tuple[str, str], Sample] = {}
    for unit in units:
        for first, second in combinations(sorted(unit.said), COUPLE):
            two = {coder: unit.said[coder] for coder in (first, second)}
            sample = Sample(Scope.PAIR, first, second)
            found.setdefault((first, second), sample).units.append(
                Unit(unit.country, unit.indicator, two)
            )
    yield from (found[pair] for pair in sorted(found))
