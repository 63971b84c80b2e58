"""What a coordinator does with an invitation that waits: a new link, more time, or its end."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.services import entries
from mipex_site.base.errors import WrongState
from mipex_site.base.verdict import demand

from ...enums import Role
from ...models import Invitation, Round
from ...rules import may_manage_round
from ...selectors.people import UNCONFIRMED, state_of
from ..remembering import save_as
from . import letters
from .holding import hold, keep_letter_back, put_new_link, write

LAST_MINUTE = time(23, 59)


@transaction.atomic
def reissue(*, invitation: Invitation, by: User) -> Invitation:
    """Send the invitation again with a new link. The old link is void at once."""
    held, link = _with_new_link(invitation, by)
    letters.send(invitation=held, link=link, by=by)
    write(invitation=held, act="reissue", by=by.pk, role=Role.COORDINATOR, issue=held.issue)
    return held


@transaction.atomic
def hand_over(*, invitation: Invitation, by: User) -> str:
    """Return a new link, once, to be brought to the person by other means; no letter leaves.

    Whoever holds it can take the part, so that it was shown, and to whom, is on record.
    """
    held, link = _with_new_link(invitation, by)
    write(invitation=held, act="hand_over", by=by.pk, role=Role.COORDINATOR, issue=held.issue)
    return link


def _with_new_link(invitation: Invitation, by: User) -> tuple[Invitation, str]:
    held = hold(invitation=invitation, by=by)
    if state_of(held) == UNCONFIRMED:
        raise WrongState(_("Another coordinator must confirm this invitation first."))
    link = put_new_link(held)
    save_as(held, by)
    return held, link


@transaction.atomic
def extend(*, invitation: Invitation, until: date, by: User) -> Invitation:
    """Let the same link work until the last minute of that day, where the round is.

    Of the whole portal it is the day of the coordinator's own zone.
    """
    held = hold(invitation=invitation, by=by)
    if state_of(held) == UNCONFIRMED:
        raise WrongState(_("Another coordinator must confirm this invitation first."))
    zone = held.round.zone if held.round else by.zone
    ends = datetime.combine(until, LAST_MINUTE, ZoneInfo(zone))
    if ends <= max(held.expires_at, timezone.now()):
        raise ValidationError({"until": _("Choose a day after the present end of the link.")})
    old, held.expires_at = held.expires_at, ends
    save_as(held, by)
    write(
        invitation=held,
        act="extend",
        by=by.pk,
        role=Role.COORDINATOR,
        before=old,
        expires_at=ends,
    )
    return held


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User) -> Invitation:
    """Take an invitation back. Its link opens nothing any more, nor does a letter leave."""
    held = hold(invitation=invitation, by=by)
    held.withdrawn_at = timezone.now()
    save_as(held, by)
    keep_letter_back(held)
    write(invitation=held, act="withdraw", by=by.pk, role=Role.COORDINATOR)
    return held


@transaction.atomic
def note_export(*, round_: Round, asked: dict[str, Any], by: User) -> None:
    """Write down who takes a copy of the list of people, and of which filter."""
    demand(may_manage_round(by, round_))
    entries.write(
        stream=round_.stream,
        act="people.export",
        subject=f"people/{round_.code}",
        by=by.pk,
        role=Role.COORDINATOR,
        new={"filter": asked},
    )
