"""Who moves next: by name for coordinators, by role for everybody else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mipex_site.accounts.models import User
from questionnaire.enums import Role
from questionnaire.models import Round
from review.enums import BlockerKind
from review.selectors.closing import Blocker, blockers

GRAVEST = (
    BlockerKind.DISPUTED,
    BlockerKind.NO_REVIEWER,
    BlockerKind.CONSENT,
    BlockerKind.RETURNED,
    BlockerKind.TO_RETURN,
    BlockerKind.OPINIONS,
    BlockerKind.NOT_SUBMITTED,
)
"""Of several blockers of a country the first of these names its next mover."""

STATES = {
    BlockerKind.DISPUTED: "disputed",
    BlockerKind.NO_REVIEWER: "warning",
    BlockerKind.CONSENT: "warning",
    BlockerKind.RETURNED: "returned",
    BlockerKind.TO_RETURN: "disagree",
    BlockerKind.OPINIONS: "in_review",
    BlockerKind.NOT_SUBMITTED: "answering",
}
NAMED = 2
"""How many people a cell names before it only counts them."""

NAMED_IN_LIST = 4
"""As NAMED, for a blocker that has a line of its own."""


@dataclass(frozen=True, slots=True)
class NextMove:
    """Who moves next in a country and why. ROLE is "me", "nobody", a role, or empty: done."""

    role: str
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where a coordinator can write to somebody."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class BlockerLine:
    """One blocker in words. WRITE, a link for a letter, is there for coordinators alone."""

    country: str
    country_name: str
    strand: str
    strand_title: str
    state: str
    what: str
    who: str
    role: str
    since: date
    age: str
    count: int
    write: str
    write_words: str
    url: str


class Movers:
    """The blockers of a round with the people behind them; one query for all names."""

    def __init__(self, round_: Round, user: User, *, knows_names: bool, today: date) -> None:
        self.round_code = round_.code
        self.found = blockers(round_)
        self.user = user
        self.today = today
        self.people = self._named() if knows_names else {}
        self.knows_names = knows_names
        self.by_country: dict[str, list[Blocker]] = defaultdict(list)
        self.by_cell: dict[tuple[str, str], list[Blocker]] = defaultdict(list)
        for blocker in self.found:
            self.by_country[blocker.country].append(blocker)
            self.by_cell[blocker.country, blocker.strand].append(blocker)

    def _named(self) -> dict[UUID, Mailbox]:
        keys = {key for blocker in self.found for key in blocker.people}
        rows = User.objects.filter(pk__in=keys).values_list("pk", "name", "email")
        return {pk: Mailbox(name, email) for pk, name, email in rows}

    @property
    def yours(self) -> int:
        """How many blockers wait for the person who looks."""
        return sum(self.user.pk in blocker.people for blocker in self.found)

    def of_cell(self, country: str, strand: str) -> list[Blocker]:
        return self.by_cell.get((country, strand), [])

    def of_country(self, country: str) -> tuple[BlockerLine, ...]:
        """Return the country's blockers in words, the gravest first."""
        ordered = sorted(self.by_country.get(country, []), key=self._gravity)
        return tuple(self.line(blocker) for blocker in ordered)

    def next_move(self, country: str) -> NextMove:
        found = sorted(self.by_country.get(country, []), key=self._gravity)
        if not found:
            return NextMove("", _("Nobody"), _("All is cleared"))
        first = found[0]
        alike = [each for each in found if each.kind == first.kind]
        return NextMove(self._role(first), self._who(first), self._why(alike))

    def roles_in(self, country: str) -> frozenset[str]:
        """Return who moves something in the country, as NextMove names roles."""
        return frozenset(self._role(each) for each in self.by_country.get(country, []))

    def since(self, country: str) -> date | None:
        """Return the day since which the country's oldest blocker stands."""
        return min((each.since for each in self.by_country.get(country, [])), default=None)

    def line(self, blocker: Blocker) -> BlockerLine:
        write, write_words = self._letter(blocker)
        return BlockerLine(
            country=blocker.country,
            country_name=blocker.country_name,
            strand=blocker.strand,
            strand_title=blocker.strand_title,
            state=STATES[BlockerKind(blocker.kind)],
            what=what_of(blocker),
            who=self._who(blocker, named=NAMED_IN_LIST),
            role=self._role(blocker),
            since=blocker.since,
            age=age_words((self.today - blocker.since).days),
            count=blocker.count,
            write=write,
            write_words=write_words,
            url=self._address(blocker),
        )

    def _letter(self, blocker: Blocker) -> tuple[str, str]:
        """Return a link that begins a letter to who moves next, and its words.

        Several people are addressed blind: reviewers do not know each other.
        """
        known = [self.people[key] for key in blocker.people if key in self.people]
        if not known or self._role(blocker) == "me":
            return "", ""
        if len(known) == 1:
            return f"mailto:{known[0].email}", _("Write to %(name)s") % {"name": known[0].name}
        addresses = ",".join(sorted(box.email for box in known))
        return f"mailto:?bcc={addresses}", _("Write to them")

    def _address(self, blocker: Blocker) -> str:
        """Lead to where the blocker can be looked at."""
        codes = [self.round_code, blocker.country, blocker.strand]
        if blocker.kind in {BlockerKind.NOT_SUBMITTED, BlockerKind.RETURNED}:
            return reverse("questionnaire:sheet", args=[*codes, 1])
        return reverse("review:case", args=codes)

    def _gravity(self, blocker: Blocker) -> tuple[int, date]:
        return (GRAVEST.index(BlockerKind(blocker.kind)), blocker.since)

    def _role(self, blocker: Blocker) -> str:
        if self.user.pk in blocker.people:
            return "me"
        return blocker.next_role if blocker.people else "nobody"

    def _who(self, blocker: Blocker, *, named: int = NAMED) -> str:
        """Name who moves next as far as the person who looks may know it."""
        role = blocker.next_role_label
        if self.user.pk in blocker.people:
            return _("You")
        if not blocker.people:
            return _("Nobody yet: %(role)s missing") % {"role": role}
        if not self.knows_names:
            return capfirst(role)
        names = sorted(self.people[key].name for key in blocker.people if key in self.people)
        if 0 < len(names) <= named:
            return _("%(names)s, %(role)s") % {"names": _(" or ").join(names), "role": role}
        return counted(blocker.next_role, len(blocker.people))

    def _why(self, alike: Sequence[Blocker]) -> str:
        days = (self.today - min(blocker.since for blocker in alike)).days
        number = sum(blocker.count for blocker in alike)
        words = why_words(BlockerKind(alike[0].kind), number)
        return _("%(what)s, %(age)s") % {"what": words, "age": age_words(days)}


