"""What the tests of earlier answers share: what an edition says, put beside a desk's question."""

from datetime import date

from questionnaire.enums import AnswerKind
from questionnaire.models import EarlierAnswer, Source
from questionnaire.services.earlier import Proposal, propose
from questionnaire.services.sources import recheck_source
from tests.factories.questionnaire import coordinator_of

EDITION = "2014.2"
THEN = date(2014, 12, 31)
LAW = {
    "kind": "law",
    "title": "Invented Aliens Act",
    "article": "section 123",
    "year": 2009,
    "publisher": "",
    "url": "https://law.example.org/aliens",
    "in_force_from": "2010-06-01",
    "in_force_until": None,
    "published_on": None,
}


def proposal(desk, **said):
    usual = {
        "country": desk.sheet.country,
        "indicator": desk.indicator,
        "edition": EDITION,
        "reference_date": THEN,
        "kind": AnswerKind.CHOSEN,
        "option": desk.half,
        "points": None,
        "rationale": "Two years, says section 123.",
        "sources": (LAW,),
    }
    return Proposal(**usual | said)


def carried(desk, **said) -> EarlierAnswer:
    """Put the half option of an earlier edition, or what the test says, beside the question."""
    by = coordinator_of(desk.sheet.round)
    propose(round_=desk.sheet.round, proposals=[proposal(desk, **said)], by=by)
    return earlier_of(desk)


def earlier_of(desk) -> EarlierAnswer:
    return EarlierAnswer.objects.get(country=desk.sheet.country, indicator=desk.indicator)


def carried_sources(desk) -> list[Source]:
    return list(Source.objects.of_sheet(desk.sheet).exclude(carried_from=""))


def recheck(desk) -> None:
    """Let the desk's expert check again all that came over."""
    for source in carried_sources(desk):
        recheck_source(source=source, sheet=desk.sheet, by=desk.expert)
