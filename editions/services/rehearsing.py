"""An edition as it would be now, built at any time from the answers that are settled so far.

It is written as an edition is, by the same hands, into a folder that no public address reaches.
Every page and table of it says what it is, and nothing leads from a rehearsal to a revision.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mipex_site.accounts.models import User
from mipex_site.accounts.services.people import portal_robot
from mipex_site.audit.services import entries
from mipex_site.base import claimed
from mipex_site.base.claimed import Pulse
from mipex_site.base.errors import WrongState
from mipex_site.base.verdict import demand
from questionnaire.enums import Role, RoundState
from questionnaire.models import Round
from questionnaire.services.locking import hold_round
from scoring.selectors import newest_method

from .. import rules
from ..enums import RehearsalState
from ..models import Edition, Rehearsal
from . import folders, freeze, package, tables
from .frozen import Frozen, RevisionFacts

PLACE = "rehearsals"
"""The folder beside the editions, of which no revision is ever one."""

KEPT = 5
"""How many rehearsals of a round keep their files; of older ones the line in the list stays."""

KIND = "rehearsal"
REHEARSED = (RoundState.OPEN, RoundState.REVIEW_CLOSED)
WORKING = (RehearsalState.QUEUED, RehearsalState.BUILDING)

STEPS = (
    gettext_lazy("Gathering the settled answers"),
    gettext_lazy("Writing tables"),
    gettext_lazy("Copying styles and the engine"),
    gettext_lazy("Writing pages"),
    gettext_lazy("Writing checksums"),
    gettext_lazy("Putting in place"),
)
"""What a build says that it does, in its order and in the language of the framework."""


@transaction.atomic
def ask_for_rehearsal(*, round_: Round, by: User) -> Rehearsal:
    """Queue a rehearsal; one that waits already is what was asked for.

    Raises NotAllowed, or WrongState while one is being built, before the round is open, or
    while no method is locked.
    """
    round_ = hold_round(round_)
    demand(rules.may_rehearse(by, round_))
    if round_.state not in REHEARSED:
        raise WrongState(_("A rehearsal is built of a round that is open or reviewed."))
    method = newest_method()
    if method is None:
        raise WrongState(_("No method is locked, so nothing can be scored yet."))
    rehearsals = Rehearsal.objects.filter(round=round_)
    working = rehearsals.filter(state__in=WORKING).first()
    if working and working.state == RehearsalState.BUILDING:
        raise WrongState(
            _("Rehearsal %(number)s is being built. Ask for another one when it is done.")
            % {"number": working.number}
        )
    if working:
        return working
    last = rehearsals.order_by("-number").first()
    rehearsal = Rehearsal.objects.create(
        round=round_, method=method, number=last.number + 1 if last else 1, asked_by=by
    )
    _record(rehearsal, act="rehearsal.ask", by=by, role=Role.COORDINATOR)
    return rehearsal


def build(rehearsal_id: int) -> bool:
    """Build one queued rehearsal; False if it was not ours to do, or failed.

    As with a revision: killed at any point, it is found again by its silence, and its folder
    has the receipt's name until it is whole.
    """
    return claimed.do(
        rehearsal_id,
        rows=Rehearsal.objects.all(),
        what="rehearsal",
        work=lambda pk, receipt: write(pk, receipt=receipt),
        fail=_fail,
        clear=lambda receipt: shutil.rmtree(_building(receipt), ignore_errors=True),
    )


def write(rehearsal_id: int, *, receipt: UUID) -> bool:
    """Write the folder and put it in place; False if it was taken from us at the very end.

    Raises Lost, or whatever is wrong.
    """
    beat = Pulse(rehearsal_id, receipt, Rehearsal.objects.all())
    rehearsal = Rehearsal.objects.select_related("round__framework", "method").get(
        pk=rehearsal_id
    )
    folder = _building(receipt)
    with translation.override(rehearsal.round.framework.language):
        beat(str(STEPS[0]))
        frozen = facts_of(rehearsal)
        rehearsal_hash = package.write_folder(folder, frozen, beat=beat)
        beat(str(STEPS[-1]))
    name = f"{_prefix(rehearsal)}{rehearsal_hash[:12]}"
    folders.put_in_place(folder, name=name, edition_hash=rehearsal_hash)
    settled, asked = progress_in(frozen)
    built = {"folder": name, "hash": rehearsal_hash, "settled": settled, "asked": asked}
    return _finish(rehearsal, receipt=receipt, built=built)


def facts_of(rehearsal: Rehearsal) -> Frozen:
    """Return what the rehearsal says: the answers settled at this moment, marked as such."""
    round_ = rehearsal.round
    edition = Edition.objects.filter(round=round_).first()
    facts = RevisionFacts(
        name=f"{round_.edition_code}.{KIND}-{rehearsal.number}",
        edition=round_.edition_code,
        number=rehearsal.number,
        kind=KIND,
        title=edition.title if edition else round_.title,
        cut_off=round_.cut_off,
        licence=_("none, for this is no publication"),
        publisher=edition.publisher if edition else "",
        notice=round_.framework.notice,
        is_demonstration=round_.is_demonstration,
        audit_length=0,
        audit_head="",
    )
    frozen = freeze.facts_so_far(facts=facts, round_=round_, method=rehearsal.method)
    settled, asked = progress_in(frozen)
    mark = _(
        "PROVISIONAL. Rehearsal %(number)s, from %(settled)s of %(asked)s answers. It is no"
        " edition and will change: do not cite it and do not pass it on."
    ) % {"number": rehearsal.number, "settled": settled, "asked": asked}
    return replace(
        frozen,
        revision=replace(facts, provisional=mark),
        methodology={**frozen.methodology, tables.PROVISIONAL: mark},
    )


def progress_in(frozen: Frozen) -> tuple[int, int]:
    """Return how many questions have an answer, of how many that are asked in all countries."""
    settled = {(answer.country, answer.indicator) for answer in frozen.answers}
    return len(settled), len(frozen.countries) * len(frozen.methodology["indicators"])


@transaction.atomic
def _finish(rehearsal: Rehearsal, *, receipt: UUID, built: dict[str, Any]) -> bool:
    ours = Rehearsal.objects.finish(
        rehearsal.pk,
        receipt=receipt,
        state=RehearsalState.READY,
        **built,
        step="",
        error="",
        done_at=timezone.now(),
    )
    if ours:
        new = {name: built[name] for name in ("hash", "settled", "asked")}
        _record(rehearsal, act="rehearsal.build", by=portal_robot(), new=new)
    return ours


@transaction.atomic
def _fail(rehearsal_id: int, receipt: UUID, error: Exception) -> None:
    text = claimed.named(error)
    ended = {"state": RehearsalState.FAILED, "error": text, "done_at": timezone.now()}
    if Rehearsal.objects.finish(rehearsal_id, receipt=receipt, **ended):
        rehearsal = Rehearsal.objects.select_related("round").get(pk=rehearsal_id)
        new = {"error": text, "step": rehearsal.step}
        _record(rehearsal, act="rehearsal.fail", by=portal_robot(), new=new)


# --- Folders -----------------------------------------------------------------------------


def sweep() -> list[str]:
    """Let go of the files of old rehearsals, and of what dead workers left; return the names.

    What a worker is at is left alone: the folder of its receipt, and that of its number, which
    it may have put in place a moment ago.
    """
    for rehearsal in _outlived():
        Rehearsal.objects.filter(pk=rehearsal.pk).update(folder="")
    ready = Rehearsal.objects.filter(state=RehearsalState.READY).exclude(folder="")
    kept = {Path(name).name for name in ready.values_list("folder", flat=True)}
    at_work = list(
        Rehearsal.objects.filter(state=RehearsalState.BUILDING).select_related("round")
    )
    kept |= {_building(each.receipt).name for each in at_work if each.receipt}
    busy = tuple(Path(f"{_prefix(each)}x").name[:-1] for each in at_work)
    place = folders.root() / PLACE
    left = [
        path
        for path in (sorted(place.iterdir()) if place.is_dir() else ())
        if path.name not in kept and not (busy and path.name.startswith(busy))
    ]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return [path.name for path in left]


def _outlived() -> Iterable[Rehearsal]:
    """Give those that are ready, have files, and are older than the KEPT newest of the round."""
    there = Rehearsal.objects.filter(state=RehearsalState.READY).exclude(folder="")
    seen: dict[int, int] = {}
    for rehearsal in there.order_by("round_id", "-number"):
        seen[rehearsal.round_id] = seen.get(rehearsal.round_id, 0) + 1
        if seen[rehearsal.round_id] > KEPT:
            yield rehearsal


def _building(receipt: UUID) -> Path:
    return folders.root() / PLACE / f"{folders.BUILDING}{receipt}"


def _prefix(rehearsal: Rehearsal) -> str:
    """Return how the rehearsal's folder begins, from the root of the editions."""
    return f"{PLACE}/{rehearsal.round.code}-{rehearsal.number}-"


def _record(rehearsal: Rehearsal, *, act: str, by: User, role: str = "", **values: Any) -> None:
    round_ = rehearsal.round
    entries.write(
        stream=round_.stream,
        act=act,
        subject=f"rehearsal/{round_.code}/{rehearsal.number}",
        by=by.pk,
        role=role,
        **values,
    )
