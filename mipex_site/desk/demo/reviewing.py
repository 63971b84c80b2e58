"""What a review asks of people beside opinions: interests, blind codings, last words."""

from __future__ import annotations

from typing import Any

from mipex_site.accounts.models import User
from questionnaire.enums import AnswerKind
from questionnaire.models import Country, Option
from review.enums import CaseState, Interest
from review.models import Case, CaseItem
from review.services import coding, interests, last_word

from .facts import Fact
from .progress import bar
from .stage import Stage, expert_of, reviewer_of

APART_EVERY, COMMENT_EVERY = 9, 60
"""How many blind codings lie between two that differ, and last words between two comments."""


def declare_interests(stage: Stage) -> None:
    """Let every reviewer, and who rules, declare that nothing ties them to the country."""
    declared = {
        (reviewer_of(stage, place, strand), country)
        for place, country in enumerate(stage.countries)
        for strand in stage.by_strand
    }
    declared |= {
        (person, country) for person in stage.cast.adjudicators for country in stage.countries
    }
    ordered = sorted(declared, key=lambda pair: (pair[1].code, pair[0].email))
    for person, country in bar(ordered, desc="Declaring interests", unit=" people"):
        declare(stage, person, country)


def declare(stage: Stage, person: User, country: Country) -> None:
    """Let one person declare that nothing ties them to the country."""
    interests.declare_interest(
        round_=stage.round, country=country, interest=Interest.NONE, by=person
    )


def code_blind(stage: Stage, item: CaseItem, reviewer: User) -> None:
    """Let a reviewer code a drawn question before reading its answer; now and then otherwise."""
    fact = stage.facts[item.case.country.code, item.indicator.code]
    coding.save_coding(item=item, by=reviewer, **_coded(stage, fact, item.pk))


def _coded(stage: Stage, fact: Fact, number: int) -> dict[str, Any]:
    if fact.exceptional:
        text = "Two regions differ; the mean of both is the value."
        return {"kind": AnswerKind.EXCEPTIONAL, "points": fact.points, "text": text}
    options = stage.options[fact.indicator]
    right = options[int(fact.points)]
    option = _neighbour(options, right) if number % APART_EVERY == 0 else right
    return {"kind": AnswerKind.CHOSEN, "option": option}


def _neighbour(options: dict[int, Option], right: Option) -> Option:
    return next(option for option in options.values() if abs(option.order - right.order) == 1)


def last_words(stage: Stage) -> None:
    """Let every expert read what was settled, comment here and there, and agree to be named."""
    places = {country.code: place for place, country in enumerate(stage.countries)}
    cases = Case.objects.filter(round=stage.round, state=CaseState.LAST_WORD)
    waiting = list(cases.select_related("round", "country", "strand").order_by("pk"))
    for number, case in enumerate(bar(waiting, desc="Last words", unit=" sheets")):
        expert = expert_of(stage, places[case.country.code], case.strand.code)
        if number % COMMENT_EVERY == 0:
            item = case.items.select_related("indicator").first()
            item.case = case
            text = "I agree, and note that the law is under revision."
            last_word.comment(item=item, text=text, by=expert)
        last_word.give_last_word(
            case=case, is_named=places[case.country.code] % 2 == 0, by=expert
        )
