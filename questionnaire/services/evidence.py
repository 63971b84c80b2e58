"""What an answer must rest on, and which law can carry it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..enums import AnswerKind, Evidence, EvidenceRule, SourceKind
from ..models import Indicator, Source
from ..selectors.standing import has_ended, is_later, is_published_late

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
        words = {"source": source, "day": shown}
        if is_later(source, day):
            faults.append(_("“%(source)s” came into force after %(day)s.") % words)
        if has_ended(source, day):
            faults.append(_("“%(source)s” was no longer in force on %(day)s.") % words)
    return faults


def faults_of_publications(
    indicator: Indicator, sources: Iterable[Source], day: date
) -> list[str]:
    """Return a sentence for each publication from after DAY that is not said to describe it.

    Asked of answers on practice alone: where the question is about the law, the law carries it.
    """
    if indicator.evidence != Evidence.PRACTICE:
        return []
    shown = date_format(day, "j F Y")
    return [
        _(
            "“%(source)s” was published after %(day)s. Open it and tick “It describes the"
            " situation on the cut-off date”, or rest the answer on something else."
        )
        % {"source": source, "day": shown}
        for source in sources
        if is_published_late(source, day) and not source.describes_cut_off
    ]


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
    faults += faults_of_publications(indicator, sources, day)
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
