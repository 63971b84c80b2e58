"""Sources in and out of a spreadsheet, without whoever entered them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from mipex_site.base.verdict import demand

from ..enums import SourceKind
from ..models import Assessment, Source
from ..rules import may_answer, may_bring_answers
from ..selectors.exchange import Desk, at_these, sheets_of
from ..services.locking import hold_sheets
from ..services.sources import GIVEN, add_source, edit_source
from ..services.workbooks import cells
from ..services.workbooks.template import DAYS, plain
from .base import ByService, Texts, read_all
from .cells import choice_of, coding_of, day_of, needed, understood

PLACE = ("round", "country", "coding")
YES = "yes"


class SourceResource(ByService):
    """Sources by their key; a row without one is a new source."""

    columns = (*PLACE, "key", *GIVEN)
    optional = ("round", "coding")

    class Meta:
        model = Source
        import_id_fields = ("country", "key")
        fields = ()

    def demand_right(self) -> None:
        demand(may_bring_answers(self.by, self.round))

    def filter_export(self, queryset: QuerySet, **kwargs: Any) -> QuerySet:
        """Only the sources of sheets that are open to who takes them away."""
        if self.by is None:
            return queryset.none()
        rows = queryset.filter(at_these(sheets_of(self.by, self.round)))
        rows = rows.select_related("round", "country")
        return rows.order_by("round__code", "country__code", "coding", "pk")

    def prepare(self, dataset: Any) -> None:
        self.desk = Desk(self.by, self.round)
        hold_sheets(pk__in=[one.pk for one in self.desk.sheets])
        self.sheets: dict[tuple[int, int, int], Assessment] = {}

    def get_instance(self, instance_loader: Any, row: Any) -> Source | None:
        return self.desk.sources.get(str(row.get("key") or "").strip().lower())

    def identity_of(self, texts: Texts) -> tuple[str, ...]:
        return (texts.get("key", "").lower(),)

    def texts_of(self, instance: Source) -> Texts:
        own = {name: getattr(instance, name) for name in GIVEN}
        own["describes_cut_off"] = YES if instance.describes_cut_off else ""
        return {
            "round": instance.round.code,
            "country": instance.country.code,
            "coding": str(instance.coding),
            "key": str(instance.key),
        } | {name: "" if value is None else plain(str(value)) for name, value in own.items()}

    def read(self, row: Texts) -> dict[str, Any]:
        prose = dict.fromkeys(GIVEN, understood(cells.prose))
        prose |= dict.fromkeys(DAYS, day_of)
        prose |= {
            "kind": needed(_kind),
            "title": needed(understood(cells.prose)),
            "year": lambda text: int(understood(cells.year)(text)) if text else None,
            "describes_cut_off": _yes,
        }
        said = read_all(row, key=_key, coding=coding_of, country=needed(), **prose)
        sheets = sheets_at(self.desk, row, said.pop("country"), said.pop("coding"))
        return said | {"sheet": self._sheet(sheets)}

    def _sheet(self, sheets: list[Assessment]) -> Assessment:
        """Return a sheet on which the source can be entered, or one whose service says no."""
        first = sheets[0]
        place = (first.round_id, first.country_id, first.coding)
        if place not in self.sheets:
            open_ones = (one for one in sheets if may_answer(self.by, one))
            self.sheets[place] = next(open_ones, first)
        return self.sheets[place]

    def becomes(self, instance: Source, texts: Texts) -> Texts:
        said, sheet = instance.said, instance.said["sheet"]
        own = {name: said[name] for name in GIVEN} | {
            "describes_cut_off": YES if said["describes_cut_off"] else ""
        }
        return {
            "round": sheet.round.code,
            "country": sheet.country.code,
            "coding": str(sheet.coding),
            "key": str(said["key"] or ""),
        } | {name: "" if value is None else str(value) for name, value in own.items()}

    def save(self, *, sheet: Assessment, key: UUID | None, **said: Any) -> Source:
        known = self.desk.sources.get(str(key or ""))
        if known is None:
            return add_source(sheet=sheet, by=self.by, key=key, **said)
        return edit_source(source=known, sheet=sheet, by=self.by, **said)


def sheets_at(desk: Desk, row: Texts, country: str, coding: int | None) -> list[Assessment]:
    """Return the person's sheets that a row is about.

    Raises ValidationError, in the same words whether there is none or it is not theirs.
    """
    found = desk.at(row.get("round", ""), country.upper(), coding or 1)
    if not found:
        raise ValidationError(
            {"country": _("There is no sheet of this round, country and coding open to you.")}
        )
    return found


def _kind(text: str) -> str:
    return choice_of(text, SourceKind)


def _yes(text: str) -> bool:
    if text.casefold() not in {"", "no", YES}:
        raise ValidationError(_("Write yes or no."))
    return text.casefold() == YES


def _key(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise ValidationError(
            _("This is no key of a source. Leave it empty for a new one.")
        ) from error
