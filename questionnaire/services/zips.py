"""Zip archives from strangers: measured by their own lists first, and again while unpacked.

What an archive says of its sizes may be a lie, so a reader that trusts it gets a copy made of
what was measured here, and never the file itself.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO
from zipfile import ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from mipex_site.base.errors import Refusal

MEGABYTE = 1024 * 1024
CHUNK = 64 * 1024
ENCRYPTED = 0x1
BROKEN = (
    BadZipFile,
    LargeZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What zipfile raises on a damaged or a strange archive; a way of packing it does not know too."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an archive may hold: ENTRIES, their UNPACKED bytes, and RATIO to what is packed.

    The ratio counts for entries of more than a megabyte: a short text of one letter is harmless.
    """

    entries: int = 500
    unpacked: int = 60 * MEGABYTE
    ratio: int = 200


USUAL = Limits()


def demand_sound_zip(file: IO[bytes], *, limits: Limits = USUAL) -> list[str]:
    """Check the archive's list of entries before any is unpacked; return their names.

    Raises Refusal in a sentence that says what is wrong with the file.
    """
    try:
        file.seek(0)
        with ZipFile(file) as archive:
            rows = archive.infolist()
    except BROKEN as error:
        raise Refusal(_("This file is damaged or is not what its name says.")) from error
    _demand_sound(rows, limits)
    return [row.filename for row in rows]


def repacked(file: IO[bytes], *, limits: Limits = USUAL) -> io.BytesIO:
    """Return a copy that holds what was measured while it was unpacked, and nothing more.

    Raises Refusal as demand_sound_zip does, or where an entry is not what the list says.
    """
    demand_sound_zip(file, limits=limits)
    copy = io.BytesIO()
    left = limits.unpacked
    try:
        file.seek(0)
        with ZipFile(file) as archive, ZipFile(copy, "w", ZIP_STORED) as made:
            for row in archive.infolist():
                content = b"".join(_measured(archive, row, left))
                left -= len(content)
                made.writestr(ZipInfo(row.filename), content)
    except BROKEN as error:
        raise Refusal(_("This file is damaged or is not what its name says.")) from error
    copy.seek(0)
    return copy


def _demand_sound(rows: list[ZipInfo], limits: Limits) -> None:
    if len(rows) > limits.entries or sum(row.file_size for row in rows) > limits.unpacked:
        raise Refusal(_("This file unpacks to far more than it should, so it is not opened."))
    names = [row.filename for row in rows]
    if len(set(names)) < len(names) or any(_leads_out(name) for name in names):
        raise Refusal(_("This file is damaged or is not what its name says."))
    for row in rows:
        if row.flag_bits & ENCRYPTED:
            raise Refusal(_("This file is locked with a password. Take it off and try again."))
        if row.file_size > MEGABYTE and row.file_size > limits.ratio * row.compress_size:
            raise Refusal(
                _("This file unpacks to far more than it should, so it is not opened.")
            )


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/")


def _measured(archive: ZipFile, row: ZipInfo, left: int) -> Iterator[bytes]:
    with archive.open(row) as entry:
        while part := entry.read(CHUNK):
            left -= len(part)
            if left < 0:
                raise Refusal(
                    _("This file unpacks to far more than it should, so it is not opened.")
                )
            yield part
