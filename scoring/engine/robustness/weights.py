"""The raw weights of many draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .design import NOMINAL, Design
from .numbers import PRIME, Floats, Integers, family
from .parts import Items
from .spec import DIRICHLET, LEAVE_OUT, WEIGHTS, Weighting


@dataclass(frozen=True, slots=True, eq=False)
class RawWeights:
    """By what each raw weight is multiplied, and what stands in its place.

    Shape   factors [items, draws], or [items, 1] where no draw differs; given the same, NaN where
            no weight is given, or None. Items as parts.items_of.
    """

    draws: int
    factors: Floats
    given: Floats | None = None

    def of(self, items: Items) -> Floats:
        """Return the raw weights of some items, [draws, items]."""
        factors = self.factors[items.places]
        raw = factors if items.base is None else factors * items.base[:, None]
        if self.given is not None:
            given = self.given[items.places]
            raw = np.where(np.isnan(given), raw, given * factors)
        return raw.T

    def take(self, draws: Integers) -> RawWeights:
        """Return those of some draws."""
        factors = self.factors if self.factors.shape[1] == 1 else self.factors[:, draws]
        given = None if self.given is None else self.given[:, draws]
        return RawWeights(len(draws), factors, given)


def raw_weights(design: Design, weighting: Weighting, items: tuple[str, ...]) -> RawWeights:
    """Return the weights of the draws: drawn, given, or the method's; 0 for what is left out.

    Units   the j-th item's number u of the draw (numbers.family over p) multiplies its weight by
            1 + radius (2 u - 1), or by -ln(1 - u): among siblings of equal weight, every
            mix of weights is then as likely (Dirichlet with all parameters 1).
    """
    factors = np.ones((len(items), 1))
    if WEIGHTS in design.numbers:
        places = np.arange(1, len(items) + 1, dtype=np.int64)
        factors = family(design.numbers[WEIGHTS], places)
        if weighting.kind == DIRICHLET:
            factors *= -1.0 / PRIME
            factors = -np.log1p(factors)
        else:
            factors *= 2.0 * weighting.radius / PRIME
            factors += 1.0 - weighting.radius
    if LEAVE_OUT in design.choices:
        factors = np.array(np.broadcast_to(factors, (len(items), design.draws)))
        _leave_out(design, factors, items)
    given = None
    if design.explicit is not None:
        given = np.full((len(items), design.draws), np.nan)
        given[[items.index(code) for code in design.weighted]] = design.explicit.T
    return RawWeights(design.draws, factors, given)


def _leave_out(design: Design, factors: Floats, items: tuple[str, ...]) -> None:
    names, places = design.names[LEAVE_OUT], design.choices[LEAVE_OUT]
    for place, name in enumerate(names):
        if name != NOMINAL:
            factors[items.index(name), places == place] = 0.0
