"""The texts of a framework beside their translations, one part of it at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from questionnaire.models import Framework, Translation
from questionnaire.selectors.tree import framework_document
from questionnaire.services.framework.documents import Document
from questionnaire.services.framework.translating import Text, texts_of

from . import words

GENERAL = "general"


@dataclass(frozen=True, slots=True)
class Row:
    """A text and its translation, which is empty where it is missing.

    OUTDATED_ON is the day on which the text became another than MADE_OF, which was translated.
    """

    address: str
    label: str
    base: str
    text: str
    made_of: str = ""
    outdated_on: date | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A strand, or what belongs to none: how many texts are missing, how many out of date."""

    code: str
    title: Any
    texts: int
    missing: int
    outdated: int


@dataclass(frozen=True, slots=True)
class TranslationPage:
    language: str
    parts: tuple[Part, ...]
    part: Part
    rows: tuple[Row, ...]
    missing: int
    outdated: int
    total: int


def translation_page(framework: Framework, language: str, part: str) -> TranslationPage:
    """Return one part of a framework in a language; the first one where PART is none."""
    document = framework_document(framework)
    strand_of = _strands(document)
    rows = framework.translations.filter(language=language)
    done = {row.address: row for row in rows}
    sorted_: dict[str, list[Text]] = {GENERAL: []}
    for text in texts_of(document):
        code = strand_of.get((text.section, text.code), GENERAL)
        sorted_.setdefault(code, []).append(text)
    titles = {entry["code"]: entry["title"] for entry in document["aggregates"]}
    titles[GENERAL] = _("The framework, its indexes and standards")
    parts = tuple(_part(code, titles[code], texts, done) for code, texts in sorted_.items())
    chosen = next((each for each in parts if each.code == part), parts[0])
    rows = tuple(_row(text, done) for text in sorted_[chosen.code])
    return TranslationPage(
        language=language,
        parts=parts,
        part=chosen,
        rows=rows,
        missing=sum(each.missing for each in parts),
        outdated=sum(each.outdated for each in parts),
        total=sum(each.texts for each in parts),
    )


def _part(code: str, title: Any, texts: list[Text], done: dict[str, Translation]) -> Part:
    there = [done[text.address] for text in texts if text.address in done]
    outdated = sum(row.outdated_on is not None for row in there)
    return Part(code, title, len(texts), len(texts) - len(there), outdated)


def _row(text: Text, done: dict[str, Translation]) -> Row:
    _kind, *where = text.address.split("/")
    key = str(words.KEYS.get(where[-1], _OF_OPTION.get(where[-1], where[-1])))
    label = " · ".join([text.code, *where[1:-1], key])
    row = done.get(text.address)
    if row is None:
        return Row(text.address, label, text.base, "")
    return Row(text.address, label, text.base, row.text, row.made_of, row.outdated_on)


_OF_OPTION = {"label": _("Option"), "description": _("Description of the option")}


def _strands(document: Document) -> dict[tuple[str, str], str]:
    """Return the strand of each aggregate and indicator."""
    parents = {entry["code"]: entry["parent"] for entry in document["aggregates"]}

    def strand(code: str) -> str:
        while parents[code] is not None:
            code = parents[code]
        return code

    found = {("aggregates", code): strand(code) for code in parents}
    for entry in document["indicators"]:
        found["indicators", entry["code"]] = strand(entry["parent"])
    return found
