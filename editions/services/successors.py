"""A revision that starts from another one: what it takes over, what it changes, what that does.

A correction changes the answers that were accepted as wrong; an extension adds countries. All else
is read from what was frozen, never from what people still edit.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from mipex_site.base.errors import Refusal

from ..enums import RevisionKind
from ..models import Correction, FrozenAnswer, FrozenScore, Revision
from . import folders, freeze, naming, reports, texts
from .frozen import (
    AnswerFacts,
    CellChange,
    CountryFacts,
    Frozen,
    MembershipFacts,
    NotAssessedFacts,
    ScoreChange,
    ScoreFacts,
    SourceFacts,
    SuccessionFacts,
)
from .tables import NOT_ASSESSED, SAID

CORRECTED = "corrected"
"""The basis of an answer that a correction put right."""

DAYS = ("in_force_from", "in_force_until", "published_on")


def facts_of(revision: Revision) -> Frozen:
    """Return all that a revision says that starts from another one. The same on every attempt.

    Raises Refusal if the revision before is not as it was signed.
    """
    before = frozen_of(revision.based_on)
    if revision.kind == RevisionKind.EXTENSION:
        frozen, cells = _extended(revision, before), ()
    else:
        frozen, cells = _corrected(revision, before)
    frozen = freeze.scored(replace(frozen, revision=freeze.head_of(revision)))
    frozen = replace(frozen, succession=_succession(revision, before, frozen, cells))
    written = texts.facts_for(revision.edition.round, frozen, with_drafts=False)
    frozen = replace(frozen, texts=written, credits=naming.facts_for(revision))
    return reports.with_reports(frozen, revision)


def frozen_of(revision: Revision) -> Frozen:
    """Return a built revision as it was frozen, but for its texts and its groups' means.

    Raises Refusal if its folder is not the one that was signed.
    """
    if folders.hash_of(revision.folder) != revision.hash:
        raise Refusal(
            _("The files of %(revision)s are not those that were signed.")
            % {"revision": revision.name}
        )
    folder = folders.root() / revision.folder
    return Frozen(
        revision=freeze.head_of(revision),
        methodology=methodology_of(revision),
        countries=tuple(_countries(folder)),
        groups=tuple(_groups(folder)),
        answers=tuple(map(_answer, revision.answers.order_by(*_CELL))),
        scores=tuple(
            map(_score, revision.scores.order_by("country", "node", "reference_date"))
        ),
        group_scores=(),
        not_assessed=tuple(_not_assessed(folder)),
    )


def methodology_of(revision: Revision) -> dict[str, Any]:
    """Return the framework and method of a built revision, as its folder has them."""
    file = folders.root() / revision.folder / "methodology.json"
    return json.loads(file.read_text(encoding="utf-8"))


_CELL = ("country", "indicator", "reference_date")


def _corrected(revision: Revision, before: Frozen) -> tuple[Frozen, tuple[CellChange, ...]]:
    accepted = Correction.objects.filter(request__issued_in=revision)
    right = {
        (one.request.country, one.request.indicator, one.request.reference_date): one
        for one in accepted.select_related("request")
    }
    answers, cells = [], []
    for answer in before.answers:
        correction = right.pop(_cell_of(answer), None)
        if correction is None:
            answers.append(answer)
            continue
        answers.append(_put_right(answer, correction))
        words = correction.request.public_words
        cells.append(CellChange(*_cell_of(answer), answer, answers[-1], words))
    if right:
        raise Refusal(_("An accepted correction names an answer that is not in the edition."))
    return replace(before, answers=tuple(answers)), tuple(cells)


def _put_right(answer: AnswerFacts, correction: Correction) -> AnswerFacts:
    return replace(
        answer,
        status=correction.status,
        option=correction.option,
        points=correction.points,
        basis=CORRECTED,
        rationale=correction.rationale,
        sources=tuple(map(_source, correction.sources)),
    )


def _extended(revision: Revision, before: Frozen) -> Frozen:
    """Add what the review of the joining round settled. It asks what the edition asked."""
    round_, run = revision.joining, revision.run
    joining = freeze.settled(freeze.head_of(revision), round_, run.method)
    if joining.methodology != before.methodology:
        raise Refusal(_("The countries that join were asked by another framework or method."))
    here = {country.code for country in before.countries}
    if twice := sorted(here & {country.code for country in joining.countries}):
        raise Refusal(
            _("%(countries)s: already in the edition.") % {"countries": ", ".join(twice)}
        )
    new = {country.code for country in joining.countries}
    groups = [*before.groups, *(one for one in joining.groups if one.country in new)]
    return replace(
        before,
        countries=_sorted((*before.countries, *joining.countries), ("code",)),
        groups=_sorted(groups, ("group", "country", "first_day")),
        answers=_sorted((*before.answers, *joining.answers), _CELL),
        not_assessed=tuple(one for one in before.not_assessed if one.code not in new),
    )


def _sorted(facts: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(sorted(facts, key=lambda one: tuple(getattr(one, name) for name in names)))


def _succession(
    revision: Revision, before: Frozen, after: Frozen, cells: tuple[CellChange, ...]
) -> SuccessionFacts:
    here = {country.code for country in before.countries}
    return SuccessionFacts(
        before=revision.based_on.name,
        kind=revision.kind,
        words=revision.reason,
        joined=tuple(one.code for one in after.countries if one.code not in here),
        cells=cells,
        scores=tuple(_moved(before, after)),
    )


def _moved(before: Frozen, after: Frozen) -> Iterator[ScoreChange]:
    """Give every figure of both that is another now, or has another rank."""
    was = {_place(score): score for score in before.scores}
    then, now = fields_of(before.scores), fields_of(after.scores)
    for score in after.scores:
        old = was.get(_place(score))
        # Bounds and flags follow the answers, and editions of before have none.
        if old is not None and old != replace(score, lo=old.lo, hi=old.hi, flags=old.flags):
            field = score.node, score.reference_date
            ranked = [
                fields[field] if each.rank else None
                for fields, each in ((then, old), (now, score))
            ]
            yield ScoreChange(*_place(score), old, score, *ranked)


def fields_of(scores: Iterable[ScoreFacts]) -> Counter[tuple[str, date]]:
    """Count the countries that are ranked at each node and date."""
    ranked = (score for score in scores if score.rank is not None)
    return Counter((score.node, score.reference_date) for score in ranked)


def changed_unasked(before: Frozen, after: Frozen) -> Iterator[tuple[str, str]]:
    """Give country and question of each answer that differs and that nobody said would."""
    named = {(cell.country, cell.indicator, cell.reference_date) for cell in _cells(after)}
    now = {_cell_of(answer): answer for answer in after.answers}
    for answer in before.answers:
        cell = _cell_of(answer)
        if cell not in named and now.get(cell) != answer:
            yield answer.country, answer.indicator


def moved_by_joining(before: Frozen, after: Frozen) -> Iterator[tuple[str, str]]:
    """Give country and node of each figure that another country's coming has changed."""
    now = {_place(score): score for score in after.scores}
    for score in before.scores:
        there = now.get(_place(score))
        if there is None or (there.exact, there.shown) != (score.exact, score.shown):
            yield score.country, score.node


