"""A release that was published elsewhere, kept as an edition: only if every figure agrees."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from uuid import uuid4

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import Refusal, WrongState
from mipex_site.base.verdict import YES, Verdict, demand, no
from questionnaire.enums import Role, SourceKind
from questionnaire.rules import coordinates_the_portal
from questionnaire.services.answer_files import AnswerRow
from scoring.engine.computing import score_all
from scoring.engine.groups import group_means
from scoring.engine.score import Cell, Results
from scoring.engine.tree import Methodology
from scoring.selectors import STATUS

from ..enums import EditionKind, RevisionState
from ..models import Edition, FrozenScore, Revision
from . import folders, freeze, package, robustness
from .as_engine import memberships_of
from .editions import record
from .frozen import (
    AnswerFacts,
    Frozen,
    GroupScoreFacts,
    RevisionFacts,
    ScoreFacts,
    SourceFacts,
)
from .release_files import Key, Release, read_figures, read_release

PUBLISHER = "mipex.eu"
BASIS = "published"
SIX_DECIMALS = Fraction(1, 10**6)
OFFICIAL_LEVELS = ("strand", "index")
MANY = 10
"""How many differences a refusal names."""


def may_import_release(user: User) -> Verdict:
    if not coordinates_the_portal(user):
        return no(_("Only a coordinator of the whole portal imports a release. Ask one."))
    return YES


def import_release(
    *,
    folder: Path,
    code: str,
    title: str,
    by: User,
    publisher: str = PUBLISHER,
    beat: Callable[[str], None] = lambda step: None,
) -> Revision:
    """Keep the release in FOLDER as the published revision CODE.1, or refuse it whole.

    It was published by others, so nobody signs it here. BEAT is called with the step in words.
    Raises NotAllowed, WrongState if CODE has a revision, BadFile with file, line and reason, or
    Refusal if one official figure disagrees with what the engine gives, or is missing.
    """
    demand(may_import_release(by))
    beat(_("Reading the release"))
    release = read_release(folder)
    beat(_("Computing every score"))
    results = compute(release)
    _demand_agreement(release, results)
    edition = Edition(
        code=code,
        title=title,
        kind=EditionKind.ARCHIVE,
        licence=release.document["framework"]["licence"],
        publisher=publisher,
        notice=release.document["framework"]["origin"],
    )
    edition, length, head = _begin(edition, folder, by=by)
    facts = _revision_facts(edition, release, length=length, head=head)
    with translation.override(release.document["framework"]["language"]):
        frozen = frozen_of(facts, release, results)
    frozen = replace(frozen, design=robustness.design_for(code, None))
    place = _write(frozen, beat)
    beat(_("Freezing the rows"))
    return _publish(edition, frozen, place, by=by)


def compute(release: Release) -> Results:
    """Compute every figure of a release from its answers."""
    methodology = Methodology.from_document(release.document)
    return score_all(methodology, [_cell(row) for row in release.answers])


def _cell(row: AnswerRow) -> Cell:
    day = row.reference_date.isoformat()
    return Cell(row.country, row.indicator, day, STATUS[row.kind], row.points)


def _demand_agreement(release: Release, results: Results) -> None:
    rows = [row for row in results.rows if row.exact is not None]
    composites = {row.key: row.exact for row in rows if row.level == "composite"}
    official = {row.key: row.exact for row in rows if row.level in OFFICIAL_LEVELS}
    found = [
        *differences(composites, release.derived),
        *differences(official, release.published),
    ]
    if found:
        raise Refusal(
            _("%(n)s figures differ from the official ones, and nothing was kept: %(places)s.")
            % {"n": len(found), "places": "; ".join(found[:MANY])}
        )


def differences(ours: Mapping[Key, Fraction], official: Mapping[Key, Fraction]) -> list[str]:
    """Name every key that only one side has, and every figure not equal to six decimals."""
    found = []
    for key in sorted(set(ours) | set(official)):
        place = " ".join(key)
        if key not in ours:
            found.append(_("%(place)s is missing") % {"place": place})
        elif key not in official:
            found.append(_("%(place)s is no official figure") % {"place": place})
        elif abs(ours[key] - official[key]) >= SIX_DECIMALS:
            facts = {"place": place, "ours": ours[key], "official": official[key]}
            found.append(_("%(place)s is %(ours)s, officially %(official)s") % facts)
    return found


def official_agreement(
    scores: Iterable[ScoreFacts | FrozenScore], published_csv: Path
) -> tuple[int, int, list[str]]:
    """Compare an edition's strands and overall scores with the official ones of its dates.

    Return how many agree, of how many, and the differences by name. A figure that only one
    side has counts as one that does not agree. Raises BadFile if the file cannot be read.
    """
    scores = list(scores)
    days = {score_.reference_date.isoformat() for score_ in scores}
    official = {
        key: value
        for key, value in read_figures(published_csv, "score").items()
        if key[2] in days
    }
    ours = {
        (each.country, each.node, each.reference_date.isoformat()): each.exact
        for each in scores
        if each.level in OFFICIAL_LEVELS and each.exact is not None
    }
    found = differences(ours, official)
    total = len(set(ours) | set(official))
    return total - len(found), total, found


@transaction.atomic
def _begin(edition: Edition, folder: Path, *, by: User) -> tuple[Edition, int, str]:
    """Write down what is imported; return the edition, and length and head of its audit chain.

    An edition that an import left without a revision is used again.
    """
    known = Edition.objects.filter(code=edition.code).first()
    if known is not None and (known.kind != EditionKind.ARCHIVE or known.revisions.exists()):
        raise WrongState(_("There is an edition %(code)s already.") % {"code": edition.code})
    if known is not None:
        for name in ("title", "licence", "publisher", "notice"):
            setattr(known, name, getattr(edition, name))
        edition = known
    edition.full_clean()
    edition.save()
    sums = {
        path.name: package.sha256(path) for path in sorted(folder.iterdir()) if path.is_file()
    }
    act = record(
        edition=edition,
        number=1,
        act="release.import",
        by=by,
        role=Role.COORDINATOR,
        new={"files": sums},
    )
    return edition, act.number, act.hash


def frozen_of(facts: RevisionFacts, release: Release, results: Results) -> Frozen:
    """Return the release as plain facts, sorted by their keys."""
    return Frozen(
        revision=facts,
        methodology=release.document,
        countries=release.countries,
        groups=release.groups,
        answers=tuple(_answers(release)),
        scores=tuple(map(freeze.facts_of_score, results.rows)),
        group_scores=tuple(_group_scores(release, results)),
    )


def _answers(release: Release) -> Iterable[AnswerFacts]:
    places = {
        (indicator["code"], Fraction(option["points"])): place
        for indicator in release.document["indicators"]
        for place, option in enumerate(indicator["options"], start=1)
    }
    rows = sorted(
        release.answers, key=lambda row: (row.country, row.indicator, row.reference_date)
    )
    for row in rows:
        yield AnswerFacts(
            country=row.country,
            indicator=row.indicator,
            reference_date=row.reference_date,
            status=str(STATUS[row.kind]),
            option=places.get((row.indicator, row.points)),
            points=row.points,
            basis=BASIS,
            rationale=row.rationale,
            sources=(_cell_source(row.workbook_cell),) if row.workbook_cell else (),
        )


def _cell_source(cell: str) -> SourceFacts:
    return SourceFacts(
        kind=SourceKind.DATASET.value,
        title=_("Workbook of the release"),
        article=cell,
        year=None,
        publisher="",
        url="",
        in_force_from=None,
        in_force_until=None,
        published_on=None,
    )


def _group_scores(release: Release, results: Results) -> Iterable[GroupScoreFacts]:
    threshold = Methodology.from_document(release.document).method.coverage["group"]
    for row in group_means(results, memberships_of(release.groups), threshold=threshold):
        yield GroupScoreFacts(
            group=row.group,
            node=row.node,
            reference_date=date.fromisoformat(row.date),
            exact=row.exact,
            shown=row.shown,
            counted=row.n,
            members=row.of,
        )


def _revision_facts(
    edition: Edition, release: Release, *, length: int, head: str
) -> RevisionFacts:
    return RevisionFacts(
        name=f"{edition.code}.1",
        edition=edition.code,
        number=1,
        kind=edition.kind,
        title=edition.title,
        cut_off=max(row.reference_date for row in release.answers),
        licence=edition.licence,
        publisher=edition.publisher,
        notice=edition.notice,
        is_demonstration=edition.is_demonstration,
        audit_length=length,
        audit_head=head,
    )


def _write(frozen: Frozen, beat: Callable[[str], None]) -> tuple[str, str]:
    """Write the folder and put it in place; return its name and the edition hash.

    The folder bears no build's name meanwhile, so that no worker takes it for a leftover.
    """
    building = folders.root() / f"importing-{uuid4()}"
    try:
        edition_hash = package.write_folder(building, frozen, beat=beat)
        name = folders.name_of(revision=frozen.revision.name, edition_hash=edition_hash)
        folders.put_in_place(building, name=name, edition_hash=edition_hash)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return name, edition_hash


@transaction.atomic
def _publish(edition: Edition, frozen: Frozen, place: tuple[str, str], *, by: User) -> Revision:
    """Write the revision, published, with its frozen rows."""
    folder, edition_hash = place
    revision = Revision.objects.create(
        edition=edition,
        state=RevisionState.PUBLISHED,
        cut_off=frozen.revision.cut_off,
        audit_length=frozen.revision.audit_length,
        audit_head=frozen.revision.audit_head,
        hash=edition_hash,
        folder=folder,
        published_at=timezone.now(),
    )
    freeze.keep_rows(revision=revision, frozen=frozen)
    record(
        edition=edition,
        number=revision.number,
        act="revision.publish",
        by=by,
        role=Role.COORDINATOR,
        new={"hash": edition_hash},
    )
    return revision
