"""Put tables into a folder, all of them or none."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from errno import EISDIR
from pathlib import Path


def write_files(out: Path, texts: Mapping[str, str]) -> None:
    """Write each text of TEXTS, by file name, into the folder OUT, making it if need be.

    A file of that name is replaced. Everything is written beside OUT first: where the disk is
    full or a name cannot be written, OSError is raised and OUT is as it was.
    """
    taken = [name for name in texts if (out / name).is_dir()]
    if taken:
        raise IsADirectoryError(
            EISDIR, "it is a folder, and would be a file", str(out / taken[0])
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    waiting = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        for name, text in texts.items():
            (waiting / name).write_text(text, encoding="utf-8", newline="\n")
        out.mkdir(exist_ok=True)
        for name in texts:
            (waiting / name).replace(out / name)
    finally:
        shutil.rmtree(waiting, ignore_errors=True)
