"""Try a draft of a framework on the answers of an edition: what would the scores have been?

Nothing is written. An answer comes over where its question is the same one, as it does when a
round opens (carrying.py); a question that was recoded, merged, split or is new has none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from questionnaire.models import Country, Framework
from questionnaire.selectors.tree import framework_document
from questionnaire.services.framework.checking import faults_of
from scoring.engine.missing import Status
from scoring.engine.score import Cell, Row, score
from scoring.engine.tree import Methodology
from scoring.selectors import newest_method

from ..enums import RevisionState
from ..models import FrozenAnswer, FrozenScore, Revision
from .carrying import Questions, followed, questions_in, questions_of

LONGEST_LINE = 50
"""Versions that are followed back, each by what it was copied from."""
LEVELS = ("index", "strand")


@dataclass(frozen=True, slots=True)
class Figure:
    """One score then and now; None where there was, or would be, none.

    Exact   both are fractions of points. CHANGE is their exact difference.
    """

    node: str
    then: Fraction | None
    now: Fraction | None

    @property
    def change(self) -> Fraction | None:
        if self.then is None or self.now is None:
            return None
        return self.now - self.then


@dataclass(frozen=True, slots=True)
class Tried:
    """One country: its index, its strands, and how many questions have an answer of then.

    RANKED_THEN and RANKED_NOW say of how many countries the ranks are.
    """

    country: str
    name: str
    day: date
    index: Figure
    strands: tuple[Figure, ...]
    answered: int
    rank_then: int | None
    rank_now: int | None
    ranked_then: int
    ranked_now: int

    @property
    def moved(self) -> tuple[Figure, ...]:
        """The strands whose score is not what it was, the farthest first."""
        differing = [one for one in self.strands if one.then != one.now]
        return tuple(sorted(differing, key=_how_far, reverse=True))


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying: the figures, or in TROUBLES why there are none.

    CARRIED and BROKEN are the draft's questions by code: those with an answer of then, and
    those whose line to the edition breaks.
    """

    revision: Revision | None
    index: str = ""
    countries: tuple[Tried, ...] = ()
    carried: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()


def revisions_to_try() -> list[Revision]:
    """Return what is published, the newest law first."""
    revisions = Revision.objects.filter(state=RevisionState.PUBLISHED)
    related = revisions.select_related("edition__round__framework", "run__method")
    return list(related.order_by("-cut_off", "-published_at", "-pk"))


def try_framework(framework: Framework, revision: Revision) -> Trial:
    """Compute a draft, as it stands, from the answers of REVISION at their latest date.

    The method is the edition's own where it is known, else the one locked last. A number of
    queries that does not grow with countries or questions.
    """
    document = framework_document(framework)
    faults = [str(words) for _where, words in faults_of(document)]
    older = questions_in(revision)
    method = revision.run.method if revision.run else newest_method()
    if older is None:
        faults.append(_("The questions of this edition cannot be read."))
    if method is None:
        faults.append(_("No method is locked. Load and lock the method of this index first."))
    if faults or older is None or method is None:
        return Trial(revision, troubles=tuple(faults))
    lines = _lines(framework, older)
    cells = list(_cells(document, revision, lines))
    methodology = Methodology.from_document({**document, "method": method.settings})
    now = {(row.country, row.node): row for row in score(methodology, cells).rows}
    index = next(each.code for each in methodology.indexes if each.headline)
    return Trial(
        revision=revision,
        index=index,
        countries=tuple(_tried(document, revision, index, cells, now)),
        carried=tuple(lines),
        broken=tuple(
            each["code"] for each in document["indicators"] if each["code"] not in lines
        ),
    )


def _lines(framework: Framework, older: Questions) -> dict[str, str]:
    """Return the draft's codes with those of the same questions in OLDER, version by version."""
    newer = questions_of(framework)
    lines = {code: code for code in newer.relations}
    versions = list(_versions_before(framework, older))
    for version in versions:
        lines, newer = followed(lines, newer, version), version
    return followed(lines, newer, older)


