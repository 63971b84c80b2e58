"""The site map of an edition: every page with its template and what it shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..tables import DataFile
from . import (
    changes,
    contributors,
    country,
    indicator,
    method,
    ranking,
    reports,
    robustness,
    score,
    strand,
    words,
    written,
)
from .book import Book, Country, Indicator, Node


@dataclass(frozen=True, slots=True)
class Page:
    """PATH is relative to the edition's folder; CRUMBS lead back up to it."""

    path: str
    template: str
    section: str
    title: str
    context: dict[str, Any]
    crumbs: tuple[tuple[str, str], ...] = ()
    citation: str = ""


def pages(book: Book, files: Sequence[DataFile]) -> Iterator[Page]:
    """Give every page of the edition. Each is made when it is asked for."""
    cited = partial(_cited, book)
    yield cited(_home(book))
    yield cited(_countries(book))
    for each in book.countries:
        yield cited(_country(book, each))
        yield cited(_score(book, each))
    yield cited(_strands(book))
    for node in book.strands:
        yield cited(_strand(book, node))
    yield cited(_indicators(book))
    for asked in book.indicators.values():
        yield cited(_indicator(book, asked))
    yield from map(cited, _written(book))
    yield from map(cited, _changes(book))
    if contributors.is_there(book):
        yield cited(_credits(book))
    yield from map(cited, _reports(book))
    yield cited(_method(book))
    yield cited(_data(book, files))


def _cited(book: Book, page: Page) -> Page:
    """Add how to cite the page: publisher, title, edition, page, its address in the edition."""
    revision = book.revision
    if revision.provisional:
        return replace(page, citation=revision.provisional)
    said = _(
        "%(publisher)s: %(title)s, edition %(name)s. %(page)s. The law on %(day)s. "
        "%(name)s/%(path)s"
    )
    if page.title == revision.title:
        said = _(
            "%(publisher)s: %(title)s, edition %(name)s. The law on %(day)s. %(name)s/%(path)s"
        )
    citation = said % {
        "publisher": revision.publisher,
        "title": revision.title,
        "name": revision.name,
        "page": page.title,
        "day": words.day_words(revision.cut_off),
        "path": page.path,
    }
    return replace(page, citation=citation)


def _home(book: Book) -> Page:
    ranked = ranking.context(book, book.headline, with_strands=True)
    lead = _(
        "What the law of %(countries)s countries offers to migrants, in %(strands)s policy "
        "areas and %(questions)s questions. The law on %(day)s; 100 points are the highest "
        "standards."
    ) % {
        "countries": len(book.countries),
        "strands": len(book.strands),
        "questions": len(book.indicators),
        "day": words.day_words(book.revision.cut_off),
    }
    shown = {
        "lead": lead,
        "ranking": ranked,
        "bands": ranking.band_lines(book, ranked["rows"]),
        "cards": [_strand_card(book, node) for node in book.strands],
        "notice": book.revision.notice,
        "changes": changes.notice(book),
        "written": written.cards(book),
        "credits": [contributors.card()] if contributors.is_there(book) else [],
        "reports": reports.cards(book),
    }
    return Page("index.html", "editions/index.html", "countries", book.revision.title, shown)


def _strand_card(book: Book, node: Node) -> dict[str, str]:
    count = len(book.indicators_in(node.code))
    asked = ngettext("%(n)s question.", "%(n)s questions.", count) % {"n": count}
    mean = ranking.mean_words(book, node)
    words_ = _("%(asked)s %(mean)s.") % {"asked": asked, "mean": mean} if mean else asked
    return {"title": node.title, "href": node.href, "words": words_}


def _countries(book: Book) -> Page:
    shown = {
        "lead": _("Every country of this edition, by name."),
        "cards": [_country_card(book, each) for each in book.countries],
        "not_assessed": sorted(book.frozen.not_assessed, key=lambda each: each.name),
    }
    return Page(
        "countries.html", "editions/countries.html", "countries", _("All countries"), shown
    )


def _country_card(book: Book, each: Country) -> dict[str, str]:
    score = book.score(each.code, book.headline.code)
    if score is None or score.shown is None:
        said = _("No score.")
    else:
        band = book.band_titles.get(score.band, "")
        said = _("%(shown)s points, %(band)s.") % {"shown": score.shown, "band": band}
    return {"title": each.name, "href": each.href, "words": said}


def _country(book: Book, each: Country) -> Page:
    shown = country.context(book, each)
    score, change = shown["score"], shown["change"]
    shown |= {
        "basis": words.usual_basis_words(book),
        "own_words": f"{each.name} {score.shown}" if score else "",
        "mean_words": ranking.mean_words(book, book.headline),
        "before": change.first if change else None,
        "before_words": f"{change.since}: {change.first}" if change else "",
        "mean_note": ranking.group_note(book),
        "group_short": book.group.short if book.group else "",
        "group_words": _("%(group)s mean") % {"group": book.group.short} if book.group else "",
        "first_label": book.label(book.days[0]) if book.days else "",
        "last_label": book.label(book.days[-1]) if book.days else "",
    }
    shown["note"] = written.note_on(book, each.code)
    shown["firm"] = robustness.interval_of(book, each.code)
    crumbs = ((_("Countries"), "countries.html"),)
    return Page(each.href, "editions/country.html", "countries", each.name, shown, crumbs)


