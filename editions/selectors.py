"""What readers may see: published revisions, their files, and what was checked in them."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Case, F, Max, QuerySet, When
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mipex_site.audit.models import AuditEntry

from .enums import PUBLIC, RevisionKind, RevisionState
from .models import CorrectionRequest, Edition, FrozenAnswer, Revision

SUMS = "SHA256SUMS"
CHANGES = "changes.html"
WITHDRAWN = "revision.withdraw"
"""The act in the audit by which a revision is withdrawn."""

CACHED = 32


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A file of a public revision: where it lies, and the SHA-256 (hex) of its bytes."""

    path: Path
    hash: str


@dataclass(frozen=True, slots=True)
class RevisionPage:
    """What a reader should know before trusting an edition.

    SUCCESSOR is the revision that came after a superseded one. HISTORY has every revision of the
    edition, the newest first.
    """

    revision: Revision
    signatures: int
    checks: list[dict[str, Any]]
    successor: Revision | None
    withdrawal: Withdrawal | None
    history: tuple[Entry, ...]
    joiners: tuple[Joiner, ...]


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """When a revision was withdrawn, and the public reason."""

    at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One revision of an edition; SAYS whether it has a page on what it changed."""

    revision: Revision
    says: bool


@dataclass(frozen=True, slots=True)
class Joiner:
    """A country that joined a published edition, with the day of its own law."""

    name: str
    day: date
    revision: str


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader says is wrong; ANSWER names it in words, CODES as programs do."""

    request: CorrectionRequest
    answer: str
    codes: str


@dataclass(frozen=True, slots=True)
class Choices:
    """The cells of a revision to choose from: codes with words."""

    countries: tuple[tuple[str, str], ...]
    indicators: tuple[tuple[str, str], ...]
    days: tuple[tuple[str, str], ...]


def choices_in(revision: Revision) -> Choices:
    """Return what a revision has answers of, newest law first. One query."""
    countries = names_in(revision).items()
    days = revision.answers.order_by("-reference_date").values_list("reference_date", flat=True)
    return Choices(
        countries=tuple(sorted(countries, key=lambda one: one[1])),
        indicators=tuple(
            (code, f"{code}: {title}") for code, title in questions_in(revision).items()
        ),
        days=tuple((day.isoformat(), date_format(day, "j F Y")) for day in days.distinct()),
    )


def decided_requests(edition: Edition) -> QuerySet[CorrectionRequest]:
    """Return what was decided about an edition, newest first. It names nobody."""
    decided = CorrectionRequest.objects.filter(edition=edition, decided_at__isnull=False)
    known = decided.select_related("issued_in__edition", "revision__edition")
    return known.order_by("-decided_at", "-pk")


def notes_of(requests: Iterable[CorrectionRequest]) -> Iterator[Note]:
    """Name the answer of each request as its revision does; by its codes without a folder."""
    named: dict[int, tuple[dict[str, str], dict[str, str]]] = {}
    for request in requests:
        if request.revision_id not in named:
            revision = request.revision
            named[request.revision_id] = names_in(revision), questions_in(revision)
        countries, questions = named[request.revision_id]
        words = {
            "country": countries.get(request.country, request.country),
            "question": questions.get(request.indicator, request.indicator),
        }
        codes = f"{request.country} {request.indicator}"
        yield Note(request, _("%(country)s: %(question)s") % words, codes)


def public_revisions() -> QuerySet[Revision]:
    """Return every revision that was published, the newest law first; superseded ones too."""
    return _newest_first(Revision.objects.public())


def listed_revisions() -> QuerySet[Revision]:
    """Return every revision that has a public page: the withdrawn ones too, which say why."""
    return _newest_first(Revision.objects.shown())


def _newest_first(revisions: QuerySet[Revision]) -> QuerySet[Revision]:
    known = revisions.select_related("edition__round")
    return known.order_by("-cut_off", F("published_at").desc(nulls_last=True), "-number")


def latest_public() -> Revision | None:
    """Return the revision that readers meet first, or None while nothing is published."""
    return public_revisions().filter(state=RevisionState.PUBLISHED).first()


def shown_revision(name: str) -> Revision | None:
    """Return a public or withdrawn revision by its name, such as 2020.1; None for any other."""
    code, _dot, number = name.rpartition(".")
    if not number.isascii() or not number.isdecimal():
        return None
    return listed_revisions().filter(edition__code=code, number=int(number)).first()


def public_revision(name: str) -> Revision | None:
    """Return a revision that readers may read, by its name; None for any other."""
    found = shown_revision(name)
    return found if found and found.state in PUBLIC else None


def successor_of(revision: Revision) -> Revision | None:
    """Return the revision that came after a superseded one: in force, or else withdrawn."""
    if revision.state != RevisionState.SUPERSEDED:
        return None
    later = listed_revisions().filter(
        edition_id=revision.edition_id, number__gt=revision.number
    )
    in_force = Case(When(state=RevisionState.PUBLISHED, then=0), default=1)
    return later.order_by(in_force, "-number").first()


def withdrawal_of(revision: Revision) -> Withdrawal | None:
    """Return when and why a revision was withdrawn; None for any other. One query."""
    if revision.state != RevisionState.WITHDRAWN:
        return None
    round_ = revision.edition.round
    acts = AuditEntry.objects.filter(
        stream=round_.stream if round_ else f"edition/{revision.edition.code}",
        subject=f"edition/{revision.name}",
        act=WITHDRAWN,
    )
    at = acts.order_by("-number").values_list("at", flat=True).first()
    return Withdrawal(at, revision.reason)


def revision_page(revision: Revision) -> RevisionPage:
    siblings = listed_revisions().filter(edition_id=revision.edition_id).order_by("-number")
    history = tuple(siblings)
    return RevisionPage(
        revision=revision,
        signatures=revision.signatures.count(),
        checks=revision.checks,
        successor=successor_of(revision),
        withdrawal=withdrawal_of(revision),
        history=tuple(
            Entry(one, one.state in PUBLIC and says_what_changed(one)) for one in history
        ),
        joiners=tuple(_joiners(revision, history)),
    )


def says_what_changed(revision: Revision) -> bool:
    """Say whether a revision has a page on what it changed: the first of an edition has none."""
    return public_file(revision, CHANGES) is not None


def _joiners(revision: Revision, history: Sequence[Revision]) -> Iterator[Joiner]:
    """Give the countries that joined the edition up to this revision; two queries an extension."""
    for one in history:
        if one.kind != RevisionKind.EXTENSION or one.number > revision.number:
            continue
        before = FrozenAnswer.objects.filter(revision=one.based_on_id).values("country")
        joined = FrozenAnswer.objects.filter(revision=one).exclude(country__in=before)
        days = joined.order_by().values_list("country").annotate(Max("reference_date"))
        names = names_in(one)
        found = [(names.get(code, code), day) for code, day in days]
        yield from (Joiner(name, day, one.name) for name, day in sorted(found))


def names_in(revision: Revision) -> dict[str, str]:
    """Return the names of a built revision's countries by their codes; none without its folder."""
    path = Path(settings.EDITIONS_ROOT) / revision.folder / "countries.csv"
    if not revision.folder or not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["country"]: row["name"] for row in csv.DictReader(lines)}


def questions_in(revision: Revision) -> dict[str, str]:
    """Return the titles of a built revision's questions by their codes; none without a folder."""
    path = Path(settings.EDITIONS_ROOT) / revision.folder / "methodology.json"
    if not revision.folder or not path.is_file():
        return {}
    document = json.loads(path.read_text(encoding="utf-8"))
    return {one["code"]: one["title"] for one in document["indicators"]}


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
