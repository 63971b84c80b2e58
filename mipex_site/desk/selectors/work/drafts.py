"""What somebody has begun to write in the review and not sent."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mipex_site.accounts.models import User
from review.enums import DraftOf
from review.selectors.drafts import LAST_WORD, DraftLine, drafts_waiting

from .items import Rank, WorkItem

ABOUT = {
    DraftOf.OPINION: gettext_lazy("You have an unfinished opinion on “%(title)s”."),
    DraftOf.CODING: gettext_lazy("You have an unfinished coding of “%(title)s”."),
    DraftOf.CONSENT: gettext_lazy("You have an unfinished consent to “%(title)s”."),
    DraftOf.RULING: gettext_lazy("You have an unfinished ruling on “%(title)s”."),
    DraftOf.SECOND_LOOK: gettext_lazy("You have an unfinished second look at “%(title)s”."),
    DraftOf.MESSAGE: gettext_lazy("You have an unfinished message about “%(title)s”."),
}
PAGES = {
    DraftOf.OPINION: "review:item",
    DraftOf.CODING: "review:item",
    DraftOf.CONSENT: "review:consent",
    DraftOf.RULING: "review:dispute",
    DraftOf.SECOND_LOOK: "review:dispute",
}


def unfinished(user: User) -> Iterator[WorkItem]:
    """Yield the person's own drafts that can still be sent."""
    for line in drafts_waiting(user):
        place = {"country": line.place.country_name, "strand": line.place.strand_title}
        about = _("%(country)s: %(strand)s") % place
        since = {"at": date_format(localtime(line.since), "j F, H:i")}
        yield WorkItem(
            rank=Rank.ANSWERING,
            state="draft",
            title=f"{about}: {line.title}" if line.title else about,
            why=" ".join(
                (
                    _about(line) % {"title": line.title or about},
                    _("Last typed on %(at)s.") % since,
                )
            ),
            act=_("Go on"),
            url=_url(line),
        )


def _about(line: DraftLine) -> str:
    if line.where.startswith(LAST_WORD):
        return _("You have an unfinished comment on “%(title)s”.")
    return str(ABOUT[DraftOf(line.kind)])


def _url(line: DraftLine) -> str:
    place = line.place
    codes = [place.round_code, place.country_code, place.strand_code]
    day = f"day={line.day.isoformat()}" if line.day else ""
    if line.where.startswith(LAST_WORD):
        return reverse("review:last-word", args=codes)
    if line.kind != DraftOf.MESSAGE:
        path = reverse(PAGES[DraftOf(line.kind)], args=[*codes, line.code])
        return f"{path}?{day}" if day else path
    number = line.where.removeprefix("thread/")
    if number.isdecimal():
        return reverse("review:conversation", args=[*codes, int(number)])
    path = reverse("review:begin-conversation", args=codes)
    asked = "&".join(part for part in (f"about={line.code}" if line.code else "", day) if part)
    return f"{path}?{asked}" if asked else path
