"""Answers in and out of a spreadsheet, without whoever gave them."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from mipex_site.base.verdict import demand

from ..enums import AnswerKind, ChangeReason
from ..models import Answer, Indicator, Option, Source
from ..rules import may_bring_answers
from ..selectors.exchange import (
    Desk,
    answers_on,
    cited_by,
    option_places,
    sheets_of,
)
from ..services.answers import record_answer
from ..services.locking import hold_sheets
from ..services.workbooks import cells
from ..services.workbooks.template import plain
from .base import ByService, Texts, read_all
from .cells import choice_of, coding_of, day_of, needed, understood
from .sources import PLACE, sheets_at

SAID = ("answer", "points", "rationale", "note", "change_reason", "sources")


class AnswerResource(ByService):
    """Answers by sheet, question and day; VERSION is the one that a row was written over.

    ANSWER is an option's place, counted from 1, or a kind of having none: no points, for who
    answers does not choose by them.
    """

    columns = (*PLACE, "indicator", "reference_date", "version", *SAID)
    optional = ("round", "coding", "reference_date")
    stands_in = {"option": "answer", "kind": "answer"}

    class Meta:
        model = Answer
        import_id_fields = ("country", "indicator")
        fields = ()

    def demand_right(self) -> None:
        demand(may_bring_answers(self.by, self.round))

    # --- away ------------------------------------------------------------------------------

    def filter_export(self, queryset: QuerySet, **kwargs: Any) -> QuerySet:
        """Only the answers on sheets that are open to who takes them away."""
        sheets = sheets_of(self.by, self.round) if self.by else []
        self._know(answers_on(sheets), {one.round.framework_id for one in sheets})
        return answers_on(sheets).filter(pk__in=queryset.order_by().values("pk"))

    def _know(self, rows: QuerySet, frameworks: set[int]) -> None:
        self.places = option_places(frameworks)
        self.cited = cited_by(rows.order_by())

    def texts_of(self, instance: Answer) -> Texts:
        sheet = instance.assessment
        points = instance.points
        return {
            "round": sheet.round.code,
            "country": sheet.country.code,
            "coding": str(sheet.coding),
            "indicator": instance.indicator.code,
            "reference_date": instance.reference_date.isoformat(),
            "version": str(instance.version),
            "answer": str(self.places.get(instance.option_id, instance.kind)),
            "points": "" if points is None else str(points),
            "rationale": plain(instance.rationale),
            "note": plain(instance.note),
            "change_reason": instance.change_reason,
            "sources": " ".join(self.cited.get(instance.pk, ())),
        }

    # --- in --------------------------------------------------------------------------------

    def prepare(self, dataset: Any) -> None:
        self.desk = Desk(self.by, self.round)
        hold_sheets(pk__in=[one.pk for one in self.desk.sheets])
        frameworks = {one.round.framework_id for one in self.desk.sheets}
        self._know(answers_on(self.desk.sheets), frameworks)

    def get_instance(self, instance_loader: Any, row: Any) -> Answer | None:
        sheet, indicator, day = self._place(self.texts_in(row))
        return self.desk.answers.get((sheet.pk, indicator.pk, day))

    def identity_of(self, texts: Texts) -> tuple[str, ...]:
        coding = texts.get("coding") or "1"
        named = ("round", "country", "indicator", "reference_date")
        return (coding, *(texts.get(name, "").casefold() for name in named))

    def _place(self, row: Texts) -> tuple[Any, Indicator, date]:
        where = read_all(
            row, country=needed(), indicator=needed(), coding=coding_of, reference_date=day_of
        )
        sheets = sheets_at(self.desk, row, where["country"], where["coding"])
        first = sheets[0]
        asked = self.desk.indicators.get((first.round.framework_id, where["indicator"]))
        sheet = self.desk.sheet(sheets, asked) if asked else None
        if sheet is None:
            words = _("There is no question with this code on a sheet that is open to you.")
            raise ValidationError({"indicator": words})
        cut_off = self.desk.cut_offs[sheet.round_id, sheet.country_id]
        return sheet, asked, where["reference_date"] or cut_off

    def read(self, row: Texts) -> dict[str, Any]:
        sheet, indicator, day = self._place(row)
        said = read_all(
            row,
            version=_version,
            answer=needed(lambda text: _answer(text, indicator)),
            points=lambda text: Fraction(understood(cells.points)(text)) if text else None,
            rationale=understood(cells.prose),
            note=understood(cells.prose),
            change_reason=lambda text: choice_of(text, ChangeReason) if text else "",
            sources=self._sources(sheet),
        )
        kind, option = said.pop("answer")
        place = {"sheet": sheet, "indicator": indicator, "reference_date": day}
        version = {"expected_version": said.pop("version")}
        return place | version | said | {"kind": kind, "option": option}

    def _sources(self, sheet: Any) -> Any:
        place = (sheet.round_id, sheet.country_id, sheet.coding)

        def read(text: str) -> list[Source]:
            found = [
                self.desk.sources.get(_key(one)) for one in re.split(r"[\s,;]+", text) if one
            ]
            there = [
                one
                for one in found
                if one and place == (one.round_id, one.country_id, one.coding)
            ]
            if len(there) < len(found):
                raise ValidationError(
                    _("A key here is of no source of this country and coding. Add it first.")
                )
            return there

        return read

    def becomes(self, instance: Answer, texts: Texts) -> Texts:
        said, sheet = instance.said, instance.said["sheet"]
        option, points = said["option"], said["points"]
        return {
            "round": sheet.round.code,
            "country": sheet.country.code,
            "coding": str(sheet.coding),
            "indicator": said["indicator"].code,
            "reference_date": said["reference_date"].isoformat(),
            # Not the row's own: a text that is recorded already is no change, whatever it is of.
            "version": instance.was.get("version", "0"),
            "answer": str(self.places[option.pk]) if option else said["kind"],
            "points": "" if points is None else str(points),
            "rationale": said["rationale"],
            "note": said["note"],
            "change_reason": said["change_reason"],
            "sources": " ".join(sorted({str(one.key) for one in said["sources"]})),
        }

    def save(self, **said: Any) -> Answer:
        return record_answer(by=self.by, **said)


def _version(text: str) -> int:
    if text and not text.isdecimal():
        raise ValidationError(_("Write the version that the row is about, or leave it empty."))
    return int(text or 0)


def _answer(text: str, indicator: Indicator) -> tuple[str, Option | None]:
    options = list(indicator.options.all())
    if text.isdecimal() and 1 <= int(text) <= len(options):
        return AnswerKind.CHOSEN, options[int(text) - 1]
    kinds = [kind.value for kind in AnswerKind if kind != AnswerKind.CHOSEN]
    if text.casefold() in kinds:
        return text.casefold(), None
    raise ValidationError(
        _("Write the number of an option, 1 to %(n)d, or one of these: %(kinds)s.")
        % {"n": len(options), "kinds": ", ".join(kinds)}
    )


def _key(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError as error:
        raise ValidationError(
            _("“%(text)s” is no key of a source.") % {"text": text[:40]}
        ) from error
