"""Whom a letter went to, as a coordinator may know it.

A coordinator reads pseudonyms until names are asked for. Somebody who has a part in several
countries has a pseudonym in each, and nothing may tell that these are one person: of such a
person a coordinator reads the role alone, and not the text either, for it names the countries.
The same holds for a letter about several rounds, which is read beside the letters of each.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.mail.models import Letter
from questionnaire.enums import Role
from questionnaire.models import Assignment, Round
from review.rules import countries_lost_by, countries_unblinded_for

from ..people import BLIND_ROLES

HIDDEN = "…"
"""Stands where a letter has the name or the address of somebody who is not to be known."""


@dataclass(frozen=True, slots=True)
class Part:
    """One right of somebody in the round, ended ones too; COUNTRY is None for all of them."""

    role: str
    country_id: int | None
    country: str
    pseudonym: str

    @property
    def is_blind(self) -> bool:
        return self.role in BLIND_ROLES


@dataclass(slots=True)
class Correspondent:
    """Somebody with a part in the round. NAME and EMAIL are shown only where IS_KNOWN."""

    name: str
    email: str
    parts: list[Part] = field(default_factory=list)
    is_known: bool = False
    is_lost: bool = False
    is_several: bool = False

    @property
    def called(self) -> str:
        """Return what a coordinator calls the person."""
        if self.is_known:
            return self.name
        blind = [part for part in self.parts if part.is_blind]
        if self.is_several or not blind:
            roles = sorted({str(Role(part.role).label) for part in self.parts})
            words = _("%(roles)s in several places")
            return capfirst(words % {"roles": ", ".join(roles)})
        part = blind[0]
        if not part.country:
            return part.pseudonym
        words = _("%(pseudonym)s, %(country)s")
        return words % {"pseudonym": part.pseudonym, "country": part.country}

    def hide(self, text: str) -> str:
        """Return TEXT without the name and the address, unless the person is known."""
        if self.is_known:
            return text
        for word in (self.name, self.email):
            text = text.replace(word, HIDDEN)
        return text


class Correspondents:
    """Everybody with a part in a round, as one coordinator may know them; four queries."""

    def __init__(self, round_: Round, user: User) -> None:
        self.lost = countries_lost_by(user, round_)
        shown = {key for key in countries_unblinded_for(user, round_) if key not in self.lost}
        self.people = self._load(round_)
        self._elsewhere = self._in_other_rounds(round_)
        for person in self.people.values():
            blind = {part.country_id for part in person.parts if part.is_blind}
            person.is_known = not blind or (None not in blind and blind <= shown)
            person.is_lost = bool(blind & self.lost)
            person.is_several = len(blind) > 1
        self._by_email = {one.email.lower(): key for key, one in self.people.items()}

    def _load(self, round_: Round) -> dict[UUID, Correspondent]:
        rows = Assignment.objects.in_round(round_).order_by("-country_id", "pk")
        found: dict[UUID, Correspondent] = {}
        columns = ("person_id", "person__name", "person__email", "role", "country_id")
        for key, name, email, *part in rows.values_list(*columns, "country__name", "pseudonym"):
            role, country_id, country, pseudonym = part
            person = found.setdefault(key, Correspondent(name, email))
            person.parts.append(Part(role, country_id, country or "", pseudonym))
        return found

    def _in_other_rounds(self, round_: Round) -> set[UUID]:
        """Return who of them is or was on a side of the blind in another round."""
        others = Assignment.objects.filter(role__in=BLIND_ROLES).exclude(round_id=round_.pk)
        there = others.filter(person_id__in=list(self.people)).order_by()
        return set(there.values_list("person_id", flat=True))

    def of(self, letter: Letter) -> Correspondent | None:
        """Return whom a letter is to; None for somebody without a part in the round."""
        key = letter.person_id or self._by_email.get(letter.address.lower())
        person = self.people.get(key)
        if person and not letter.round_code and key in self._elsewhere:
            return replace(person, is_known=False, is_several=True)
        return person

    def lost_ones(self) -> Q:
        """Return the condition for letters to who has a part in a country lost to the reader."""
        gone = [key for key, person in self.people.items() if person.is_lost]
        addresses = [self.people[key].email for key in gone]
        return Q(person_id__in=gone) | Q(address__in=addresses)

    def keys(self) -> Iterable[UUID]:
        return self.people.keys()
