"""One framework as a tree, with what is still wrong with it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from questionnaire.enums import FrameworkState
from questionnaire.models import Framework, Round
from questionnaire.selectors.tree import framework_document
from questionnaire.services.framework.checking import faults_of
from questionnaire.services.framework.documents import HEAD, Document, Entry, entries_of
from questionnaire.services.framework.shape import Fault
from questionnaire.services.framework.translating import texts_of

from . import words


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of the tree. DEPTH is 0 for a strand; FAULTS is how many it has."""

    section: str
    code: str
    title: str
    kind: str
    notes: tuple[str, ...]
    depth: int
    faults: int


@dataclass(frozen=True, slots=True)
class Strand:
    """A strand with all that lies below it, from the top down."""

    head: Row
    rows: tuple[Row, ...]
    questions: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """A sentence about the draft, and the entry that it is about."""

    section: str
    code: str
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class Language:
    """How far the translation into a language is."""

    code: str
    missing: int
    of: int


@dataclass(frozen=True, slots=True)
class FrameworkPage:
    framework: Framework
    head: Entry
    rounds: tuple[Round, ...]
    strands: tuple[Strand, ...]
    lists: tuple[tuple[str, Any, Any, tuple[Row, ...]], ...]
    """Standards, indexes and contradictions: section, title, words for a new one, rows."""
    troubles: tuple[Trouble, ...]
    languages: tuple[Language, ...]

    @property
    def is_draft(self) -> bool:
        return self.framework.state == FrameworkState.DRAFT


def framework_page(framework: Framework) -> FrameworkPage:
    """Return the whole framework; the number of queries does not grow with it."""
    document = framework_document(framework)
    faults = faults_of(document)
    below = _below(document)
    counted = Counter(address[:2] for address, _words in faults)
    rows = _Rows(document, below, counted)
    return FrameworkPage(
        framework=framework,
        head=document[HEAD],
        rounds=tuple(Round.objects.filter(framework=framework).order_by("-cut_off", "code")),
        strands=tuple(
            _strand(rows, entry) for entry in document["aggregates"] if entry["parent"] is None
        ),
        lists=tuple(
            (section, words.SECTIONS[section], words.NEW[section], tuple(rows.of(section)))
            for section in ("indexes", "standards", "contradictions")
        ),
        troubles=tuple(_trouble(document, fault) for fault in faults),
        languages=languages_of(framework, document),
    )


def languages_of(framework: Framework, document: Document) -> tuple[Language, ...]:
    """Return each language that has a translation, and how many texts it lacks; one query."""
    total = len(texts_of(document))
    done = Counter(framework.translations.values_list("language", flat=True))
    return tuple(Language(code, total - n, total) for code, n in sorted(done.items()))


def _below(document: Document) -> dict[str | None, list[tuple[str, Entry]]]:
    below: dict[str | None, list[tuple[str, Entry]]] = {}
    for section in ("aggregates", "indicators"):
        for entry in document[section]:
            below.setdefault(entry["parent"], []).append((section, entry))
    return below


class _Rows:
    def __init__(
        self,
        document: Document,
        below: dict[str | None, list[tuple[str, Entry]]],
        faults: Counter[tuple[Any, ...]],
    ) -> None:
        self.document, self.below, self.faults = document, below, faults
        self.places = {
            (section, entry["code"]): at
            for section in words.NEW
            for at, entry in enumerate(entries_of(document, section))
        }

    def of(self, section: str) -> list[Row]:
        entries = entries_of(self.document, section)
        return [self.row(section, entry, 0) for entry in entries]

    def row(self, section: str, entry: Entry, depth: int) -> Row:
        at = self.places[section, entry["code"]]
        return Row(
            section=section,
            code=entry["code"],
            title=entry.get("title") or entry.get("words", ""),
            kind=str(_kind(section, entry)),
            notes=tuple(map(str, _NOTES.get(section, _no_notes)(entry))),
            depth=depth,
            faults=self.faults[section, at],
        )

    def all_below(self, code: str, depth: int) -> list[Row]:
        rows: list[Row] = []
        for section, entry in self.below.get(code, ()):
            rows.append(self.row(section, entry, depth))
            if section == "aggregates":
                rows += self.all_below(entry["code"], depth + 1)
        return rows


def _strand(rows: _Rows, entry: Entry) -> Strand:
    below = rows.all_below(entry["code"], 1)
    questions = sum(row.section == "indicators" for row in below)
    return Strand(rows.row("aggregates", entry, 0), tuple(below), questions)


def _kind(section: str, entry: Entry) -> Any:
    if "kind" in entry:
        return words.label_of(section, "kind", entry["kind"])
    return words.ONE[section]


def _no_notes(entry: Entry) -> list[Any]:
    return []


def _of_indicator(entry: Entry) -> list[Any]:
    notes = [words.label_of("indicators", "evidence", entry["evidence"])]
    count = len(entry["options"])
    notes.append(ngettext("%(n)d option", "%(n)d options", count) % {"n": count})
    if entry["weight"] != "1":
        notes.append(_("weight %(weight)s") % {"weight": entry["weight"]})
    relation = words.label_of("indicators", "relation", entry["relation"])
    if entry["forerunners"]:
        named = ", ".join(map(str, entry["forerunners"]))
        relation = _("%(relation)s (%(forerunners)s)") % {
            "relation": relation,
            "forerunners": named,
        }
    return [*notes, relation]


def _of_aggregate(entry: Entry) -> list[Any]:
    notes = [words.label_of("aggregates", "rule", entry["rule"])]
    if entry["weight"] != "1":
        notes.append(_("weight %(weight)s") % {"weight": entry["weight"]})
    if entry["scored"]:
        notes.append(_("scored %(years)s") % {"years": ", ".join(entry["scored"])})
    if not entry["shown"]:
        notes.append(_("not shown"))
    return notes


def _of_index(entry: Entry) -> list[Any]:
    count = len(entry["strands"])
    notes = [ngettext("%(n)d strand", "%(n)d strands", count) % {"n": count}]
    return [_("headline"), *notes] if entry["headline"] else notes


def _of_standard(entry: Entry) -> list[Any]:
    return [value for value in (entry["article"], entry["year"]) if value]


_NOTES = {
    "indicators": _of_indicator,
    "aggregates": _of_aggregate,
    "indexes": _of_index,
    "standards": _of_standard,
}


def _trouble(document: Document, fault: Fault) -> Trouble:
    """Name the entry that a fault stands in; a fault of a whole section is the head's."""
    address, message = fault
    section = str(address[0]) if address else HEAD
    entries = entries_of(document, section) if section in words.SECTIONS else []
    at = address[1] if len(address) > 1 else None
    if section != HEAD and isinstance(at, int) and at < len(entries):
        entry = entries[at]
        title = entry.get("title") or entry["code"]
        return Trouble(section, entry["code"], title, str(message))
    return Trouble(
        HEAD, document[HEAD]["code"], str(words.SECTIONS.get(section, "")), str(message)
    )
