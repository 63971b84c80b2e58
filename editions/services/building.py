"""Build a queued revision into a folder that never changes, once, however many workers try."""

from __future__ import annotations

import logging
import shutil
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.accounts.services.people import portal_robot
from mipex_site.base.claims import ClaimQuerySet
from mipex_site.base.errors import Refusal, WrongState
from mipex_site.base.verdict import demand
from questionnaire.enums import Role

from .. import rules
from ..enums import RevisionState
from ..models import Revision
from . import checks, folders, freeze, package, successors, texts
from .editions import hold_revision, record
from .frozen import Frozen
from .moves import FAIL, FREEZE, RETRY

logger = logging.getLogger(__name__)

LONGEST_STEP = 60
LONGEST_ERROR = 2000
ATTEMPTS = 20
"""After so many workers fell silent over a build it is given up: it may be what kills them."""


class Lost(Exception):
    """The build was taken over by another worker; what we built is void."""


@dataclass(slots=True)
class Pulse:
    """Called with the present step, it says that we still work, at most every few seconds."""

    pk: int
    receipt: UUID
    rows: ClaimQuerySet = field(default_factory=Revision.objects.all)
    last: float = float("-inf")

    def __call__(self, step: str) -> None:
        """Raises Lost if the build was taken from us meanwhile."""
        if time.monotonic() - self.last < settings.HEARTBEAT_SECONDS:
            return
        if not self.rows.beat(self.pk, receipt=self.receipt, step=step[:LONGEST_STEP]):
            raise Lost
        self.last = time.monotonic()


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
    receipt = Revision.objects.claim(revision_id)
    if receipt is None:
        return False
    try:
        built = write(revision_id, receipt=receipt)
        return finish(revision_id, receipt=receipt, built=built)
    except Lost:
        logger.warning("revision %s was taken over by another worker", revision_id)
    except OperationalError:
        # The database is away or busy: nobody's fault. Our silence puts the revision back.
        logger.exception("revision %s is left to the next worker", revision_id)
    except Exception as error:
        logger.exception("revision %s failed", revision_id)
        fail(revision_id, receipt=receipt, error=error)
    finally:
        shutil.rmtree(folders.building_folder(receipt), ignore_errors=True)
    return False


def write(revision_id: int, *, receipt: UUID) -> Built:
    """Write the folder, check it and put it in place. Raises Lost, or whatever is wrong."""
    beat = Pulse(revision_id, receipt)
    beat("freezing")
    revision = Revision.objects.select_related("edition__round__framework", "run__method").get(
        pk=revision_id
    )
    if revision.attempt > ATTEMPTS:
        raise Refusal(_("%(count)d workers fell silent over it.") % {"count": ATTEMPTS})
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
    text = f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
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
    revision.state, revision.attempt = RETRY.target, 0
    revision.error, revision.step = "", ""
    if revision.based_on_id:
        # Another revision may have been published since: this one starts from it now.
        in_force = revision.edition.revisions.filter(state=RevisionState.PUBLISHED)
        revision.based_on = in_force.first() or revision.based_on
    revision.save(update_fields=["state", "attempt", "error", "step", "based_on", "updated_at"])
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
