"""Withdrawals on my work: what a publisher decides as the second person, and what waits for one."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from editions import rules as edition_rules
from editions.models import Revision
from editions.services import withdrawing
from mipex_site.accounts.models import User
from questionnaire.models import Round

from .items import Part, Rank, Waiting, WorkItem


def part(user: User, rounds: Iterable[Round]) -> Part:
    """Return what waits in these rounds; two queries, and none where there are no rounds."""
    items, waiting = [], []
    for revision, asked in withdrawing.waiting_in(rounds):
        if edition_rules.may_be_second_to_withdraw(user, revision, asked.by):
            items.append(_to_decide(revision))
        elif asked.by == user.pk:
            why = _("You asked for it. It waits for a publisher; you can take it back.")
            waiting.append(_waiting(revision, why))
        elif edition_rules.may_refuse_to_withdraw(user, revision, asked.by):
            why = _("Somebody asks for it. It waits for a publisher; you can say why not.")
            waiting.append(_waiting(revision, why))
    return Part(tuple(items), tuple(waiting))


def _to_decide(revision: Revision) -> WorkItem:
    return WorkItem(
        rank=Rank.DISPUTED,
        state="pending",
        words=_("Waits for a second person"),
        title=_("%(name)s: to be withdrawn") % {"name": revision.name},
        why=_("Somebody asks for it. Read the public reason; withdraw it, or say why not."),
        act=_("Decide"),
        url=_address(revision),
    )


def _waiting(revision: Revision, why: str) -> Waiting:
    title = _("%(name)s: to be withdrawn") % {"name": revision.name}
    return Waiting("pending", title, why, _address(revision))


def _address(revision: Revision) -> str:
    return reverse("desk:withdrawal", args=[revision.edition.round.code, revision.number])
