"""What readers may see: published revisions, their files, and what was checked in them."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils.formats import date_format

from .enums import RevisionState
from .models import CorrectionRequest, Edition, Revision

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


@dataclass(frozen=True, slots=True)
class Choices:
    """The cells of a revision to choose from: codes with words."""

    countries: tuple[tuple[str, str], ...]
    indicators: tuple[tuple[str, str], ...]
    days: tuple[tuple[str, str], ...]


def choices_in(revision: Revision) -> Choices:
    """Return what a revision has answers of, newest law first. One query."""
    folder = Path(settings.EDITIONS_ROOT) / revision.folder
    document = json.loads((folder / "methodology.json").read_text(encoding="utf-8"))
    with (folder / "countries.csv").open(encoding="utf-8", newline="") as lines:
        countries = [(row["country"], row["name"]) for row in csv.DictReader(lines)]
    days = revision.answers.order_by("-reference_date").values_list("reference_date", flat=True)
    return Choices(
        countries=tuple(sorted(countries, key=lambda one: one[1])),
        indicators=tuple(
            (one["code"], f"{one['code']}: {one['title']}") for one in document["indicators"]
        ),
        days=tuple((day.isoformat(), date_format(day, "j F Y")) for day in days.distinct()),
    )


def decided_requests(edition: Edition) -> QuerySet[CorrectionRequest]:
    """Return what was decided about an edition, newest first. It names nobody."""
    decided = CorrectionRequest.objects.filter(edition=edition, decided_at__isnull=False)
    return decided.select_related("issued_in__edition").order_by("-decided_at", "-pk")


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
