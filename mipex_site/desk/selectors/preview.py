"""A file of a candidate, for those who sign it, or of a rehearsal."""

from __future__ import annotations

from pathlib import Path

from editions.models import Rehearsal, Revision
from editions.services import folders


def preview_file(revision: Revision | Rehearsal, name: str) -> Path | None:
    """Return the file of that name below the revision's folder, or None.

    A name that leads out of the folder, by dots or by a link, is no file of it.
    """
    if not revision.folder:
        return None
    folder = (folders.root() / revision.folder).resolve()
    path = (folder / name).resolve()
    if path.is_dir():
        path /= "index.html"
    return path if path.is_relative_to(folder) and path.is_file() else None
