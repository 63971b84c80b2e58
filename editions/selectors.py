"""What readers may see: published revisions, their files, and what was checked in them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet

from .enums import RevisionState
from .models import Revision

SUMS = "SHA256SUMS"
CACHED = 32


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A file of a public revision: where it lies, and the SHA-256 (hex) of its bytes."""

    path: Path
    hash: str


@dataclass(frozen=True, slots=True)
class RevisionPage:
    """What a reader should know before trusting an edition."""

    revision: Revision
    signatures: int
    checks: list[dict[str, Any]]
    successor: Revision | None
    """The revision of the same edition that is in force now, if it is another one."""


def public_revisions() -> QuerySet[Revision]:
    """Return every revision that was published, the newest law first; superseded ones too."""
    revisions = Revision.objects.public().select_related("edition")
    return revisions.order_by("-cut_off", F("published_at").desc(nulls_last=True), "-number")


def latest_public() -> Revision | None:
    """Return the revision that readers meet first, or None while nothing is published."""
    return public_revisions().filter(state=RevisionState.PUBLISHED).first()


def public_revision(name: str) -> Revision | None:
    """Return a public revision by its name, such as 2020.1; None for any other."""
    code, _dot, number = name.rpartition(".")
    if not number.isascii() or not number.isdecimal():
        return None
    return public_revisions().filter(edition__code=code, number=int(number)).first()


def revision_page(revision: Revision) -> RevisionPage:
    successors = public_revisions().filter(
        edition_id=revision.edition_id, state=RevisionState.PUBLISHED
    )
    return RevisionPage(
        revision=revision,
        signatures=revision.signatures.count(),
        checks=revision.checks,
        successor=successors.exclude(pk=revision.pk).first(),
    )


def public_file(revision: Revision, path: str) -> PublicFile | None:
    """Return a file of a public revision by its path in the edition.

    Only what SHA256SUMS names is found, so no path leads out of the folder.
    """
    folder = Path(settings.EDITIONS_ROOT) / revision.folder
    listed = _listed(folder, revision.hash)
    if path == SUMS and listed:
        return PublicFile(folder / SUMS, revision.hash)
    checksum = listed.get(path)
    return PublicFile(folder / path, checksum) if checksum else None


def language_of(revision: Revision) -> str:
    """Return the language in which the revision's pages are written."""
    return _language(Path(settings.EDITIONS_ROOT) / revision.folder, revision.hash)


@lru_cache(maxsize=CACHED)
def _language(folder: Path, _hash: str) -> str:
    facts = json.loads((folder / "edition.json").read_text(encoding="utf-8"))
    return facts["language"]


@lru_cache(maxsize=CACHED)
def _listed(folder: Path, edition_hash: str) -> dict[str, str]:
    """Return the checksums of a folder; nothing if it is not the one with this hash.

    A published folder never changes, so what was read once stays true.
    """
    try:
        sums = (folder / SUMS).read_bytes()
    except OSError:
        return {}
    if hashlib.sha256(sums).hexdigest() != edition_hash:
        return {}
    pairs = (line.partition("  ") for line in sums.decode().splitlines())
    return {path: checksum for checksum, __, path in pairs}
