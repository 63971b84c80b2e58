"""Build a queued revision into a folder that never changes, once, however many workers try."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.accounts.services.people import portal_robot
from mipex_site.base import claimed
from mipex_site.base.claimed import Pulse
from mipex_site.base.errors import WrongState
from mipex_site.base.verdict import demand
from questionnaire.enums import Role

from .. import rules
from ..enums import RevisionState
from ..models import Revision
from . import checks, folders, freeze, package, successors, texts
from .editions import hold_revision, record
from .frozen import Frozen
from .moves import FAIL, FREEZE, RETRY


@dataclass(frozen=True, slots=True)
class Built:
    """A revision's folder in its lasting place, and what was checked in it."""

    frozen: Frozen
    hash: str
    folder: str
    checks: list[dict[str, Any]]


def build(revision_id: int) -> bool:
    """Build one queued revision into a candidate; False if it was not ours to do, or failed.

    Nothing of it is public: the folder has the receipt's name until it is complete, and the
    site serves published revisions only. A failure is kept on the revision, for the
    coordinators to see.
    """
    return claimed.do(
        revision_id,
        rows=Revision.objects.all(),
        what="revision",
        work=_build,
        fail=lambda pk, receipt, error: fail(pk, receipt=receipt, error=error),
        clear=_clear,
    )


def _build(revision_id: int, receipt: UUID) -> bool:
    built = write(revision_id, receipt=receipt)
    return finish(revision_id, receipt=receipt, built=built)


def _clear(receipt: UUID) -> None:
    shutil.rmtree(folders.building_folder(receipt), ignore_errors=True)


def write(revision_id: int, *, receipt: UUID) -> Built:
    """Write the folder, check it and put it in place. Raises Lost, or whatever is wrong."""
    beat = Pulse(revision_id, receipt, Revision.objects.all())
    beat("freezing")
    revision = Revision.objects.select_related("edition__round__framework", "run__method").get(
        pk=revision_id
    )
    facts_of = successors.facts_of if revision.based_on_id else freeze.facts_of
    frozen = facts_of(revision)
    folder = folders.building_folder(receipt)
    edition_hash = package.write_folder(folder, frozen, beat=beat)
    found = checks.run_checks(revision=revision, frozen=frozen, folder=folder, beat=beat)
    beat("putting in place")
    name = folders.name_of(revision=revision.name, edition_hash=edition_hash)
    folders.put_in_place(folder, name=name, edition_hash=edition_hash)
    return Built(frozen, edition_hash, name, found)


@transaction.atomic
def finish(revision_id: int, *, receipt: UUID, built: Built) -> bool:
    """Make the revision a candidate, with its frozen rows; False if it was taken from us."""
    ours = Revision.objects.finish(
        revision_id,
        receipt=receipt,
        state=FREEZE.target,
        hash=built.hash,
        folder=built.folder,
        checks=built.checks,
        step="",
        error="",
    )
    if not ours:
        return False
    revision = Revision.objects.select_related("edition__round").get(pk=revision_id)
    freeze.keep_rows(revision=revision, frozen=built.frozen)
    texts.keep_rows(revision=revision, frozen=built.frozen)
    red = [check["name"] for check in built.checks if not check["ok"]]
    new = {"hash": built.hash, "red": red}
    _record(revision, act="revision.build", by=portal_robot(), new=new)
    return True


@transaction.atomic
def fail(revision_id: int, *, receipt: UUID, error: Exception) -> bool:
    """Keep on the revision why its build failed; False if it was taken from us meanwhile."""
    text = claimed.named(error)
    ours = Revision.objects.finish(revision_id, receipt=receipt, state=FAIL.target, error=text)
    if not ours:
        return False
    revision = Revision.objects.select_related("edition__round").get(pk=revision_id)
    new = {"error": text, "step": revision.step}
    _record(revision, act="revision.fail", by=portal_robot(), new=new)
    return True


@transaction.atomic
def retry(*, revision: Revision, by: User) -> Revision:
    """Queue a revision again that failed, or that has a red check. The facts stay the same.

    Raises NotAllowed, or WrongState if it neither failed nor stopped at a red check.
    """
    revision = hold_revision(revision.pk)
    if revision.state not in RETRY.sources:
        raise WrongState(_("Only a build that failed or has a red check can be tried again."))
    demand(rules.may_retry(by, revision))
    old = {"state": revision.state, "error": revision.error}
    anew, revision.step = claimed.begin_anew(revision, state=RETRY.target), ""
    if revision.based_on_id:
        # Another revision may have been published since: this one starts from it now.
        in_force = revision.edition.revisions.filter(state=RevisionState.PUBLISHED)
        revision.based_on = in_force.first() or revision.based_on
    revision.save(update_fields=[*anew, "step", "based_on"])
    record(
        edition=revision.edition,
        number=revision.number,
        act="revision.retry",
        by=by,
        role=Role.COORDINATOR,
        old=old,
    )
    return revision


def sweep() -> list[str]:
    """Remove the folders of builds whose receipt is void; return their names."""
    building = Revision.objects.filter(state=RevisionState.BUILDING)
    return folders.sweep(receipts=set(building.values_list("receipt", flat=True)))


def _record(revision: Revision, *, act: str, by: User, new: dict[str, Any]) -> None:
    record(edition=revision.edition, number=revision.number, act=act, by=by, new=new)
