"""When a signed revision appears: at an instant that a publisher has chosen, or at once.

The instant is a column of the revision, taken from its round when it is queued. A timed task
publishes what is signed and due; until then the instant can be changed, or taken back.
"""

from __future__ import annotations

from datetime import date, datetime, time

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.clock import present
from mipex_site.base.errors import Refusal, WrongState
from mipex_site.base.verdict import demand
from mipex_site.base.zones import moment_in
from questionnaire.enums import Role

from .. import rules
from ..enums import RevisionState
from ..models import Revision
from .editions import hold_revision, record


@transaction.atomic
def choose_instant(*, revision: Revision, day: date, at: time, zone: str, by: User) -> Revision:
    """Have the revision published when clocks in ZONE show that day and time.

    Raises NotAllowed, WrongState once it is published, or ValidationError for what is past,
    comes twice, or does not come at all.
    """
    revision = hold_revision(revision.pk)
    _demand_to_come(revision)
    demand(rules.may_schedule(by, revision))
    instant = moment_in(zone, day, at)
    if instant <= present():
        raise ValidationError({"day": _("This moment is past. To publish now, press Publish.")})
    return _keep(revision, instant, zone=zone, by=by)


@transaction.atomic
def take_back_instant(*, revision: Revision, by: User) -> Revision:
    """Leave the moment open again: then a publisher publishes it by hand.

    Raises Refusal in a round that publishes itself: without an instant it would do so at once.
    """
    revision = hold_revision(revision.pk)
    _demand_to_come(revision)
    demand(rules.may_schedule(by, revision))
    if revision.publish_at is None:
        raise WrongState(_("No instant is chosen, so none can be taken back."))
    if revision.edition.round.publishes_itself:
        raise Refusal(
            _(
                "This round publishes itself as soon as its edition is signed, so without an"
                " instant it would appear at once. Choose a later instant."
            )
        )
    return _keep(revision, None, zone="", by=by)


def due(now: datetime | None = None) -> list[int]:
    """Return the keys of what the portal publishes by itself now: signed, and its time come."""
    comes_now = Q(publish_at__lte=now or present())
    at_once = Q(publish_at__isnull=True, edition__round__publishes_itself=True)
    signed = Revision.objects.filter(state=RevisionState.SIGNED).filter(comes_now | at_once)
    return list(signed.order_by("pk").values_list("pk", flat=True))


def _demand_to_come(revision: Revision) -> None:
    if revision.state not in rules.TO_COME:
        raise WrongState(_("This revision is no longer to come: it was published meanwhile."))


def _keep(revision: Revision, instant: datetime | None, *, zone: str, by: User) -> Revision:
    old, revision.publish_at = revision.publish_at, instant
    revision.error = "" if revision.state == RevisionState.SIGNED else revision.error
    revision.save(update_fields=["publish_at", "error", "updated_at"])
    record(
        edition=revision.edition,
        number=revision.number,
        act="revision.schedule" if instant else "revision.unschedule",
        by=by,
        role=Role.PUBLISHER,
        old={"publish_at": _text(old)},
        new={"publish_at": _text(instant), "zone": zone},
    )
    return revision


def _text(instant: datetime | None) -> str:
    return instant.isoformat() if instant else ""
