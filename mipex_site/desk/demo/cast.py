"""The invented people. Their family names mean "example" or "sample" in some language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from django.utils.text import slugify

from mipex_site.accounts.models import User
from mipex_site.accounts.services.people import create_person

PASSWORD = "demonstration only"  # noqa: S105  printed for everybody; its people are invented
FIRST_NAMES = (
    "Ada", "Bruno", "Carla", "Dario", "Elin", "Fadil", "Greta", "Hugo", "Ines", "Jonas", "Karel",
    "Liis", "Milan", "Nina", "Otto", "Petra", "Rasmus", "Sanna", "Timo", "Vera",
)  # fmt: skip
FAMILY_NAMES = (
    "Beispiel", "Esempio", "Exemple", "Voorbeeld", "Näidis", "Esimerkki", "Paradeigma", "Primjer",
    "Mostra", "Vzor", "Wzorek", "Muster", "Exempel", "Eksempel", "Pavyzdys", "Paraugs",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays, by part. Experts and reviewers are as many as countries and strands ask for."""

    coordinators: tuple[User, ...]
    publishers: tuple[User, ...]
    adjudicators: tuple[User, ...]
    observers: tuple[User, ...]
    reviewers: tuple[User, ...]
    experts: tuple[User, ...]
    second_experts: tuple[User, ...]

    def everybody(self) -> tuple[User, ...]:
        """Everybody but the first coordinator, who stood before the others were invited."""
        return (
            *self.coordinators[1:],
            *self.publishers,
            *self.adjudicators,
            *self.observers,
            *self.reviewers,
            *self.experts,
            *self.second_experts,
        )


def names() -> Iterator[tuple[str, str]]:
    """Yield invented names and their addresses, none twice."""
    for family, first in product(FAMILY_NAMES, FIRST_NAMES):
        yield f"{first} {family}", f"{slugify(first)}.{slugify(family)}@example.org"


def gather(*, countries: int, second_codings: int, first: User) -> Cast:
    """Invite the cast: two experts a country, two reviewers a strand, and those who run it.

    Only the first of each part can sign in, for hashing a passphrase takes longer than a day's
    work of an invented person.
    """
    supply = names()

    def some(number: int) -> tuple[User, ...]:
        return tuple(
            _person(*next(supply), may_sign_in=n == 0, by=first) for n in range(number)
        )

    return Cast(
        coordinators=(first, *some(1)),
        publishers=(*some(1), *some(1)),
        adjudicators=some(4),
        observers=some(1),
        reviewers=some(16),
        experts=some(2 * countries),
        second_experts=some(second_codings),
    )


def _person(name: str, email: str, *, may_sign_in: bool, by: User) -> User:
    return create_person(
        email=email, name=name, password=PASSWORD if may_sign_in else None, by=by
    )
