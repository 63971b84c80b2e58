"""The rehearsals of a round: the newest, how far a build is, and those before."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import translation

from editions import rules as edition_rules
from editions.enums import RehearsalState
from editions.models import Rehearsal
from editions.services.rehearsing import KEPT, STEPS, WORKING
from mipex_site.accounts.models import User
from mipex_site.base.verdict import Verdict
from questionnaire.models import Round


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a build: its state's code, and what it is."""

    state: str
    what: str


@dataclass(frozen=True, slots=True)
class RehearsalPage:
    """All that the page of the rehearsals shows. NEWEST has its files; WORKING is not done."""

    round: Round
    working: Rehearsal | None
    failed: Rehearsal | None
    newest: Rehearsal | None
    older: tuple[Rehearsal, ...]
    steps: tuple[Step, ...]
    may_ask: Verdict
    may_write: Verdict

    @property
    def kept(self) -> int:
        return KEPT


def rehearsal_page(round_: Round, user: User) -> RehearsalPage:
    """Return the page's data; the rehearsals in one query."""
    found = list(Rehearsal.objects.filter(round=round_).select_related("asked_by"))
    working = next((each for each in found if each.state in WORKING), None)
    newest = next((each for each in found if each.state == RehearsalState.READY), None)
    latest = found[0] if found else None
    failed = latest if latest and latest.state == RehearsalState.FAILED else None
    shown = (working, newest, failed)
    return RehearsalPage(
        round=round_,
        working=working,
        failed=failed,
        newest=newest,
        older=tuple(each for each in found if each not in shown),
        steps=_steps(round_, working),
        may_ask=edition_rules.may_rehearse(user, round_),
        may_write=edition_rules.may_write_text(user, round_),
    )


def _steps(round_: Round, working: Rehearsal | None) -> tuple[Step, ...]:
    """Return the steps of the build that is under way; a worker says them in its language."""
    if working is None:
        return ()
    with translation.override(round_.framework.language):
        said = [str(step) for step in STEPS]
    now = said.index(working.step) if working.step in said else 0
    is_building = working.state == RehearsalState.BUILDING
    return tuple(
        Step(_state(at - now) if is_building else "pending", str(step))
        for at, step in enumerate(STEPS)
    )


def _state(distance: int) -> str:
    """Return the state of a step that lies so far behind the present one."""
    if distance == 0:
        return "running"
    return "done" if distance < 0 else "pending"


def rehearsal_of(round_: Round, number: int) -> Rehearsal | None:
    """Return one rehearsal of the round that has its files, or None."""
    ready = Rehearsal.objects.filter(round=round_, state=RehearsalState.READY)
    return ready.exclude(folder="").filter(number=number).first()
