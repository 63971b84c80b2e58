"""Where sources stand: the country and coding of a sheet, held while somebody writes there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.services import entries
from mipex_site.base.errors import Refusal
from mipex_site.base.verdict import demand

from ..enums import EXPERT_SIDE
from ..models import Assessment, Source
from ..rules import Standing, may_answer_as, standing_on
from .locking import HeldSheet, hold_sheet


@dataclass(frozen=True, slots=True)
class Shelf:
    """A sheet that is held, with the person who writes on what belongs to its country."""

    held: HeldSheet
    by: User
    standing: Standing

    @property
    def sheet(self) -> Assessment:
        return self.held.sheet

    def write(self, act: str, subject: str, **values: Any) -> None:
        """Write the audit's entry of an act."""
        entries.write(
            stream=self.sheet.round.stream,
            act=act,
            subject=subject,
            by=self.by.pk,
            role=self.standing.role,
            on_behalf_of=self.standing.on_behalf_of,
            **values,
        )


def hold_shelf(*, sheet: Assessment, by: User) -> Shelf:
    """Lock the sheet and demand that this person may change its answers now."""
    held = hold_sheet(sheet)
    standing = standing_on(by, held.sheet, *EXPERT_SIDE)
    demand(may_answer_as(standing.role, held.sheet))
    return Shelf(held=held, by=by, standing=standing)


def known_fields(
    fields: Mapping[str, Any], *, given: Sequence[str], thing: str
) -> dict[str, Any]:
    """Return what a person said of a thing, tidied. Raises TypeError for a field not GIVEN."""
    strange = sorted(set(fields) - set(given))
    if strange:
        raise TypeError(f"{thing} has no field {', '.join(strange)} to be given.")
    return {
        name: value.strip() if isinstance(value, str) else value
        for name, value in fields.items()
    }


def hold_source(source: Source, shelf: Shelf) -> Source:
    """Lock a source and read it anew. Raises Refusal for one of another country or coding."""
    held = Source.objects.select_for_update(of=("self",)).get(pk=source.pk)
    if place_of(held) != place_of(shelf.sheet):
        raise Refusal(_("“%(source)s” belongs to another sheet.") % {"source": held})
    return held


def place_of(thing: Source | Assessment) -> tuple[int, int, int]:
    """Return what a source shares with the sheets that can cite it."""
    return thing.round_id, thing.country_id, thing.coding


def source_subject(source: Source) -> str:
    return f"source/{source.key}"
