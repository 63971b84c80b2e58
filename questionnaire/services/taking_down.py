"""Take down what was set up of a round that was never open, so that it can be designed anew."""

from __future__ import annotations

from django.db.models import QuerySet

from mipex_site.accounts.models import User
from mipex_site.audit.services import entries

from ..enums import Role
from ..models import EarlierAnswer, LinkCheck, Round, Source
from ..selectors.subjects import round_subject
from .locking import hold_sheets
from .remembering import remove_all_as


def take_down(*, round_: Round, by: User) -> None:
    """Remove the sheets of a held round and what was carried over to them.

    Nobody has written in it: it was not open yet. What was carried over is a proposal that the
    design made, of its framework, countries and cut-offs; another design makes its own.
    """
    sheets = hold_sheets(round=round_)
    if not sheets:
        return
    sources = list(Source.objects.filter(round=round_).exclude(carried_from=""))
    # A plain queryset: proposals are never changed or taken away while anybody can read them.
    proposals = QuerySet(EarlierAnswer).filter(round=round_)
    gone = {"sheets": len(sheets), "answers": proposals.count(), "sources": len(sources)}
    proposals.delete()
    LinkCheck.objects.filter(source__round=round_).exclude(source__carried_from="").delete()
    remove_all_as(sources, by)
    remove_all_as(sheets, by)
    entries.write(
        stream=round_.stream,
        act="round.take_down",
        subject=round_subject(round_),
        by=by.pk,
        role=Role.COORDINATOR,
        old=gone,
    )
