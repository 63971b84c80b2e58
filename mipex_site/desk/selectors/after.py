"""What comes after publication: who asks for a withdrawal, and which countries join."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from editions import rules as edition_rules
from editions.enums import PUBLIC, SHOWN, RevisionState
from editions.models import Revision
from editions.selectors import Withdrawal, withdrawal_of
from editions.services import withdrawing
from mipex_site.accounts.models import User
from mipex_site.base.verdict import Verdict
from questionnaire.models import Participation, Round

from ..rules import may_see_publishing, may_see_set_up

STANDING = (RevisionState.PUBLISHED, RevisionState.WITHDRAWN)
"""What says whether an edition is in force."""


@dataclass(frozen=True, slots=True)
class WithdrawalPage:
    """One revision: what is asked for and by whom, what was done, and what this person may do."""

    round: Round
    revision: Revision
    asked: withdrawing.Asked | None
    asked_by: str
    withdrawn: Withdrawal | None
    may_ask: Verdict | None
    may_do: Verdict | None
    may_refuse: Verdict | None
    may_take_back: Verdict | None


@dataclass(frozen=True, slots=True)
class Joining:
    """A round whose countries join the edition; REVISION by which they do, once there is one.

    URL is its design, and empty for who may not see that.
    """

    round: Round
    url: str
    countries: tuple[tuple[str, date], ...]
    revision: Revision | None


@dataclass(frozen=True, slots=True)
class After:
    """What stands on the page of publishing. PUBLIC are the revisions that can be withdrawn."""

    public: tuple[Revision, ...]
    joining: tuple[Joining, ...]
    extended: Round | None
    """The round whose edition the countries of this round join; it has none of its own."""
    extended_url: str
    joins_by: Revision | None
    """The revision by which they join, once there is one."""
    in_vain: Revision | None
    """The withdrawn revision of the extended edition, where none is left that could be joined."""


def withdrawal_page(round_: Round, revision: Revision, user: User) -> WithdrawalPage:
    """Return the page's data, in a handful of queries."""
    revision.edition.round = round_
    is_public = revision.state in PUBLIC
    asked = withdrawing.waiting_for(revision) if is_public else None
    person = User.objects.filter(pk=asked.by).first() if asked else None
    may: list[Verdict | None] = [None, None, None, None]
    if asked:
        may = [
            None,
            edition_rules.may_be_second_to_withdraw(user, revision, asked.by),
            edition_rules.may_refuse_to_withdraw(user, revision, asked.by),
            edition_rules.may_take_back_withdrawal(user, asked.by),
        ]
    elif is_public:
        may[0] = edition_rules.may_ask_to_withdraw(user, revision)
    return WithdrawalPage(
        round_,
        revision,
        asked,
        person.name if person else "",
        withdrawal_of(revision),
        *may,
    )


def after(round_: Round, revisions: Iterable[Revision], user: User) -> After:
    """Return what comes after; no query before something is public, or is to join."""
    public = tuple(each for each in revisions if each.state in PUBLIC)
    extended = round_.extends if round_.extends_id else None
    joins_by = _joins_by(round_) if extended else None
    sees = bool(extended and may_see_publishing(user, extended))
    return After(
        public=public,
        joining=tuple(_joining(round_, user)) if public else (),
        extended=extended,
        extended_url=reverse("desk:publishing", args=[extended.code]) if sees else "",
        joins_by=joins_by,
        in_vain=_withdrawn(extended, joins_by) if extended else None,
    )


def _joins_by(round_: Round) -> Revision | None:
    made = Revision.objects.filter(joining=round_).select_related("edition")
    return made.order_by("-number").first()


def _withdrawn(extended: Round, joins_by: Revision | None) -> Revision | None:
    """Return why the countries cannot join any more; None where they can, or have. One query."""
    if joins_by is not None and joins_by.state in SHOWN:
        return None
    told = Revision.objects.filter(edition__round=extended, state__in=STANDING)
    revisions = list(told.select_related("edition").order_by("-number"))
    if any(each.state == RevisionState.PUBLISHED for each in revisions):
        return None
    return next(iter(revisions), None)


def _joining(round_: Round, user: User) -> Iterable[Joining]:
    """Three queries, one where no round joins."""
    rounds = list(Round.objects.filter(extends=round_).order_by("pk"))
    if not rounds:
        return
    rows = Participation.objects.filter(round__in=rounds, excluded_because="")
    countries: dict[int, list[tuple[str, date]]] = {each.pk: [] for each in rounds}
    for row in rows.select_related("country", "round").order_by("country__name"):
        countries[row.round_id].append((row.country.name, row.cut_off))
    made = Revision.objects.filter(joining__in=rounds).select_related("edition")
    revisions = {each.joining_id: each for each in made.order_by("number")}
    for each in rounds:
        url = reverse("desk:setup", args=[each.code]) if may_see_set_up(user, each) else ""
        yield Joining(each, url, tuple(countries[each.pk]), revisions.get(each.pk))
