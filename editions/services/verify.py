"""Whether an edition is what it says: files, scores, frozen rows, audit record."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries
from scoring.engine import tables as engine_tables
from scoring.engine.commands import scoring as engine

from ..enums import EditionKind
from ..models import Revision
from . import folders, robustness
from .checks import Check
from .package import DATA_SUMS, SUMS, TEXTS, names_in, sha256
from .tables import in_columns_of

FIRST = 5
"""How many places a check names before it only counts them."""


def verify_folder(folder: Path) -> list[Check]:
    """Check a folder from its own files alone, wherever it lies.

    Raises FileNotFoundError if FOLDER is no folder or has no SHA256SUMS.
    """
    if not (folder / SUMS).is_file():
        raise FileNotFoundError(folder / SUMS)
    return [
        _check("files", _("Every file is as its checksum says."), changed_files(folder)),
        _check("data", _("The data are as their checksums say."), _changed_data(folder)),
        _check("scores", _("The engine gives the same scores again."), recomputed(folder)),
        *_of_draws(folder),
    ]


def _of_draws(folder: Path) -> Iterator[Check]:
    """Replay the draws of the ranks; nothing where there are none, as in older editions."""
    if (folder / robustness.DESIGN).is_file():
        green = _("The draws, replayed, give the same ranks again.")
        yield _check("draws", green, _replayed(folder))


def _replayed(folder: Path) -> Iterator[str]:
    try:
        again = robustness.replayed(folder)
    except (OSError, ValueError) as error:
        yield _("the engine cannot read it: %(error)s") % {"error": error}
        return
    for name, text in again.items():
        yield from _first_difference(folder, name, text)


def verify_revision(revision: Revision) -> list[Check]:
    """Check a built revision: its folder, its hash, its frozen rows and its audit record."""
    folder = folders.root() / revision.folder
    if not revision.folder or not (folder / SUMS).is_file():
        return [Check("folder", ok=False, text=_("The edition's folder is missing."))]
    return [
        *verify_folder(folder),
        _check("hash", _("The folder has the recorded hash."), _hash(revision, folder)),
        _check("answers", _("The frozen answers are those of the file."), _answers(revision)),
        _check("rows", _("The frozen scores are those of the file."), _scores(revision)),
        _check("texts", _("The frozen texts are those of the file."), _texts(revision)),
        _check(
            "audit", _("The audit record holds the printed head."), _audit(revision, folder)
        ),
    ]


def _check(name: str, green: str, faults: Iterable[str]) -> Check:
    """Return a check that is green with its sentence, or red with the first places."""
    found = list(faults)
    if not found:
        return Check(name, ok=True, text=green)
    text = "; ".join(found[:FIRST])
    if len(found) > FIRST:
        text = _("%(places)s; and %(n)s more") % {"places": text, "n": len(found) - FIRST}
    return Check(name, ok=False, text=text)


def sums_in(folder: Path, name: str = SUMS) -> dict[str, str]:
    """Return the checksum of each file that the list NAME names, by its path."""
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("  ") for line in lines)
    return {path: checksum for checksum, __, path in pairs}


def changed_files(folder: Path) -> Iterator[str]:
    """Name each file that is missing, that nobody listed, or that is not as listed."""
    listed, there = sums_in(folder), set(names_in(folder)) - {SUMS}
    for name in sorted(set(listed) - there):
        yield _("%(file)s is missing") % {"file": name}
    for name in sorted(there - set(listed)):
        yield _("%(file)s is not listed") % {"file": name}
    yield from _differing(folder, {name: listed[name] for name in there & set(listed)})


def _changed_data(folder: Path) -> Iterator[str]:
    if not (folder / DATA_SUMS).is_file():
        yield _("%(file)s is missing") % {"file": DATA_SUMS}
        return
    listed = sums_in(folder, DATA_SUMS)
    there = {name: checksum for name, checksum in listed.items() if (folder / name).is_file()}
    for name in sorted(set(listed) - set(there)):
        yield _("%(file)s is missing") % {"file": name}
    yield from _differing(folder, there)


def _differing(folder: Path, listed: dict[str, str]) -> Iterator[str]:
    for name, checksum in sorted(listed.items()):
        if sha256(folder / name) != checksum:
            yield _("%(file)s was changed") % {"file": name}


def recomputed(folder: Path) -> Iterator[str]:
    """Name the first line at which each result differs from what the engine gives again."""
    try:
        results, groups = engine.recompute(folder)
    except (OSError, ValueError) as error:
        yield _("the engine cannot read it: %(error)s") % {"error": error}
        return
    rows = engine_tables.result_rows(results)
    again = engine_tables.csv_text(engine_tables.RESULT_COLUMNS, rows)
    again = in_columns_of(_read(folder / "results.csv"), again)
    yield from _first_difference(folder, "results.csv", again)
    rows = engine_tables.group_result_rows(groups)
    again = engine_tables.csv_text(engine_tables.GROUP_RESULT_COLUMNS, rows)
    yield from _first_difference(folder, "group_results.csv", again)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _first_difference(folder: Path, name: str, again: str) -> Iterator[str]:
    """Compare bytes; name the first line, and what should stand there."""
    path = folder / name
    there = path.read_bytes() if path.is_file() else b""
    if there == again.encode():
        return
    old, new = there.split(b"\n"), again.encode().split(b"\n")
    length = min(len(old), len(new))
    at = next((line for line in range(length) if old[line] != new[line]), length)
    wanted = new[at].decode() if at < len(new) else _("no such line")
    yield _("%(file)s, line %(line)s: the engine gives %(wanted)s") % {
        "file": name,
        "line": at + 1,
        "wanted": wanted or _("no such line"),
    }


def _hash(revision: Revision, folder: Path) -> Iterator[str]:
    found = sha256(folder / SUMS)
    if found != revision.hash:
        yield _("recorded %(recorded)s, found %(found)s") % {
            "recorded": revision.hash,
            "found": found,
        }


def _answers(revision: Revision) -> Iterator[str]:
    columns = ("country", "indicator", "reference_date", "status", "option", "points", "basis")
    yield from _compare(revision, "answers.csv", (*columns, "rationale"), revision.answers)


def _scores(revision: Revision) -> Iterator[str]:
    columns = ("country", "node", "reference_date", "level", "exact", "display", "rank")
    more = ("band", "coverage", "status", "reason")
    if not _is_of_before(revision):
        more += ("lo", "hi", "flags")
    yield from _compare(revision, "results.csv", (*columns, *more), revision.scores)


def _is_of_before(revision: Revision) -> bool:
    """Say whether the folder was built before results had bounds and flags."""
    with (folders.root() / revision.folder / "results.csv").open(encoding="utf-8") as lines:
        return lines.readline().rstrip("\n") in map(",".join, engine_tables.EARLIER_LAYOUTS)


def _texts(revision: Revision) -> Iterator[str]:
    """Compare texts.json, which is not there where nothing was written, with its frozen rows."""
    path, columns = folders.root() / revision.folder / TEXTS, ("kind", "country", "order")
    found = json.loads(path.read_text(encoding="utf-8"))["texts"] if path.is_file() else []
    there = {tuple(each[name] for name in (*columns, "title", "body")) for each in found}
    rows = set(revision.texts.values_list(*columns, "title", "body"))
    for key in sorted({row[:3] for row in rows ^ there}):
        yield _("%(file)s: %(key)s differs") % {
            "file": TEXTS,
            "key": " ".join(map(str, key)),
        }


def _compare(
    revision: Revision, name: str, columns: tuple[str, ...], frozen: object
) -> Iterator[str]:
    """Compare a table with its frozen rows; the first three columns are the key."""
    text = (folders.root() / revision.folder / name).read_text(encoding="utf-8")
    fields = ["shown" if column == "display" else column for column in columns]
    rows = {tuple(map(_text, row)) for row in frozen.values_list(*fields).iterator()}
    lines = csv.DictReader(io.StringIO(text, newline=""))
    there = {tuple(line[column] for column in columns) for line in lines}
    for key in sorted({row[:3] for row in rows ^ there}):
        yield _("%(file)s: %(key)s differs") % {"file": name, "key": " ".join(key)}


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _audit(revision: Revision, folder: Path) -> Iterator[str]:
    """Find the printed head in the chain, and walk the chain."""
    printed = json.loads((folder / "edition.json").read_text(encoding="utf-8"))["audit"]
    if (printed["length"], printed["head"]) != (revision.audit_length, revision.audit_head):
        yield _("edition.json prints another head than the revision records")
    stream = stream_of(revision)
    entry = AuditEntry.objects.filter(stream=stream, number=revision.audit_length).first()
    if entry is None or entry.hash != revision.audit_head:
        yield _("%(stream)s: entry %(n)s is not the printed head") % {
            "stream": stream,
            "n": revision.audit_length,
        }
    walk = entries.walk(stream)
    if walk.broken_at is not None:
        yield f"{stream}: {walk.fault}"


def stream_of(revision: Revision) -> str:
    """Return the audit chain whose head an edition prints: its round's, or an archive's own."""
    edition = revision.edition
    if edition.kind == EditionKind.ARCHIVE:
        return f"edition/{edition.code}"
    return edition.round.stream
