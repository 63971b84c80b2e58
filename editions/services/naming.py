"""Whom a revision names: who agreed by the moment in which it is built, and nobody else.

Names are not taken over from the revision before: what people said since, and that somebody was
erased, holds for the next one.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from questionnaire.models import Round
from review.selectors.naming import credits_of

from ..enums import RevisionState
from ..models import Revision
from .frozen import CreditFacts

NOT_YET = (RevisionState.QUEUED, RevisionState.FAILED, RevisionState.SET_ASIDE)


def facts_for(revision: Revision) -> tuple[CreditFacts, ...]:
    """Return whom the rounds of a revision name, its own and those that joined, sorted."""
    found = {
        CreditFacts(country=each.country, role=each.role, person=each.name)
        for round_ in _rounds(revision)
        for each in credits_of(round_)
    }
    return tuple(sorted(found, key=lambda one: (one.role, one.country, _by_name(one))))


def are_frozen(round_: Round, *, hold: bool) -> bool:
    """Whether a revision with the names of the round is built, or is being built.

    HOLD keeps one that only waits until the caller's transaction ends, so that who says no while
    a worker comes for it is heard.
    """
    theirs = Revision.objects.filter(Q(edition__round=round_) | Q(joining=round_))
    if hold:
        theirs = theirs.select_for_update(of=("self",))
    return any(
        state not in NOT_YET for state in theirs.order_by("pk").values_list("state", flat=True)
    )


def _rounds(revision: Revision) -> Iterator[Round]:
    if revision.edition.round is not None:
        yield revision.edition.round
    one: Revision | None = revision
    while one is not None:
        if one.joining is not None:
            yield one.joining
        one = one.based_on


def _by_name(credit: CreditFacts) -> tuple[str, str]:
    return credit.person.casefold(), credit.person
