"""The answers of a whole edition as two arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
import numpy.typing as npt

from ..missing import FLAGGED, WITH_POINTS, Child, Status
from ..tree import Methodology
from .ratios import FULL, Integers

Bits = npt.NDArray[np.uint8]

BIT = {status: 1 << place for place, status in enumerate(Status)}
"""One bit for each status, so that a union of bits is the set of statuses that occur."""

SCORED = sum(BIT[status] for status in WITH_POINTS)
FLAGS = sum(BIT[status] for status in FLAGGED)
APPLICABLE = sum(BIT.values()) - BIT[Status.NOT_APPLICABLE]


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """Every answer of an edition: a row an indicator, a column a place (country and date).

    Shape   points and status: [indicators, places]. places: (country, ISO date), each once.
    Units   points: whole multiples of 1/scale points, 0 to 100 * scale, of a signed integer
            type or Python's integers; 0 where there is no score. status: one bit of `BIT`.
    Raises  ValueError where shapes, points and statuses disagree.

    >>> ok, unknown = BIT[Status.OK], BIT[Status.UNKNOWN]
    >>> points = np.array([[100, 0], [25, 50]], dtype=np.int16)
    >>> status = np.array([[ok, unknown], [ok, ok]], dtype=np.uint8)
    >>> places = (("AT", "2019-12-31"), ("BE", "2019-12-31"))
    >>> Matrix(("a", "b"), places, points, status).scale
    1
    """

    indicators: tuple[str, ...]
    places: tuple[tuple[str, str], ...]
    points: Integers
    status: Bits
    scale: int = 1

    def __post_init__(self) -> None:
        shape = (len(self.indicators), len(self.places))
        if self.points.shape != shape or self.status.shape != shape:
            raise ValueError(f"points and status must have the shape {shape}")
        if len(set(self.indicators)) < shape[0] or len(set(self.places)) < shape[1]:
            raise ValueError("an indicator or a place stands twice")
        if self.status.dtype != np.uint8 or not _single_bits(self.status):
            raise ValueError("a status is not one bit of those that there are")
        if self.points.dtype.kind not in "iO" or self.scale < 1:
            raise ValueError("points must be integers, and their scale 1 or more")
        _check_points(self.points, self.status, FULL * self.scale)


def _single_bits(status: Bits) -> bool:
    return bool(np.isin(np.unique(status), [*BIT.values()]).all())


def _check_points(points: Integers, status: Bits, highest: int) -> None:
    if not points.size:
        return
    if not 0 <= points.min() <= points.max() <= highest:
        raise ValueError("points are outside 0..100")
    if (points[(status & SCORED) == 0] != 0).any():
        raise ValueError("points stand only with a status that has a score")


def matrix_of(
    methodology: Methodology, sheets: Mapping[tuple[str, str], Mapping[str, Child]]
) -> Matrix:
    """Return the matrix of the answers that `score.sheets_of` gives.

    Shape   the indicators of the methodology in its order; places sorted. An indicator
            without an answer was not collected.
    """
    rows = {code: row for row, code in enumerate(methodology.leaves)}
    places = tuple(sorted(sheets))
    scale = lcm(*_denominators(sheets.values()))
    points = np.zeros((len(rows), len(places)), dtype=_type_for(FULL * scale))
    status = np.full(points.shape, BIT[Status.NOT_COLLECTED], dtype=np.uint8)
    for column, place in enumerate(places):
        sheet = sheets[place]
        given = [rows[code] for code in sheet]
        status[given, column] = [BIT[child.status] for child in sheet.values()]
        points[given, column] = [_scaled(child.score, scale) for child in sheet.values()]
    return Matrix(tuple(rows), places, points, status, scale)


def _denominators(sheets: Iterable[Mapping[str, Child]]) -> set[int]:
    children = (child for sheet in sheets for child in sheet.values())
    return {child.score.denominator for child in children if child.score is not None}


def _scaled(score: Fraction | None, scale: int) -> int:
    return 0 if score is None else score.numerator * (scale // score.denominator)


def _type_for(largest: int) -> type[np.signedinteger | np.object_]:
    """Return the smallest type that holds the whole numbers from 0 to LARGEST."""
    types: Mapping[type[np.signedinteger], int] = {
        each: int(np.iinfo(each).max) for each in (np.int16, np.int32, np.int64)
    }
    return next((each for each, most in types.items() if largest <= most), np.object_)
