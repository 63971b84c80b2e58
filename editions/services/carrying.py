"""Bring the latest published answers before the experts of a new round, as proposals.

An answer comes over where its question is the same one: nothing is guessed for a question that
was recoded, merged, split or is new.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Protocol

from django.db import transaction

from mipex_site.accounts.models import User
from mipex_site.base.verdict import demand
from questionnaire.enums import AnswerKind, Relation
from questionnaire.models import (
    Country,
    Framework,
    Indicator,
    Option,
    Participation,
    Round,
)
from questionnaire.rules import may_manage_round
from questionnaire.services.earlier import Proposal, propose

from ..enums import RevisionState
from ..models import FrozenAnswer, Revision
from . import folders

SAME_QUESTION = (Relation.IDENTICAL, Relation.REWORDED)
METHODOLOGY = "methodology.json"

logger = logging.getLogger(__name__)

Cell = tuple[str, str]
"""Country and indicator, by their codes in the round."""


@dataclass(frozen=True, slots=True)
class Questions:
    """A version of a framework: how each question stands to those of the version before."""

    framework: str
    version: str
    relations: Mapping[str, tuple[str, tuple[str, ...]]]
    """Relation and forerunners by the indicator's code."""

    def forerunner_in(self, older: Questions, code: str) -> str | None:
        """Return the code of the same question in OLDER, or None where the line breaks."""
        if (self.framework, self.version) == (older.framework, older.version):
            return code if code in older.relations else None
        relation, forerunners = self.relations[code]
        if relation not in SAME_QUESTION:
            return None
        named = [each for each in forerunners if each in older.relations]
        if named:
            return named[0] if len(named) == 1 else None
        # Within one framework a code is never used for something else.
        kept = self.framework == older.framework and code in older.relations
        return code if kept else None


@transaction.atomic
def carry_over(*, round_: Round, by: User, countries: Collection[Country] | None = None) -> int:
    """Propose the latest earlier answers to an open round; return how many are new.

    Read are the published revisions with a cut-off before the country's in this round. Done
    again it adds what is missing: a country that joined, an edition published meanwhile. While
    a round is set up they are proposed to the COUNTRIES that are set up, before it is open.
    Raises NotAllowed, or WrongState if the round is not open.
    """
    demand(may_manage_round(by, round_))
    places = _places(round_, countries)
    proposals = _proposals(round_, places, latest(round_, places))
    return propose(round_=round_, proposals=proposals, by=by, countries=countries)


def _places(round_: Round, countries: Collection[Country] | None) -> dict[str, Participation]:
    """Return who takes part, of these countries or of all, by the country's code."""
    taking_part = round_.participations.filter(excluded_because="")
    if countries is not None:
        taking_part = taking_part.filter(country__in=countries)
    rows = taking_part.select_related("country", "round")
    return {row.country.code: row for row in rows.order_by("country__code")}


@dataclass(frozen=True, slots=True)
class Found:
    """A frozen answer with a value: its key, where it stands, the day it describes, its points."""

    pk: int
    revision: Revision
    day: date
    points: Fraction


class Dated(Protocol):
    """A country's part, as far as the law of a day before its own is looked for."""

    @property
    def cut_off(self) -> date: ...


def latest(round_: Round, places: Mapping[str, Dated]) -> dict[Cell, Found]:
    """Return the latest published answer with a value for each cell; one query a revision.

    PLACES are the countries by their codes. A cell goes by its code in the framework of the
    round, whatever the code was; the round's own edition is not looked into.
    """
    found: dict[Cell, Found] = {}
    newer = questions_of(round_.framework)
    lines = {code: code for code in newer.relations}
    for revision in _revisions(round_, places):
        older = questions_in(revision)
        if older is None:
            continue
        lines = followed(lines, newer, older)
        newer = older
        for cell, row in _with_value(revision, lines, places):
            if cell not in found or row.day > found[cell].day:
                found[cell] = row
    return found


