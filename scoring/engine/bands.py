"""Words for scores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Band:
    """A word for the shown scores from `first` to `last`, both included."""

    code: str
    first: int
    last: int
    title: str = ""


def bands_from(block: Iterable[Mapping[str, Any]]) -> tuple[Band, ...]:
    """Build the bands of a method, lowest first.

    Raises ValueError unless every whole number of 0..100 lies in exactly one band.

    >>> bands_from([{"code": "a", "from": 0, "to": 59}, {"code": "b", "from": 60, "to": 99}])
    Traceback (most recent call last):
    ...
    ValueError: the bands must cover 0 to 100 without gap or overlap
    """
    bands = tuple(
        Band(band["code"], band["from"], band["to"], band.get("title", "")) for band in block
    )
    begins, ends = [band.first for band in bands], [band.last + 1 for band in bands]
    if [*begins, 101] != [0, *ends] or any(band.first > band.last for band in bands):
        raise ValueError("the bands must cover 0 to 100 without gap or overlap")
    return bands


def band_of(shown: int, bands: Sequence[Band]) -> str:
    """Return the code of the band of a shown score.

    The shown score decides and not the exact one: 59.85 is shown as 60, and so lies in the
    band that begins at 60.

    >>> band_of(60, [Band("halfway", 0, 59), Band("favourable", 60, 100)])
    'favourable'
    """
    return next(band.code for band in bands if band.first <= shown <= band.last)
