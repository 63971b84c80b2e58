"""Laws that are adopted but not in force on the cut-off: told as context, counted for nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import Refusal

from ..models import Assessment, Indicator, Source, UpcomingChange
from ..selectors.standing import is_later
from .remembering import save_as
from .shelf import Shelf, hold_shelf, hold_source, known_fields, place_of

GIVEN = ("indicator", "title", "article", "in_force_from", "url", "note")
"""What a person says about an upcoming change; the rest comes from the sheet."""


@transaction.atomic
def add_upcoming(*, sheet: Assessment, by: User, **fields: Any) -> UpcomingChange:
    """Tell of a law that will change something; FIELDS are those of GIVEN.

    The same again is the one that is there. Raises NotAllowed; ValidationError by field.
    """
    return _add(hold_shelf(sheet=sheet, by=by), fields)


@transaction.atomic
def edit_upcoming(
    *, change: UpcomingChange, sheet: Assessment, by: User, **fields: Any
) -> UpcomingChange:
    shelf = hold_shelf(sheet=sheet, by=by)
    change = _hold(change, shelf)
    old = _as_record(change)
    for name, value in _known(fields).items():
        setattr(change, name, value)
    _check(change, shelf)
    new = _as_record(change)
    if new != old:
        save_as(change, by)
        shelf.write("upcoming.edit", _subject(change), old=old, new=new)
    return change


@transaction.atomic
def remove_upcoming(*, change: UpcomingChange, sheet: Assessment, by: User) -> None:
    """Take it off the list; its history and the audit keep what it said."""
    shelf = hold_shelf(sheet=sheet, by=by)
    change = _hold(change, shelf)
    shelf.write("upcoming.remove", _subject(change), old=_as_record(change))
    change._history_user = by  # noqa: SLF001 (the name by which simple-history asks)
    change.delete()


@transaction.atomic
def move_to_upcoming(
    *, source: Source, sheet: Assessment, by: User, indicator: Indicator | None = None
) -> UpcomingChange:
    """Tell of a law as an upcoming change, because it was not in force on the cut-off.

    The source stays, uncited. Raises Refusal for one that the day's law can rest on.
    """
    shelf = hold_shelf(sheet=sheet, by=by)
    source = hold_source(source, shelf)
    if not is_later(source, shelf.held.cut_off):
        day = date_format(shelf.held.cut_off, "j F Y")
        words = _("“%(source)s” does not come into force after %(day)s, so it stays a source.")
        raise Refusal(words % {"source": source, "day": day})
    said = {name: getattr(source, name) for name in GIVEN if name != "indicator"}
    return _add(shelf, said | {"indicator": indicator})


def _add(shelf: Shelf, fields: dict[str, Any]) -> UpcomingChange:
    sheet = shelf.sheet
    place = {"round": sheet.round, "country": sheet.country, "coding": sheet.coding}
    change = UpcomingChange(**place, entered_by=shelf.by, **_known(fields))
    _check(change, shelf)
    same = ("indicator", "title", "article", "in_force_from")
    there = UpcomingChange.objects.filter(
        **place, **{name: getattr(change, name) for name in same}
    )
    if known := there.first():
        return known
    save_as(change, shelf.by)
    shelf.write("upcoming.add", _subject(change), new=_as_record(change))
    return change


def _hold(change: UpcomingChange, shelf: Shelf) -> UpcomingChange:
    held = UpcomingChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    if place_of(held) != place_of(shelf.sheet):
        raise Refusal(_("“%(change)s” belongs to another sheet.") % {"change": held})
    return held


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    return known_fields(fields, given=GIVEN, thing="An upcoming change")


def _check(change: UpcomingChange, shelf: Shelf) -> None:
    change.clean_fields(exclude=["round", "country", "indicator", "entered_by"])
    framework = shelf.sheet.round.framework_id
    if change.indicator and change.indicator.framework_id != framework:
        raise ValidationError({"indicator": _("This question is not asked in this round.")})
    since: date | None = change.in_force_from
    if since and since <= shelf.held.cut_off:
        day = date_format(shelf.held.cut_off, "j F Y")
        words = _("It is in force on %(day)s already: enter it as a source and cite it.")
        raise ValidationError({"in_force_from": words % {"day": day}})


def _subject(change: UpcomingChange) -> str:
    """Return upcoming/ROUND/COUNTRY/CODING: the entry's own words say which."""
    return f"upcoming/{change.round.code}/{change.country.code}/{change.coding}"


def _as_record(change: UpcomingChange) -> dict[str, Any]:
    said = {name: getattr(change, name) for name in GIVEN}
    return said | {"indicator": change.indicator.code if change.indicator else None}
