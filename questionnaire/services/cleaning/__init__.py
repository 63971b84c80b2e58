"""Files from people: told apart by their bytes, and cleaned of what they say of their makers."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import puremagic
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mipex_site.base.errors import Refusal

from ...enums import FileKind
from .pdf import clean_pdf
from .pictures import clean_picture
from .word import clean_word

MEGABYTE = 1024 * 1024
COMPOUND = bytes.fromhex("D0CF11E0A1B11AE1")
"""How a compound file begins: old Word, and every new one that is locked with a password."""
LOCKED = "EncryptedPackage".encode("utf-16-le")

BY_TYPE = {
    "application/pdf": FileKind.PDF,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": FileKind.DOCX,
    "image/jpeg": FileKind.JPEG,
    "image/png": FileKind.PNG,
}
CLEANERS: dict[str, Callable[[bytes], bytes]] = {
    FileKind.PDF: clean_pdf,
    FileKind.DOCX: clean_word,
    FileKind.JPEG: clean_picture,
    FileKind.PNG: clean_picture,
}


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What may be stored: KIND by content, and the bytes that are left."""

    kind: FileKind
    content: bytes


def cleaned(upload: io.BufferedIOBase, *, size: int) -> Cleaned:
    """Return a file without its metadata; SIZE is in bytes, known before anything is read.

    Raises ValidationError on the field "file": too large, empty, of a kind that is not taken,
    locked, with macros, or unpacking to far more than it should.
    """
    most = settings.FILE_LIMIT_MB
    if size > most * MEGABYTE:
        words = _("This file has more than %(most)d MB. Upload the pages that matter.")
        raise ValidationError({"file": words % {"most": most}})
    if not size:
        raise ValidationError({"file": _("This file is empty.")})
    upload.seek(0)
    content = upload.read(most * MEGABYTE)
    try:
        kind = _kind_of(content)
        return Cleaned(kind, CLEANERS[kind](content))
    except Refusal as refusal:
        raise ValidationError({"file": refusal.reason}) from refusal


def _kind_of(content: bytes) -> FileKind:
    """Return what a file is by its bytes, whatever its name or its browser say."""
    if content.startswith(COMPOUND) and LOCKED in content:
        raise Refusal(_("This file is locked with a password. Take it off and try again."))
    try:
        found = puremagic.magic_string(content)
    except puremagic.PureError:
        found = []
    kinds = [BY_TYPE[one.mime_type] for one in found if one.mime_type in BY_TYPE]
    if not kinds:
        raise Refusal(
            _("Only PDF, Word (.docx), JPEG and PNG files are taken, and this is none of them.")
        )
    return kinds[0]