def age_words(days: int) -> str:
    """Say how long something stands."""
    if days <= 0:
        return _("today")
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def counted(role: str, number: int) -> str:
    """Say how many people of a role there are."""
    words = {
        Role.EXPERT: ngettext("%(n)d expert", "%(n)d experts", number),
        Role.REVIEWER: ngettext("%(n)d reviewer", "%(n)d reviewers", number),
        Role.ADJUDICATOR: ngettext(
            "%(n)d consortium reviewer", "%(n)d consortium reviewers", number
        ),
        Role.COORDINATOR: ngettext("%(n)d coordinator", "%(n)d coordinators", number),
    }
    return words[Role(role)] % {"n": number}


def why_words(kind: BlockerKind, number: int) -> str:
    """Say in few words what blocks, with its number."""
    words = {
        BlockerKind.DISPUTED: ngettext("%(n)d dispute", "%(n)d disputes", number),
        BlockerKind.NO_REVIEWER: ngettext(
            "%(n)d answer has no reviewer", "%(n)d answers have no reviewer", number
        ),
        BlockerKind.CONSENT: ngettext("%(n)d consent", "%(n)d consents", number),
        BlockerKind.RETURNED: ngettext("%(n)d sheet returned", "%(n)d sheets returned", number),
        BlockerKind.TO_RETURN: ngettext(
            "%(n)d objection to send", "%(n)d objections to send", number
        ),
        BlockerKind.OPINIONS: ngettext("%(n)d answer to read", "%(n)d answers to read", number),
        BlockerKind.NOT_SUBMITTED: ngettext(
            "%(n)d sheet to submit", "%(n)d sheets to submit", number
        ),
    }
    return words[kind] % {"n": number}


def what_of(blocker: Blocker) -> str:
    """Say in a sentence what one blocker is."""
    n = blocker.count
    words = {
        BlockerKind.DISPUTED: ngettext(
            "%(n)d answer is disputed and waits for a ruling.",
            "%(n)d answers are disputed and wait for a ruling.",
            n,
        ),
        BlockerKind.NO_REVIEWER: ngettext(
            "%(n)d answer has too few reviewers.", "%(n)d answers have too few reviewers.", n
        ),
        BlockerKind.CONSENT: ngettext(
            "%(n)d exceptional value waits for consent.",
            "%(n)d exceptional values wait for consent.",
            n,
        ),
        BlockerKind.RETURNED: ngettext(
            "The sheet was returned and waits for the expert’s reply.",
            "%(n)d sheets were returned and wait for the experts’ reply.",
            n,
        ),
        BlockerKind.TO_RETURN: ngettext(
            "%(n)d answer is objected to; the case is to be returned.",
            "%(n)d answers are objected to; the case is to be returned.",
            n,
        ),
        BlockerKind.OPINIONS: ngettext(
            "%(n)d answer waits for opinions.", "%(n)d answers wait for opinions.", n
        ),
        BlockerKind.NOT_SUBMITTED: ngettext(
            "The sheet is not submitted.", "%(n)d sheets are not submitted.", n
        ),
    }
    return words[BlockerKind(blocker.kind)] % {"n": n}
