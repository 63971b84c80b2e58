"""The play: answers, reviews, returns, disputes, rulings, each through the service of its page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from editions.models import Edition
from editions.services import signing
from questionnaire.enums import AnswerKind, ChangeReason, RequestState, SourceKind
from questionnaire.models import Assessment, ChangeRequest, Indicator
from questionnaire.services import answers, assessments, sources
from review.enums import CaseState, ItemState, OpinionKind, VerdictCode
from review.models import Case, CaseItem, Dispute
from review.services import consents, disputes, opinions, returning
from review.services import rounds as review_rounds

from .facts import Fact
from .progress import bar
from .reviewing import code_blind, declare_interests, last_words
from .script import MAINTAINED, RETURNED, WRONG_AT_FIRST, Scene
from .stage import Stage, expert_of, reviewer_of

WORKBOOK = "Policy Indicators Scores (2007-2019), core set of indicators"
RATIONALE = "As in the published workbook, cell {cell}."
REGIONS = "The mean of two regions with rules of their own, as published in cell {cell}."


def play(stage: Stage) -> None:
    """Play from the first answer to the last ruling; the round is then ready to be closed."""
    _answer_all(stage)
    declare_interests(stage)
    _review_all(stage)
    _answer_returns(stage)
    _review_again(stage)
    _consent(stage)
    _rule(stage)
    last_words(stage)


def sign_and_close(stage: Stage) -> None:
    """Let two publishers sign in advance and the coordinator close the review."""
    edition = Edition.objects.get(round=stage.round)
    for publisher in stage.cast.publishers:
        signing.sign_in_advance(edition=edition, by=publisher)
    review_rounds.close_review(round_=stage.round, by=stage.cast.coordinators[0])


def _sheets(stage: Stage) -> Iterator[tuple[Assessment, Any]]:
    places = {country.code: place for place, country in enumerate(stage.countries)}
    second = dict(zip(stage.script.coded_twice, stage.cast.second_experts, strict=True))
    for (country, strand, coding), sheet in stage.sheets.items():
        person = (
            expert_of(stage, places[country], strand)
            if coding == 1
            else second[country, strand]
        )
        yield sheet, person


def _answer_all(stage: Stage) -> None:
    total = sum(len(stage.by_strand[strand]) for _country, strand, _coding in stage.sheets)
    with bar(total=total, desc="Answering", unit=" answers") as progress:
        for sheet, expert in _sheets(stage):
            for indicator in stage.by_strand[sheet.strand.code]:
                answer(stage, sheet, indicator, expert)
                progress.update()
            assessments.submit(sheet=sheet, declared_for=stage.round.cut_off, by=expert)


def answer(stage: Stage, sheet: Assessment, indicator: Indicator, expert: Any) -> None:
    """Let an expert answer one question, rightly or as the script has it."""
    fact = stage.facts[sheet.country.code, indicator.code]
    scene = stage.script.scene(fact.country, fact.indicator)
    source = sources.add_source(
        sheet=sheet, kind=SourceKind.DATASET, title=WORKBOOK, article=fact.cell, by=expert
    )
    first_coding = sheet.coding == 1
    slip = scene in WRONG_AT_FIRST if first_coding else scene is Scene.CODED_APART
    answers.record_answer(
        sheet=sheet,
        indicator=indicator,
        sources=(source,),
        by=expert,
        **content(stage, fact, wrong=slip),
    )


def content(stage: Stage, fact: Fact, *, wrong: bool = False) -> dict[str, Any]:
    """Return what is answered: the published value, or its neighbour where a slip is played."""
    if fact.exceptional:
        return {
            "kind": AnswerKind.EXCEPTIONAL,
            "points": fact.points,
            "rationale": REGIONS.format(cell=fact.cell),
        }
    options = stage.options[fact.indicator]
    right = options[int(fact.points)]
    other = next(option for option in options.values() if abs(option.order - right.order) == 1)
    return {
        "option": other if wrong else right,
        "rationale": RATIONALE.format(cell=fact.cell),
    }


def _review_all(stage: Stage) -> None:
    items = items_of(stage)
    places = {country.code: place for place, country in enumerate(stage.countries)}
    with bar(total=len(items), desc="Reviewing", unit=" opinions") as progress:
        for case, its_items in _by_case(items):
            reviewer = reviewer_of(stage, places[case.country.code], case.strand.code)
            for item in its_items:
                opine(stage, item, reviewer)
                progress.update()
            if any(_scene(stage, item) in RETURNED for item in its_items):
                returning.return_case(case=case, by=reviewer)


def items_of(stage: Stage) -> list[CaseItem]:
    """Return what is under review in the stage's round, case by case."""
    return list(
        CaseItem.objects.filter(case__round=stage.round, state=ItemState.UNDER_REVIEW)
        .select_related("case__round", "case__country", "case__strand", "indicator")
        .order_by("case_id", "indicator__order")
    )


def _by_case(items: list[CaseItem]) -> Iterator[tuple[Case, list[CaseItem]]]:
    cases: dict[int, list[CaseItem]] = {}
    for item in items:
        cases.setdefault(item.case_id, []).append(item)
    for its_items in cases.values():
        yield its_items[0].case, its_items


