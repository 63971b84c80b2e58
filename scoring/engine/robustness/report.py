"""A whole robustness run: from answers and a declared design to its figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from ..faults import Fault
from ..groups import Membership
from ..method import SHOWN
from ..ranks import competition_ranks
from ..score import Cell, Results, Row, score
from ..tree import Methodology
from .answers import sheets_of
from .design import Design, draw
from .design_file import read_design
from .experiment import run
from .influence import influences_of
from .intervals import Ranks
from .model import Model, model_of
from .outcome import RobustnessReport
from .settling import settled, skipped, useless, with_base, words_of
from .shifting import shifts_of
from .spec import DEFAULT, MISSING, Spec
from .standing import pairs_of, standings_of

FEWEST = 2
"""A ranking of one country is none."""


def robustness_report(
    methodology: Methodology,
    cells: Iterable[Cell],
    *,
    spec: Spec = DEFAULT,
    memberships: Iterable[Membership] = (),
    design: Iterable[str] | None = None,
    draft: bool = False,
    beat: Callable[[], None] = lambda: None,
) -> RobustnessReport:
    """Vary the method as SPEC says, and return how ranks and scores spread.

    Shape   cells of any dates; those of the spec's are used. memberships: for the means of
            groups. design: the lines of a design.csv to replay; else one is drawn. beat: called
            now and then, for a caller that must show that it lives.
    Float64 throughout; a rank by the method itself is the exact engine's.
    Raises  Fault on a spec or design that does not fit, fewer than two countries with a score, and
            whatever `score` refuses.
    """
    cells, memberships = tuple(cells), tuple(memberships)
    spec = settled(spec, methodology, cells, memberships)
    words = words_of(methodology, spec, spec.date)
    given = None if design is None else read_design(design, words)
    spec = with_base(spec, spec.draws if given is None else given.draws)
    cells = tuple(cell for cell in cells if cell.date == spec.date)
    results = score(methodology, cells, draft=draft)
    ranked = _ranked(results, spec)
    model = model_of(
        methodology,
        sheets_of(methodology, cells, [row.country for row in ranked]),
        spec=spec,
        indexes=words.indexes,
        rules=spec.missing if given is None else given.names.get(MISSING, ()),
        results=results,
        memberships=memberships,
    )
    reasons = useless(spec, has_gaps=model.has_gaps)
    drawn = draw(_without(spec, reasons), words) if given is None else given
    found = _examined(model, drawn, ranked, methodology.method.rank_on, spec, beat)
    return replace(found, skipped=skipped(spec, drawn, reasons))


def _examined(
    model: Model,
    design: Design,
    ranked: Sequence[Row],
    rank_on: str,
    spec: Spec,
    beat: Callable[[], None],
) -> RobustnessReport:
    """Compute all draws, and look at what came out from every side."""
    nominal, base = _nominal(ranked, rank_on), (spec.sobol and spec.sobol.base) or 0
    runs = run(model, design, rank_on=rank_on, nominal=nominal, base=base, beat=beat)
    return RobustnessReport(
        spec=spec,
        design=design,
        rank_on=rank_on,
        standings=standings_of(ranked, nominal, runs),
        pairs=pairs_of(model.countries, runs.ranks),
        shifts=shifts_of(model, design, runs, rank_on=rank_on, nominal=nominal),
        influences=influences_of(model.countries, runs, spec),
    )


def _ranked(results: Results, spec: Spec) -> list[Row]:
    rows = [row for row in results.rows if row.node == spec.index and row.exact is not None]
    if len(rows) < FEWEST:
        raise Fault(f"{len(rows)} countries have a score on {spec.date}; ranks need two")
    return rows


def _without(spec: Spec, factors: Iterable[str]) -> Spec:
    for factor in factors:
        spec = spec.without(factor)
    return spec


def _nominal(rows: Sequence[Row], rank_on: str) -> Ranks:
    """Return the ranks of the exact engine, also where the method prints none for indices."""
    scores = {row.country: row.shown if rank_on == SHOWN else row.exact for row in rows}
    places = competition_ranks(
        {code: each for code, each in scores.items() if each is not None}
    )
    return np.array([places[row.country].rank for row in rows], dtype=np.int32)