def _versions_before(framework: Framework, older: Questions) -> Iterator[Questions]:
    """Give what the draft was copied from, back to the version of OLDER; none if it is no such."""
    found: list[Questions] = []
    before = framework
    for _step in range(LONGEST_LINE):
        if (before.code, before.version) == (older.framework, older.version):
            yield from found
            return
        if before.copied_from is None:
            return
        before = before.copied_from
        found.append(questions_of(before))


def _cells(
    document: Mapping[str, Any], revision: Revision, lines: Mapping[str, str]
) -> Iterator[Cell]:
    """Give the edition's answers under the draft's codes; an option is known by its points."""
    codes = {before: code for code, before in lines.items()}
    options = {
        entry["code"]: {option["points"] for option in entry["options"]}
        for entry in document["indicators"]
    }
    answers = FrozenAnswer.objects.filter(revision=revision).order_by("pk")
    columns = ("country", "indicator", "reference_date", "status", "option", "points")
    rows = list(answers.values_list(*columns))
    latest: dict[str, date] = {}
    for country, _code, day, *_rest in rows:
        latest[country] = max(day, latest.get(country, day))
    for country, before, day, status, option, points in rows:
        code = codes.get(before)
        if code is None or day != latest[country]:
            continue
        if option is not None and points not in options[code]:
            continue
        yield Cell(country, code, day.isoformat(), Status(status), points)


def _tried(
    document: Mapping[str, Any],
    revision: Revision,
    index: str,
    cells: list[Cell],
    now: Mapping[tuple[str, str], Row],
) -> Iterator[Tried]:
    days: dict[str, str] = {}
    answered: dict[str, int] = {}
    for cell in cells:
        days[cell.country] = cell.date
        answered[cell.country] = answered.get(cell.country, 0) + 1
    frozen = FrozenScore.objects.filter(revision=revision, level__in=LEVELS).order_by("pk")
    then = _scores_then(frozen, days)
    strands = [each["code"] for each in document["aggregates"] if each["parent"] is None]
    names = dict(Country.objects.filter(code__in=days).values_list("code", "name"))
    headline = index if any(node == index for _country, node in then) else _index_of(then)
    fields = Counter(
        str(one.reference_date) for one in frozen if one.node == headline and one.rank
    )
    fields_now = Counter(one.date for one in now.values() if one.node == index and one.rank)
    for country in sorted(days, key=lambda code: names.get(code, code)):
        row, before = now.get((country, index)), then.get((country, headline))
        yield Tried(
            country=country,
            name=names.get(country, country),
            day=date.fromisoformat(days[country]),
            index=_figure(index, before, row),
            strands=tuple(
                _figure(code, then.get((country, code)), now.get((country, code)))
                for code in strands
            ),
            answered=answered[country],
            rank_then=before.rank if before else None,
            rank_now=row.rank if row else None,
            ranked_then=fields[days[country]],
            ranked_now=fields_now[days[country]],
        )


def _scores_then(
    rows: Iterable[FrozenScore], days: Mapping[str, str]
) -> dict[tuple[str, str], FrozenScore]:
    return {
        (row.country, row.node): row
        for row in rows
        if row.reference_date.isoformat() == days.get(row.country)
    }


def _index_of(then: Mapping[tuple[str, str], FrozenScore]) -> str:
    """Return the only index of the edition, or the empty string where it has several."""
    found = {node for (_country, node), row in then.items() if row.level == "index"}
    return found.pop() if len(found) == 1 else ""


def _figure(node: str, then: FrozenScore | None, now: Row | None) -> Figure:
    return Figure(node, then.exact if then else None, now.exact if now else None)


def _how_far(figure: Figure) -> Fraction:
    return abs((figure.now or Fraction(0)) - (figure.then or Fraction(0)))
