"""Conversations whose move is the person's, on whichever side they stand."""

from __future__ import annotations

from datetime import datetime, time

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from review.selectors.known import Known
from review.selectors.turns import TurnLine, your_turns

from .items import Part, Rank, WorkItem


def part(user: User, known: Known) -> Part:
    """Return one line a conversation. It holds no name, for the lines have none."""
    return Part(items=tuple(_item(line) for line in your_turns(user, known=known)))


def _item(line: TurnLine) -> WorkItem:
    place = line.place
    codes = [place.round_code, place.country_code, place.strand_code, line.number]
    about = {"country": place.country_name, "strand": place.strand_title}
    title = _("%(country)s: %(strand)s") % about
    if line.indicator_title:
        title = f"{title}: {line.indicator_title}"
    return WorkItem(
        rank=_rank(line),
        state="late" if line.is_overdue else "blocked" if line.is_blocking else "open",
        words=str(capfirst(line.kind_label)),
        title=title,
        why=_why(line),
        act=_("Reply"),
        url=reverse("review:conversation", args=codes),
        due=_end_of(line),
    )


def _rank(line: TurnLine) -> Rank:
    if line.is_overdue:
        return Rank.LATE
    return Rank.DISPUTED if line.is_blocking else Rank.TO_READ


def _why(line: TurnLine) -> str:
    since = {"day": date_format(line.since, "j F")}
    if line.is_blocking:
        return _("It has waited for you since %(day)s, and blocks the review.") % since
    return _("It has waited for you since %(day)s.") % since


def _end_of(line: TurnLine) -> datetime | None:
    if line.due_on is None:
        return None
    return timezone.make_aware(datetime.combine(line.due_on, time.max))
