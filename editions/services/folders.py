"""Where editions lie on the disk: a folder for each built revision, and one for each build."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from mipex_site.base.errors import Refusal

from . import package

BUILDING = "building-"


def root() -> Path:
    return Path(settings.EDITIONS_ROOT)


def building_folder(receipt: UUID) -> Path:
    """Return the folder of one attempt: its name is the receipt, so no two share one."""
    return root() / f"{BUILDING}{receipt}"


def name_of(*, revision: str, edition_hash: str) -> str:
    """Return the name of a built revision's folder, such as ``2020.1-3fa9c01b22d4``."""
    return f"{revision}-{edition_hash[:12]}"


def hash_of(name: str) -> str:
    """Return the edition hash of a built folder as it lies on the disk; empty if none does."""
    sums = root() / name / package.SUMS
    if not name or not sums.is_file():
        return ""
    return package.sha256(sums)


def put_in_place(folder: Path, *, name: str, edition_hash: str) -> None:
    """Give a finished folder its lasting name, at one stroke, once its bytes are on the disk.

    A worker that died after this very step left the same folder: then ours is dropped.
    Raises Refusal if another content bears the name.
    """
    settle(folder)
    if (root() / name).exists():
        if hash_of(name) != edition_hash:
            raise Refusal(
                _("The folder %(name)s is there already with another content.") % {"name": name}
            )
        shutil.rmtree(folder)
        return
    folder.rename(root() / name)
    _flush((root() / name).parent)


def settle(folder: Path) -> None:
    """Have the disk keep every file before a row says that it is there."""
    for path in sorted(folder.rglob("*")):
        _flush(path)
    _flush(folder)


def sweep(*, receipts: Collection[UUID]) -> list[str]:
    """Remove what builds with void receipts left behind; return the names of what went."""
    ours = {f"{BUILDING}{receipt}" for receipt in receipts}
    left = [path for path in sorted(root().glob(f"{BUILDING}*")) if path.name not in ours]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return [path.name for path in left]


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
