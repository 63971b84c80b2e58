"""The parts of a tree: indicators, what is computed from them, and the indices over all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from .aggregate import Table
from .gates import Gate
from .goalposts import Goalposts
from .options import Options
from .scope import Period

INDEX, STRAND, INDICATOR, GROUP = "index", "strand", "indicator", "group"
RESERVED = (INDEX, INDICATOR, GROUP)
"""Levels that a node cannot have: the engine uses these words for something else."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """An indicator: a question whose options earn points, or a number between goalposts.

    Shape   options: None where a number is answered. posts: how a number becomes points.
            gate: what closes the question.
    """

    code: str
    parent: str
    weight: Fraction
    options: Options | None
    posts: Goalposts
    gate: Gate | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """Anything computed from its children by its rule: a strand, a dimension, a composite.

    Shape   level: its kind, any word. rule: the one in force, after the method had its say.
            weights: those in force among its children, by code; all 1 below a plain mean.
    """

    code: str
    level: str
    parent: str | None
    weight: Fraction
    rule: str
    shown: bool
    table: Table | None
    periods: tuple[Period, ...]
    children: tuple[str, ...]
    weights: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Index:
    """An overall score over the named nodes, none of which lies in another.

    Shape   strands: their codes. weights: theirs in this index, by code.
    """

    code: str
    headline: bool
    strands: tuple[str, ...]
    rule: str
    weights: Mapping[str, Fraction]
