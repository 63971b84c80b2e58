"""Who coordinates the whole portal and who publishes anywhere in it, and who is asked to."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from mipex_site.accounts.models import User
from mipex_site.base.verdict import Verdict
from mipex_site.mail.models import Letter
from questionnaire.models import Assignment
from questionnaire.rules import may_confirm_invitation
from questionnaire.selectors.people import invitations_of, letter_key, state_of

from .page import InvitationLine


@dataclass(frozen=True, slots=True)
class Asked:
    """An invitation to the whole portal, and whether its reader may confirm it."""

    line: InvitationLine
    may_confirm: Verdict


@dataclass(frozen=True, slots=True)
class PortalPeople:
    parts: list[Assignment]
    invitations: list[Asked]


def portal_people(user: User) -> PortalPeople:
    """Return them, the running rights and every invitation; nobody of them is on a side."""
    now = timezone.now()
    held = Assignment.objects.running().filter(round__isnull=True).select_related("person")
    rows = list(invitations_of(None))
    letters = Letter.objects.filter(key__in=[letter_key(row) for row in rows])
    states = dict(letters.values_list("key", "state"))
    return PortalPeople(
        parts=list(held.order_by("role", "person__name", "pk")),
        invitations=[
            Asked(
                InvitationLine(
                    row,
                    state_of(row, now),
                    row.name,
                    row.email,
                    states.get(letter_key(row), ""),
                ),
                may_confirm_invitation(user, row),
            )
            for row in rows
        ],
    )
