"""One indicator: the question, its options, every country's answer with its address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..frozen import AnswerFacts
from . import strand, words
from .book import Book, Country, Indicator, Option


@dataclass(frozen=True, slots=True)
class CellLine:
    """One country's answer. Its address is the page and ``#`` and the country's code."""

    country: Country
    words: str
    rationale: str
    basis: str
    sources: list[words.SourceLine]
    before: str


@dataclass(frozen=True, slots=True)
class CellGroup:
    title: str
    points: str
    count: str
    cells: list[CellLine]


def context(book: Book, indicator: Indicator) -> dict[str, Any]:
    """Return all that an indicator's page shows."""
    parent = book.nodes[indicator.parent]
    line = strand.line(book, indicator)
    weight = str(indicator.facts.get("weight", "1"))
    return {
        "indicator": indicator,
        "strand": book.nodes[indicator.strand],
        "parent": None if parent.code == indicator.strand else parent,
        "evidence": _evidence(indicator.facts.get("evidence", "")),
        "weight": "" if weight == "1" else weight,
        "standards": standards(book, indicator),
        "forerunners": words.listed(
            [str(each) for each in indicator.facts.get("forerunners", ())]
        ),
        "line": line,
        "finding": line.words,
        "groups": groups(book, indicator),
    }


def _evidence(kind: str) -> str:
    return {
        "law": _("The law, as it stands on the reference date"),
        "practice": _("What is done in practice on the reference date"),
    }.get(kind, kind)


def standards(book: Book, indicator: Indicator) -> list[dict[str, Any]]:
    """Return the standards that the indicator is measured by."""
    known = {each["code"]: each for each in book.document.get("standards", ())}
    return [
        {
            "title": ", ".join(
                part for part in (known[code]["title"], known[code].get("article")) if part
            ),
            "url": known[code].get("url", ""),
            "minimum_only": known[code].get("minimum_only", False),
        }
        for code in indicator.facts.get("standards", ())
    ]


def groups(book: Book, indicator: Indicator) -> list[CellGroup]:
    """Group the countries by option, in the options' order; what is no option comes last."""
    cells: dict[int | None, list[CellLine]] = {}
    for country in book.countries:
        answer = book.answer(country.code, indicator.code)
        place = answer.option if answer is not None else None
        cells.setdefault(place, []).append(_cell(book, indicator, country, answer))
    found = [_group(option, cells.get(option.place, [])) for option in indicator.options]
    if None in cells:
        found.append(CellGroup(_("No option"), "", counted(len(cells[None])), cells[None]))
    return found


def _group(option: Option, cells: list[CellLine]) -> CellGroup:
    return CellGroup(option.label, str(option.points), counted(len(cells)), cells)


def counted(count: int) -> str:
    return ngettext("%(n)s country", "%(n)s countries", count) % {"n": count}


def _cell(
    book: Book, indicator: Indicator, country: Country, answer: AnswerFacts | None
) -> CellLine:
    plain = answer is not None and answer.option is not None
    return CellLine(
        country=country,
        words="" if plain else words.answer_words(indicator, answer),
        rationale=answer.rationale if answer else "",
        basis=words.basis_words(book, answer),
        sources=words.source_lines(answer.sources) if answer else [],
        before=_before(book, indicator, country),
    )


def _before(book: Book, indicator: Indicator, country: Country) -> str:
    """Say the earlier answers of this edition; empty where there was no other."""
    runs = words.answer_runs(book, indicator, country.code)
    earlier = [
        _("%(years)s: %(answer)s") % {"years": run.years, "answer": run.words}
        for run in runs[:-1]
    ]
    return " ".join(earlier)
