"""How firm the ranks of an edition are: by which design they are varied, and the run itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from scoring.engine.means import HARMONIC, HARMONIC_MEAN
from scoring.engine.package import read_document, read_package, read_table
from scoring.engine.robustness.files import report_files
from scoring.engine.robustness.outcome import RobustnessReport
from scoring.engine.robustness.report import robustness_report
from scoring.engine.robustness.spec import DEFAULT, ERROR_RATE, Coding, Spec, spec_from
from scoring.engine.tree import Methodology

from .as_engine import cell_of, memberships_of
from .frozen import DesignFacts, Frozen
from .seeds import seed_of

FOLDER = "robustness"
SPEC, DESIGN = f"{FOLDER}/spec.json", f"{FOLDER}/design.csv"
REPLAYED = tuple(
    f"{FOLDER}/{name}.csv" for name in ("design", "rank_stats", "pairs", "shift", "sobol")
)
"""What a replay of the design gives again. spec.json names the engine too, which may be newer."""

INPUTS = ("methodology.json", "answers.csv", "groups.csv")
"""What a run reads of an edition's folder."""

DRAWS = 10_000
LEAST = 3
"""Two countries have one order, and its turning round is all there is to say."""


def design_for(edition: str, observed: Fraction | None) -> DesignFacts:
    """Return the design of an edition by its code, with the rate of errors that was OBSERVED."""
    rate = Fraction(str(ERROR_RATE)) if observed is None else observed
    return DesignFacts(DRAWS, seed_of(edition), rate, is_observed=observed is not None)


def is_run(frozen: Frozen) -> bool:
    """Whether there is a design, and enough countries to vary the ranks of."""
    return frozen.design is not None and ranked_in(frozen) >= LEAST


def ranked_in(frozen: Frozen) -> int:
    """Count the countries that the headline ranks on the edition's own day."""
    headline = headline_of(frozen)
    day = frozen.revision.cut_off
    return sum(
        score.rank is not None
        for score in frozen.scores
        if (score.node, score.reference_date) == (headline, day)
    )


def headline_of(frozen: Frozen) -> str:
    """Return the code of the index that is shown first."""
    indexes = frozen.methodology["indexes"]
    named = [index["code"] for index in indexes if index.get("headline")]
    return (named or [indexes[0]["code"]])[0]


def spec_of(frozen: Frozen, design: DesignFacts) -> Spec:
    """Return what the run varies, as the engine reads it.

    A method with a harmonic mean has that among the means: what it says is then drawn as well.
    """
    own = (HARMONIC,) if _is_harmonic(frozen.methodology) else ()
    return replace(
        DEFAULT,
        aggregation=(*DEFAULT.aggregation, *own),
        date=frozen.revision.cut_off.isoformat(),
        index=headline_of(frozen),
        draws=design.draws,
        seed=design.seed,
        coder=Coding(rate=float(design.error_rate)),
    )


def _is_harmonic(document: Mapping[str, Any]) -> bool:
    methodology = Methodology.from_document(document)
    parts = (*methodology.nodes.values(), *methodology.indexes)
    return any(part.rule == HARMONIC_MEAN for part in parts)


def run(frozen: Frozen, beat: Callable[[str], None]) -> RobustnessReport:
    """Vary the method of an edition that `is_run` says yes to; BEAT is called meanwhile."""
    if frozen.design is None:
        raise ValueError("there is no design to vary the method by")
    step = _("Varying the method")
    beat(step)
    return robustness_report(
        Methodology.from_document(frozen.methodology),
        map(cell_of, frozen.answers),
        spec=spec_of(frozen, frozen.design),
        memberships=memberships_of(frozen.groups),
        beat=lambda: beat(step),
    )


def texts(report: RobustnessReport, inputs: Mapping[str, str]) -> dict[str, str]:
    """Return the files of a run by their path; INPUTS are the checksums of what it read."""
    files = report_files(report, inputs=inputs)
    return {f"{FOLDER}/{name}": text for name, text in files.items()}


def replayed(folder: Path) -> dict[str, str]:
    """Replay the design in a folder from its own files; return what it gives again, by path.

    Raises Fault or OSError if its files are amiss.
    """
    package = read_package(folder)
    report = robustness_report(
        package.methodology,
        package.cells,
        spec=spec_from(read_document(folder / SPEC)),
        memberships=package.memberships,
        design=read_table(folder / DESIGN, list),
    )
    again = texts(report, {})
    return {name: again[name] for name in REPLAYED}
