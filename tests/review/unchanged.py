"""What the tests of bulk agreement share: answers that confirm an edition, in the small world."""

from datetime import date

from questionnaire.models import EarlierAnswer, Source
from questionnaire.services.earlier import Proposal, confirm_earlier, propose
from questionnaire.services.sources import recheck_source
from tests import world as worlds
from tests.factories.questionnaire import IndicatorFactory, SourceFactory
from tests.factories.review import CaseFactory, CaseItemFactory, reviewer_of, sheet_of
from tests.questionnaire.carried import LAW

BULK = "/reviews/2019/EE/a/bulk/"
THEN = date(2014, 12, 31)


def said_before(world, country, *codes, earns=50, sources=(LAW,)):
    """Put what the edition of 2014 said beside questions of the open round."""
    propose(
        round_=world.round,
        by=world["coordinator"],
        proposals=[
            Proposal(
                country=world.country(country),
                indicator=world.indicator(code),
                edition="2014.2",
                reference_date=THEN,
                kind="chosen",
                option=world.option(code, earns),
                points=None,
                rationale=f"The older act said so about {code}.",
                sources=sources,
            )
            for code in codes
        ],
    )


def confirm(world, country, *codes):
    """Let the expert check what came over again, and confirm the answers."""
    for code in codes:
        sheet = world.sheet(country, code[0])
        expert = world.expert(sheet)
        for source in Source.objects.of_sheet(sheet).exclude(carried_from=""):
            recheck_source(source=source, sheet=sheet, by=expert)
        confirm_earlier(sheet=sheet, indicator=world.indicator(code), by=expert)


def with_unchanged(world):
    """Submit every sheet, both answers of Estonia's strand a being confirmed ones."""
    said_before(world, "EE", "aa1", "aa2")
    confirm(world, "EE", "aa1", "aa2")
    worlds.answer_all(world)
    worlds.submit_all(world)
    return world


def unchanged_case(number, **value):
    """Return a case with so many answers that confirm an edition, and who reviews it.

    VALUE is said then and now, such as exceptional points; else it is the best option.
    """
    case = CaseFactory()
    sheet = sheet_of(case)
    source = SourceFactory(sheet=sheet)
    for _place in range(number):
        indicator = IndicatorFactory(strand=case.strand)
        same = value or {"kind": "chosen", "option": indicator.options.first()}
        earlier = EarlierAnswer.objects.create(
            round=case.round,
            country=case.country,
            indicator=indicator,
            edition="2014.2",
            reference_date=THEN,
            **same,
        )
        said = {f"answer__{name}": what for name, what in same.items()}
        item = CaseItemFactory(case=case, indicator=indicator, answer__confirms=earlier, **said)
        item.answer.citations.create(version=item.version, source=source)
    return case, reviewer_of(case)
