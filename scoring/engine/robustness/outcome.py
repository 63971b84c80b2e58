"""What a robustness run found: plain figures for files and pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .design import Design
from .spec import Spec

FIRST, TOTAL = "first", "total"


@dataclass(frozen=True, slots=True)
class Spread:
    """How a figure spreads over the draws.

    Units   those of the figure: points for a score, places for a rank. low and high: the
            5th and the 95th percentile, type 7 (Hyndman and Fan 1996).
    """

    mean: float
    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Standing:
    """One country: where it stands by the method, and where the draws put it.

    Units   nominal_score: points, 0 to 100, exact figure as a float. top: the share, 0 to 1, of
            its draws in which its rank is ten or better. draws: in how many it has a score.
    None    score, rank and top, where no draw gives it a score.
    """

    country: str
    nominal_score: float
    nominal_rank: int
    score: Spread | None
    rank: Spread | None
    top: float | None
    draws: int


@dataclass(frozen=True, slots=True)
class Pair:
    """How often COUNTRY stands above OTHER, 0 to 1; a tie counts half (of `draws` draws)."""

    country: str
    other: str
    above: float
    draws: int


@dataclass(frozen=True, slots=True)
class Shift:
    """The average rank shift of the draws that made one choice: R_S, in places.

    Shape   factor and alternative are empty for all draws together. `alternative` is empty for
            weights and coder, which no two draws choose alike, and for what the method says.
    Units   spread: R_S over those draws, the other factors varying. alone: R_S where this choice
            alone leaves the method; None for all together.
    Source  OECD and JRC, Handbook on Constructing Composite Indicators, 2008, equation 38.
    """

    factor: str
    alternative: str
    draws: int
    spread: Spread
    alone: float | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A Sobol index and its bootstrap interval.

    None    value, where it is not to be printed; `reason` says why: `wide` (an interval
            wider than 0.2, which low and high then show) or `constant` (the output does
            not vary) or `gaps` (no score in some draws); low and high are None then, too.
    """

    value: float | None
    low: float | None
    high: float | None
    reason: str = ""

    @property
    def is_printed(self) -> bool:
        return self.value is not None


@dataclass(frozen=True, slots=True)
class Influence:
    """How much of the variance of OUTPUT a factor makes: alone, and with all it acts upon.

    Shape   output: `shift` for the average rank shift of a draw, or a country's code for its rank.
    """

    output: str
    factor: str
    first: Estimate
    total: Estimate


@dataclass(frozen=True, slots=True)
class RobustnessReport:
    """A whole run. Everything is sorted: countries and pairs by code.

    Shape   spec: what was asked for, with the date, the index and the rest that it left open.
            design: the draws; its `factors` are those that did vary. skipped: by factor that
            was asked for and did not, why. rank_on: shown or exact. influences: empty where no
            Sobol indices were asked for.
    """

    spec: Spec
    design: Design
    rank_on: str
    standings: tuple[Standing, ...]
    pairs: tuple[Pair, ...]
    shifts: tuple[Shift, ...]
    influences: tuple[Influence, ...]
    skipped: Mapping[str, str] = field(default_factory=dict)

    @property
    def date(self) -> str:
        """The reference date, ISO."""
        return self.spec.date

    @property
    def index(self) -> str:
        """The code of the index whose ranks are the nominal ones."""
        return self.spec.index

    def by_rank(self) -> tuple[Standing, ...]:
        """Return the standings from the first rank to the last, ties by code."""
        return tuple(sorted(self.standings, key=lambda each: (each.nominal_rank, each.country)))

    def above(self, country: str, other: str) -> float:
        """Return how often COUNTRY stands above OTHER, 0 to 1. Raises KeyError if unknown."""
        found = {(pair.country, pair.other): pair.above for pair in self.pairs}
        if (country, other) in found:
            return found[country, other]
        return 1 - found[other, country]

    def overall_shift(self) -> float:
        """Return the average rank shift over all draws, in places."""
        return next(each.spread.mean for each in self.shifts if not each.factor)
