"""What moves between two computations on the same answers: scores, ranks, bands, coverage."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from .score import Results, Row


@dataclass(frozen=True, slots=True)
class Shift:
    """One figure of one country, before and after; None where the computation has no row.

    Units   change: exact points, after less before. places: positions gained in the ranking,
            below 0 for lost ones.
    None    change without a score on both sides, places without a rank on both.
    """

    country: str
    node: str
    level: str
    date: str
    before: Row | None
    after: Row | None

    @property
    def change(self) -> Fraction | None:
        was, now = exact_of(self.before), exact_of(self.after)
        return None if was is None or now is None else now - was

    @property
    def places(self) -> int | None:
        if not (self.before and self.after and self.before.rank and self.after.rank):
            return None
        return self.before.rank - self.after.rank

    @property
    def is_lost(self) -> bool:
        """Whether there was a score, and is none."""
        return exact_of(self.before) is not None and exact_of(self.after) is None

    @property
    def is_gained(self) -> bool:
        """Whether there is a score, and was none."""
        return exact_of(self.before) is None and exact_of(self.after) is not None

    @property
    def is_crossing(self) -> bool:
        """Whether the score has another band than it had; both have one."""
        was = self.before.band if self.before else None
        now = self.after.band if self.after else None
        return bool(was and now and was != now)


@dataclass(frozen=True, slots=True)
class Movement:
    """All shifts of one index or strand, and what they come to.

    Units   mean_change: exact points. rank_shift: places.
    None    mean_change and rank_shift where no country has a score, or a rank, on both sides;
            rise and fall where nobody rises, or falls.
    """

    node: str
    level: str
    shifts: tuple[Shift, ...]
    mean_change: Fraction | None
    rank_shift: Fraction | None
    rise: Shift | None
    fall: Shift | None

    @property
    def moved(self) -> tuple[Shift, ...]:
        return tuple(one for one in self.shifts if one.change)

    @property
    def ranked_anew(self) -> tuple[Shift, ...]:
        return tuple(one for one in self.shifts if one.places)

    @property
    def crossing(self) -> tuple[Shift, ...]:
        return tuple(one for one in self.shifts if one.is_crossing)

    @property
    def lost(self) -> tuple[Shift, ...]:
        return tuple(one for one in self.shifts if one.is_lost)

    @property
    def gained(self) -> tuple[Shift, ...]:
        return tuple(one for one in self.shifts if one.is_gained)

    @property
    def is_still(self) -> bool:
        """Whether no score, no rank, no band and no coverage differs."""
        return not any((self.moved, self.ranked_anew, self.crossing, self.lost, self.gained))


def exact_of(row: Row | None) -> Fraction | None:
    """Return the exact score of a row that may not be there."""
    return row.exact if row else None


def movements(before: Results, after: Results, *, levels: Collection[str]) -> list[Movement]:
    """Pair the figures of two computations, node by node.

    Shape   one Movement per node at one of LEVELS that either side has, sorted by level, in
            the order of LEVELS if that has one, and by code; its shifts by country and date.
    """
    order = {level: place for place, level in enumerate(levels)}
    old = {row.key: row for row in before.rows if row.level in order}
    new = {row.key: row for row in after.rows if row.level in order}
    by_node: dict[tuple[int, str], list[Shift]] = {}
    for key in sorted({*old, *new}):
        row = new.get(key) or old[key]
        shift = Shift(row.country, row.node, row.level, row.date, old.get(key), new.get(key))
        by_node.setdefault((order[row.level], row.node), []).append(shift)
    return [_movement(found) for _place, found in sorted(by_node.items(), key=_by_place)]


def _by_place(entry: tuple[tuple[int, str], list[Shift]]) -> tuple[int, str]:
    return entry[0]


def _movement(shifts: Sequence[Shift]) -> Movement:
    changes = [each.change for each in shifts if each.change is not None]
    ranks = [
        (each.before.rank, each.after.rank)
        for each in shifts
        if each.before and each.after and each.before.rank and each.after.rank
    ]
    return Movement(
        node=shifts[0].node,
        level=shifts[0].level,
        shifts=tuple(shifts),
        mean_change=_mean(changes),
        rank_shift=average_rank_shift(ranks) if ranks else None,
        rise=_farthest(shifts, 1),
        fall=_farthest(shifts, -1),
    )


def _farthest(shifts: Iterable[Shift], sign: int) -> Shift | None:
    """Return who moved farthest upward (SIGN 1) or downward (-1), the first of equals."""
    moved = [each for each in shifts if each.change and each.change * sign > 0]
    return max(moved, key=lambda each: abs(each.change or 0), default=None)


def average_rank_shift(ranks: Sequence[tuple[int, int]]) -> Fraction:
    """Return the mean distance between two rankings of the same countries, in places.

    Shape   for each country its rank before and after; one country or more.
    Source  OECD/JRC Handbook on Constructing Composite Indicators (2008), equation 38.

    >>> average_rank_shift([(1, 2), (2, 1), (3, 3)])
    Fraction(2, 3)
    """
    return Fraction(sum(abs(was - now) for was, now in ranks), len(ranks))


def _mean(values: Sequence[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None
