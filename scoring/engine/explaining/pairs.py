"""An indicator and the one that continues it: how points of one are read in the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from .terms import Answer


@dataclass(frozen=True, slots=True)
class Pair:
    """Two indicators that ask the same.

    Shape   old, new: their codes. points: what each option earned in the old methodology, and
            what it earns in the new one; None where that is the same. Points that are no
            option's stay as they are.
    """

    old: str
    new: str
    points: Mapping[Fraction, Fraction] | None = None

    def forward(self, answer: Answer) -> Answer:
        """Read an old answer in the new methodology."""
        if self.points is None or answer.points is None:
            return answer
        return replace(answer, points=self.points.get(answer.points, answer.points))

    def backward(self, answer: Answer, was: Answer) -> Answer:
        """Read a new answer in the old methodology.

        Where several old options became one, the one that WAS given stands, else the nearest to
        it, the lower of two; the lowest where none was given.

        >>> merged = Pair("a", "b", {Fraction(p): Fraction(p // 100 * 100) for p in (0, 50, 100)})
        >>> merged.backward(Answer(Fraction(0)), Answer(Fraction(50))).points
        Fraction(50, 1)
        >>> merged.backward(Answer(Fraction(0)), Answer(Fraction(100))).points
        Fraction(50, 1)
        """
        if self.points is None or answer.points is None:
            return answer
        sources = [old for old, new in self.points.items() if new == answer.points]
        if not sources:
            return answer
        stood = min(sources) if was.points is None else was.points
        nearest = min(sources, key=lambda old: (abs(old - stood), old))
        return replace(answer, points=nearest)
