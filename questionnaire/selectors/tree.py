"""The questionnaire as a tree, and as the document that files and editions hold."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db.models import QuerySet

from ..enums import AggregateKind
from ..models import (
    Aggregate,
    Contradiction,
    Framework,
    Index,
    Indicator,
    ScoredPeriod,
    Standard,
)

FRAMEWORK = ("code", "version", "title", "language", "notice", "licence", "origin")
STANDARD = ("code", "kind", "title", "article", "year", "minimum_only", "url")


def strands(framework: Framework) -> QuerySet[Aggregate]:
    """Return the strands in the order in which people see them."""
    return framework.aggregates.filter(kind=AggregateKind.STRAND).order_by("order")


def indicators_of(strand: Aggregate) -> QuerySet[Indicator]:
    """Return what is asked in a strand, in order, with its options and standards."""
    asked = Indicator.objects.filter(strand=strand).order_by("order")
    return asked.prefetch_related("options", "standards")


def framework_document(framework: Framework) -> dict[str, Any]:
    """Return the framework as its file says it, with every key in its place.

    Shape   the same dict as ``completed`` makes of the file: sections framework, standards,
            aggregates, indexes, indicators, each list in the order of the file; and
            contradictions, where there are any.
    Exact   weights are texts in lowest terms ("67/100"), points and years whole numbers.
    Queries a fixed number, however long the questionnaire.
    """
    document = {
        "framework": _fields(framework, FRAMEWORK),
        "standards": [_fields(row, STANDARD) for row in _standards(framework)],
        "aggregates": [_aggregate(row) for row in _aggregates(framework)],
        "indexes": [_index(row) for row in _indexes(framework)],
        "indicators": [_indicator(row) for row in _indicators(framework)],
    }
    contradictions = [_contradiction(row) for row in _contradictions(framework)]
    return document | {"contradictions": contradictions} if contradictions else document


def checksum_of(document: dict[str, Any]) -> str:
    """Return the SHA-256 (hex) of a document as canonical JSON: sorted keys, no spaces."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _fields(row: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _standards(framework: Framework) -> QuerySet[Standard]:
    # Their keys are given in the order of the file.
    return framework.standards.order_by("pk")


def _aggregates(framework: Framework) -> QuerySet[Aggregate]:
    rows = framework.aggregates.select_related("parent").prefetch_related("scored")
    return rows.order_by("order")


def _aggregate(row: Aggregate) -> dict[str, Any]:
    return {
        "code": row.code,
        "kind": row.kind,
        "parent": row.parent.code if row.parent else None,
        "title": row.title,
        "weight": str(row.weight),
        "rule": row.rule,
        "shown": row.shown,
        "table": row.table,
        "scored": [_years(period) for period in row.scored.all()],
    }


def _years(period: ScoredPeriod) -> str:
    if period.last_year is None:
        return f"{period.first_year}-"
    if period.last_year == period.first_year:
        return str(period.first_year)
    return f"{period.first_year}-{period.last_year}"


def _indexes(framework: Framework) -> QuerySet[Index]:
    return framework.indexes.prefetch_related("parts__strand").order_by("order")


def _index(row: Index) -> dict[str, Any]:
    return {
        "code": row.code,
        "title": row.title,
        "headline": row.is_headline,
        "strands": [part.strand.code for part in row.parts.all()],
    }


def _indicators(framework: Framework) -> list[Indicator]:
    """Return the indicators, each with its standards' codes in the order of the file.

    A many-to-many relation has no order of its own; the rows of its table were made in one.
    """
    links = Indicator.standards.through.objects.filter(indicator__framework=framework)
    named: dict[int, list[str]] = {}
    for indicator, code in links.order_by("pk").values_list("indicator_id", "standard__code"):
        named.setdefault(indicator, []).append(code)
    asked = framework.indicators.select_related("parent").prefetch_related("options")
    rows = list(asked.order_by("order"))
    for row in rows:
        row.standard_codes = named.get(row.pk, [])
    return rows


def _indicator(row: Indicator) -> dict[str, Any]:
    return {
        "code": row.code,
        "parent": row.parent.code,
        "title": row.title,
        "question": row.question,
        "guidance": row.guidance,
        "evidence": row.evidence,
        "standards": row.standard_codes,
        "weight": str(row.weight),
        "relation": row.relation,
        "forerunners": row.forerunners,
        "options": [
            {"points": option.points, "label": option.label, "description": option.description}
            for option in row.options.all()
        ],
    }


def _contradictions(framework: Framework) -> QuerySet[Contradiction]:
    # Their keys are given in the order of the file.
    return framework.contradictions.select_related("indicator", "other").order_by("pk")


def _contradiction(row: Contradiction) -> dict[str, Any]:
    return {
        "code": row.code,
        "indicator": row.indicator.code,
        "earns": row.earns,
        "other": row.other.code,
        "other_earns": row.other_earns,
        "words": row.words,
    }
