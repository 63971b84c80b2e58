"""What an edition says of itself: how far its coders agree, and how firm its ranks are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from scoring.engine.reliability.tables import alpha_table, change_table
from scoring.engine.robustness.outcome import RobustnessReport

from ..models import Revision
from . import reliability, robustness
from .codebook_reports import ALPHA, CHANGES
from .frozen import Frozen


def with_reports(frozen: Frozen, revision: Revision) -> Frozen:
    """Add what the first codings tell, and by what the ranks are varied.

    The codings are read anew for every revision. They are only ever added to, and by nobody once
    the review is closed, so that every revision of an edition tells the same of them.
    """
    report = reliability.facts_for(revision, frozen.methodology)
    design = robustness.design_for(revision.edition.code, reliability.error_rate(report))
    return replace(frozen, reliability=report, design=design)


def tables(
    frozen: Frozen, inputs: Mapping[str, str], beat: Callable[[str], None]
) -> tuple[RobustnessReport | None, dict[str, str]]:
    """Return how firm the ranks are, None where that is not told, and the text of each file.

    INPUTS are the checksums of what the draws are made of, by file. BEAT is called meanwhile.
    """
    texts: dict[str, str] = {}
    if frozen.reliability is not None:
        texts[ALPHA] = alpha_table(frozen.reliability)
        texts[CHANGES] = change_table(frozen.reliability)
    if not robustness.is_run(frozen):
        return None, texts
    report = robustness.run(frozen, beat)
    return report, texts | robustness.texts(report, inputs)


def columns_in(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the columns of each table among TEXTS, by its path."""
    return {
        name: text.partition("\n")[0].split(",")
        for name, text in texts.items()
        if name.endswith(".csv")
    }