def _scene(stage: Stage, item: CaseItem) -> Scene | None:
    return stage.script.scene(item.case.country.code, item.indicator.code)


def opine(stage: Stage, item: CaseItem, reviewer: Any) -> None:
    """Let a reviewer agree, or object where the script has it; a drawn one is coded first."""
    if item.is_coded_blind:
        code_blind(stage, item, reviewer)
    scene = _scene(stage, item)
    if scene not in RETURNED:
        kind, suggested, text = OpinionKind.AGREE, None, ""
    else:
        fact = stage.facts[item.case.country.code, item.indicator.code]
        wrong = scene is Scene.EXPERT_UPHELD
        suggested = content(stage, fact, wrong=wrong)["option"]
        kind = OpinionKind.DISAGREE
        text = "The cell seems to say another option. Please check it again."
    opinions.give_opinion(
        item=item,
        version=item.version,
        kind=kind,
        suggested_option=suggested,
        text=text,
        by=reviewer,
    )


def _answer_returns(stage: Stage) -> None:
    answer_returns(stage, {sheet.pk: expert for sheet, expert in _sheets(stage)})


def answer_returns(stage: Stage, experts: dict[int, Any]) -> None:
    """Let the experts (by sheet) reply to all that came back to them, and submit again."""
    requests = [
        request for request in _open_requests(stage) if request.assessment_id in experts
    ]
    returned = {}
    for request in bar(requests, desc="Returned answers", unit=" answers"):
        reply(stage, request, experts[request.assessment_id])
        returned[request.assessment_id] = request.assessment
    for pk, sheet in returned.items():
        assessments.submit(sheet=sheet, declared_for=stage.round.cut_off, by=experts[pk])


def _open_requests(stage: Stage) -> list[ChangeRequest]:
    return list(
        ChangeRequest.objects.filter(
            assessment__round=stage.round, state=RequestState.OPEN
        ).select_related(
            "assessment__round__framework",
            "assessment__country",
            "assessment__strand",
            "indicator",
        )
    )


def reply(stage: Stage, request: ChangeRequest, expert: Any) -> None:
    """Let an expert correct what came back, or maintain it where the script has it."""
    sheet, indicator = request.assessment, request.indicator
    fact = stage.facts[sheet.country.code, indicator.code]
    if stage.script.scene(fact.country, fact.indicator) in MAINTAINED:
        answers.maintain_answer(
            sheet=sheet,
            indicator=indicator,
            reply="I have read the cell again and stand by the answer.",
            by=expert,
        )
        return
    source = sources.add_source(
        sheet=sheet,
        kind=SourceKind.DATASET,
        title=WORKBOOK,
        article=fact.cell,
        checked_on=timezone.localdate(),
        by=expert,
    )
    answers.record_answer(
        sheet=sheet,
        indicator=indicator,
        sources=(source,),
        change_reason=ChangeReason.CORRECTED,
        by=expert,
        **content(stage, fact),
    )


def _review_again(stage: Stage) -> None:
    places = {country.code: place for place, country in enumerate(stage.countries)}
    exceptional = {cell for cell, fact in stage.facts.items() if fact.exceptional}
    waiting = [
        item
        for item in items_of(stage)
        if (item.case.country.code, item.indicator.code) not in exceptional
    ]
    for item in bar(waiting, desc="Reviewing again", unit=" opinions"):
        place = places[item.case.country.code]
        opinions.give_opinion(
            item=item,
            version=item.version,
            kind=OpinionKind.AGREE,
            by=reviewer_of(stage, place, item.case.strand.code),
        )


def _consent(stage: Stage) -> None:
    exceptional = CaseItem.objects.filter(
        case__round=stage.round, answer__kind=AnswerKind.EXCEPTIONAL
    ).select_related("case__round", "case__country", "case__strand", "indicator")
    for item in exceptional:
        consents.consent(
            item=item,
            version=item.version,
            text="The published value is the mean of two regions; both are within the options.",
            by=stage.cast.adjudicators[0],
        )


def _rule(stage: Stage) -> None:
    waiting = list(Dispute.objects.filter(item__case__round=stage.round).open().for_page())
    for number, dispute in enumerate(bar(waiting, desc="Ruling", unit=" disputes")):
        item = dispute.item
        fact = stage.facts[item.case.country.code, item.indicator.code]
        overruled = _scene(stage, item) is Scene.EXPERT_OVERRULED
        disputes.rule(
            dispute=dispute,
            verdict=VerdictCode.REVIEWER_UPHELD if overruled else VerdictCode.EXPERT_UPHELD,
            option=content(stage, fact)["option"],
            internal_rationale=f"The cell {fact.cell} of the workbook decides.",
            public_rationale=f"The published workbook holds this value in cell {fact.cell}.",
            by=stage.cast.adjudicators[number % len(stage.cast.adjudicators)],
        )


def unfinished(stage: Stage) -> int:
    """Return how many cases are not cleared; 0 when the play went as written."""
    return Case.objects.filter(round=stage.round).exclude(state=CaseState.CLEARED).count()
