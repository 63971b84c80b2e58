"""The page of a round's people, in a number of queries that does not grow with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.mail.enums import LetterState
from mipex_site.mail.models import Letter
from questionnaire.enums import Role
from questionnaire.models import Assignment, Invitation, Round
from questionnaire.selectors.people import (
    ACCEPTED,
    EXPIRED,
    RUNNING,
    invitations_of,
    letter_key,
    state_of,
)
from questionnaire.selectors.pseudonyms import BLIND_ROLES
from review.selectors.holders import Holders

from ..people import People, lost_codes
from .asking import Asked
from .gaps import Gap, gaps_of
from .words import BADGES, STATE_WORDS

CAME_BACK = (LetterState.BOUNCED, LetterState.FAILED)


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """An invitation as its reader may know it: NAME and EMAIL are empty behind the blind."""

    row: Invitation
    state: str
    name: str
    email: str
    letter: str

    @property
    def words(self) -> str:
        return str(STATE_WORDS[self.state])

    @property
    def badge(self) -> str:
        return BADGES[self.state]

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def is_over(self) -> bool:
        """Whether only its link has ended: a new one can be sent."""
        return self.state == EXPIRED

    @property
    def came_back(self) -> bool:
        return self.is_running and self.letter in CAME_BACK


@dataclass(frozen=True, slots=True)
class PartLine:
    """Who has a part: a name where it is open or was asked for, else a pseudonym."""

    row: Assignment
    who: str
    is_own: bool

    @property
    def can_be_replaced(self) -> bool:
        return self.row.role != Role.DELEGATE and not self.is_own


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """COUNTRIES are those of the round by code and name, without the LOST ones."""

    round: Round
    asked: Asked
    invitations: list[InvitationLine]
    parts: list[PartLine]
    gaps: list[Gap]
    countries: list[tuple[str, str]]
    lost: int
    unconfirmed: int


def people_page(
    round_: Round, user: User, asked: Asked, *, for_file: bool = False
) -> PeoplePage:
    """Return what the page shows. Of a country that a tie keeps from the person there is nothing.

    A file shows no name that an unblinding shows: it outlives the day.
    """
    holders = Holders(round_)
    people = People(round_, user, holders, may_call=True, for_file=for_file)
    now = timezone.now()
    rows = [one for one in invitations_of(round_) if _code(one) not in people.lost]
    letters = _letters(rows)
    lines = [
        invitation_line(one, people, now, letters.get(letter_key(one), "")) for one in rows
    ]
    countries, gaps = gaps_of(round_, holders, rows, people.lost, now)
    return PeoplePage(
        round=round_,
        asked=asked,
        invitations=[line for line in lines if _fits(line, asked)],
        parts=_parts(round_, user, people, asked),
        gaps=[gap for gap in gaps if asked.country in {"", gap.code}],
        countries=countries,
        lost=len(people.lost),
        unconfirmed=sum(line.state == "unconfirmed" for line in lines),
    )


def known_people(round_: Round, user: User) -> People:
    """Return the people of a round as this coordinator may know them."""
    return People(round_, user, Holders(round_), may_call=True)


def countries_open_to(round_: Round, user: User) -> list[str]:
    """Return the codes of the round's countries that no tie keeps from the coordinator."""
    lost = lost_codes(user, round_)
    codes = round_.participations.values_list("country__code", flat=True)
    return [code for code in codes if code not in lost]


def invitation_line(
    row: Invitation, people: People, now: datetime, letter: str = ""
) -> InvitationLine:
    """Put an invitation as its reader may know it."""
    state = state_of(row, now)
    on_a_side = state == ACCEPTED and row.role in BLIND_ROLES
    hidden = on_a_side and _code(row) not in people.shown_until
    name = _("Accepted: a pseudonym stands for the person now") if hidden else row.name
    return InvitationLine(row, state, name, "" if hidden else row.email, letter)


def part_line(row: Assignment, user: User, people: People) -> PartLine:
    """Put a part as its reader may know it."""
    named = row.role not in BLIND_ROLES or _code(row) in people.shown_until
    who = row.person.name if named else row.pseudonym
    return PartLine(row, who, is_own=row.person_id == user.pk)


def _parts(round_: Round, user: User, people: People, asked: Asked) -> list[PartLine]:
    if asked.state:
        return []
    held = round_.assignments.running().select_related("person", "country", "strand")
    order = ("country__name", "role", "strand__order", "coding", "pk")
    return [
        part_line(row, user, people)
        for row in held.order_by(*order)
        if _code(row) not in people.lost and asked.fits(country=_code(row), role=row.role)
    ]


def _fits(line: InvitationLine, asked: Asked) -> bool:
    fits = asked.fits(country=_code(line.row), role=line.row.role)
    return fits and asked.state in {"", line.state}


def _code(row: Invitation | Assignment) -> str:
    return row.country.code if row.country else ""


def _letters(rows: Iterable[Invitation]) -> dict[str, str]:
    """Return the state of each invitation's letter, by its key; one query."""
    keys = [letter_key(row) for row in rows if not row.accepted_at]
    return dict(Letter.objects.filter(key__in=keys).values_list("key", "state"))
