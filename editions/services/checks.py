"""What must hold before a revision can be signed. One red check stops it at candidate."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from questionnaire.models import Round
from review.enums import Basis
from review.models import Dispute
from scoring.engine.options import on_scale
from scoring.engine.rounding import half_up

from ..models import Revision
from . import folders, package
from .frozen import Frozen

Beat = Callable[[str], None]

MANY = 5
"""How many faults a red check names before it only counts them."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its code, whether it is green, and a sentence for people."""

    name: str
    ok: bool
    text: str


def run_checks(
    *, revision: Revision, frozen: Frozen, folder: Path, beat: Beat
) -> list[dict[str, Any]]:
    """Return every check of a built folder, green or red, as JSON can hold them.

    BEAT is called between steps that may take long, and may raise.
    """
    beat("checks")
    found = [
        _check(
            "shown", _("Every shown figure is the exact one, rounded half up."), _shown(frozen)
        ),
        _check("scale", _("Every figure lies between 0 and 100."), _off_scale(frozen)),
        _check("coverage", _("Every question is settled for every country."), _open(frozen)),
        _check(
            "rationales",
            _("Every dispute ended with a public rationale."),
            _unexplained(revision.edition.round, frozen),
        ),
        _check("sources", _("Every chosen option has a source."), _unsourced(frozen)),
        _check("files", _("Every file is as its checksum says."), _changed_files(folder, beat)),
        _check(
            "recomputed",
            _("The engine gives the same results from the edition's own files."),
            _not_recomputed(folder, beat),
        ),
        _check(
            "older_editions",
            _("Every edition published before still verifies."),
            _broken_editions(revision, beat),
        ),
    ]
    return [asdict(check) for check in found]


def _check(name: str, green: str, faults: Iterable[str]) -> Check:
    """Return a check that is green with its sentence, or red with the first of its faults."""
    faults = list(faults)
    if not faults:
        return Check(name, ok=True, text=green)
    text = _("%(count)d faults: %(faults)s") % {
        "count": len(faults),
        "faults": "; ".join(faults[:MANY]),
    }
    return Check(name, ok=False, text=text)


def _shown(frozen: Frozen) -> Iterator[str]:
    for place, exact, shown in _figures(frozen):
        if shown != (None if exact is None else half_up(exact)):
            yield f"{place}: {exact} → {shown}"


def _off_scale(frozen: Frozen) -> Iterator[str]:
    for place, exact, _shown_figure in _figures(frozen):
        if exact is not None and not on_scale(exact):
            yield f"{place}: {exact}"


def _figures(frozen: Frozen) -> Iterator[tuple[str, Any, Any]]:
    for score in frozen.scores:
        yield f"{score.country} {score.node} {score.reference_date}", score.exact, score.shown
    for mean in frozen.group_scores:
        yield f"{mean.group} {mean.node} {mean.reference_date}", mean.exact, mean.shown


def _open(frozen: Frozen) -> Iterator[str]:
    settled = {(answer.country, answer.indicator) for answer in frozen.answers}
    for country in frozen.countries:
        for indicator in frozen.methodology["indicators"]:
            if (country.code, indicator["code"]) not in settled:
                yield f"{country.code} {indicator['code']}"


def _unexplained(round_: Round, frozen: Frozen) -> Iterator[str]:
    disputes = Dispute.objects.filter(item__case__round=round_).select_related("ruling")
    places = disputes.select_related("ruling", "item__case__country", "item__indicator")
    for dispute in places.order_by("pk"):
        ruling = getattr(dispute, "ruling", None)
        if ruling is None or not ruling.public_rationale.strip():
            yield f"{dispute.item.case.country.code} {dispute.item.indicator.code}"
    for answer in frozen.answers:
        if answer.basis == Basis.RULED and not answer.rationale.strip():
            yield f"{answer.country} {answer.indicator}"


def _unsourced(frozen: Frozen) -> Iterator[str]:
    """A ruling may choose where the expert could not: its public rationale is the ground."""
    for answer in frozen.answers:
        grounded = answer.sources or (answer.basis == Basis.RULED and answer.rationale.strip())
        if answer.option is not None and not grounded:
            yield f"{answer.country} {answer.indicator}"


def _changed_files(folder: Path, beat: Beat) -> Iterator[str]:
    """Give the files that are missing, foreign, or other than SHA256SUMS says."""
    listed = dict(_listed(folder))
    there = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    }
    for name in sorted((there - {package.SUMS}) ^ set(listed)):
        yield name
    for name in sorted(there & set(listed)):
        beat("checking the files")
        if package.sha256(folder / name) != listed[name]:
            yield name


def _listed(folder: Path) -> Iterator[tuple[str, str]]:
    """Give name and checksum of each line of SHA256SUMS, as sha256sum writes them."""
    for line in (folder / package.SUMS).read_text(encoding="utf-8").splitlines():
        checksum, _space, name = line.partition("  ")
        yield name, checksum


def _not_recomputed(folder: Path, beat: Beat) -> Iterator[str]:
    """Run the engine's command line on the folder, as a stranger would, and compare bytes."""
    with tempfile.TemporaryDirectory() as out:
        said = _engine(folder, Path(out), beat)
        for name in ("results.csv", "group_results.csv"):
            again = Path(out) / name
            if not again.is_file():
                yield f"{name}: {said}"
            elif again.read_bytes() != (folder / name).read_bytes():
                yield name


def _engine(folder: Path, out: Path, beat: Beat) -> str:
    """Return what the engine said, after it ended; keep the heart beating meanwhile."""
    command = [sys.executable, "-m", "scoring.engine", "score", str(folder), "--out", str(out)]
    log = out / "log"
    with (
        log.open("wb") as said,
        subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=said, stderr=said) as engine,  # noqa: S603 (our own words)
    ):
        try:
            while _runs_on(engine):
                beat("recomputing")
        except BaseException:
            engine.kill()
            raise
    return log.read_text(encoding="utf-8", errors="replace").strip()


def _runs_on(engine: subprocess.Popen) -> bool:
    try:
        engine.wait(timeout=0.5)
    except subprocess.TimeoutExpired:
        return True
    return False


def _broken_editions(revision: Revision, beat: Beat) -> Iterator[str]:
    for older in Revision.objects.public().exclude(pk=revision.pk).select_related("edition"):
        folder = folders.root() / older.folder
        if not older.folder or folders.hash_of(older.folder) != older.hash:
            yield older.name
            continue
        faults = [*_changed_files(folder, beat), *_not_recomputed(folder, beat)]
        if faults:
            yield f"{older.name} ({', '.join(faults[:MANY])})"
