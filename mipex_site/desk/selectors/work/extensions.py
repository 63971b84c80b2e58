"""Wishes for more time on my work: each that waits for a coordinator, once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.templatetags.house import in_words
from questionnaire.enums import EXPERT_SIDE
from questionnaire.models import Extension, Round
from questionnaire.selectors.extensions import undecided_extensions
from review.selectors.known import Known

from ..people import lost_codes
from .items import Rank, WorkItem


def decisions(user: User, known: Known, rounds: Iterable[Round]) -> Iterator[WorkItem]:
    """Give what this coordinator may decide; one query, and none where there are no rounds.

    What was granted by one and waits for a second person is an act of two, and stands as that.
    """
    by_key = {round_.pk: round_ for round_ in rounds}
    if not by_key:
        return
    lost = {
        key: lost_codes(user, round_) if known.may_have_lost(round_) else ()
        for key, round_ in by_key.items()
    }
    wishes = undecided_extensions().filter(round_id__in=by_key)
    for wish in wishes.select_related("country", "strand").order_by("created_at", "pk"):
        if wish.country.code not in lost[wish.round_id] and not _gains(user, known, wish):
            yield _decision(by_key[wish.round_id], wish)


def _gains(user: User, known: Known, wish: Extension) -> bool:
    """Whether it is for the person's own side: another coordinator decides it."""
    return wish.asked_by_id == user.pk or any(
        held.role in EXPERT_SIDE
        and held.round_id == wish.round_id
        and held.country_id in {None, wish.country_id}
        for held in known.held
    )


def _decision(round_: Round, wish: Extension) -> WorkItem:
    place = wish.country.name
    if wish.strand:
        place = f"{place}, {wish.strand.title}"
    return WorkItem(
        rank=Rank.DISPUTED,
        state="pending",
        words=_("To decide"),
        title=_("%(place)s: more time is asked for") % {"place": place},
        why=_("%(round)s: until %(moment)s. Grant it, give less, or say why not.")
        % {"round": round_, "moment": in_words(wish.wished_until)},
        act=_("Decide"),
        url=reverse("desk:extension", args=[round_.code, wish.pk]),
    )
