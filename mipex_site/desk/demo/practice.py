"""A second, small round that stays open, so that whoever tries a login finds work there.

It asks about a year after the published one, so the answers of the edition stand beside its
questions: most are confirmed, some wait for it, and a few were changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from questionnaire.enums import ChangeReason, Role
from questionnaire.models import Assessment, EarlierAnswer, Indicator, Source
from questionnaire.selectors.earlier import carried_keys
from questionnaire.services import answers, assessments, assignments, earlier, sources
from review.services import returning

from . import play
from .reviewing import declare
from .script import WRONG_AT_FIRST, Scene, Script
from .stage import Stage, make_round, open_round

ROUND = "practice"
CUT_OFF = date(2020, 12, 31)
BEGUN = 5
"""How many answers of the sheet that is begun are there; the next one is checked, no more."""
UNTOUCHED, HALF_DONE, GIVEN_BACK, TO_READ, QUARRELLED = range(5)
"""Which strand, by its place, stands in which state."""


def prepare(stage: Stage) -> None:
    """Open the practice round and leave something to do for each login of the demonstration.

    What was published before is carried over at the opening, so the edition comes first.
    """
    practice = _stage(stage)
    open_round(practice)
    _assign(practice)
    _answer(practice)
    _review(practice)


def _stage(stage: Stage) -> Stage:
    country = stage.countries[0]
    strands = sorted(stage.by_strand)
    scenes = {
        (country.code, stage.by_strand[strands[HALF_DONE]][1].code): Scene.CORRECTED,
        (country.code, _first(stage, strands[GIVEN_BACK])): Scene.CORRECTED,
        (country.code, _first(stage, strands[QUARRELLED])): Scene.EXPERT_OVERRULED,
    }
    round_ = make_round(
        stage.round.framework,
        by=stage.cast.coordinators[0],
        code=ROUND,
        title="Practice round",
        edition_code=ROUND,
        cut_off=CUT_OFF,
    )
    return replace(
        stage,
        round=round_,
        script=Script(scenes=scenes, coded_twice=()),
        countries=[country],
        sheets={},
    )


def _first(stage: Stage, strand: str) -> str:
    return stage.by_strand[strand][0].code


def _assign(practice: Stage) -> None:
    cast, everywhere = practice.cast, {"country": practice.countries[0]}
    parts = (
        (cast.experts[0], Role.EXPERT, everywhere | {"coding": 1}),
        (cast.reviewers[0], Role.REVIEWER, everywhere),
        (cast.adjudicators[0], Role.ADJUDICATOR, {}),
        (cast.publishers[0], Role.PUBLISHER, {}),
        (cast.publishers[1], Role.PUBLISHER, {}),
        (cast.observers[0], Role.OBSERVER, {}),
    )
    for person, role, scope in parts:
        assignments.assign(
            person=person, role=role, round_=practice.round, by=cast.coordinators[0], **scope
        )
    # The consortium reviewer is left to declare: whoever tries that login sees how it is asked.
    declare(practice, cast.reviewers[0], practice.countries[0])


def _answer(practice: Stage) -> None:
    strands = sorted(practice.by_strand)
    _some(practice, strands[HALF_DONE], number=BEGUN)
    begun = practice.sheets[practice.countries[0].code, strands[HALF_DONE], 1]
    _checked(practice, begun, practice.by_strand[strands[HALF_DONE]][BEGUN])
    for place in (GIVEN_BACK, TO_READ, QUARRELLED):
        _some(practice, strands[place])
        _submit(practice, strands[place : place + 1])


def _some(practice: Stage, strand: str, *, number: int | None = None) -> None:
    sheet = practice.sheets[practice.countries[0].code, strand, 1]
    for indicator in practice.by_strand[strand][:number]:
        _answer_one(practice, sheet, indicator)


def _answer_one(practice: Stage, sheet: Assessment, indicator: Indicator) -> None:
    """Confirm what the edition says, or answer otherwise where the script has it."""
    known = {"sheet": sheet, "indicator": indicator, "by": practice.cast.experts[0]}
    found = _checked(practice, sheet, indicator)
    scene = practice.script.scene(sheet.country.code, indicator.code)
    if scene not in WRONG_AT_FIRST:
        earlier.confirm_earlier(**known)
        return
    fact = practice.facts[sheet.country.code, indicator.code]
    answers.record_answer(
        sources=found,
        change_reason=ChangeReason.REINTERPRETED,
        **known,
        **play.content(practice, fact, wrong=True),
    )


def _checked(practice: Stage, sheet: Assessment, indicator: Indicator) -> list[Source]:
    """Check again what the edition's answer rests on, and return it."""
    said = EarlierAnswer.objects.get(
        round=practice.round, country=sheet.country, indicator=indicator
    )
    found = Source.objects.filter(key__in=carried_keys(said))
    known = {"sheet": sheet, "by": practice.cast.experts[0]}
    return [sources.recheck_source(source=source, **known) for source in found]


def _submit(practice: Stage, strands: Sequence[str]) -> None:
    for strand in strands:
        assessments.submit(
            sheet=practice.sheets[practice.countries[0].code, strand, 1],
            declared_for=practice.round.cut_off,
            by=practice.cast.experts[0],
        )


def _review(practice: Stage) -> None:
    """Return two cases; one comes back maintained, and waits for a ruling."""
    strands, reviewer = sorted(practice.by_strand), practice.cast.reviewers[0]
    read = (strands[GIVEN_BACK], strands[QUARRELLED])
    cases = {}
    for item in play.items_of(practice):
        if item.case.strand.code in read:
            play.opine(practice, item, reviewer)
            cases[item.case_id] = item.case
    for case in cases.values():
        returning.return_case(case=case, by=reviewer)
    quarrelled = practice.sheets[practice.countries[0].code, strands[QUARRELLED], 1]
    play.answer_returns(practice, {quarrelled.pk: practice.cast.experts[0]})
