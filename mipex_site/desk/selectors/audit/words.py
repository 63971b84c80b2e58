"""Acts, things and values of the audit in words. What is not known keeps its code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from review.services.moves import MOVES

from .acts import ACTS

SHEET, ANSWER, CASE, ITEM, INTERESTS = "sheet", "answer", "case", "item", "interests"
EXTENSION = "extension"


def act_words(act: str) -> str:
    """Return an act in words: of our table, or the title of the review's move."""
    return str(ACTS.get(act) or _MOVES.get(act) or act)


_MOVES = {move.act: move.title for move in MOVES}


def act_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return all acts that have words, by the group that is their first word."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for act in sorted({*ACTS, *_MOVES}):
        groups.setdefault(act.partition(".")[0], []).append((act, act_words(act)))
    return [(f"{group}.", choices) for group, choices in groups.items()]


@dataclass(frozen=True, slots=True)
class Thing:
    """What an act is about, in words, and the address of its page or the empty string."""

    words: str
    url: str = ""


def thing_of(subject: str, countries: Mapping[str, str]) -> Thing:
    """Read a subject; COUNTRIES are names by code."""
    kind, *codes = subject.split("/")
    if subject.startswith("/"):
        return Thing(_("The page %(path)s") % {"path": subject})
    if len(codes) >= SHORTEST.get(kind, len(codes) + 1):
        name = countries.get(codes[1], codes[1])
        return PLACED[kind](codes, name)
    whole = {"round": "desk:board"}
    words = KINDS.get(kind)
    url = reverse(whole[kind], args=codes) if kind in whole and len(codes) == 1 else ""
    if words is None:
        return Thing(subject)
    return Thing(f"{words} {' '.join(codes)}".strip(), url)


def _sheet(codes: list[str], country: str) -> Thing:
    words = _("Sheet of %(country)s, strand %(strand)s, coding %(coding)s") % {
        "country": country, "strand": codes[2], "coding": codes[3],
    }  # fmt: skip
    return Thing(words, reverse("questionnaire:sheet", args=codes[:4]))


def _answer(codes: list[str], country: str) -> Thing:
    words = _("Answer to %(indicator)s, %(country)s, strand %(strand)s, coding %(coding)s") % {
        "indicator": codes[4], "country": country, "strand": codes[2], "coding": codes[3],
    }  # fmt: skip
    return Thing(words, reverse("questionnaire:answer", args=codes[:5]))


def _case(codes: list[str], country: str) -> Thing:
    words = _("Review of %(country)s, strand %(strand)s") % {
        "country": country, "strand": codes[2],
    }  # fmt: skip
    return Thing(words, reverse("review:case", args=codes[:3]))


def _item(codes: list[str], country: str) -> Thing:
    words = _("Review of %(indicator)s, %(country)s, strand %(strand)s") % {
        "indicator": codes[3], "country": country, "strand": codes[2],
    }  # fmt: skip
    return Thing(words, reverse("review:item", args=codes[:4]))


def _interests(_codes: list[str], country: str) -> Thing:
    # No link: who observes a round reads its audit, but may not open the page behind it.
    return Thing(_("Interests in %(country)s, and its names") % {"country": country})


def _extension(codes: list[str], country: str) -> Thing:
    url = reverse("desk:extension", args=[codes[0], codes[3]])
    return Thing(_("More time for %(country)s") % {"country": country}, url)


PLACED = {
    EXTENSION: _extension,
    SHEET: _sheet,
    ANSWER: _answer,
    CASE: _case,
    ITEM: _item,
    INTERESTS: _interests,
}
SHORTEST = {EXTENSION: 4, SHEET: 4, ANSWER: 5, CASE: 3, ITEM: 4, INTERESTS: 2}
KINDS = {
    "address": gettext_lazy("An address"),
    "assignment": gettext_lazy("Right"),
    "country": gettext_lazy("Country"),
    "edition": gettext_lazy("Edition"),
    "framework": gettext_lazy("Framework"),
    "group": gettext_lazy("Group of countries"),
    "groups": gettext_lazy("Groups of countries"),
    "method": gettext_lazy("Method"),
    "people": gettext_lazy("List of people"),
    "person": gettext_lazy("Account of"),
    "rehearsal": gettext_lazy("Rehearsal"),
    "round": gettext_lazy("Round"),
    "run": gettext_lazy("Computing of scores"),
    "source": gettext_lazy("Source"),
    "text": gettext_lazy("Text of the edition"),
    "upcoming": gettext_lazy("Announced change of the law"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One value before and after; None where there was or is none."""

    name: str
    old: str | None
    new: str | None


def changes_of(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> list[Change]:
    """Return what differs between two values of an entry, in the order of the newer one."""
    before, after = old or {}, new or {}
    names = [*after, *(name for name in before if name not in after)]
    return [
        Change(capfirst(name.replace("_", " ")), _said(before, name), _said(after, name))
        for name in names
        if name not in before or name not in after or before[name] != after[name]
    ]


def _said(values: Mapping[str, Any], name: str) -> str | None:
    if name not in values or values[name] is None:
        return None
    value = values[name]
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
