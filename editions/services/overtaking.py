"""What becomes of a revision on its way when another one of its edition is published before it.

It starts from what is no longer in force: published as it is, it would undo the other. Its rows
are frozen and its signatures are over its hash, so it is set aside with them, and the same is
queued anew.
"""

from __future__ import annotations

from django.utils import timezone

from mipex_site.accounts.services.people import portal_robot
from questionnaire.services.remembering import save_as

from ..models import CorrectionRequest, Revision
from .editions import record
from .moves import SET_ASIDE


def begin_anew(*, published: Revision) -> list[Revision]:
    """Queue anew what PUBLISHED has overtaken. Its edition is held; a claim on it is void."""
    others = published.edition.revisions.filter(
        state__in=SET_ASIDE.sources, based_on__isnull=False
    )
    overtaken = others.exclude(based_on=published).order_by("pk")
    return [_queued_anew(one, published) for one in overtaken]


def _queued_anew(old: Revision, published: Revision) -> Revision:
    edition, robot = published.edition, portal_robot()
    record(
        edition=edition,
        number=old.number,
        act="revision.set_aside",
        by=robot,
        old={"state": old.state, "hash": old.hash},
        new={"state": SET_ASIDE.target, "overtaken_by": published.name},
    )
    Revision.objects.filter(pk=old.pk).update(
        state=SET_ASIDE.target, receipt=None, updated_at=timezone.now()
    )
    number = edition.revisions.order_by("-number").first().number + 1
    new = {"in_place_of": old.name, "based_on": published.name}
    act = record(edition=edition, number=number, act="revision.queue", by=robot, new=new)
    queued = Revision.objects.create(
        edition=edition,
        number=number,
        kind=old.kind,
        run=old.run,
        based_on=published,
        joining=old.joining,
        reason=old.reason,
        cut_off=old.cut_off,
        audit_length=act.number,
        audit_head=act.hash,
    )
    for request in CorrectionRequest.objects.filter(issued_in=old).order_by("pk"):
        request.issued_in = queued
        save_as(request, robot)
    return queued