def _revisions(round_: Round, places: Mapping[str, Dated]) -> Iterable[Revision]:
    """Return the revisions in force, the newest law first; no round reads its own edition.

    What a demonstration made up is carried into demonstrations only.
    """
    last = max((row.cut_off for row in places.values()), default=round_.cut_off)
    revisions = Revision.objects.filter(state=RevisionState.PUBLISHED, cut_off__lt=last)
    if not round_.is_demonstration:
        revisions = revisions.filter(edition__is_demonstration=False)
    others = revisions.exclude(edition__round=round_).select_related(
        "edition__round__framework"
    )
    return others.order_by("-cut_off", "-published_at", "-pk")


def questions_of(framework: Framework) -> Questions:
    """Return the questions of a framework with their relations; one query."""
    rows = Indicator.objects.filter(framework=framework)
    asked = rows.values_list("code", "relation", "forerunners")
    return Questions(
        framework=framework.code,
        version=framework.version,
        relations={code: (how, _texts(before)) for code, how, before in asked},
    )


def questions_in(revision: Revision) -> Questions | None:
    """Return the questions that a revision answers; None where its folder cannot be read."""
    if revision.edition.round:
        return questions_of(revision.edition.round.framework)
    path = folders.root() / revision.folder / METHODOLOGY
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        framework = document["framework"]
        return Questions(
            framework=framework["code"],
            version=framework["version"],
            relations={
                each["code"]: (each["relation"], _texts(each.get("forerunners", ())))
                for each in document["indicators"]
            },
        )
    except (OSError, ValueError, KeyError):
        # An archive whose folder is gone must not keep a round from opening; its check says so.
        logger.warning("The questions of revision %s cannot be read.", revision.name)
        return None


def _texts(forerunners: Iterable[Any]) -> tuple[str, ...]:
    return tuple(str(each) for each in forerunners)


def followed(lines: Mapping[str, str], newer: Questions, older: Questions) -> dict[str, str]:
    """Go one version back: the round's codes with the codes of the same questions in OLDER."""
    pairs = ((code, newer.forerunner_in(older, there)) for code, there in lines.items())
    return {code: before for code, before in pairs if before is not None}


def _with_value(
    revision: Revision, lines: Mapping[str, str], places: Mapping[str, Dated]
) -> Iterator[tuple[Cell, Found]]:
    codes = {before: code for code, before in lines.items()}
    answers = FrozenAnswer.objects.filter(
        revision=revision, points__isnull=False, country__in=places
    )
    rows = answers.values_list("pk", "country", "indicator", "reference_date", "points")
    for pk, country, indicator, day, points in rows.iterator():
        cut_off = places[country].cut_off
        if indicator in codes and max(day, revision.cut_off) < cut_off:
            yield (country, codes[indicator]), Found(pk, revision, day, points)


def _proposals(
    round_: Round, places: Mapping[str, Participation], found: Mapping[Cell, Found]
) -> Iterator[Proposal]:
    frozen = FrozenAnswer.objects.in_bulk([each.pk for each in found.values()])
    rows = Indicator.objects.filter(framework_id=round_.framework_id)
    indicators = {row.code: row for row in rows}
    options = _options(round_)
    for (country, code), at in found.items():
        answer = frozen[at.pk]
        option = None
        if answer.option is not None:
            option = options.get((code, answer.points))
            if option is None:
                continue
        yield Proposal(
            country=places[country].country,
            indicator=indicators[code],
            edition=at.revision.name,
            reference_date=at.day,
            kind=AnswerKind.CHOSEN if option else AnswerKind.EXCEPTIONAL,
            option=option,
            points=None if option else answer.points,
            rationale=answer.rationale,
            sources=answer.sources,
        )


def _options(round_: Round) -> dict[tuple[str, Any], Option]:
    rows = Option.objects.filter(indicator__framework_id=round_.framework_id)
    return {(row.indicator.code, row.points): row for row in rows.select_related("indicator")}
