"""Rows of a spreadsheet that one service saves: what a page refuses, a file does not do either."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from import_export import fields, resources

from mipex_site.accounts.models import User
from mipex_site.base.errors import Refusal

from ..models import Round
from ..services.workbooks.template import plain

Texts = dict[str, str]


class ByService(resources.ModelResource):
    """One kind of thing. Each row is read, compared with what stands, and given to the service.

    A resource says who may (`demand_right`), what a row says in the service's terms (`read`,
    which raises ValidationError by column), what would stand then (`becomes`), and which service
    takes it (`save`). COLUMNS are its file's, where they are not the fields of Meta; those that
    are not OPTIONAL must be there, for a column left out would read as emptied. On each instance
    are left: `was` and `will`, texts by column.
    """

    columns: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    """The headings of an empty table, where they are not those of what goes out."""
    stands_in: Mapping[str, str] = {}
    """In which column that stands which the service calls so."""

    demand_right: Callable[[], None]
    read: Callable[[Texts], dict[str, Any]]
    save: Callable[..., Any]

    class Meta:
        use_transactions = True
        report_skipped = True
        skip_diff = True
        store_instance = True

    def __init__(
        self, *, by: User | None = None, round_: Round | None = None, **kwargs: Any
    ) -> None:
        """BY takes the rows away; who brings some in is told with them."""
        super().__init__(**kwargs)
        self.by, self.round = by, round_
        for name in self.columns:
            self.fields[name] = fields.Field(column_name=name)
        self.read_before: set[tuple[str, ...]] = set()
        self.standing: dict[Any, Any] = {}

    @classmethod
    def blank(cls) -> tuple[str, ...]:
        """Return the headings of an empty table."""
        return tuple(cls.empty or cls.columns or cls._meta.fields)

    @classmethod
    def required(cls) -> tuple[str, ...]:
        """Return the headings that a file must have."""
        return tuple(name for name in cls.blank() if name not in cls.optional)

    @classmethod
    def headings(cls) -> tuple[str, ...]:
        """Return the headings that a file may have, what it must have first."""
        known = (*cls.required(), *cls.blank(), *(cls._meta.fields or ()))
        return tuple(dict.fromkeys(known))

    # --- away ------------------------------------------------------------------------------

    def texts_of(self, instance: Any) -> Texts:
        """Return what stands, by column."""
        return {one.column_name: plain(str(one.export(instance))) for one in self._all_fields()}

    def _all_fields(self) -> list[fields.Field]:
        return list(self.get_export_fields())

    def export_resource(
        self, instance: Any, selected_fields: Any = None, **kwargs: Any
    ) -> list[str]:
        texts = self.texts_of(instance)
        return [texts[one.column_name] for one in self.get_export_fields(selected_fields)]

    # --- in --------------------------------------------------------------------------------

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Ask who imports before the first row is read."""
        self.by = kwargs["user"]
        self.read_before = set()
        self.demand_right()
        self.prepare(dataset)

    def prepare(self, dataset: Any) -> None:
        """Lock and read, once for all rows, what they are compared with."""

    def get_or_init_instance(self, instance_loader: Any, row: Any) -> tuple[Any, bool]:
        """Find what a row is about; a row that makes no sense is about nothing yet."""
        try:
            found = self.get_instance(instance_loader, row)
        except (ValueError, ValidationError):
            found = None
        return (found, False) if found else (self.init_instance(row), True)

    def import_instance(self, instance: Any, row: Mapping[str, Any], **kwargs: Any) -> None:
        texts = self.texts_in(row)
        instance.was = {} if instance._state.adding else self.texts_of(instance)  # noqa: SLF001
        self._demand_once(self.identity_of(texts))
        instance.said = self.read(texts)
        self.show(instance)
        instance.will = self.becomes(instance, texts)
        instance.is_known = self.is_known(instance)

    def texts_in(self, row: Mapping[str, Any]) -> Texts:
        """Return the cells of a row; on a page of a round that round need not be named."""
        texts = {key: plain(str(value or "")) for key, value in row.items()}
        if self.round and not texts.get("round"):
            texts["round"] = self.round.code
        return texts

    def identity_of(self, texts: Texts) -> tuple[str, ...]:
        """Return what no two rows of a file may share; empty where they may."""
        return ()

    def _demand_once(self, identity: tuple[str, ...]) -> None:
        if identity in self.read_before:
            raise ValidationError(_("A row above is about the same. Keep one of the two."))
        if any(identity):
            self.read_before.add(identity)

    def show(self, instance: Any) -> None:
        """Put onto the instance what its texts are made of."""

    def becomes(self, instance: Any, texts: Texts) -> Texts:
        """Return what would stand, by column."""
        return texts

    def is_known(self, instance: Any) -> bool:
        """Whether the row says what is so already."""
        return bool(instance.was) and instance.was == instance.will

    def validate_instance(
        self,
        instance: Any,
        import_validation_errors: Any = None,
        validate_unique: bool = True,  # noqa: FBT001, FBT002 (as import-export calls it)
    ) -> None:
        """Say what could not be read; the rest is checked by the service."""
        if import_validation_errors:
            raise ValidationError(import_validation_errors)

    def skip_row(
        self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None
    ) -> bool:
        return not import_validation_errors and instance.is_known

    def do_instance_save(self, instance: Any, is_create: bool) -> None:  # noqa: FBT001
        try:
            saved = self.save(**instance.said)
        except Refusal as refusal:
            raise ValidationError(refusal.reason) from refusal
        except ValidationError as error:
            raise self._by_column(error) from error
        if isinstance(saved, type(instance)):
            instance.pk = saved.pk

    def _by_column(self, error: ValidationError) -> ValidationError:
        if not hasattr(error, "error_dict"):
            return error
        said = error.message_dict.items()
        return ValidationError({self.stands_in.get(name, name): words for name, words in said})

    def after_import_row(self, row: Any, row_result: Any, **kwargs: Any) -> None:
        """Show the administration the old and the new text of each cell."""
        one = row_result.instance
        if one is not None and hasattr(one, "will"):
            names = self.get_diff_headers()
            row_result.diff = [
                _marked(one.was.get(name, ""), one.will.get(name, "")) for name in names
            ]


def _marked(old: str, new: str) -> str:
    if old == new:
        return format_html("{}", new)
    parts = [(tag, text, tag) for tag, text in (("del", old), ("ins", new)) if text]
    return format_html_join(" ", "<{}>{}</{}>", parts)


def read_all(row: Mapping[str, str], **readers: Any) -> dict[str, Any]:
    """Return every column as its reader understands it. Raises ValidationError with all faults."""
    said, faults = {}, {}
    for name, reader in readers.items():
        if reader is None:
            continue
        try:
            said[name] = reader(row.get(name, ""))
        except ValidationError as error:
            faults[name] = error
    if faults:
        raise ValidationError(faults)
    return said
