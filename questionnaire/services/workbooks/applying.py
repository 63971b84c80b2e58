"""Keep an uploaded workbook, and apply it: all of it or nothing, by the services of the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import IO
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.models import Channel
from mipex_site.audit.services.acting import acting, present_way
from mipex_site.base.errors import Refusal, WrongState
from mipex_site.base.verdict import demand

from ...models import WorkbookUpload
from ...selectors.workbook import Book, book_of
from ..locking import hold_sheets
from .carrying import MINE, carry_out, demand_decided
from .diffing import Comparison, compare
from .reading import read_workbook
from .safety import demand_safe
from .shape import BadWorkbook, Fault, filled_of

LASTS = timedelta(days=1)
"""After a day an upload that was not applied is ignored: too much may have happened."""


@dataclass(frozen=True, slots=True)
class Preview:
    """An upload beside what is recorded now."""

    upload: WorkbookUpload
    book: Book
    comparison: Comparison
    faults: tuple[Fault, ...]

    @property
    def can_be_applied(self) -> bool:
        return bool(self.comparison.lines) and not self.faults


def keep_upload(
    *, book: Book, file: IO[bytes], name: str, size: int, by: User
) -> WorkbookUpload:
    """Read a workbook and keep what it would change; nothing of it is recorded.

    NAME is the file's own, SIZE its bytes. What the services would refuse is found by letting
    them do it all in a transaction that is undone. Raises NotAllowed where no sheet of the book
    can be answered, and Refusal in a sentence where the file is not this book's workbook.
    """
    demand(book.may_answer)
    filled = read_workbook(book, demand_safe(file, name=name, size=size))
    filled.faults += _rehearse(book, filled.as_json(), by=by)
    _forget_old_ones(by)
    return WorkbookUpload.objects.create(
        round=book.round,
        country=book.country,
        coding=book.coding,
        name=name[-200:],
        rows=filled.as_json(),
        uploaded_by=by,
    )


def own_upload(*, key: UUID, book: Book, by: User) -> WorkbookUpload | None:
    """Return somebody's own upload to this book, or None."""
    return WorkbookUpload.objects.filter(
        key=key, round=book.round, country=book.country, coding=book.coding, uploaded_by=by
    ).first()


def preview_of(*, upload: WorkbookUpload, book: Book) -> Preview:
    """Compare an upload with what is recorded now. Raises Refusal where it is too old."""
    if upload.applied_at is None:
        _demand_young(upload)
    filled = filled_of(upload.rows)
    return Preview(upload, book, compare(book, filled), tuple(filled.faults))


def apply_upload(
    *, upload: WorkbookUpload, choices: Mapping[str, str], by: User
) -> WorkbookUpload:
    """Record what the workbook changes, all of it or nothing.

    CHOICES say of each clash, by the line's id, `mine:SEEN` or `theirs:SEEN`; one that was made
    on an older version does not count. The audit names the channel, and the upload as batch.

    Raises WrongState where it is applied already; Undecided where a clash has no choice;
    BadWorkbook with the faults, which are then on the upload.
    """
    try:
        with acting(Channel.IMPORT, request=present_way().request, batch=upload.key):
            return _apply(upload, choices, by)
    except BadWorkbook as bad:
        found = [{"where": one.where, "message": one.message} for one in bad.faults]
        upload.rows = upload.rows | {"faults": found}
        upload.save(update_fields=["rows", "updated_at"])
        raise


@transaction.atomic
def _apply(upload: WorkbookUpload, choices: Mapping[str, str], by: User) -> WorkbookUpload:
    _demand_young(upload)
    book = _held_book(upload, by)
    mine = WorkbookUpload.objects.filter(pk=upload.pk, uploaded_by=by, applied_at=None)
    if not mine.update(applied_at=timezone.now()):
        raise WrongState(_("This workbook was applied already. Nothing was done again."))
    demand(book.may_answer)
    filled = filled_of(upload.rows)
    if filled.faults:
        raise BadWorkbook(filled.faults)
    comparison = compare(book, filled)
    demand_decided(comparison, choices)
    faults = carry_out(book=book, comparison=comparison, choices=choices, by=by)
    if faults:
        raise BadWorkbook(faults)
    # Only now: had all been undone, the caller's row would say that it was applied.
    upload.refresh_from_db()
    return upload


def drop_upload(*, upload: WorkbookUpload, by: User) -> None:
    """Throw away an upload that was not applied."""
    WorkbookUpload.objects.filter(pk=upload.pk, uploaded_by=by, applied_at=None).delete()


def _held_book(upload: WorkbookUpload, by: User) -> Book:
    """Lock all sheets of the country and coding by their keys, then read what they hold."""
    hold_sheets(round_id=upload.round_id, country_id=upload.country_id, coding=upload.coding)
    book = book_of(
        round_code=upload.round.code,
        country=upload.country.code,
        coding=upload.coding,
        user=by,
    )
    if book is None:
        raise Refusal(_("These sheets are no longer open to you. Ask the coordinator."))
    return book


class _Undo(Exception):
    """Leaves a rehearsal, and takes back what it wrote."""


def _rehearse(book: Book, rows: Mapping[str, object], *, by: User) -> list[Fault]:
    """Let the services record it all, note what they refuse, and take it back."""
    faults: list[Fault] = []
    comparison = compare(book, filled_of(rows))
    if not comparison.lines:
        return faults
    choices = {line.id: f"{MINE}:{line.seen}" for line in comparison.lines}
    try:
        with transaction.atomic():
            hold_sheets(round=book.round, country=book.country, coding=book.coding)
            faults += carry_out(book=book, comparison=comparison, choices=choices, by=by)
            raise _Undo
    except _Undo:
        return faults


def _demand_young(upload: WorkbookUpload) -> None:
    if timezone.now() - upload.created_at > LASTS:
        raise Refusal(
            _("This preview is older than a day, so it is not applied. Upload the file again.")
        )


def _forget_old_ones(by: User) -> None:
    old = WorkbookUpload.objects.filter(uploaded_by=by, applied_at=None)
    old.filter(created_at__lt=timezone.now() - LASTS).delete()
