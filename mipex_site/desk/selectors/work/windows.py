"""What comes after a sheet was handed in: reopenings, and the expert's last word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mipex_site.accounts.models import User
from questionnaire.models import Assessment, Round
from review.enums import ReopeningState
from review.selectors.known import Known
from review.selectors.reopening import (
    ToDecide,
    reopenings_to_decide,
    reopenings_to_second,
)

from .items import Rank, WorkItem


def reopened(sheet: Assessment, title: str, *, url: str, open_now: int) -> WorkItem:
    """Say how many answers of a handed-in sheet are open again, and until when."""
    words = ngettext(
        "%(title)s: %(n)d answer is open again",
        "%(title)s: %(n)d answers are open again",
        open_now,
    )
    return WorkItem(
        rank=Rank.RETURNED,
        state="reopened",
        words=_("Open again"),
        title=words % {"title": title, "n": open_now},
        why=_("Until %(moment)s. What you leave as it is keeps what it had, without a word.")
        % {"moment": _moment(sheet.open_until)},
        act=_("Open the sheet"),
        url=url,
        due=sheet.open_until,
    )


def last_word(sheet: Assessment, title: str, until: datetime | None) -> WorkItem:
    return WorkItem(
        rank=Rank.RETURNED,
        state="last_word",
        title=_("Your last word: %(title)s") % {"title": title},
        why=_(
            "Every answer is settled. Read the public reasons and comment until %(moment)s;"
            " then the sheet is cleared by itself."
        )
        % {"moment": _moment(until)},
        act=_("Read"),
        url=_address("last-word", sheet.round.code, sheet.country.code, sheet.strand.code),
        due=until,
    )


def decisions(user: User, rounds: Iterable[Round]) -> Iterator[WorkItem]:
    """Give the reopenings that a coordinator decides."""
    for one in reopenings_to_decide(user, rounds):
        yield _decision(one)


def seconds(user: User, known: Known) -> Iterator[WorkItem]:
    """Give the reopenings of cleared sheets that wait for a consortium reviewer."""
    for one in reopenings_to_second(user, known=known):
        yield _decision(one)


def _decision(one: ToDecide) -> WorkItem:
    words = {"country": one.place.country_name, "strand": one.place.strand_title}
    title = ngettext(
        "%(country)s, %(strand)s: %(n)d answer is to be opened again",
        "%(country)s, %(strand)s: %(n)d answers are to be opened again",
        one.number,
    ) % (words | {"n": one.number})
    why = _("Asked for on %(day)s. Open them until a moment, or refuse.")
    if one.state == ReopeningState.SECONDING:
        why = _("Asked for on %(day)s, and granted by one. A second person decides.")
    place = one.place
    return WorkItem(
        rank=Rank.DISPUTED,
        state="pending",
        words=_("To decide"),
        title=title,
        why=why % {"day": date_format(one.since, "j F")},
        act=_("Decide"),
        url=_address("reopening", place.round_code, place.country_code, place.strand_code),
    )


def _address(name: str, *codes: str) -> str:
    return reverse(f"review:{name}", args=codes)


def _moment(moment: datetime | None) -> str:
    return date_format(timezone.localtime(moment), "j F, H:i") if moment else ""