def _score(book: Book, each: Country) -> Page:
    shown = score.context(book, each)
    title = _("%(country)s: how the score comes about") % {"country": each.name}
    crumbs = ((_("Countries"), "countries.html"), (each.name, each.href))
    return Page(each.score_href, "editions/score.html", "countries", title, shown, crumbs)


def _strands(book: Book) -> Page:
    shown = {
        "lead": _(
            "Each policy area has a ranking of its own, its questions and their answers."
        ),
        "cards": [_strand_card(book, node) for node in book.strands],
    }
    return Page(
        "strands/index.html", "editions/countries.html", "strands", _("Policy areas"), shown
    )


def _strand(book: Book, node: Node) -> Page:
    shown = strand.context(book, node)
    count = len(book.indicators_in(node.code))
    shown["lead"] = _("%(asked)s It counts in: %(indexes)s.") % {
        "asked": ngettext("%(n)s question.", "%(n)s questions.", count) % {"n": count},
        "indexes": "; ".join(shown["parts_of"]),
    }
    crumbs = ((_("Policy areas"), "strands/index.html"),)
    return Page(node.href, "editions/strand.html", "strands", node.title, shown, crumbs)


def _indicators(book: Book) -> Page:
    shown = {
        "lead": _("Every question, by policy area."),
        "strands": [
            {
                "code": node.code,
                "title": node.title,
                "href": node.href,
                "lines": book.indicators_in(node.code),
            }
            for node in book.strands
        ],
    }
    return Page(
        "indicators/index.html",
        "editions/indicators.html",
        "indicators",
        _("Indicators"),
        shown,
    )


def _indicator(book: Book, asked: Indicator) -> Page:
    shown = indicator.context(book, asked)
    shown["cite_words"] = _("Address of the answer of")
    shown["basis"] = words.usual_basis_words(book)
    crumbs = ((_("Indicators"), "indicators/index.html"),)
    return Page(asked.href, "editions/indicator.html", "indicators", asked.title, shown, crumbs)


def _written(book: Book) -> Iterator[Page]:
    """Give the pages of what was written for the edition; none where nothing was."""
    template = "editions/written.html"
    findings, press = written.findings(book), written.press(book)
    if findings:
        shown = {"texts": findings}
        yield Page(written.FINDINGS, template, "findings", _("Findings"), shown)
    if press:
        shown = {"texts": [press], "is_one": True}
        yield Page(written.PRESS, template, "press", press.title, shown)


def _changes(book: Book) -> Iterator[Page]:
    """Give the page on what the revision changed; none for the first of its edition."""
    succession = book.frozen.succession
    if succession is not None:
        shown = changes.context(book, succession)
        title = changes.title_of(succession)
        yield Page(changes.PATH, "editions/changes.html", "data", title, shown)


def _credits(book: Book) -> Page:
    lead = _(
        "The people who answered, reviewed and ruled, as far as they asked to be named. Who"
        " reviewed which country is told to nobody."
    )
    shown = {"lead": lead, **contributors.context(book)}
    return Page(
        contributors.PATH, "editions/contributors.html", "method", _("Contributors"), shown
    )


def _reports(book: Book) -> Iterator[Page]:
    """Give the pages on reliability and robustness; none where the edition has none."""
    for each in reports.pages(book):
        yield Page(each.path, each.template, "method", each.title, each.shown)


def _method(book: Book) -> Page:
    shown = method.context(book)
    shown["lead"] = _(
        "%(title)s, version %(version)s; method %(method)s, version %(rules)s."
    ) % {
        "title": book.document["framework"]["title"],
        "version": book.document["framework"]["version"],
        "method": book.method["code"],
        "rules": book.method["version"],
    }
    shown["reports"] = reports.cards(book)
    return Page("method.html", "editions/method.html", "method", _("Method"), shown)


def _data(book: Book, files: Sequence[DataFile]) -> Page:
    revision = book.revision
    shown = {
        "lead": _("Everything that the pages show, as files. Licence: %(licence)s.")
        % {"licence": revision.licence},
        "files": files,
        "commands": COMMANDS,
        "replay": REPLAY if book.firmness else {},
        "audit": {"length": revision.audit_length, "head": revision.audit_head},
    }
    return Page("data.html", "editions/data.html", "data", _("Data"), shown)


COMMANDS = {
    "verify": "sha256sum --check SHA256SUMS",
    "recompute": "PYTHONPATH=reproduce python3 -m scoring.engine score . --out recomputed",
    "compare": "cmp recomputed/results.csv results.csv",
}
REPLAY = {
    "run": (
        "PYTHONPATH=reproduce python3 -m scoring.engine robustness . --out replayed"
        " --spec robustness/spec.json --design robustness/design.csv"
    ),
    "compare": "cmp replayed/rank_stats.csv robustness/rank_stats.csv",
}
