"""Who moves next: by pseudonym for coordinators, or by name on demand; by role for others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from questionnaire.enums import AssessmentState, Role
from questionnaire.models import Assessment, Round
from review.enums import BlockerKind
from review.selectors.blocking import Talk
from review.selectors.closing import Blocker, blockers
from review.selectors.holders import Holders

from ..people import People
from .words import age_words, counted, what_of, why_words, words_of_talk

GRAVEST = (
    BlockerKind.DISPUTED,
    BlockerKind.SECOND_LOOK,
    BlockerKind.JOINT_ACT,
    BlockerKind.EXTENSION,
    BlockerKind.NO_REVIEWER,
    BlockerKind.DECLARATION,
    BlockerKind.UNDECLARED,
    BlockerKind.CONSENT,
    BlockerKind.THREAD,
    BlockerKind.REOPENING,
    BlockerKind.RETURNED,
    BlockerKind.TO_RETURN,
    BlockerKind.OPINIONS,
    BlockerKind.NOT_SUBMITTED,
    BlockerKind.LAST_WORD,
)
"""Of several blockers of a country the first of these names its next mover."""

STATES = {
    BlockerKind.DISPUTED: "disputed",
    BlockerKind.SECOND_LOOK: "second_look",
    BlockerKind.THREAD: "warning",
    BlockerKind.JOINT_ACT: "pending",
    BlockerKind.EXTENSION: "pending",
    BlockerKind.REOPENING: "reopened",
    BlockerKind.LAST_WORD: "last_word",
    BlockerKind.NO_REVIEWER: "warning",
    BlockerKind.DECLARATION: "warning",
    BlockerKind.UNDECLARED: "warning",
    BlockerKind.CONSENT: "warning",
    BlockerKind.RETURNED: "returned",
    BlockerKind.TO_RETURN: "disagree",
    BlockerKind.OPINIONS: "in_review",
    BlockerKind.NOT_SUBMITTED: "answering",
}
ASKED = {
    BlockerKind.JOINT_ACT: "desk:joint-acts",
    BlockerKind.EXTENSION: "desk:extensions",
}
"""What somebody asks for and others decide, by the name of the page where it is decided."""

NAMED = 2
"""How many people a cell names before it only counts them."""

NAMED_IN_LIST = 4
"""As NAMED, for a blocker that has a line of its own."""


@dataclass(frozen=True, slots=True)
class NextMove:
    """Who moves next and why. ROLE is "me", "nobody", a role, or empty: done.

    LETTERS are words and links to write to them, of a single strand alone.
    """

    role: str
    who: str
    why: str
    letters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class BlockerLine:
    """One blocker in words. LETTERS, words and links, are there for coordinators alone.

    STRAND is empty where the whole country waits, COUNTRY where the whole round does.
    """

    country: str
    country_name: str
    strand: str
    strand_title: str
    kind: str
    state: str
    what: str
    who: str
    role: str
    since: date
    age: str
    count: int
    url: str
    letters: tuple[tuple[str, str], ...] = ()
    talks: tuple[tuple[str, str], ...] = ()
    """Words and address of each conversation that blocks."""

    @property
    def part(self) -> str:
        """Say which part of its country waits."""
        return self.strand_title or _("The whole country")

    @property
    def place(self) -> str:
        """Say which country waits, and which part of it."""
        if not self.country:
            return _("The whole round")
        if not self.strand:
            return self.country_name
        words = {"country": self.country_name, "strand": self.strand_title}
        return _("%(country)s: %(strand)s") % words


class Movers:
    """The blockers of a round with the people behind them, as far as the person may know them.

    FOUND has none of a country that a tie keeps from the person; KEPT_BACK has those.
    """

    def __init__(
        self,
        round_: Round,
        user: User,
        *,
        may_call: bool,
        today: date,
        sheets: Iterable[Assessment] | None = None,
        for_file: bool = False,
    ) -> None:
        self.round_code = round_.code
        self.mail = reverse("desk:mail-write", args=[round_.code])
        self.holders = Holders(round_)
        self.people = People(round_, user, self.holders, may_call=may_call, for_file=for_file)
        every = blockers(round_, holders=self.holders, sheets=sheets)
        self.found = [each for each in every if each.country not in self.people.lost]
        self.kept_back = [each for each in every if each.country in self.people.lost]
        self.user = user
        self.today = today
        self.by_country: dict[str, list[Blocker]] = defaultdict(list)
        self.by_cell: dict[tuple[str, str], list[Blocker]] = defaultdict(list)
        for blocker in self.found:
            self.by_country[blocker.country].append(blocker)
            self.by_cell[blocker.country, blocker.strand].append(blocker)

    @property
    def yours(self) -> int:
        """How many blockers wait for the person who looks."""
        return sum(self.user.pk in blocker.people for blocker in self.found)

    def of_cell(self, country: str, strand: str) -> list[Blocker]:
        """Return the blockers of a strand, and those of its country as a whole."""
        return self.by_cell.get((country, strand), []) + self.by_cell.get((country, ""), [])

    def lacks_expert(self, sheets: Iterable[Assessment]) -> set[tuple[str, str]]:
        """Return the codes of the places where a sheet is not handed in and has no expert."""
        missing = (sheet for sheet in sheets if sheet.state != AssessmentState.SUBMITTED)
        return {
            (sheet.country.code, sheet.strand.code)
            for sheet in missing
            if not self.holders.reaching(sheet, Role.EXPERT, coding=sheet.coding)
        }

    def of_country(self, country: str) -> tuple[BlockerLine, ...]:
        """Return the country's blockers in words, the gravest first."""
        ordered = sorted(self.by_country.get(country, []), key=self._gravity)
        return tuple(self.line(blocker) for blocker in ordered)

    def waits(self) -> tuple[BlockerLine, ...]:
        """Return what a second person or a coordinator is asked to decide, the oldest first."""
        asked = [each for each in self.found if each.kind in ASKED]
        return tuple(map(self.line, sorted(asked, key=lambda each: each.since)))

    def first(self, number: int) -> tuple[BlockerLine, ...]:
        """Return the first things to do: the person's own first, then the gravest, the oldest."""
        ordered = sorted(
            self.found, key=lambda each: (self.user.pk not in each.people, self._gravity(each))
        )
        return tuple(map(self.line, ordered[:number]))

    def next_move(self, country: str, strand: str | None = None) -> NextMove:
        """Return who moves next in a country, or in one strand of it."""
        found = self.by_country.get(country, [])
        if strand is not None:
            # What the whole country waits for names the mover where the strand has none itself.
            whole = self.by_cell.get((country, ""), [])
            found = self.by_cell.get((country, strand), []) or whole
        if not found:
            return NextMove("", _("Nobody"), _("All is cleared"))
        first = min(found, key=self._gravity)
        alike = [each for each in found if each.kind == first.kind]
        letters = () if strand is None else self._letters(first)
        return NextMove(self._role(first), self._who(first), self._why(alike), letters)

    def roles_in(self, country: str) -> frozenset[str]:
        """Return who moves something in the country, as NextMove names roles."""
        return frozenset(self._role(each) for each in self.by_country.get(country, []))

    def since(self, country: str) -> date | None:
        """Return the day since which the country's oldest blocker stands."""
        return min((each.since for each in self.by_country.get(country, [])), default=None)

    def line(self, blocker: Blocker) -> BlockerLine:
        return BlockerLine(
            country=blocker.country,
            country_name=blocker.country_name,
            strand=blocker.strand,
            strand_title=blocker.strand_title,
            kind=blocker.kind,
            state=STATES[BlockerKind(blocker.kind)],
            what=what_of(blocker),
            who=self._who(blocker, named=NAMED_IN_LIST),
            role=self._role(blocker),
            since=blocker.since,
            age=age_words((self.today - blocker.since).days),
            count=blocker.count,
            url=self._address(blocker),
            letters=self._letters(blocker),
            talks=tuple(self._talk(blocker, talk) for talk in blocker.talks),
        )

    def _letters(self, blocker: Blocker) -> tuple[tuple[str, str], ...]:
        """Return the words and the link that begin a letter to each who moves next.

        A letter goes to one: reviewers do not know each other.
        """
        if self._role(blocker) == "me":
            return ()
        rights = {key: self.people.right(blocker.country, key) for key in blocker.people}
        named = sorted(
            (self.people.called(blocker.country, key), right)
            for key, right in rights.items()
            if right is not None
        )
        return tuple(
            (_("Write to %(name)s") % {"name": name}, f"{self.mail}?to={right}")
            for name, right in named[:NAMED_IN_LIST]
        )

    def _address(self, blocker: Blocker) -> str:
        """Lead to where the blocker can be looked at."""
        codes = [self.round_code, blocker.country, blocker.strand]
        if blocker.kind in ASKED:
            return reverse(ASKED[BlockerKind(blocker.kind)], args=codes[:1])
        if blocker.kind in {BlockerKind.NOT_SUBMITTED, BlockerKind.RETURNED}:
            return reverse("questionnaire:sheet", args=[*codes, 1])
        if blocker.kind == BlockerKind.DECLARATION:
            return reverse("review:interests-decide", args=codes[:2])
        return reverse("review:case", args=codes)

    def _talk(self, blocker: Blocker, talk: Talk) -> tuple[str, str]:
        codes = [self.round_code, blocker.country, blocker.strand, talk.number]
        return words_of_talk(talk), reverse("review:conversation", args=codes)

    def _gravity(self, blocker: Blocker) -> tuple[int, date]:
        return (GRAVEST.index(BlockerKind(blocker.kind)), blocker.since)

    def _role(self, blocker: Blocker) -> str:
        if self.user.pk in blocker.people:
            return "me"
        return blocker.next_role if blocker.people else "nobody"

    def _who(self, blocker: Blocker, *, named: int = NAMED) -> str:
        """Call who moves next what the person who looks may call them."""
        role = blocker.next_role_label
        if self.user.pk in blocker.people:
            return _("You")
        if not blocker.people:
            return _("Nobody yet: %(role)s missing") % {"role": role}
        if not self.people.may_call:
            return capfirst(role)
        called = {self.people.called(blocker.country, key) for key in blocker.people}
        names = sorted(called - {""})
        if not 0 < len(names) <= named:
            return counted(blocker.next_role, len(blocker.people))
        either = _(" or ").join(names)
        if blocker.country not in self.people.shown_until:
            return either  # A pseudonym says the role.
        return _("%(names)s, %(role)s") % {"names": either, "role": role}

    def _why(self, alike: Sequence[Blocker]) -> str:
        days = (self.today - min(blocker.since for blocker in alike)).days
        number = sum(blocker.count for blocker in alike)
        words = why_words(BlockerKind(alike[0].kind), number)
        return _("%(what)s, %(age)s") % {"what": words, "age": age_words(days)}
