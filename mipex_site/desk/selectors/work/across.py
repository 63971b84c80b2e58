"""What stands across the countries of a judge: one question everywhere, and what is certified."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mipex_site.accounts.models import User
from questionnaire.enums import RoundState
from questionnaire.models import Round
from review.selectors.certificate import certified_rounds
from review.selectors.known import Known
from review.selectors.lists import Workbench

from .items import Rank, Waiting, WorkItem

SEVERAL = 2
"""Countries from which on it helps to read question by question."""


def ways_across(bench: Workbench, rounds: Mapping[str, Round]) -> Iterator[WorkItem]:
    """Give the pages that stand beside the cases and disputes, last; it asks nothing anew."""
    countries: dict[str, set[str]] = defaultdict(set)
    for line in bench.cases:
        if line.to_speak:
            countries[line.place.round_code].add(line.place.country_code)
    for code, waiting in countries.items():
        if len(waiting) >= SEVERAL:
            yield _by_question(rounds[code], len(waiting))
    ruled_on = {line.place.round_code for line in (*bench.disputes, *bench.consents)}
    for code in sorted(ruled_on):
        yield _consistency(rounds[code])


def _by_question(round_: Round, countries: int) -> WorkItem:
    return WorkItem(
        rank=Rank.AHEAD_OF_TIME,
        state="to_read",
        title=_("%(title)s: question by question") % {"title": round_.title},
        why=ngettext(
            "The same question in %(n)d country that waits for you.",
            "The same question in the %(n)d countries that wait for you.",
            countries,
        )
        % {"n": countries},
        act=_("By question"),
        url=reverse("review:by-indicator", args=[round_.code]),
        due=round_.review_due_at,
    )


def _consistency(round_: Round) -> WorkItem:
    return WorkItem(
        rank=Rank.AHEAD_OF_TIME,
        state="in_review",
        title=_("%(title)s: consistency check") % {"title": round_.title},
        why=_("Each question in all your countries: jumps, contradictions, what is open."),
        act=_("Compare"),
        url=reverse("review:consistency", args=[round_.code]),
        due=round_.review_due_at,
    )


def certificates(user: User, known: Known) -> Iterator[Waiting]:
    """Give what is certified of the person's reviewing; one query, none without a closed round."""
    if not known.judged_in(RoundState.REVIEW_CLOSED):
        return
    for round_ in certified_rounds(user):
        yield Waiting(
            "done",
            _("%(title)s: certificate of reviewing") % {"title": round_.title},
            _("It says how much you reviewed, and names no country."),
            reverse("review:certificate", args=[round_.code]),
        )
