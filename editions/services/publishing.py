"""Publish a signed revision."""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.accounts.services.people import portal_robot
from mipex_site.base.errors import Refusal, WrongState
from mipex_site.base.verdict import demand
from questionnaire.enums import Role

from .. import rules
from ..enums import SHOWN, RevisionState
from ..models import Revision
from . import corrections, embargo, folders, overtaking, scheduling
from .editions import hold_revision, record
from .moves import PUBLISH, SUPERSEDE

logger = logging.getLogger(__name__)


@transaction.atomic
def publish(*, revision: Revision, by: User) -> Revision:
    """Show the signed revision to everybody; the published one before it is superseded.

    Readers see the one or the other, for both change in one transaction; the embargo ends with
    it. Raises NotAllowed, while a check is red too, WrongState if it is not signed, or Refusal
    if its folder is not what was signed.
    """
    revision = hold_revision(revision.pk)
    if revision.state not in PUBLISH.sources:
        raise WrongState(_why_not(revision))
    demand(rules.may_publish(by, revision))
    if folders.hash_of(revision.folder) != revision.hash:
        raise Refusal(_("The files of this revision are not those that were signed."))
    before = revision.edition.revisions.filter(state__in=SUPERSEDE.sources)
    # Two statements: a unique index is checked row by row, so the old one goes first.
    superseded = [each.name for each in before]
    before.update(state=SUPERSEDE.target, updated_at=timezone.now())
    revision.state, revision.published_at = PUBLISH.target, timezone.now()
    revision.error = ""
    revision.save(update_fields=["state", "published_at", "error", "updated_at"])
    embargo.end_all(revision.edition)
    corrections.mark_issued(revision=revision)
    record(
        edition=revision.edition,
        number=revision.number,
        act="revision.publish",
        by=by,
        role="" if by.is_robot else Role.PUBLISHER,
        new={"hash": revision.hash, "superseded": superseded},
    )
    overtaking.begin_anew(published=revision)
    return revision


def _why_not(revision: Revision) -> str:
    """Say why what is not signed is not published: who comes second reads that somebody did."""
    if revision.state in SHOWN:
        return _("This revision was published already; nothing was done a second time.")
    if revision.state == RevisionState.SET_ASIDE:
        return _("The round went back to its review, so this revision was set aside.")
    if revision.state == RevisionState.CANDIDATE and not rules.is_green(revision):
        return _("A check is red, so this is neither signed nor published.")
    return _("Only a signed revision can be published.")


def publish_by_itself(revision_id: int) -> bool:
    """Publish a signed revision whose time has come; False if it cannot be.

    The reason is kept on the revision, where the coordinators see it. Safe to call again.
    """
    revision = Revision.objects.get(pk=revision_id)
    try:
        publish(revision=revision, by=portal_robot())
    except Refusal as refusal:
        logger.warning("%s is not published: %s", revision_id, refusal.reason)
        # What was published or put off while we looked is nobody's fault.
        if revision_id in scheduling.due():
            Revision.objects.filter(pk=revision_id).update(error=refusal.reason)
        return False
    return True
