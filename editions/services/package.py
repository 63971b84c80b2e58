"""The folder of an edition: tables, methodology, pages, checksums.

The same facts give the same bytes. Nothing here looks at a clock, a database or an absolute
path, so a second build of the same Frozen gives the same edition hash, whoever builds it and where.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.utils import translation
from django.utils.translation import gettext as _

import scoring.engine
from mipex_site.base.templatetags.house import PUBLIC_SCRIPTS, PUBLIC_STYLES
from scoring.engine.robustness.outcome import RobustnessReport

from . import codebook, explaining, reports, robustness, tables
from .frozen import Frozen
from .pages import write_pages
from .pages.book import Book
from .pages.site import COMMANDS, REPLAY

SUMS = "SHA256SUMS"
DATA_SUMS = "DATA-SHA256SUMS"
OWN_STYLES = ("css/pages/edition-tables.css", "css/pages/edition-scores.css")
TEXT_STYLES = ("css/pages/edition-texts.css",)
MARK_STYLES = ("css/pages/provisional.css",)
REPORT_STYLES = ("css/pages/reports.css",)
TEXTS = "texts.json"
MARK = "mark.svg"
ENGINE = "reproduce/scoring/engine"
CHUNK = 1 << 20


def write_folder(folder: Path, frozen: Frozen, *, beat: Callable[[str], None]) -> str:
    """Write the whole edition into FOLDER, which is made, and return its hash.

    The hash is the SHA-256 (hex) of SHA256SUMS. BEAT is called often with the step in words;
    what it raises ends the build.
    Raises FileExistsError if FOLDER exists, FileNotFoundError if a style or script is missing.
    """
    folder.mkdir(parents=True)
    with translation.override(frozen.methodology["framework"].get("language", "en")):
        beat(_("Writing tables"))
        firmness = _write_data(folder, frozen, beat)
        sheets = explaining.sheets_of(frozen, beat=beat)
        _write(folder / explaining.CONTRIBUTIONS, explaining.text(frozen, sheets))
        files = data_files(folder)
        sums = write_sums(folder, DATA_SUMS, [file.name for file in files])
        beat(_("Copying styles and the engine"))
        _copy_assets(folder, frozen)
        _copy_engine(folder)
        book = Book(frozen, firmness, sheets)
        write_pages(folder, book, files=files, data_hash=sums, beat=beat)
        beat(_("Writing checksums"))
        return write_sums(folder, SUMS, names_in(folder))


def _write_data(
    folder: Path, frozen: Frozen, beat: Callable[[str], None]
) -> RobustnessReport | None:
    """Write the tables and what explains them; return how firm the ranks are, if that is told."""
    for name, text in tables.tables(frozen):
        _write(folder / name, text)
    _write(folder / "methodology.json", canonical(frozen.methodology) + "\n")
    inputs = {name: sha256(folder / name) for name in robustness.INPUTS}
    firmness, texts = reports.tables(frozen, inputs, beat)
    for name, text in texts.items():
        _write(folder / name, text)
    told = {
        "marked": bool(frozen.revision.provisional),
        "succeeds": frozen.succession is not None,
        "leaves_out": bool(frozen.not_assessed),
        "names": bool(frozen.credits),
        "reports": reports.columns_in(texts),
    }
    _write(folder / "codebook.csv", codebook.text(**told))
    _write(folder / "edition.json", edition_text(frozen))
    if frozen.texts:
        _write(folder / TEXTS, texts_text(frozen))
    facts = {
        "revision": frozen.revision,
        "columns": list(codebook.lines(**told)),
        "commands": COMMANDS,
        "replay": REPLAY if firmness else {},
    }
    _write(folder / "README.md", get_template("editions/readme.md").render(facts))
    _write(folder / "LICENSE.txt", get_template("editions/licence.txt").render(facts))
    return firmness


def canonical(value: Any) -> str:
    """Return JSON with sorted keys and no spaces: one text for one value, after RFC 8785."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def edition_text(frozen: Frozen) -> str:
    """Return edition.json: what the edition is, for programs."""
    revision = frozen.revision
    facts = {
        "name": revision.name,
        "edition": revision.edition,
        "revision": revision.number,
        "kind": revision.kind,
        "title": revision.title,
        "cut_off": revision.cut_off.isoformat(),
        "licence": revision.licence,
        "publisher": revision.publisher,
        "notice": revision.notice,
        "demonstration": revision.is_demonstration,
        "language": frozen.methodology["framework"].get("language", "en"),
        "methodology_sha256": hashlib.sha256(
            canonical(frozen.methodology).encode()
        ).hexdigest(),
        "audit": {"length": revision.audit_length, "head": revision.audit_head},
    }
    return json.dumps(facts | _mark_of(frozen), indent=2, ensure_ascii=False) + "\n"


def texts_text(frozen: Frozen) -> str:
    """Return texts.json: what was written for the edition, its figures filled in."""
    facts = {"texts": [asdict(each) for each in frozen.texts]}
    return json.dumps(facts | _mark_of(frozen), indent=2, ensure_ascii=False) + "\n"


def _mark_of(frozen: Frozen) -> dict[str, str]:
    mark = frozen.revision.provisional
    return {"provisional": mark} if mark else {}


def data_files(folder: Path) -> list[tables.DataFile]:
    """Return the data files of FOLDER by name, with what each holds."""
    return [
        tables.DataFile(
            name=name,
            words=codebook.file_words(name),
            size=size_words((folder / name).stat().st_size),
            hash=sha256(folder / name),
        )
        for name in names_in(folder)
        if codebook.file_words(name)
    ]


def size_words(size: int) -> str:
    """Say a size in bytes as people do.

    >>> size_words(812), size_words(3_210_000)
    ('812 B', '3.2 MB')
    """
    for unit, step in (("MB", 1_000_000), ("kB", 1_000)):
        if size >= step:
            whole, tenth = divmod((size * 20 + step) // (2 * step), 10)
            return f"{whole}.{tenth} {unit}"
    return f"{size} B"


def names_in(folder: Path) -> list[str]:
    """Return every file below FOLDER by its path, sorted."""
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def write_sums(folder: Path, name: str, names: Iterable[str]) -> str:
    """Write the checksums of NAMES as sha256sum does; return the checksum of that list."""
    lines = [f"{sha256(folder / each)}  {each}\n" for each in sorted(names)]
    _write(folder / name, "".join(lines))
    return sha256(folder / name)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file (hex)."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _copy_assets(folder: Path, frozen: Frozen) -> None:
    more = TEXT_STYLES if frozen.texts else ()
    more += MARK_STYLES if frozen.revision.provisional else ()
    more += REPORT_STYLES if frozen.reliability or frozen.design else ()
    for name in (*PUBLIC_STYLES, *OWN_STYLES, *more, *PUBLIC_SCRIPTS, MARK):
        found = finders.find(name)
        if found is None:
            raise FileNotFoundError(name)
        _copy(Path(found), folder / "assets" / name)


def _copy_engine(folder: Path) -> None:
    """Put the engine beside the data, so that a stranger needs nothing else to recompute it."""
    source = Path(scoring.engine.__file__).parent
    for path in sorted(source.rglob("*.py")):
        _copy(path, folder / ENGINE / path.relative_to(source))
    _write(folder / ENGINE / ".." / "__init__.py", "")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
