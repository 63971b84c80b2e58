"""A framework as a workbook: a sheet for each kind of entry, and its texts side by side.

The sheets hold what the framework file holds (docs/reference/framework-file.md), under the same
keys. A row read from a cell that says what was written there keeps the value that is kept, so
that a workbook nobody touched changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from import_export import fields, resources, widgets
from import_export.instance_loaders import BaseInstanceLoader
from tablib import Dataset

from ..services.framework import texts
from ..services.framework.shape import OPTION, Key, keys_of
from ..services.workbooks.template import plain

ORDER = Key("whole", default=None)
OWNER = Key("code", required=True)
HIDDEN = ("kind", "parent")


def keys_of_sheet(name: str) -> dict[str, Key]:
    """Return the columns of a sheet in their order, and what stands in each."""
    if name == "strands":
        keys = keys_of("aggregates")
        return {"order": ORDER} | {n: key for n, key in keys.items() if n not in HIDDEN}
    if name == "aggregates":
        return {"order": ORDER} | keys_of("aggregates")
    if name == "options":
        return {"indicator": OWNER} | OPTION
    return {n: key for n, key in keys_of(name).items() if key.kind != "entries"}


SHEETS = (
    "framework",
    "strands",
    "aggregates",
    "indicators",
    "options",
    "standards",
    "indexes",
    "contradictions",
)
IDENTITY = {"options": ("indicator", "points"), "translations": ("address",)}


class CellWidget(widgets.Widget):
    """A value of the document as the text of a cell."""

    def __init__(self, key: Key) -> None:
        super().__init__()
        self.key = key

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return texts.understood(str(value), self.key)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return plain(texts.shown(value, self.key))


class Standing(BaseInstanceLoader):
    """Finds the entry that a row is about among those that stand."""

    def get_instance(self, row: dict[str, Any]) -> SimpleNamespace | None:
        found = self.resource.standing.get(self.resource.identity_of(row))
        return SimpleNamespace(**vars(found)) if found else None


class SheetResource(resources.Resource):
    """One sheet. It saves nothing: `taken` holds the entries read, each with its row."""

    class Meta:
        instance_loader_class = Standing
        use_transactions = False
        using_db = "default"
        skip_unchanged = True
        report_skipped = True

    def __init__(self, name: str, keys: dict[str, Key], entries: Iterable[Any]) -> None:
        super().__init__()
        self.name, self.keys = name, keys
        self.identity = IDENTITY.get(name, ("code",))
        for column, key in keys.items():
            self.fields[column] = fields.Field(
                attribute=column, column_name=column, widget=CellWidget(key)
            )
        blank = dict.fromkeys(keys)
        self.entries = [SimpleNamespace(**blank | entry) for entry in entries]
        self.standing = {self._identity_in(entry): entry for entry in self.entries}
        self.taken: list[tuple[int, dict[str, Any]]] = []

    def _identity_in(self, entry: SimpleNamespace) -> tuple[str, ...]:
        return tuple(plain(str(getattr(entry, column))) for column in self.identity)

    def identity_of(self, row: dict[str, Any]) -> tuple[str, ...]:
        return tuple(str(row[column]) for column in self.identity)

    def get_import_id_fields(self) -> tuple[str, ...]:
        return self.identity

    def get_import_order(self) -> list[str]:
        return list(self.keys)

    def get_export_order(self) -> list[str]:
        return list(self.keys)

    def written(self) -> Dataset:
        """Return the sheet's rows as texts, below the names of the columns."""
        return self.export(self.entries)

    def init_instance(self, row: Any = None) -> SimpleNamespace:
        return SimpleNamespace(**dict.fromkeys(self.keys))

    def import_field(
        self, field: fields.Field, instance: Any, row: Any, *args: Any, **kwargs: Any
    ) -> None:
        # Empty cells are read too: emptying one is a change.
        text = row[field.column_name]
        if field.export(instance) == text:
            return
        key = self.keys[field.column_name]
        setattr(instance, field.attribute, texts.understood(text, key))

    def save_instance(self, instance: Any, *args: Any, **kwargs: Any) -> None:
        """Nothing: what a workbook changes is written as a whole (services/framework/taking)."""

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        for field in self.get_import_fields():
            self.import_field(field, instance, row)
        self.taken.append((kwargs["row_number"], dict(vars(instance))))
