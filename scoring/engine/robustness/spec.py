"""The declared design of a robustness run: what is varied, how far, how often."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..faults import Fault
from ..means import ARITHMETIC, GEOMETRIC, HARMONIC
from ..options import exact

SPEC, DESIGN = "robustness.json", "design.csv"
AGGREGATION, WEIGHTS, LEAVE_OUT = "aggregation", "weights", "leave_out"
MISSING, CODER, INDEX = "missing", "coder", "index"
FACTORS = (AGGREGATION, WEIGHTS, LEAVE_OUT, MISSING, CODER, INDEX)

FAMILIES = (ARITHMETIC, GEOMETRIC, HARMONIC)
RENORMALISE, ZERO, HUNDRED, GROUP_MEAN = "renormalise", "0", "100", "group_mean"
MISSING_RULES = (RENORMALISE, ZERO, HUNDRED, GROUP_MEAN)
NOTHING, STRANDS, INDICATORS = "none", "strands", "indicators"
LEFT_OUT = (NOTHING, STRANDS, INDICATORS)
NOISE, DIRICHLET = "noise", "dirichlet"
KINDS = (NOISE, DIRICHLET)

DRAWS, MOST_DRAWS, RESAMPLES = 10_000, 1_000_000, 1_000
RADIUS, ERROR_RATE = 0.25, 0.05
"""Weights move by a quarter, as in the peer's noisy weights; an error rate that stands until one
has been observed."""


@dataclass(frozen=True, slots=True)
class Weighting:
    """How weights vary: raw weight times 1 + U(-radius, radius), or any mix of weights."""

    kind: str = NOISE
    radius: float = RADIUS


@dataclass(frozen=True, slots=True)
class Coding:
    """How often an answer is another option than it should be: shares, 0 to 1.

    Shape   rate: for every indicator; rates: in its place, by indicator.
    """

    rate: float = ERROR_RATE
    rates: Mapping[str, float] = field(default_factory=dict)

    def of(self, indicator: str) -> float:
        """Return the error rate of an indicator."""
        return self.rates.get(indicator, self.rate)


@dataclass(frozen=True, slots=True)
class Sobol:
    """Sobol indices from the first `base` draws (A) and the next `base` (B); None: half of all."""

    base: int | None = None
    resamples: int = RESAMPLES


@dataclass(frozen=True, slots=True)
class Spec:
    """What a run varies. A factor that is empty or None is off.

    Shape   date: ISO, empty for the last on which the index is scored. index: its code, empty
            for the headline. aggregation: of FAMILIES. leave_out: of LEFT_OUT, each as likely as
            the others. missing: of MISSING_RULES; groups: those whose mean fills a gap, the
            first that holds the country; without any, all countries. indexes: codes.
    """

    date: str = ""
    index: str = ""
    draws: int = DRAWS
    seed: int = 1
    aggregation: tuple[str, ...] = ()
    weights: Weighting | None = None
    leave_out: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    coder: Coding | None = None
    indexes: tuple[str, ...] | None = None
    sobol: Sobol | None = None

    def without(self, factor: str) -> Spec:
        """Return the same with FACTOR off."""
        off: dict[str, Any] = {
            AGGREGATION: {"aggregation": ()},
            WEIGHTS: {"weights": None},
            LEAVE_OUT: {"leave_out": ()},
            MISSING: {"missing": ()},
            CODER: {"coder": None},
            INDEX: {"indexes": None},
        }
        return replace(self, **off[factor])


DEFAULT = Spec(
    aggregation=(ARITHMETIC, GEOMETRIC),
    weights=Weighting(),
    leave_out=LEFT_OUT,
    missing=MISSING_RULES,
    coder=Coding(),
    indexes=(),
    sobol=Sobol(),
)
"""The design where none is declared. No `indexes` here means all that are scored on the date."""

TOLD = ("run",)
"""What the spec.json of a run says beside its spec; it is not read."""


def spec_from(document: Mapping[str, Any], *, file: str = SPEC) -> Spec:
    """Build from robustness.json, or from the spec.json of a run.

    A key that is left out has its default; a factor that is not named is off.
    Raises Fault on an unknown key or word, a share outside 0..1, or a number that is none.
    """
    try:
        _check_keys(document, ("date", "index", "draws", "seed", "factors", "sobol", *TOLD), "")
        factors = _block(document.get("factors", {}), "factors")
        _check_keys(factors, FACTORS, "factors")
        given = {name: _block(factors[name], name) for name in FACTORS if _on(factors, name)}
        sobol = document.get("sobol")
        return Spec(
            date=_text(document.get("date", ""), "date"),
            index=_text(document.get("index", ""), "index"),
            draws=_whole(document.get("draws", DRAWS), "draws", 1, MOST_DRAWS),
            seed=_whole(document.get("seed", 1), "seed", 0, 2**63 - 1),
            **_factors(given),
            sobol=None if sobol in (None, False) else _sobol(_block(sobol, "sobol")),
        )
    except Fault as fault:
        fault.file = fault.file or file
        raise


def _factors(given: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    allowed = {
        AGGREGATION: ("alternatives",),
        WEIGHTS: ("kind", "radius"),
        LEAVE_OUT: ("of",),
        MISSING: ("alternatives", "groups"),
        CODER: ("rate", "rates"),
        INDEX: ("alternatives",),
    }
    for name, block in given.items():
        _check_keys(block, allowed[name], name)
    found: dict[str, Any] = {}
    if AGGREGATION in given:
        default = (ARITHMETIC, GEOMETRIC)
        found["aggregation"] = _words(given[AGGREGATION], "alternatives", default, FAMILIES)
    if WEIGHTS in given:
        found["weights"] = _weighting(given[WEIGHTS])
    if LEAVE_OUT in given:
        found["leave_out"] = _words(given[LEAVE_OUT], "of", LEFT_OUT, LEFT_OUT)
    if MISSING in given:
        found["missing"] = _words(given[MISSING], "alternatives", MISSING_RULES, MISSING_RULES)
        found["groups"] = _words(given[MISSING], "groups", (), None)
    if CODER in given:
        found["coder"] = _coding(given[CODER])
    if INDEX in given:
        found["indexes"] = _words(given[INDEX], "alternatives", (), None)
    return found


def _weighting(block: Mapping[str, Any]) -> Weighting:
    kind = block.get("kind", NOISE)
    if kind not in KINDS:
        raise Fault(f"weights vary by {' or '.join(KINDS)}, not by {kind!r}", column="kind")
    return Weighting(kind, _share(block.get("radius", str(RADIUS)), "radius"))


def _coding(block: Mapping[str, Any]) -> Coding:
    rates = _block(block.get("rates", {}), "rates")
    return Coding(
        _share(block.get("rate", str(ERROR_RATE)), "rate"),
        {code: _share(rate, code) for code, rate in sorted(rates.items())},
    )


def _sobol(block: Mapping[str, Any]) -> Sobol:
    _check_keys(block, ("base", "resamples"), "sobol")
    base = block.get("base")
    return Sobol(
        None if base is None else _whole(base, "base", 2, MOST_DRAWS),
        _whole(block.get("resamples", RESAMPLES), "resamples", 2, 100_000),
    )


def _on(factors: Mapping[str, Any], name: str) -> bool:
    return factors.get(name) not in (None, False)


def _block(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Fault("it is no object of keys and values", column=name)
    return value


def _check_keys(block: Mapping[str, Any], allowed: Iterable[str], where: str) -> None:
    unknown = sorted(set(block) - set(allowed))
    if unknown:
        raise Fault(f"the key {unknown[0]!r} means nothing here", column=where)


def _words(
    block: Mapping[str, Any],
    key: str,
    default: tuple[str, ...],
    allowed: tuple[str, ...] | None,
) -> tuple[str, ...]:
    words = block.get(key, list(default))
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise Fault("it is no list of words", column=key)
    strange = [word for word in words if allowed is not None and word not in allowed]
    if strange:
        raise Fault(f"{strange[0]!r} is none of {', '.join(allowed or ())}", column=key)
    if len(set(words)) < len(words) or (allowed is not None and not words):
        raise Fault("it needs words, each once", column=key)
    return tuple(words)


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise Fault(f"{value!r} is no text", column=name)
    return value


def _whole(value: object, name: str, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise Fault(f"{value!r} is no whole number from {least} to {most}", column=name)
    return value


def _share(value: object, name: str) -> float:
    try:
        share = float(exact(value))
    except ValueError as error:
        raise Fault(str(error), column=name) from error
    if not 0 <= share <= 1:
        raise Fault(f"{value} is outside 0..1", column=name)
    return share


def spec_document(spec: Spec) -> dict[str, Any]:
    """Return SPEC as it is written, so that `spec_from` gives it again; shares are texts."""
    factors: dict[str, Any] = {}
    if spec.aggregation:
        factors[AGGREGATION] = {"alternatives": list(spec.aggregation)}
    if spec.weights is not None:
        factors[WEIGHTS] = {"kind": spec.weights.kind, "radius": repr(spec.weights.radius)}
    if spec.leave_out:
        factors[LEAVE_OUT] = {"of": list(spec.leave_out)}
    if spec.missing:
        factors[MISSING] = {"alternatives": list(spec.missing), "groups": list(spec.groups)}
    if spec.coder is not None:
        rates = {code: repr(rate) for code, rate in spec.coder.rates.items()}
        factors[CODER] = {"rate": repr(spec.coder.rate), "rates": rates}
    if spec.indexes is not None:
        factors[INDEX] = {"alternatives": list(spec.indexes)}
    sobol = spec.sobol
    return {
        "date": spec.date,
        "index": spec.index,
        "draws": spec.draws,
        "seed": spec.seed,
        "factors": factors,
        "sobol": sobol and {"base": sobol.base, "resamples": sobol.resamples},
    }
