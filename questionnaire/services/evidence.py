"""What an answer must rest on, and which law can carry it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..enums import AnswerKind, Evidence, EvidenceRule, SourceKind
from ..models import Indicator, Source

RESTS_ON_SOURCES = (AnswerKind.CHOSEN, AnswerKind.EXCEPTIONAL)
CARRIES = {
    Evidence.LAW: {SourceKind.LAW},
    Evidence.PRACTICE: {SourceKind.LAW, SourceKind.PRACTICE},
}


def faults_of_law(sources: Iterable[Source], day: date) -> list[str]:
    """Return a sentence for each law that was not in force on DAY, with the law's name.

    A law without dates is taken to be in force: the reviewer reads it and asks.
    """
    shown = date_format(day, "j F Y")
    faults = []
    for source in sources:
        if source.kind != SourceKind.LAW:
            continue
        if source.in_force_from and source.in_force_from > day:
            faults.append(
                _("“%(source)s” came into force after %(day)s.")
                % {"source": source, "day": shown}
            )
        if source.in_force_until and source.in_force_until < day:
            faults.append(
                _("“%(source)s” was no longer in force on %(day)s.")
                % {"source": source, "day": shown}
            )
    return faults


def faults_of_evidence(
    *, kind: str, indicator: Indicator, rule: str, sources: Sequence[Source], day: date
) -> list[str]:
    """Return what is wrong with the sources of an answer, in whole sentences.

    Where nothing applies or is known the reason in words is the evidence. A law question needs
    a law; one on practice a law or a publication. A demonstration may rest on a data cell.
    """
    faults = faults_of_law(sources, day)
    if kind not in RESTS_ON_SOURCES:
        return faults
    kinds = {source.kind for source in sources}
    if rule == EvidenceRule.DATASET_CELL:
        enough = bool(kinds)
    else:
        enough = bool(kinds & CARRIES[Evidence(indicator.evidence)])
    return faults if enough else [*faults, _missing(rule, indicator)]


def _missing(rule: str, indicator: Indicator) -> str:
    if rule == EvidenceRule.DATASET_CELL:
        return _("Add at least one source.")
    if indicator.evidence == Evidence.LAW:
        return _("Add the law that this answer rests on, with its article.")
    return _("Add a law or a publication that this answer rests on.")
