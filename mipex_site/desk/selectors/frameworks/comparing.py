"""Two documents beside each other: what was added, removed, changed and moved, in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from questionnaire.enums import Relation
from questionnaire.models import Framework
from questionnaire.selectors.tree import framework_document
from questionnaire.services.framework.differing import (
    ADDED,
    CHANGED,
    MOVED,
    REMOVED,
    Change,
    changes_between,
    word_by_word,
)
from questionnaire.services.framework.documents import Document

from . import words
from .entry import Difference, differences

WHAT = {
    ADDED: _("Added"),
    REMOVED: _("Removed"),
    CHANGED: _("Changed"),
    MOVED: _("Put in another order"),
}
UNSAID = ("code",)


@dataclass(frozen=True, slots=True)
class Line:
    """One entry that differs."""

    section: str
    code: str
    title: str
    what: str
    word: Any
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The differences of one section, with how many of each kind there are."""

    section: str
    title: Any
    lines: tuple[Line, ...]
    counts: tuple[tuple[Any, int], ...]


def compared(old: Document, new: Document) -> list[Part]:
    """Return what differs, section by section; empty where nothing does."""
    changes = changes_between(old, new)
    parts = []
    for section, title in words.SECTIONS.items():
        lines = tuple(_line(each) for each in changes if each.section == section)
        if lines:
            counted = Counter(line.what for line in lines)
            counts = tuple((WHAT[what], n) for what, n in counted.items())
            parts.append(Part(section, title, lines, counts))
    return parts


def _line(change: Change) -> Line:
    entry = change.new or change.old or {}
    names = change.keys or [name for name in entry if name not in UNSAID]
    return Line(
        section=change.section,
        code=change.code,
        title=str(entry.get("title") or entry.get("words") or ""),
        what=change.what,
        word=WHAT[change.what],
        differences=differences(change.section, names, change.old, change.new),
    )


@dataclass(frozen=True, slots=True)
class ChangedText:
    """One translation before and after; empty where there is none."""

    language: str
    difference: Difference


def changed_texts(
    old: dict[str, dict[str, str]], new: dict[str, dict[str, str]]
) -> list[ChangedText]:
    """Return the translations that differ, of the languages that are in NEW."""
    found = []
    for language, texts in new.items():
        before = old.get(language, {})
        for address in dict.fromkeys([*before, *texts]):
            was, now = before.get(address, ""), texts.get(address, "")
            if was != now:
                pieces = tuple(word_by_word(was, now)) if was and now else ()
                found.append(ChangedText(language, Difference(address, was, now, pieces)))
    return found


def compared_versions(other: Framework, framework: Framework) -> list[Part]:
    """Return what differs in a framework from another one.

    A version says of each question how it stands to the one that it was copied from, so beside
    that one only what is not identical differs in this.
    """
    old, new = framework_document(other), framework_document(framework)
    if other.pk == framework.copied_from_id:
        for entry in old["indicators"]:
            entry["relation"], entry["forerunners"] = Relation.IDENTICAL.value, [entry["code"]]
    return compared(old, new)


def others(framework: Framework) -> list[Framework]:
    """Return the versions that a framework can be compared with, its origin first."""
    rows = Framework.objects.exclude(pk=framework.pk)
    same = rows.filter(code=framework.code).order_by("-created_at", "-pk")
    found = list(same)
    found.sort(key=lambda row: row.pk != framework.copied_from_id)
    return found
