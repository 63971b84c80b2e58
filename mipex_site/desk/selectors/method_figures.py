"""Figures of a trial as they are shown: each rounded once, half up, from what is exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from scoring.engine.rounding import half_up
from scoring.engine.score import Row
from scoring.engine.shifts import Movement, Shift

MINUS, PLUS, NOTHING = "−", "+", "–"
TENTHS = 10
MANY = 12
"""How many countries a sentence names."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a country's line. BAND is the method's own word; SHOWN None without a score."""

    shown: int | None
    score: str
    rank: str
    band: str
    why: str


@dataclass(frozen=True, slots=True)
class Line:
    """One country in one index or strand: before, after, and what lies between."""

    code: str
    name: str
    before: Side
    after: Side
    change: str
    places: str
    is_crossing: bool
    shift: Shift

    @property
    def is_drawn(self) -> bool:
        return self.before.shown is not None and self.after.shown is not None


@dataclass(frozen=True, slots=True)
class Total:
    """One index or strand in one line: how much moves there."""

    code: str
    title: str
    is_index: bool
    countries: int
    moved: int
    mean_change: str
    rise: str
    fall: str
    ranked_anew: int
    rank_shift: str
    crossing: int
    gained: str
    lost: str
    note: str


class Words:
    """The titles, names and bands of one trial."""

    def __init__(
        self,
        *,
        titles: Mapping[str, str],
        names: Mapping[str, str],
        before: Mapping[str, Any],
        after: Mapping[str, Any],
    ) -> None:
        self.titles, self.names = titles, names
        self._before, self._after = _bands(before), _bands(after)

    def line(self, shift: Shift) -> Line:
        return Line(
            code=shift.country,
            name=self.names.get(shift.country, shift.country),
            before=_side(shift.before, self._before),
            after=_side(shift.after, self._after),
            change=signed(shift.change),
            places=places_words(shift.places),
            is_crossing=shift.is_crossing,
            shift=shift,
        )

    def total(self, movement: Movement) -> Total:
        return Total(
            code=movement.node,
            title=self.titles.get(movement.node, movement.node),
            is_index=movement.level == "index",
            countries=len(movement.shifts),
            moved=len(movement.moved),
            mean_change=signed(movement.mean_change),
            rise=self.farthest(movement.rise),
            fall=self.farthest(movement.fall),
            ranked_anew=len(movement.ranked_anew),
            rank_shift=tenths(movement.rank_shift),
            crossing=len(movement.crossing),
            gained=self.named(movement.gained),
            lost=self.named(movement.lost),
            note=_one_sided(movement),
        )

    def farthest(self, shift: Shift | None) -> str:
        """Return Sweden −3.2, or a dash where nobody moves that way."""
        if shift is None:
            return NOTHING
        name = self.names.get(shift.country, shift.country)
        return f"{name} {signed(shift.change)}"

    def named(self, shifts: Sequence[Shift]) -> str:
        """Name the countries, by name; beyond MANY the rest is counted."""
        names = sorted(self.names.get(one.country, one.country) for one in shifts)
        if len(names) <= MANY:
            return ", ".join(names)
        few = {"names": ", ".join(names[:MANY]), "n": len(names) - MANY}
        return _("%(names)s and %(n)s more") % few


def signed(value: Fraction | None) -> str:
    """Return +0.4, −3.2 or 0.0; what is too small to be shown says so, for it is a change.

    >>> signed(Fraction(-16, 5)), signed(Fraction(7, 20)), signed(Fraction(0)), signed(None)
    ('−3.2', '+0.4', '0.0', '–')
    """
    if value is None:
        return NOTHING
    size = tenths(abs(value))
    if value and size == "0.0":
        return _("less than 0.1")
    return f"{PLUS if value > 0 else MINUS if value < 0 else ''}{size}"


def tenths(value: Fraction | None) -> str:
    """Return a number from 0 up with one decimal; a dash for none."""
    if value is None:
        return NOTHING
    whole, tenth = divmod(half_up(value * TENTHS), TENTHS)
    return f"{whole}.{tenth}"


def places_words(places: int | None) -> str:
    """Return ↑2 or ↓3 for places gained or lost, in words that are read aloud; a dash for none."""
    if not places:
        return NOTHING
    return _("up %(n)s") % {"n": places} if places > 0 else _("down %(n)s") % {"n": -places}


def _side(row: Row | None, bands: Mapping[str, str]) -> Side:
    if row is None:
        return Side(None, _("not computed"), NOTHING, "", "")
    if row.shown is None:
        return Side(None, _("no score"), NOTHING, "", reason_words(row.reason))
    rank = str(row.rank) if row.rank else NOTHING
    return Side(
        shown=row.shown,
        score=str(row.shown),
        rank=f"{rank}=" if row.tied else rank,
        band=bands.get(row.band or "", ""),
        why="",
    )


def reason_words(reason: str) -> str:
    """Say why there is no score."""
    return {
        "coverage": _("too little is answered"),
        "table": _("the table has no such row"),
        "not_applicable": _("nothing applies"),
        "unknown": _("it could not be established"),
        "not_collected": _("it was not collected"),
        "withheld": _("an answer is withheld"),
    }.get(reason, reason)


def _bands(block: Mapping[str, Any]) -> dict[str, str]:
    return {band["code"]: band.get("title") or band["code"] for band in block["bands"]}


def _one_sided(movement: Movement) -> str:
    """Say where one method has this figure and the other has not."""
    if all(one.before is None for one in movement.shifts):
        return _("new")
    return _("gone") if all(one.after is None for one in movement.shifts) else ""
