"""How far the codings of a round agree so far: the figures that its edition will tell."""

from __future__ import annotations

from dataclasses import dataclass

from editions.services.pages.reliability import Report, report_of
from editions.services.reliability import report_on
from questionnaire.models import Round
from scoring.selectors import methodology_document, newest_method


@dataclass(frozen=True, slots=True)
class ReliabilityPage:
    """REPORT is None while no method is locked, and so no framework is complete."""

    round: Round
    report: Report | None


def reliability_page(round_: Round) -> ReliabilityPage:
    """Return what the page shows, in a number of queries that does not grow with the codings."""
    method = newest_method()
    if method is None:
        return ReliabilityPage(round_, None)
    document = methodology_document(round_.framework, method)
    found = report_on(round_, document, edition=round_.edition_code)
    return ReliabilityPage(round_, report_of(found, document, _nowhere))


def _nowhere(code: str) -> str:
    """The pages of questions are an edition's, which is not there yet."""
    return ""
