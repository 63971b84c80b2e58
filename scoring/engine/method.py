"""The method: means, how much must be covered, how it is ranked, which words there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from .bands import Band, bands_from
from .means import RULE_OF
from .method_shape import check_shape
from .missing import COUNTINGS, TENTH, WEIGHT, Terms
from .options import FULL_SCORE, exact

SHOWN, EXACT = "shown", "exact"
HALF_UP = "half_up"

LEVELS = ("index", "strand", "dimension", "composite")
"""The levels of MIPEX. Another index may have others, and then gives a `default` threshold."""

RANKED_LEVELS = ("index", "strand")
"""The levels that MIPEX ranks: its indices, and the tops of its tree."""

DEFAULT, GROUP = "default", "group"
WORDS = {"any": Fraction(0), "every": Fraction(1)}
"""Thresholds by word: any score at all is enough, or every applicable child needs one."""

NEEDED = ("rank_on", "rounding", "coverage", "bands")
OPTIONAL = (
    "code",
    "version",
    "title",
    "counting",
    "estimated_cap",
    "aggregation",
    "positive_scale",
    "weights",
    "indexes",
    "ranked",
)
_LEVELS_NEEDED = (*LEVELS, GROUP)


@dataclass(frozen=True, slots=True)
class Method:
    """Everything about the computation that is not the tree.

    Units   coverage: by level, and for `group`, the share of what applies that must be scored,
            0 (any) to 1 (every). estimated_cap: the share that estimates may cover. lowest:
            where the positive scale of geometric and harmonic means begins, points.
    Shape   counting: by weight or by count. aggregation: a family of means by level, in place
            of the framework's. weights: raw weights by code, in place of the framework's.
            indexes: entries in place of the framework's; None leaves those. ranked: the levels
            that have ranks; None for indices and the tops of trees.
    """

    rank_on: str
    coverage: Mapping[str, Fraction]
    bands: tuple[Band, ...]
    counting: str = WEIGHT
    estimated_cap: Fraction = TENTH
    aggregation: Mapping[str, str] = field(default_factory=dict)
    lowest: Fraction = Fraction(1)
    weights: Mapping[str, Fraction] = field(default_factory=dict)
    indexes: tuple[Mapping[str, Any], ...] | None = None
    ranked: tuple[str, ...] | None = None
    code: str = ""
    version: str = ""

    @classmethod
    def from_block(cls, block: Mapping[str, Any]) -> Method:
        """Build from the `method` block of a methodology document.

        Raises ValueError on a missing or unknown key, an unknown ranking, rounding, counting or
        family of means, a threshold or cap outside 0..1, a weight below 0, or bands that leave
        a gap.
        """
        check_shape(block)
        _check_keys(block)
        indexes, ranked = block.get("indexes"), block.get("ranked")
        return cls(
            rank_on=_one_of("ranks are on {} scores", block["rank_on"], (SHOWN, EXACT)),
            coverage=_coverage(block["coverage"]),
            bands=bands_from(block["bands"]),
            counting=_one_of("coverage is by {}", block.get("counting", WEIGHT), COUNTINGS),
            estimated_cap=_share(block.get("estimated_cap", TENTH), "the cap of estimates"),
            aggregation=_aggregation(block.get("aggregation") or {}),
            lowest=_lowest(block.get("positive_scale") or {}),
            weights=_weights(block.get("weights") or {}),
            indexes=None if indexes is None else tuple(indexes),
            ranked=None if ranked is None else tuple(ranked),
            code=str(block.get("code", "")),
            version=str(block.get("version", "")),
        )

    def terms(self, level: str) -> Terms:
        """Return on what terms a node of LEVEL has a score.

        Raises ValueError if the method says nothing about the level.
        """
        threshold = self.coverage.get(level, self.coverage.get(DEFAULT))
        if threshold is None:
            raise ValueError(f"the method gives no coverage for the level {level}")
        return Terms(threshold, self.counting, self.estimated_cap, self.lowest)


def _check_keys(block: Mapping[str, Any]) -> None:
    missing = [key for key in NEEDED if key not in block]
    if missing:
        raise ValueError(f"the method lacks {missing[0]!r}")
    unknown = sorted(set(block) - {*NEEDED, *OPTIONAL})
    if unknown:
        raise ValueError(f"the method has {unknown[0]!r}, which means nothing")
    if block["rounding"] != HALF_UP:
        raise ValueError(f"the one rounding is half_up, not {block['rounding']!r}")


def _one_of(words: str, value: object, allowed: Iterable[str]) -> str:
    known = {each: each for each in allowed}
    if not isinstance(value, str) or value not in known:
        raise ValueError(words.format(" or ".join(known)) + f", not {value!r}")
    return known[value]


def _coverage(block: Mapping[str, Any]) -> dict[str, Fraction]:
    given = {level: _threshold(value) for level, value in block.items()}
    for level in _LEVELS_NEEDED:
        if level not in given and DEFAULT not in given:
            raise ValueError(f"the method lacks {level!r} in its coverage")
        given.setdefault(level, given.get(DEFAULT, Fraction(0)))
    return given


def _threshold(value: object) -> Fraction:
    if isinstance(value, str) and value in WORDS:
        return WORDS[value]
    return _share(value, "the threshold")


def _share(value: object, what: str) -> Fraction:
    share = exact(value)
    if not 0 <= share <= 1:
        raise ValueError(f"{what} {str(value)!r} is outside 0..1")
    return share


def _aggregation(block: Mapping[str, Any]) -> dict[str, str]:
    return {
        level: _one_of(f"the means of {level} are {{}}", family, RULE_OF)
        for level, family in block.items()
    }


def _lowest(block: Mapping[str, Any]) -> Fraction:
    lowest = exact(block.get("lowest", 1))
    if not 0 <= lowest < FULL_SCORE:
        raise ValueError(f"the positive scale begins at 0 or more, below 100, not at {lowest}")
    return lowest


def _weights(block: Mapping[str, Any]) -> dict[str, Fraction]:
    weights = {code: exact(weight) for code, weight in block.items()}
    for code, weight in weights.items():
        if weight < 0:
            raise ValueError(f"the weight of {code} is negative")
    return weights
