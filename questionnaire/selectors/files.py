"""The files of sources as they are shown: the original name to the owner's side alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from uuid import UUID

from ..enums import FileKind
from ..models import SourceFile

ENDINGS = {
    FileKind.PDF: ".pdf",
    FileKind.DOCX: ".docx",
    FileKind.JPEG: ".jpg",
    FileKind.PNG: ".png",
}


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file to be read. SIZE is in bytes; no field says whose it is."""

    key: UUID
    name: str
    kind_label: str
    size: int


def file_lines(files: Iterable[SourceFile], *, is_own: bool) -> tuple[FileLine, ...]:
    """Return the files of one source in their order, named as the reader may know them."""
    return tuple(
        FileLine(
            key=file.key,
            name=name_of(file, number, is_own=is_own),
            kind_label=file.get_kind_display(),
            size=file.size,
        )
        for number, file in enumerate(files, 1)
    )


def name_of(file: SourceFile, number: int, *, is_own: bool) -> str:
    """Return a name with the ending of what the file is, whatever it was called."""
    stem = PurePath(file.name).stem if is_own else f"source-{number}"
    return f"{stem}{ENDINGS[FileKind(file.kind)]}"


def place_among(file: SourceFile) -> int:
    """Return the place of a file among those of its source, from 1; one query."""
    before = SourceFile.objects.filter(source_id=file.source_id, removed_at=None)
    return before.filter(pk__lt=file.pk).count() + 1


def files_of_sources(sources: Iterable[int]) -> dict[int, list[SourceFile]]:
    """Return the files that nobody removed, by the key of their source; one query."""
    found: dict[int, list[SourceFile]] = {}
    rows = SourceFile.objects.filter(source_id__in=sources, removed_at=None).order_by("pk")
    for file in rows:
        found.setdefault(file.source_id, []).append(file)
    return found
