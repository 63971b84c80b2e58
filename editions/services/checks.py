"""What must hold before a revision can be signed. One red check stops it at candidate."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from questionnaire.models import Round
from review.enums import Basis
from review.models import Dispute
from scoring.engine.options import on_scale
from scoring.engine.rounding import half_up

from ..enums import RevisionKind, RevisionState
from ..models import Revision
from . import folders, jumps, package, robustness, successors, tables, texts
from .frozen import Frozen

Beat = Callable[[str], None]

MANY = 5
"""How many faults the sentence of a red check names before it only counts them."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing a check has to say: in words, and of which answer, where it is about one."""

    words: str
    country: str = ""
    indicator: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its code, whether it is green, a sentence for people, and every fault.

    SEEN is what was looked at and found in order, where that is worth reading.
    """

    name: str
    ok: bool
    text: str
    faults: tuple[Fault, ...] = ()
    seen: tuple[Fault, ...] = ()


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
        _jumps(revision, frozen),
        _check(
            "texts",
            _("Every text is reviewed, and its figures are as they were reviewed."),
            texts.faults(revision.edition.round, frozen),
        ),
        _check("files", _("Every file is as its checksum says."), _changed_files(folder, beat)),
        _check(
            "recomputed",
            _("The engine gives the same results from the edition's own files."),
            _not_recomputed(folder, beat),
        ),
        *_of_draws(folder, beat),
        _check(
            "older_editions",
            _("Every edition published before still verifies."),
            _broken_editions(revision, beat),
        ),
        *_of_successor(revision, frozen),
    ]
    return [asdict(check) for check in found]


def _of_draws(folder: Path, beat: Beat) -> Iterator[Check]:
    """Give what must hold of the ranks' draws; nothing where there are none."""
    if (folder / robustness.DESIGN).is_file():
        yield _check(
            "draws",
            _("Every draw, replayed from the edition's own files, gives the same ranks."),
            _not_replayed(folder, beat),
        )


def _of_successor(revision: Revision, frozen: Frozen) -> Iterator[Check]:
    """Give what a revision must hold that starts from another one; nothing of the first."""
    if revision.based_on is None:
        return
    in_force = revision.based_on.state == RevisionState.PUBLISHED
    yield _check(
        "follows",
        _("It starts from the revision that is in force."),
        () if in_force else [_("another revision was published since: build it again")],
    )
    before = successors.frozen_of(revision.based_on)
    yield _check(
        "unchanged_answers",
        _("No answer changed but those that are named."),
        [_at(*place) for place in successors.changed_unasked(before, frozen)],
    )
    if revision.kind == RevisionKind.EXTENSION:
        moved = successors.moved_by_joining(before, frozen)
        yield _check(
            "unchanged_scores",
            _("No score of the other countries changed."),
            [f"{country} {node}" for country, node in moved],
            seen=tuple(_compared(before)),
        )


def _compared(before: Frozen) -> Iterator[Fault]:
    """Say of each country that was there how many of its figures were compared."""
    figures = Counter(score.country for score in before.scores)
    for country, number in sorted(figures.items()):
        words = ngettext(
            "%(country)s: %(n)d figure was compared with %(before)s.",
            "%(country)s: %(n)d figures were compared with %(before)s.",
            number,
        )
        said = {"country": country, "n": number, "before": before.revision.name}
        yield Fault(words % said, country)


def _check(
    name: str, green: str, faults: Iterable[str | Fault], *, seen: tuple[Fault, ...] = ()
) -> Check:
    """Return a check that is green with its sentence, or red with the first of its faults."""
    found = tuple(Fault(each) if isinstance(each, str) else each for each in faults)
    if not found:
        return Check(name, ok=True, text=green, seen=seen)
    text = _("%(count)d faults: %(faults)s") % {
        "count": len(found),
        "faults": "; ".join(fault.words for fault in found[:MANY]),
    }
    return Check(name, ok=False, text=text, faults=found, seen=seen)


def _at(country: str, indicator: str) -> Fault:
    return Fault(f"{country} {indicator}", country, indicator)


