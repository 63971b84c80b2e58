"""Who is called what in the audit: a pseudonym on a side of the blind, a name elsewhere.

In an address a person is an opaque key. It is made of the person and of the country, so that
two pseudonyms of one person are two keys: the audit must not tell that they are the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.crypto import salted_hmac
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from questionnaire.enums import Role
from questionnaire.models import Assignment, Round
from questionnaire.selectors.pseudonyms import BLIND_ROLES

KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OPEN_ROLES = (Role.COORDINATOR, Role.PUBLISHER, Role.OBSERVER)
SHORT = 6
Spot = tuple[UUID, str | None]


@dataclass(slots=True)
class People:
    """Everybody of one stream. SPOTS gives the pseudonym of a person in a country.

    The country None stands for the whole round. OPEN are the names that nobody hides, BLIND is
    who has a side; USERS are names of others, asked for as they turn up.
    """

    stream: str
    spots: dict[Spot, str] = field(default_factory=dict)
    open: dict[UUID, str] = field(default_factory=dict)
    blind: dict[UUID, str] = field(default_factory=dict)
    users: dict[UUID, str | None] = field(default_factory=dict)

    def meet(self, keys: Iterable[UUID]) -> None:
        """Learn who is behind these keys, in one query; a key that is nobody's is kept as None."""
        new = {key for key in keys if key not in self.users and key not in self.blind}
        if new:
            known = User.objects.filter(pk__in=new).values_list("pk", "name", "is_robot")
            found = {key: _("The portal") if robot else name for key, name, robot in known}
            self.users |= {key: found.get(key) for key in new}

    def name(self, person: UUID | None, country: str | None = None, role: str = "") -> str:
        """Return what the reader may call the person where the act was done."""
        if person is None:
            return _("The portal")
        if role in OPEN_ROLES and person in self.open:
            return self.open[person]
        return self._hidden(person, country) or (
            self.open.get(person) or self.users.get(person) or _("Somebody unknown")
        )

    def _hidden(self, person: UUID, country: str | None) -> str:
        """Return the pseudonym of somebody with a side; the empty string for all others."""
        pseudonym = self.spots.get((person, country)) or self.spots.get((person, None))
        return pseudonym or self.blind.get(person, "")

    def knows(self, person: UUID) -> bool:
        """Whether the key is a person's, and so is never shown."""
        return person in self.blind or person in self.open or bool(self.users.get(person))

    def key_of(self, person: UUID | None, country: str | None, role: str = "") -> str:
        """Return what stands in an address for the person there; empty for the portal."""
        if person is None:
            return ""
        if role in OPEN_ROLES and person in self.open:
            return self._key(person, None)
        if (person, country) in self.spots:
            return self._key(person, country)
        return "" if person in self.blind and self.spots else self._key(person, None)

    def spot_of(self, key: str) -> Spot | None:
        """Return whom a key in an address means, and in which country; None for nobody."""
        whole = [(person, None) for person in (*self.open, *self.users, *self.blind)]
        known = (spot for spot in (*self.spots, *whole) if self._key(*spot) == key)
        return next(known, None)

    def choices(self, country: str, left_out: frozenset[str]) -> list[tuple[str, str]]:
        """Return the keys and words to choose from; of one country where one is chosen."""
        hidden = [
            (self._key(*spot), f"{name}, {spot[1]}" if spot[1] else name)
            for spot, name in self.spots.items()
            if spot[1] not in left_out and (not country or spot[1] in {country, None})
        ]
        named = [(self._key(person, None), name) for person, name in self.open.items()]
        return sorted(named, key=_by_words) + sorted(hidden, key=_by_words)

    def _key(self, person: UUID, country: str | None) -> str:
        whole = f"{self.stream}|{person}|{country or ''}"
        return salted_hmac("desk.audit.person", whole).hexdigest()[:16]


def _by_words(choice: tuple[str, str]) -> str:
    return choice[1]


def people_of_round(round_: Round) -> People:
    """Return who is who in a round; one query."""
    people = People(stream=round_.stream)
    rows = Assignment.objects.in_round(round_).order_by("pk")
    columns = ("person_id", "role", "country__code", "pseudonym", "person__name")
    for person, role, country, pseudonym, name in rows.values_list(*columns):
        if role in BLIND_ROLES:
            people.spots.setdefault((person, country), pseudonym)
            people.blind.setdefault(person, capfirst(str(Role(role).label)))
        else:
            people.open.setdefault(person, name)
    return people


def people_of_portal() -> People:
    """Return who is who outside of the rounds; two queries.

    Who has a side in any round is a number here, the same in every stream of the portal.
    """
    people = People(stream="portal")
    sides = Assignment.objects.filter(role__in=BLIND_ROLES).order_by()
    for person in sides.values_list("person_id", flat=True).distinct():
        key = salted_hmac("desk.audit.number", str(person)).hexdigest()[:SHORT]
        people.blind[person] = _("Person %(key)s") % {"key": key}
    known = User.objects.order_by("name").values_list("pk", "name", "is_robot")
    for person, name, robot in known:
        if person not in people.blind:
            people.open[person] = _("The portal") if robot else name
    return people


def keys_in(value: Any) -> set[UUID]:
    """Return every key that a value of an entry holds, however deep."""
    found: set[UUID] = set()
    replaced(value, lambda key: found.add(key) or str(key))
    return found


def replaced(value: Any, by: Callable[[UUID], str]) -> Any:
    """Return a value of an entry with another text for each key in its texts and names."""
    if isinstance(value, str):
        return KEY.sub(lambda match: by(UUID(match[0])), value)
    if isinstance(value, dict):
        return {replaced(name, by): replaced(one, by) for name, one in value.items()}
    return [replaced(one, by) for one in value] if isinstance(value, list) else value
