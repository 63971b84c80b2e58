"""Files of sources: cleaned first, stored under random names, removed with their bytes."""

from __future__ import annotations

import hashlib
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import demand

from ..models import Assessment, Source, SourceFile
from ..rules import may_answer
from .cleaning import cleaned
from .remembering import save_as
from .shelf import hold_shelf, hold_source, source_subject
from .sources import demand_unread

MOST_FILES = 10
LONGEST_NAME = 200


def attach_file(
    *, source: Source, sheet: Assessment, upload: UploadedFile, by: User
) -> SourceFile:
    """Store a file of a source, cleaned of its metadata; the same content again is one file.

    A source that reviewers have read takes further files: a copy of what is cited changes
    nothing of what they read.

    Raises NotAllowed; ValidationError on "file" for what is not taken (see cleaning.cleaned).
    """
    # Asked before the work of cleaning, and again under the lock when the row is written.
    demand(may_answer(by, sheet))
    what = cleaned(upload, size=upload.size or 0)
    file = SourceFile(
        source=source,
        name=_plain(upload.name or ""),
        kind=what.kind,
        size=len(what.content),
        hash=hashlib.sha256(what.content).hexdigest(),
        uploaded_by=by,
    )
    # A file without a row is harmless and a row without its file is not, so the file goes first.
    file.stored.save(file.name, ContentFile(what.content), save=False)
    try:
        there = _write_row(file, sheet, by)
    except BaseException:
        file.stored.delete(save=False)
        raise
    if there != file:
        file.stored.delete(save=False)
    return there


@transaction.atomic
def remove_file(*, file: SourceFile, sheet: Assessment, by: User) -> SourceFile:
    """Take a file away, and its bytes with it. Refused once reviewers have read the source."""
    shelf = hold_shelf(sheet=sheet, by=by)
    source = hold_source(file.source, shelf)
    file = SourceFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if file.removed_at:
        return file
    demand_unread(source)
    file.removed_at = timezone.now()
    save_as(file, by)
    shelf.write("source.file.remove", source_subject(source), old=_as_record(file))
    transaction.on_commit(lambda: file.stored.storage.delete(file.stored.name))
    return file


@transaction.atomic
def _write_row(file: SourceFile, sheet: Assessment, by: User) -> SourceFile:
    shelf = hold_shelf(sheet=sheet, by=by)
    source = hold_source(file.source, shelf)
    here = SourceFile.objects.filter(source=source, removed_at=None)
    if there := here.filter(hash=file.hash).first():
        return there
    if here.count() >= MOST_FILES:
        words = _("A source takes at most %(most)d files. Remove one first.")
        raise ValidationError({"file": words % {"most": MOST_FILES}})
    save_as(file, by)
    shelf.write("source.file.add", source_subject(source), new=_as_record(file))
    return file


def _plain(name: str) -> str:
    """Return the last part of a name, without what could break a line, at its full ending."""
    last = PurePath(name.replace("\\", "/")).name
    shown = "".join(letter for letter in last if letter.isprintable())
    return shown[-LONGEST_NAME:] or "file"


def _as_record(file: SourceFile) -> dict[str, object]:
    """Return a file for the audit: what it is, and never its name, which may name somebody."""
    return {"key": str(file.key), "kind": file.kind, "size": file.size, "hash": file.hash}
