"""The figures that a text may name, and what it says where it names one.

A reference is a few words in double braces, such as ``{{score SE overall}}``; the words are listed
in docs/reference/figures-in-texts.md. The same reading serves a build, which has its facts at hand,
and the desk, which reads the tables of a folder.
"""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from scoring.engine.rounding import half_up

from . import tables
from .frozen import Frozen
from .pages.words import signed

BRACES = re.compile(r"\{\{(?P<words>[^{}]*)\}\}|\{\{|\}\}")
LEFT_OPEN = "[…]"
"""What stands for a figure that is not there yet."""

CACHED = 4

Values = dict[str, str]
"""What each reference of a text says, by the reference."""


class NoSuchFigure(ValueError):
    """The reference names nothing that can be; the message says what of it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a country or of a group: exact, shown, ranked. SHOWN is None without one."""

    exact: Fraction | None
    shown: int | None
    rank: int | None = None
    tied: bool = False
    band: str = ""


Series = dict[tuple[str, str], dict[date, Figure]]
"""Figures by country or group and node, then by reference date."""


@dataclass(slots=True)
class Figures:
    """All figures of an edition or a rehearsal. Codes are read whatever their case."""

    source: str
    day: date
    """The edition's own day: a country may have another one, and is then ranked apart."""
    nodes: dict[str, str]
    countries: dict[str, str]
    groups: dict[str, str]
    bands: dict[str, str]
    questions: int
    strands: int
    scores: Series
    means: Series
    _codes: dict[str, dict[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        named = {"node": self.nodes, "country": self.countries, "group": self.groups}
        self._codes = {
            kind: {code.casefold(): code for code in titles} for kind, titles in named.items()
        }

    def code(self, kind: str, said: str) -> str:
        """Return the code that SAID means. Raises NoSuchFigure."""
        found = self._codes[kind].get(said.casefold())
        if found is None:
            reason = {
                "node": _("there is no score “%(code)s”"),
                "country": _("there is no country “%(code)s”"),
                "group": _("there is no group “%(code)s”"),
            }[kind]
            raise NoSuchFigure(reason % {"code": said})
        return found

    def last_day(self, series: Series, whose: str) -> date | None:
        days = [day for (who, _node), found in series.items() if who == whose for day in found]
        return max(days, default=None)

    def value_of(self, reference: str) -> str | None:
        """Return what the reference says now; None where the figure is not there yet.

        Raises NoSuchFigure if it can never be there: a word or a code that is none.
        """
        word, *rest = reference.split()
        if word not in WORDS:
            known = ", ".join(sorted(WORDS))
            raise NoSuchFigure(_("the first word is one of %(known)s") % {"known": known})
        return WORDS[word](self, rest)


# --- Where figures come from -------------------------------------------------------------


def of_frozen(frozen: Frozen) -> Figures:
    """Return the figures of a build that is under way."""
    return _figures(
        frozen.methodology,
        source=frozen.revision.name,
        day=frozen.revision.cut_off,
        countries={each.code: each.name for each in frozen.countries},
        groups={each.group: each.name for each in frozen.groups},
        scores=(
            (
                row.country,
                row.node,
                row.date,
                row.exact,
                row.shown,
                row.rank,
                row.tied,
                row.band,
            )
            for row in tables.results(frozen).rows
        ),
        means=(
            (row.group, row.node, row.date, row.exact, row.shown)
            for row in tables.group_rows(frozen)
        ),
    )


@lru_cache(maxsize=CACHED)
def of_folder(folder: Path, _hash: str) -> Figures:
    """Return the figures of a folder that was built. A folder of that hash never changes.

    Raises OSError if a table is missing.
    """
    methodology = json.loads((folder / "methodology.json").read_text(encoding="utf-8"))
    about = json.loads((folder / "edition.json").read_text(encoding="utf-8"))
    return _figures(
        methodology,
        source=about["name"],
        day=date.fromisoformat(about["cut_off"]),
        countries={row["country"]: row["name"] for row in _rows(folder, "countries.csv")},
        groups={row["group"]: row["name"] for row in _rows(folder, "groups.csv")},
        scores=(
            (
                *_place(row, "country"),
                _whole(row["rank"]),
                row["tied"] == tables.engine.YES_NO[True],
                row["band"],
            )
            for row in _rows(folder, "results.csv")
        ),
        means=(_place(row, "group") for row in _rows(folder, "group_results.csv")),
    )


def _rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _place(row: Mapping[str, str], whose: str) -> tuple[Any, ...]:
    exact = Fraction(row["exact"]) if row["exact"] else None
    return row[whose], row["node"], row["reference_date"], exact, _whole(row["display"])


def _whole(text: str) -> int | None:
    return int(text) if text else None


def _figures(
    document: Mapping[str, Any],
    *,
    source: str,
    day: date,
    countries: dict[str, str],
    groups: dict[str, str],
    scores: Iterable[tuple[Any, ...]],
    means: Iterable[tuple[Any, ...]],
) -> Figures:
    shown = [each for each in document["aggregates"] if each.get("shown", True)]
    return Figures(
        source=source,
        day=day,
        nodes={each["code"]: each["title"] for each in (*document["indexes"], *shown)},
        countries=countries,
        groups=groups,
        bands={band["code"]: band["title"] for band in document["method"]["bands"]},
        questions=len(document["indicators"]),
        strands=sum(each["kind"] == "strand" for each in document["aggregates"]),
        scores=_series(scores),
        means=_series(means),
    )


def _series(rows: Iterable[tuple[Any, ...]]) -> Series:
    found: Series = defaultdict(dict)
    for whose, node, day, *figure in rows:
        *rest, band = figure if len(figure) > 2 else (*figure, None, False, "")  # noqa: PLR2004 (a mean has no rank)
        found[whose, node][date.fromisoformat(day)] = Figure(*rest, band=band or "")
    return dict(found)


# --- The words ---------------------------------------------------------------------------


def _score(figures: Figures, said: list[str]) -> str | None:
    found = _of_country(figures, said)
    return None if found is None or found.shown is None else str(found.shown)


def _rank(figures: Figures, said: list[str]) -> str | None:
    found = _of_country(figures, said)
    if found is None or found.rank is None:
        return None
    return f"{found.rank}=" if found.tied else str(found.rank)


def _band(figures: Figures, said: list[str]) -> str | None:
    found = _of_country(figures, said)
    return figures.bands.get(found.band) if found and found.shown is not None else None


def _mean(figures: Figures, said: list[str]) -> str | None:
    group, node, day = _taken(said, 2)
    place = figures.code("group", group), figures.code("node", node)
    found = _at(figures.means, place, day, figures.last_day(figures.means, place[0]))
    return None if found is None or found.shown is None else str(found.shown)


def _change(figures: Figures, said: list[str]) -> str | None:
    """From the day that is named, or else the first, to the country's last: rounded once."""
    country, node, day = _taken(said, 2)
    place = figures.code("country", country), figures.code("node", node)
    scored = {
        each: figure.exact
        for each, figure in sorted(figures.scores.get(place, {}).items())
        if figure.exact is not None
    }
    last = figures.last_day(figures.scores, place[0])
    first = _named(scored, day) if day else next(iter(scored), None)
    if first is None or last not in scored or first == last:
        return None
    return signed(half_up(scored[last] - scored[first]))


def _count(figures: Figures, said: list[str]) -> str | None:
    """Say how many countries, questions or areas there are, or are ranked on its day."""
    wholes = {
        "countries": len(figures.countries),
        "questions": figures.questions,
        "areas": figures.strands,
    }
    if len(said) == 1 and said[0] in wholes:
        return str(wholes[said[0]])
    if len(said) == 2 and said[0] == "ranked":  # noqa: PLR2004 (ranked, and a node)
        node = figures.code("node", said[1])
        of_node = [found for (_who, at), found in figures.scores.items() if at == node]
        then = [found[figures.day] for found in of_node if figures.day in found]
        return str(sum(figure.rank is not None for figure in then))
    raise NoSuchFigure(_("count countries, count questions, count areas or count ranked CODE"))


def _of_country(figures: Figures, said: list[str]) -> Figure | None:
    country, node, day = _taken(said, 2)
    place = figures.code("country", country), figures.code("node", node)
    return _at(figures.scores, place, day, figures.last_day(figures.scores, place[0]))


def _taken(said: list[str], count: int) -> tuple[str, ...]:
    """Return COUNT words, and the day or the empty string. Raises NoSuchFigure."""
    if not count <= len(said) <= count + 1:
        raise NoSuchFigure(_("it takes a code, a score’s code, and perhaps a year"))
    *codes, day = said if len(said) > count else (*said, "")
    if day and not re.fullmatch(r"\d{4}(-\d\d-\d\d)?", day):
        raise NoSuchFigure(_("“%(day)s” is no year and no day") % {"day": day})
    return (*codes, day)


def _at(series: Series, place: tuple[str, str], day: str, last: date | None) -> Figure | None:
    found = series.get(place, {})
    wanted = _named(found, day) if day else last
    return found.get(wanted) if wanted else None


def _named(days: Iterable[date], said: str) -> date | None:
    """Return the day that a year or an ISO date names; None where none or several do."""
    found = [day for day in days if day.isoformat().startswith(said)]
    return found[0] if len(found) == 1 else None


WORDS: dict[str, Callable[[Figures, list[str]], str | None]] = {
    "score": _score,
    "rank": _rank,
    "band": _band,
    "change": _change,
    "mean": _mean,
    "count": _count,
}


# --- Texts with references ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its figures. GAPS are the references without a figure as yet, in order.

    PROBLEMS are sentences: what is no reference, and where it stands.
    """

    text: str
    values: Values
    gaps: tuple[str, ...]
    problems: tuple[str, ...]


def fill(text: str, figures: Figures | None) -> Filled:
    """Put the figures into the text; without FIGURES only the form of each reference is read."""
    values: Values = {}
    gaps: dict[str, None] = {}
    problems: list[str] = []

    def put(found: re.Match[str]) -> str:
        reference = " ".join((found["words"] or "").split())
        try:
            value = _value(reference, figures)
        except NoSuchFigure as problem:
            line = text.count("\n", 0, found.start()) + 1
            facts = {"line": line, "reference": found[0], "reason": problem}
            problems.append(_("Line %(line)s, %(reference)s: %(reason)s.") % facts)
            return f"[{reference}]" if reference else LEFT_OPEN
        if value is None:
            gaps[reference] = None
            return LEFT_OPEN
        values[reference] = value
        return value

    return Filled(BRACES.sub(put, text), values, tuple(gaps), tuple(problems))


def _value(reference: str, figures: Figures | None) -> str | None:
    if not reference:
        raise NoSuchFigure(_("braces come in pairs, with words between them"))
    if figures is not None:
        return figures.value_of(reference)
    if reference.split(maxsplit=1)[0] not in WORDS:
        known = ", ".join(sorted(WORDS))
        raise NoSuchFigure(_("the first word is one of %(known)s") % {"known": known})
    return None
