"""The design matrix: one row a draw, with the choices it realised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .numbers import Floats, Integers, Source
from .spec import (
    AGGREGATION,
    CODER,
    FACTORS,
    FAMILIES,
    INDEX,
    LEAVE_OUT,
    MISSING,
    MISSING_RULES,
    WEIGHTS,
    Spec,
)

NAMED = (AGGREGATION, LEAVE_OUT, MISSING, INDEX)
"""The factors whose choice is a word; the empty word leaves it to the method."""

NOMINAL = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What a design may say: indexes, what can be left out and by which kind, all weights."""

    indexes: tuple[str, ...]
    left_out: Mapping[str, tuple[str, ...]]
    weighted: tuple[str, ...]

    def of(self, factor: str) -> frozenset[str]:
        """Return the words that stand for choices of a named factor."""
        words: dict[str, Iterable[str]] = {
            AGGREGATION: FAMILIES,
            LEAVE_OUT: [code for codes in self.left_out.values() for code in codes],
            MISSING: MISSING_RULES,
            INDEX: self.indexes,
        }
        return frozenset({NOMINAL, *words[factor]})


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """The draws: what each chose.

    Shape   choices: by factor, [draws] places in `names` of that factor. numbers: by factor,
            [draws, 4] integers in [0, p), see numbers.family. explicit: [draws, codes] raw
            weights of `weighted`, NaN for those of the method.
    """

    draws: int
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    choices: Mapping[str, Integers] = field(default_factory=dict)
    numbers: Mapping[str, Integers] = field(default_factory=dict)
    weighted: tuple[str, ...] = ()
    explicit: Floats | None = None

    @property
    def factors(self) -> tuple[str, ...]:
        """The factors that have columns, in the order of FACTORS."""
        present = {*self.choices, *self.numbers, *((WEIGHTS,) if self.weighted else ())}
        return tuple(factor for factor in FACTORS if factor in present)

    def take(self, rows: slice | NDArray[Any]) -> Design:
        """Return some of the draws."""
        choices = {factor: places[rows] for factor, places in self.choices.items()}
        numbers = {factor: four[rows] for factor, four in self.numbers.items()}
        explicit = None if self.explicit is None else self.explicit[rows]
        count = len(np.arange(self.draws)[rows])
        return Design(count, self.names, choices, numbers, self.weighted, explicit)

    def swapped(self, factor: str, other: Design) -> Design:
        """Return these draws with FACTOR as in OTHER: A_B of Saltelli et al. 2010."""
        from_other = factor == WEIGHTS and self.explicit is not None
        return Design(
            self.draws,
            self.names,
            _with(self.choices, factor, other.choices),
            _with(self.numbers, factor, other.numbers),
            self.weighted,
            other.explicit if from_other else self.explicit,
        )

    def only(self, factor: str) -> Design:
        """Return the draws with every factor but FACTOR left to the method."""
        explicit = self.explicit if factor == WEIGHTS else None
        return Design(
            self.draws,
            {name: each for name, each in self.names.items() if name == factor},
            {name: each for name, each in self.choices.items() if name == factor},
            {name: each for name, each in self.numbers.items() if name == factor},
            self.weighted if explicit is not None else (),
            explicit,
        )


def _with(
    columns: Mapping[str, Integers], factor: str, other: Mapping[str, Integers]
) -> dict[str, Integers]:
    return {name: other[name] if name == factor else each for name, each in columns.items()}


def one_each(factor: str, alternatives: Sequence[str]) -> Design:
    """Return a design of one draw for each alternative of one named factor."""
    places = np.arange(len(alternatives), dtype=np.int64)
    return Design(len(alternatives), {factor: tuple(alternatives)}, {factor: places})


def draw(spec: Spec, words: Words) -> Design:
    """Draw the design of SPEC.

    A uniform u in [0, 1) becomes place floor(u k) of k alternatives, all as likely; what is left
    out is drawn in two steps from one u: the kind, and with what remains of u the code.
    """
    source, count = Source(spec.seed), spec.draws
    lists = {
        AGGREGATION: spec.aggregation,
        MISSING: spec.missing,
        INDEX: spec.indexes or (),
    }
    chosen: dict[str, Sequence[str]] = {}
    numbers: dict[str, Integers] = {}
    for factor in FACTORS:
        if factor == LEAVE_OUT and spec.leave_out:
            kinds = [words.left_out.get(kind, (NOMINAL,)) for kind in spec.leave_out]
            chosen[factor] = _in_two_steps(source.uniforms(count), kinds)
        elif lists.get(factor):
            places = place_of(source.uniforms(count), len(lists[factor]))
            chosen[factor] = [lists[factor][place] for place in places]
        elif (factor == WEIGHTS and spec.weights) or (factor == CODER and spec.coder):
            numbers[factor] = source.coefficients(count)
    return design_of(count, chosen, numbers)


def design_of(
    draws: int,
    chosen: Mapping[str, Sequence[str]],
    numbers: Mapping[str, Integers],
    explicit: Mapping[str, Floats] | None = None,
) -> Design:
    """Build a design from columns: words by named factor, integers by numbered one, weights.

    Names are those that occur, sorted, so that a design read back is the same as the one drawn.
    """
    names = {factor: tuple(sorted(set(column))) for factor, column in chosen.items()}
    choices = {}
    for factor, column in chosen.items():
        place = {name: at for at, name in enumerate(names[factor])}
        choices[factor] = np.array([place[word] for word in column], dtype=np.int64)
    weights = np.column_stack(list(explicit.values())) if explicit else None
    return Design(draws, names, choices, dict(numbers), tuple(explicit or ()), weights)


def place_of(uniforms: Floats, count: int) -> Integers:
    """Return which of COUNT alternatives each u of [0, 1) stands for.

    The whole of [0, 1) is cut, and not the range that a sample happens to have.

    >>> place_of(np.array([0.0, 0.49, 0.5, 0.999]), 2).tolist()
    [0, 0, 1, 1]
    """
    return np.floor(uniforms * count).astype(np.int64)


def _in_two_steps(uniforms: Floats, kinds: Sequence[Sequence[str]]) -> list[str]:
    kind = place_of(uniforms, len(kinds))
    rest = uniforms * len(kinds) - kind
    return [
        kinds[of][int(left * len(kinds[of]))]
        for of, left in zip(kind.tolist(), rest.tolist(), strict=True)
    ]
