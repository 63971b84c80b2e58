"""How far ranks shift: over all draws, with each choice, and by each choice alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .design import NOMINAL, Design
from .experiment import Runs, run
from .intervals import Ranks
from .model import Model
from .numbers import Floats
from .outcome import Shift
from .standing import spread_of

ALONE = 1_000
"""Of so many draws, the first, weights or coder alone are computed."""


def shifts_of(
    model: Model, design: Design, runs: Runs, *, rank_on: str, nominal: Ranks
) -> tuple[Shift, ...]:
    """Return the average rank shift, R_S: overall, then by factor and alternative.

    Source  OECD and JRC, Handbook on Constructing Composite Indicators, 2008, equation 38.
    """
    overall = Shift("", "", design.draws, spread_of(runs.shifts), None)
    found = [overall]
    for factor in design.factors:
        by_choice = _alone(model, design, factor, rank_on=rank_on, nominal=nominal)
        for alternative, which, alone in by_choice:
            shifts = runs.shifts[which]
            found.append(Shift(factor, alternative, len(shifts), spread_of(shifts), alone))
    return tuple(found)


def _alone(
    model: Model, design: Design, factor: str, *, rank_on: str, nominal: Ranks
) -> Iterator[tuple[str, Floats | slice, float]]:
    """Give each alternative, the draws that chose it, and its average shift alone."""
    if factor not in design.choices:
        rows = design.take(slice(0, ALONE)).only(factor)
        runs = run(model, rows, rank_on=rank_on, nominal=nominal)
        yield NOMINAL, slice(None), float(runs.shifts.mean())
        return
    places = design.choices[factor]
    _, firsts = np.unique(places, return_index=True)
    each = design.take(firsts).only(factor)
    runs = run(model, each, rank_on=rank_on, nominal=nominal)
    for place, name in enumerate(design.names[factor]):
        yield name, places == place, float(runs.shifts[place])
