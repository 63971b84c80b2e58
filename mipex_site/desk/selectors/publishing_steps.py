"""The chain from the closed review to the public, and within it the steps of the build."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from editions import rules as edition_rules
from editions.enums import RevisionState
from editions.models import Revision
from questionnaire.enums import RoundState
from questionnaire.models import Round
from scoring.enums import RunState
from scoring.models import ScoreRun

WORKING_REVISION = (RevisionState.QUEUED, RevisionState.BUILDING)
SHOWN = (RevisionState.PUBLISHED, RevisionState.SUPERSEDED, RevisionState.WITHDRAWN)

BUILD = (
    ("freezing", gettext_lazy("Gathering the settled answers")),
    ("", gettext_lazy("Writing tables")),
    ("", gettext_lazy("Copying styles and the engine")),
    ("", gettext_lazy("Writing pages")),
    ("", gettext_lazy("Writing checksums")),
    ("checks", gettext_lazy("Checking figures, answers and sources")),
    ("checking the files", gettext_lazy("Checking the files")),
    ("recomputing", gettext_lazy("Recomputing the scores from the files")),
    ("checking older editions", gettext_lazy("Checking the older editions")),
    ("putting in place", gettext_lazy("Putting in place")),
)
"""The steps of a build in their order: what a worker says it does, and the same for people.

Where the first is empty a worker says the second, in the language of the framework.
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the chain: its state's code, what it is, more words, and when it was done."""

    state: str
    what: str
    more: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Build:
    """How far a build is. NUMBER is the present step, from 1; 0 while no worker has it yet.

    ATTEMPT counts the workers that took it: above 1 one of them fell silent.
    """

    number: int
    steps: tuple[Step, ...]
    attempt: int

    @property
    def words(self) -> str:
        if not self.number:
            return _("It waits for a worker to take it.")
        words = {
            "number": self.number,
            "of": len(self.steps),
            "what": self.steps[self.number - 1].what,
        }
        return _("Step %(number)s of %(of)s: %(what)s") % words

    @property
    def segments(self) -> list[str]:
        shown = {"done": "done", "running": "going"}
        return [shown.get(step.state, "none") for step in self.steps]


def build_of(round_: Round, revision: Revision | None) -> Build | None:
    """Return how far the build under way is; None where none is."""
    if revision is None or revision.state not in WORKING_REVISION:
        return None
    number = _number_of(round_, revision) if revision.state == RevisionState.BUILDING else 0
    steps = tuple(
        Step(_state(at - number) if number else "pending", str(words))
        for at, (_said, words) in enumerate(BUILD, 1)
    )
    return Build(number, steps, revision.attempt)


def _number_of(round_: Round, revision: Revision) -> int:
    """Return the place of the step that the worker said last; 1 before it said any."""
    with translation.override(round_.framework.language):
        said = [said or str(words) for said, words in BUILD]
    return said.index(revision.step) + 1 if revision.step in said else 1


def _state(distance: int) -> str:
    """Return the state of a step that lies so far behind the present one."""
    if distance == 0:
        return "running"
    return "done" if distance < 0 else "pending"


def chain_of(
    round_: Round,
    run: ScoreRun | None,
    revision: Revision | None,
    *,
    signatures: int,
    planned: str,
) -> tuple[Step, ...]:
    """Return the whole chain. PLANNED says when it is to be published; empty where no one has."""
    return (
        _closing(round_),
        _scoring(run),
        _building(revision),
        _checking(revision),
        _signing(revision, signatures),
        _publishing(revision, planned),
    )


def _closing(round_: Round) -> Step:
    what = _("The review is closed")
    if round_.state == RoundState.REVIEW_CLOSED:
        return Step("done", what, at=round_.closed_at)
    return Step("pending", what, _("A coordinator closes it when nothing blocks it."))


def _scoring(run: ScoreRun | None) -> Step:
    what = _("The scores are computed")
    if run is None:
        return Step("pending", what, _("Starts by itself when the review is closed."))
    if run.state == RunState.DONE:
        figures = run.scores.count()
        more = ngettext("%(n)d figure.", "%(n)d figures.", figures) % {"n": figures}
        return Step("done", what, more, run.done_at)
    more = {
        RunState.QUEUED: _("Waits for a worker to take it."),
        RunState.RUNNING: _("A worker is computing them."),
        RunState.FAILED: _("It failed; why stands above."),
    }
    return Step(run.state, what, more[RunState(run.state)])


def _building(revision: Revision | None) -> Step:
    what = _("The edition is built")
    if revision is None:
        return Step("pending", what, _("Starts by itself when the scores are there."))
    if revision.hash and revision.state not in WORKING_REVISION:
        return Step("done", what, _("Revision %(name)s.") % {"name": revision.name})
    more = {
        RevisionState.QUEUED: _("Waits for a worker to take it."),
        RevisionState.BUILDING: _("Its steps stand below."),
        RevisionState.FAILED: _("It failed; why stands above."),
    }
    return Step(revision.state, what, more.get(RevisionState(revision.state), ""))


def _checking(revision: Revision | None) -> Step:
    what = _("Every check is green")
    if revision is None or not revision.checks or revision.state in WORKING_REVISION:
        return Step("pending", what)
    red = red_in(revision.checks)
    if red:
        more = ngettext("%(n)d check is red.", "%(n)d checks are red.", red) % {"n": red}
        return Step("blocked", what, more)
    number = len(revision.checks)
    return Step("done", what, _("%(n)d of %(n)d.") % {"n": number})


def red_in(checks: list[dict[str, Any]]) -> int:
    return sum(not check["ok"] for check in checks)


def _signing(revision: Revision | None, signatures: int) -> Step:
    what = _("Two people have signed")
    if revision and revision.state in (RevisionState.SIGNED, *SHOWN):
        return Step("done", what)
    if signatures:
        return Step("pending", what, _("One has, a second one is awaited."))
    return Step("pending", what)


def _publishing(revision: Revision | None, planned: str) -> Step:
    what = _("It is published")
    if revision is None or revision.state not in SHOWN:
        return Step("pending", what, planned)
    state = "published" if revision.state == RevisionState.PUBLISHED else revision.state
    return Step(state, what, at=revision.published_at)


def is_stopped(revision: Revision | None) -> bool:
    """Whether the chain stands still at a candidate with a red check, until people mend it."""
    if revision is None or revision.state != RevisionState.CANDIDATE:
        return False
    return bool(revision.checks) and not edition_rules.is_green(revision)
