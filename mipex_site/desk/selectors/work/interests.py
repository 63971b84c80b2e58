"""Interests in my work: what a judge declares, and what a coordinator decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from review.selectors.interests import ToDecide, ToDeclare

from .items import Rank, Waiting, WorkItem


def declarations(lines: Iterable[ToDeclare]) -> Iterator[WorkItem]:
    """Yield a line for each country that is closed until its judge declares."""
    for line in lines:
        if line.is_waiting:
            continue
        words = ngettext(
            "Declare your interests: %(country)s, %(n)d answer",
            "Declare your interests: %(country)s, %(n)d answers",
            line.answers,
        )
        yield WorkItem(
            rank=Rank.TO_SUBMIT,
            state="warning",
            words=_("To declare"),
            title=words % {"country": line.country_name, "n": line.answers},
            why=_("Nothing of the country is shown before. It takes a minute."),
            act=_("Declare"),
            url=_address(line),
            due=line.round.review_due_at,
        )


def held_up(lines: Iterable[ToDeclare]) -> Iterator[Waiting]:
    """Yield a line for each country that waits for a coordinator's decision."""
    for line in lines:
        if line.is_waiting:
            why = _("A coordinator looks at what you declared.")
            yield Waiting("pending", line.country_name, why, _address(line))


def decisions(lines: Iterable[ToDecide]) -> Iterator[WorkItem]:
    """Yield a line for each country in which a coordinator has a tie to decide on."""
    for line in lines:
        words = ngettext(
            "%(country)s: %(n)d declaration of interests to decide on",
            "%(country)s: %(n)d declarations of interests to decide on",
            line.number,
        )
        since = {"day": date_format(line.since, "j F")}
        yield WorkItem(
            rank=Rank.TO_ASSIGN,
            state="warning",
            words=_("To decide"),
            title=words % {"country": line.country_name, "n": line.number},
            why=_("The country stays closed to the person until then. Since %(day)s.") % since,
            act=_("Decide"),
            url=reverse("review:interests-decide", args=[line.round.code, line.country_code]),
            due=line.round.review_due_at,
        )


def _address(line: ToDeclare) -> str:
    return reverse("review:interests", args=[line.round.code, line.country_code])