def _cells(frozen: Frozen) -> tuple[CellChange, ...]:
    return frozen.succession.cells if frozen.succession else ()


def _cell_of(answer: AnswerFacts) -> tuple[str, str, date]:
    return answer.country, answer.indicator, answer.reference_date


def _place(score: ScoreFacts) -> tuple[str, str, date]:
    return score.country, score.node, score.reference_date


def _answer(row: FrozenAnswer) -> AnswerFacts:
    known = {each.name: getattr(row, each.name) for each in fields(AnswerFacts)}
    return AnswerFacts(**known | {"sources": tuple(map(_source, row.sources))})


def _score(row: FrozenScore) -> ScoreFacts:
    return ScoreFacts(*(getattr(row, each.name) for each in fields(ScoreFacts)))


def _source(values: dict[str, Any]) -> SourceFacts:
    """Read a source as JSON holds it: dates are texts there."""
    days = {name: date.fromisoformat(values[name]) for name in DAYS if values.get(name)}
    empty = {"year": None, **dict.fromkeys(DAYS)}
    names = [each.name for each in fields(SourceFacts)]
    known = {name: values.get(name) or empty.get(name, "") for name in names}
    return SourceFacts(**known | days)


def _rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _countries(folder: Path) -> Iterator[CountryFacts]:
    for row in _rows(folder, "countries.csv"):
        yield CountryFacts(row["country"], row["alpha3"], row["name"])


def _not_assessed(folder: Path) -> Iterator[NotAssessedFacts]:
    if not (folder / NOT_ASSESSED).exists():
        return
    for row in _rows(folder, NOT_ASSESSED):
        yield NotAssessedFacts(
            code=row["country"],
            alpha3=row["alpha3"],
            name=row["name"],
            follows_later=row["follows_later"] == SAID[True],
            because=row["because"],
        )


def _groups(folder: Path) -> Iterator[MembershipFacts]:
    for row in _rows(folder, "groups.csv"):
        yield MembershipFacts(
            group=row["group"],
            name=row["name"],
            country=row["country"],
            first_day=date.fromisoformat(row["from"]),
            last_day=date.fromisoformat(row["to"]) if row["to"] else None,
        )
