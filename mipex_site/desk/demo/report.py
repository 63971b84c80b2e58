"""What the demonstration prints at its end: the figures, the files, the logins."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from editions.enums import PUBLIC, RevisionState
from editions.models import FrozenScore, Revision
from editions.services.archive import official_agreement
from questionnaire.models import Country, Index

from .cast import PASSWORD, Cast
from .facts import DATA
from .progress import bar
from .stage import EDITION

PATIENCE_SECONDS = 180


class NotPublishedError(Exception):
    """The worker did not publish the edition, and why."""


def wait_for_edition() -> Revision:
    """Watch the worker score, build, sign and publish; return the published revision."""
    until, said = time.monotonic() + PATIENCE_SECONDS, ""
    with bar(
        desc="Worker: scoring, building, publishing", bar_format="{desc} {elapsed}"
    ) as progress:
        while time.monotonic() < until:
            revision = Revision.objects.filter(edition__code=EDITION).first()
            if revision and revision.state in PUBLIC:
                return revision
            if revision and revision.state == RevisionState.FAILED:
                raise NotPublishedError(revision.error)
            if (step := _step(revision)) != said:
                progress.set_description(f"Worker: {step}")
                said = step
            time.sleep(0.2)
    raise NotPublishedError(
        f"Not published after {PATIENCE_SECONDS} seconds: {_step(revision)}."
    )


def _step(revision: Revision | None) -> str:
    return f"{revision.state} {revision.step}".strip() if revision else "scoring"


def agreement(revision: Revision) -> tuple[int, int, list[str]]:
    """Compare with the official figures of 2019: agreeing, in all, and each difference."""
    return official_agreement(revision.scores.all(), DATA / "published.csv")


def top_ten(revision: Revision) -> Iterator[str]:
    """Yield the ten best countries by the headline index, with rank, score and band."""
    headline = Index.objects.get(framework=revision.run.round.framework, is_headline=True)
    names = dict(Country.objects.values_list("code", "name"))
    best = FrozenScore.objects.filter(revision=revision, node=headline.code).order_by(
        "rank", "country"
    )[:10]
    yield f"{'':4}{headline.title}"
    for score in best:
        rank = f"{score.rank}{'=' if score.tied else ''}"
        band = score.band.replace("_", " ")
        yield f"{rank:>4}  {names[score.country]:<16}{score.shown:>4}  {band}"


def files(revision: Revision) -> Iterator[str]:
    """Yield the data files of the edition's folder with their sizes."""
    folder = Path(settings.EDITIONS_ROOT) / revision.folder
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    pages = [path for path in found if path.suffix == ".html"]
    for path in found:
        if path.parent == folder and path.suffix != ".html":
            yield f"  {path.name:<22}{path.stat().st_size:>10,} bytes"
    yield f"  and {len(pages)} pages in {folder}"


def logins(cast: Cast) -> Iterator[str]:
    """Yield who can sign in, by role."""
    who = {
        "coordinator": cast.coordinators[0],
        "expert": cast.experts[0],
        "second expert": cast.second_experts[0],
        "reviewer": cast.reviewers[0],
        "consortium reviewer": cast.adjudicators[0],
        "publisher": cast.publishers[0],
        "second publisher": cast.publishers[1],
        "observer": cast.observers[0],
    }
    for role, person in who.items():
        yield f"  {role:<20}{person.email}"
    yield f"  passphrase of all: {PASSWORD}"
