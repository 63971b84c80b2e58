"""The small edition of one date with its draws, and with codings by two who sometimes disagree."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache

from editions.services.as_engine import cell_of
from editions.services.frozen import DesignFacts, Frozen
from scoring.engine.reliability.codings import Coding
from scoring.engine.reliability.report import ReliabilityReport, reliability_report
from scoring.engine.tree import Methodology

from .made import one_date

FEW = DesignFacts(draws=200, seed=7, error_rate=Fraction(1, 20), is_observed=False)


@cache
def reported() -> Frozen:
    """Return the edition: every third answer was coded twice, and every fifth of these apart."""
    frozen = one_date()
    return replace(frozen, design=FEW, reliability=_report(frozen))


def _report(frozen: Frozen) -> ReliabilityReport:
    return reliability_report(
        _codings(frozen),
        Methodology.from_document(frozen.methodology),
        settled=map(cell_of, frozen.answers),
        draws=100,
        seed=7,
        pairs=False,
    )


def _codings(frozen: Frozen) -> Iterator[Coding]:
    cells = [cell for cell in map(cell_of, frozen.answers) if cell.points is not None]
    for place, cell in enumerate(cells):
        where = (cell.country, cell.indicator, cell.date)
        first = Fraction(50) if place % 10 == 0 else cell.points
        yield Coding(*where, "1", first)
        if place % 3 == 0:
            second = Fraction(0) if place % 15 == 0 else cell.points
            yield Coding(*where, "2", second, blind=True)
