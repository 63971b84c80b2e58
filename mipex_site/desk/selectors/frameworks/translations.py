"""The texts of a framework beside their translations, one part of it at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from questionnaire.models import Framework
from questionnaire.selectors.tree import framework_document
from questionnaire.services.framework.documents import Document
from questionnaire.services.framework.translating import Text, texts_of

from . import words

GENERAL = "general"


@dataclass(frozen=True, slots=True)
class Row:
    """A text and its translation, which is empty where it is missing."""

    address: str
    label: str
    base: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A strand, or what belongs to none, with how many of its texts are missing."""

    code: str
    title: Any
    texts: int
    missing: int


@dataclass(frozen=True, slots=True)
class TranslationPage:
    language: str
    parts: tuple[Part, ...]
    part: Part
    rows: tuple[Row, ...]
    missing: int
    total: int


def translation_page(framework: Framework, language: str, part: str) -> TranslationPage:
    """Return one part of a framework in a language; the first one where PART is none."""
    document = framework_document(framework)
    strand_of = _strands(document)
    done = dict(framework.translations.filter(language=language).values_list("address", "text"))
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
        total=sum(each.texts for each in parts),
    )


def _part(code: str, title: Any, texts: list[Text], done: dict[str, str]) -> Part:
    missing = sum(text.address not in done for text in texts)
    return Part(code, title, len(texts), missing)


def _row(text: Text, done: dict[str, str]) -> Row:
    _kind, *where = text.address.split("/")
    key = str(words.KEYS.get(where[-1], _OF_OPTION.get(where[-1], where[-1])))
    label = " · ".join([text.code, *where[1:-1], key])
    return Row(text.address, label, text.base, done.get(text.address, ""))


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
