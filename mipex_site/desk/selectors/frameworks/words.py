"""What the sections and keys of a framework's document are called on a page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from questionnaire.enums import (
    AggregateKind,
    AggregateRule,
    Evidence,
    Relation,
    StandardKind,
)

SECTIONS = {
    "framework": _("The framework itself"),
    "standards": _("Standards"),
    "aggregates": _("Strands, dimensions and composites"),
    "indexes": _("Indexes"),
    "indicators": _("Questions"),
    "contradictions": _("Contradictions"),
}
ONE = {
    "framework": _("The framework itself"),
    "standards": _("Standard"),
    "aggregates": _("Strand, dimension or composite"),
    "indexes": _("Index"),
    "indicators": _("Question"),
    "contradictions": _("Contradiction"),
}
NEW = {
    "standards": _("New standard"),
    "aggregates": _("New strand, dimension or composite"),
    "indexes": _("New index"),
    "indicators": _("New question"),
    "contradictions": _("New contradiction"),
}
KEYS = {
    "code": _("Code"),
    "version": _("Version"),
    "title": _("Title"),
    "language": _("Base language"),
    "notice": _("Notice"),
    "licence": _("Licence"),
    "origin": _("Where it comes from"),
    "kind": _("Kind"),
    "article": _("Article"),
    "year": _("Year"),
    "minimum_only": _("Sets a floor only"),
    "url": _("Link"),
    "parent": _("Lies below"),
    "weight": _("Weight among its neighbours"),
    "rule": _("Rule"),
    "shown": _("Is shown to readers"),
    "table": _("Table"),
    "scored": _("Scored in the years"),
    "headline": _("Is the headline"),
    "strands": _("Strands"),
    "question": _("Question"),
    "guidance": _("Guidance"),
    "evidence": _("Evidence"),
    "standards": _("Measured against"),
    "relation": _("Relation to its forerunner"),
    "forerunners": _("Forerunners"),
    "options": _("Options"),
    "indicator": _("Question"),
    "earns": _("Whose answer earns one of"),
    "other": _("Other question"),
    "other_earns": _("Whose answer earns one of"),
    "words": _("Why both cannot be right"),
    "order": _("Order"),
}
HINTS = {
    "code": _("Letters, digits, - and _. It stays for ever: results are known by it."),
    "language": _("Of all texts here, such as en."),
    "notice": _("A sentence shown wherever the framework is used."),
    "licence": _("Such as CC-BY-4.0."),
    "weight": _("A number from 0 up: 1, 0.67 or 67/100. It counts below a weighted mean only."),
    "table": _(
        "With the rule “table” only. The first line names the questions directly below; each"
        " other line gives their points and then the value: 100, 50, 75."
    ),
    "scored": _("Such as 2014, 2019-. Empty: always."),
    "forerunners": _("Their codes or numbers in the version before, such as 7, 8."),
    "guidance": _("What counts and what does not."),
    "earns": _("Points of its options, such as 100, 50."),
    "other_earns": _("Points of its options, such as 100, 50."),
}
CHOICES: dict[tuple[str, str], Any] = {
    ("standards", "kind"): StandardKind,
    ("aggregates", "kind"): AggregateKind,
    ("aggregates", "rule"): AggregateRule,
    ("indicators", "evidence"): Evidence,
    ("indicators", "relation"): Relation,
}


def label_of(section: str, key: str, value: Any) -> Any:
    """Return a choice in words, and any other value as it is."""
    choices = CHOICES.get((section, key))
    return choices(value).label if choices and value in choices.values else value


def hint_of(section: str, key: str) -> Any:
    """Return the hint of a field, or the empty string; a code in general is no code of a head."""
    return "" if section == "framework" and key == "code" else HINTS.get(key, "")
