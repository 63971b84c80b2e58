"""Carry the differences of two documents into the rows of a draft."""

from __future__ import annotations

from typing import Any

from django.db.models import Max, ProtectedError
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import WrongState

from ...models import Framework, IndexPart, Indicator, Option, ScoredPeriod
from ..remembering import save_as
from .differing import CHANGED, REMOVED, Change
from .documents import HEAD, IN_ORDER, Document, Entry
from .loading import first_and_last, strand_above

PUT = ("standards", "aggregates", "indicators", "indexes", "contradictions")
"""In this order each finds the rows that it points to; in the other order each can go."""


def write_changes(
    *, framework: Framework, changes: list[Change], new: Document, by: User
) -> None:
    """Bring the rows of FRAMEWORK from what CHANGES starts from to the document NEW.

    Raises WrongState if a row that goes is still named outside of the framework.
    """
    by_section = {name: [each for each in changes if each.section == name] for name in PUT}
    for change in changes:
        if change.section == HEAD:
            _write_head(framework, change, by)
    for section in reversed(PUT):
        gone = [each.code for each in by_section[section] if each.what == REMOVED]
        _remove(framework, section, gone)
    for section in PUT:
        kept = {each.code for each in by_section[section] if each.new and each.code}
        entries = [entry for entry in new.get(section, ()) if entry["code"] in kept]
        _WRITERS[section](framework, entries)
    for section in IN_ORDER:
        _number(framework, section, [entry["code"] for entry in new[section]])
    _find_strands(framework)


def _write_head(framework: Framework, change: Change, by: User) -> None:
    if change.what == CHANGED:
        for key in change.keys:
            setattr(framework, key, change.new[key])
        save_as(framework, by)


def _remove(framework: Framework, section: str, codes: list[str]) -> None:
    if not codes:
        return
    try:
        getattr(framework, section).filter(code__in=codes).delete()
    except ProtectedError as error:
        raise WrongState(
            _("Something outside of the framework, such as a person's right, names %(codes)s.")
            % {"codes": ", ".join(codes)}
        ) from error


def _put(framework: Framework, section: str, entry: Entry, **values: Any) -> Any:
    """Save one row by its code; what has an order and is new stands last until it is numbered."""
    rows = getattr(framework, section)
    row = rows.filter(code=entry["code"]).first()
    if row is None:
        row = rows.model(framework=framework, code=entry["code"])
        if section in IN_ORDER:
            row.order = (rows.aggregate(last=Max("order"))["last"] or 0) + 1
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    return row


def _without(entry: Entry, *names: str) -> Entry:
    return {name: value for name, value in entry.items() if name not in {"code", *names}}


def _standards(framework: Framework, entries: list[Entry]) -> None:
    for entry in entries:
        _put(framework, "standards", entry, **_without(entry))


def _aggregates(framework: Framework, entries: list[Entry]) -> None:
    """From the top down: a row needs its parent's key."""
    waiting = list(entries)
    while waiting:
        later = {entry["code"] for entry in waiting}
        ready = [entry for entry in waiting if entry["parent"] not in later]
        for entry in ready:
            _aggregate(framework, entry)
        waiting = [entry for entry in waiting if entry not in ready]


def _aggregate(framework: Framework, entry: Entry) -> None:
    parent = framework.aggregates.get(code=entry["parent"]) if entry["parent"] else None
    own = _without(entry, "parent", "scored")
    row = _put(framework, "aggregates", entry, parent=parent, **own)
    row.scored.all().delete()
    ScoredPeriod.objects.bulk_create(
        ScoredPeriod(aggregate=row, **first_and_last(years)) for years in entry["scored"]
    )


def _indicators(framework: Framework, entries: list[Entry]) -> None:
    parents = {row.code: row for row in framework.aggregates.select_related("parent__parent")}
    standards = {row.code: row for row in framework.standards.all()}
    link = Indicator.standards.through
    for entry in entries:
        parent = parents[entry["parent"]]
        own = _without(entry, "parent", "options", "standards")
        where = {"parent": parent, "strand": strand_above(parent)}
        row = _put(framework, "indicators", entry, **where, **own)
        _options(row, entry["options"])
        link.objects.filter(indicator=row).delete()
        link.objects.bulk_create(
            link(indicator=row, standard=standards[code]) for code in entry["standards"]
        )


def _options(row: Indicator, options: list[Entry]) -> None:
    """Keep a row for as long as its points stand, so that what names it still finds it."""
    points = [option["points"] for option in options]
    row.options.exclude(points__in=points).delete()
    rows = {option.points: option for option in row.options.all()}
    # Two rows may not have one place, not for a moment: behind all others first.
    for away, option in enumerate(rows.values(), start=len(options) + len(rows)):
        Option.objects.filter(pk=option.pk).update(order=1000 + away)
    for order, option in enumerate(options):
        kept = rows.get(option["points"]) or Option(indicator=row)
        for name, value in option.items():
            setattr(kept, name, value)
        kept.order = order
        kept.save()


def _indexes(framework: Framework, entries: list[Entry]) -> None:
    strands = {row.code: row for row in framework.aggregates.all()}
    # One index is the headline at any moment, so what ceases to be it is saved first.
    for entry in sorted(entries, key=lambda entry: entry["headline"]):
        named = {"title": entry["title"], "is_headline": entry["headline"]}
        row = _put(framework, "indexes", entry, **named)
        row.parts.all().delete()
        IndexPart.objects.bulk_create(
            IndexPart(index=row, strand=strands[code], order=place)
            for place, code in enumerate(entry["strands"])
        )


def _contradictions(framework: Framework, entries: list[Entry]) -> None:
    rows = {row.code: row for row in framework.indicators.all()} if entries else {}
    for entry in entries:
        sides = {side: rows[entry[side]] for side in ("indicator", "other")}
        _put(framework, "contradictions", entry, **_without(entry) | sides)


_WRITERS = {
    "standards": _standards,
    "aggregates": _aggregates,
    "indicators": _indicators,
    "indexes": _indexes,
    "contradictions": _contradictions,
}


def _number(framework: Framework, section: str, codes: list[str]) -> None:
    places = {code: at for at, code in enumerate(codes)}
    rows = getattr(framework, section)
    moved = [row for row in rows.all() if row.order != places[row.code]]
    for row in moved:
        row.order = places[row.code]
    rows.model.objects.bulk_update(moved, ["order"])


def _find_strands(framework: Framework) -> None:
    """Tell each indicator its strand, which changes when something above it moves."""
    above = {row.pk: row for row in framework.aggregates.all()}
    moved = []
    for row in framework.indicators.all():
        node = above[row.parent_id]
        while node.parent_id is not None:
            node = above[node.parent_id]
        if row.strand_id != node.pk:
            row.strand_id = node.pk
            moved.append(row)
    Indicator.objects.bulk_update(moved, ["strand"])
