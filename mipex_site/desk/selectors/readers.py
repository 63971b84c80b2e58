"""The readers under embargo of an edition, and what may be done about each."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F

from editions import rules as edition_rules
from editions.models import Edition, EmbargoReader, Revision
from editions.services import embargo
from mipex_site.accounts.models import User
from mipex_site.base.verdict import Verdict
from questionnaire.models import Round

from .publishing import Planned, planned_for


@dataclass(frozen=True, slots=True)
class ReadersPage:
    """All that the page of the readers shows. READABLE is what they read, if anything yet."""

    round: Round
    edition: Edition
    readable: Revision | None
    planned: Planned | None
    readers: tuple[EmbargoReader, ...]
    may_invite: Verdict


def readers_page(round_: Round, edition: Edition, user: User) -> ReadersPage:
    """Return the page's data; the readers in one query."""
    readable = embargo.readable(edition)
    running_first = F("ended_at").asc(nulls_first=True)
    readers = EmbargoReader.objects.filter(edition=edition).order_by(
        running_first, "name", "pk"
    )
    return ReadersPage(
        round=round_,
        edition=edition,
        readable=readable,
        planned=planned_for(round_, readable) if readable else None,
        readers=tuple(readers.select_related("invited_by")),
        may_invite=edition_rules.may_invite_reader(user, edition),
    )