def _jumps(revision: Revision, frozen: Frozen) -> Check:
    """Every answer far from the last edition's says why; those that do are listed too."""
    found = jumps.jumps_in(revision, frozen)
    green = _("No answer lies two options or more from the last edition’s.")
    if found:
        green = ngettext(
            "%(n)d answer lies two options or more from the last edition’s, and says why.",
            "%(n)d answers lie two options or more from the last edition’s, and each says why.",
            len(found),
        ) % {"n": len(found)}
    return _check(
        jumps.CHECK,
        green,
        [Fault(each.words, each.country, each.indicator) for each in found if not each.why],
        seen=tuple(
            Fault(f"{each.words}. {capfirst(each.why)}", each.country, each.indicator)
            for each in found
            if each.why
        ),
    )


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


def _open(frozen: Frozen) -> Iterator[Fault]:
    settled = {(answer.country, answer.indicator) for answer in frozen.answers}
    for country in frozen.countries:
        for indicator in frozen.methodology["indicators"]:
            if (country.code, indicator["code"]) not in settled:
                yield _at(country.code, indicator["code"])


def _unexplained(round_: Round, frozen: Frozen) -> Iterator[Fault]:
    disputes = Dispute.objects.filter(item__case__round=round_).select_related("ruling")
    places = disputes.select_related("ruling", "item__case__country", "item__indicator")
    for dispute in places.order_by("pk"):
        ruling = getattr(dispute, "ruling", None)
        if ruling is None or not ruling.public_rationale.strip():
            yield _at(dispute.item.case.country.code, dispute.item.indicator.code)
    for answer in frozen.answers:
        if answer.basis == Basis.RULED and not answer.rationale.strip():
            yield _at(answer.country, answer.indicator)


def _unsourced(frozen: Frozen) -> Iterator[Fault]:
    """A ruling may choose where the expert could not: its public rationale is the ground."""
    for answer in frozen.answers:
        grounded = answer.sources or (answer.basis == Basis.RULED and answer.rationale.strip())
        if answer.option is not None and not grounded:
            yield _at(answer.country, answer.indicator)


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
        said = _engine(["score", str(folder)], Path(out), lambda: beat("recomputing"))
        for name in ("results.csv", "group_results.csv"):
            again = Path(out) / name
            if not again.is_file():
                yield f"{name}: {said}"
            elif not _same(folder / name, again):
                yield name


def _not_replayed(folder: Path, beat: Beat) -> Iterator[str]:
    """Let the engine's command line replay the design in the folder, and compare bytes."""
    given = [
        "--spec",
        str(folder / robustness.SPEC),
        "--design",
        str(folder / robustness.DESIGN),
    ]
    with tempfile.TemporaryDirectory() as out:
        command = ["robustness", str(folder), *given]
        said = _engine(command, Path(out), lambda: beat("replaying the draws"))
        for name in robustness.REPLAYED:
            again = Path(out) / Path(name).name
            if not again.is_file():
                yield f"{name}: {said}"
            elif again.read_bytes() != (folder / name).read_bytes():
                yield name


def _same(there: Path, again: Path) -> bool:
    """Compare a table with what the engine gives again, in the columns that are there."""
    text = there.read_bytes().decode(errors="replace")
    given = again.read_bytes().decode()
    return text == tables.in_columns_of(text, given)


def _engine(command: list[str], out: Path, beat: Callable[[], None]) -> str:
    """Return what the engine said, after it ended; keep the heart beating meanwhile."""
    command = [sys.executable, "-m", "scoring.engine", *command, "--out", str(out)]
    log = out / "log"
    with (
        log.open("wb") as said,
        subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=said, stderr=said) as engine,  # noqa: S603 (our own words)
    ):
        try:
            while _runs_on(engine):
                beat()
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
    """Name the published revisions whose files are not what was signed, and which files."""

    def still_there(_step: str) -> None:
        beat("checking older editions")

    for older in Revision.objects.public().exclude(pk=revision.pk).select_related("edition"):
        folder = folders.root() / older.folder
        if not older.folder or folders.hash_of(older.folder) != older.hash:
            yield older.name
            continue
        faults = [*_changed_files(folder, still_there), *_not_recomputed(folder, still_there)]
        if faults:
            yield f"{older.name} ({', '.join(faults[:MANY])})"
