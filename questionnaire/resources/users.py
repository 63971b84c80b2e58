"""The list of people in and out of a spreadsheet: no passphrase, no right, no side of a round."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import demand

from ..models import Invitation, Round
from ..rules import may_keep_people
from ..selectors.exchange import has_part, people_kept
from ..services.invitations import Part
from ..services.people import put_person
from .base import ByService, Texts, read_all
from .cells import (
    address_of,
    coding_of,
    country_of,
    language_of,
    needed,
    organisation_of,
    role_of,
    round_of,
    strand_of,
)

OWN = ("email", "name", "language", "zone")
PART = ("round", "role", "country", "strand", "coding", "organisation")


class UserResource(ByService):
    """People by their address. A row with a round and a role invites to that part besides.

    What goes out has no part: beside a pseudonym's answers it would say whose they are.
    """

    columns = (*OWN, *PART)
    optional = (*OWN[2:], *PART)

    class Meta:
        model = User
        import_id_fields = ("email",)
        fields = ()

    def demand_right(self) -> None:
        demand(may_keep_people(self.by))

    def filter_export(self, queryset: QuerySet, **kwargs: Any) -> QuerySet:
        return people_kept() & queryset.order_by()

    def prepare(self, dataset: Any) -> None:
        """Lock the rounds, then the people: the order in which an invitation is accepted."""
        rounds = {str(code or "").strip() for code in _column(dataset, "round")}
        held = Round.objects.select_for_update(no_key=True).filter(code__in=rounds)
        list(held.order_by("pk"))
        emails = {str(text or "").strip().lower() for text in _column(dataset, "email")}
        people = User.objects.select_for_update(no_key=True).filter(email__in=emails)
        self.standing = {one.email: one for one in people.order_by("pk")}

    def get_instance(self, instance_loader: Any, row: Any) -> User | None:
        return self.standing.get(str(row.get("email") or "").strip().lower())

    def identity_of(self, texts: Texts) -> tuple[str, ...]:
        return (texts.get("email", "").lower(), *(texts.get(name, "") for name in PART[:5]))

    def texts_of(self, instance: User) -> Texts:
        own = {name: getattr(instance, name) for name in OWN}
        return own | dict.fromkeys(PART, "")

    def read(self, row: Texts) -> dict[str, Any]:
        said = read_all(
            row,
            email=needed(address_of),
            name=lambda text: " ".join(text.split()),
            language=language_of,
            zone=lambda text: self._zone(row, text),
            round=lambda text: round_of(text) if text else None,
            role=lambda text: role_of(text) if text else "",
            country=country_of,
            coding=coding_of,
            organisation=organisation_of,
        )
        person = self.standing.get(said["email"])
        for name in OWN[1:]:
            said[name] = said[name] or (getattr(person, name) if person else "")
        return self._with_part(row, said)

    def _zone(self, row: Texts, text: str) -> str:
        if text and row.get("email", "").lower() not in self.standing:
            raise ValidationError(_("Leave this empty: who is invited says it on accepting."))
        return text

    def _with_part(self, row: Texts, said: dict[str, Any]) -> dict[str, Any]:
        """Put the columns of a part together. Raises ValidationError where they are no part."""
        round_, role = said.pop("round"), said.pop("role")
        strand = read_all(row, strand=lambda text: strand_of(text, round_) if round_ else text)[
            "strand"
        ]
        place = {"country": said.pop("country"), "strand": strand, "coding": said.pop("coding")}
        said |= {"language": said["language"] or "en", "round_": round_, "part": None}
        if round_ and role:
            said["part"] = Part(role, **place)
        elif round_ or role or any(place.values()) or said["organisation"]:
            faulty = "role" if round_ else "round"
            raise ValidationError({faulty: _("A part is a round and a role. Fill in both.")})
        return said

    def becomes(self, instance: User, texts: Texts) -> Texts:
        said, part = instance.said, instance.said["part"]
        own = {name: said[name] for name in OWN}
        instance.has_part = part is not None and has_part(
            email=said["email"],
            part={"round": said["round_"], **{n: getattr(part, n) for n in Part.__slots__}},
        )
        asked = {name: texts.get(name, "") for name in PART}
        if part is None or instance.has_part:
            said |= {"part": None, "organisation": None}
            asked = dict.fromkeys(PART, "")
        return own | asked

    def is_known(self, instance: User) -> bool:
        """Whether nothing is to be put right, and nobody is to be invited any more."""
        return instance.has_part if not instance.was else instance.was == instance.will

    def save(self, **said: Any) -> User | Invitation:
        return put_person(by=self.by, **said)


def _column(dataset: Any, name: str) -> list[Any]:
    return dataset[name] if name in (dataset.headers or ()) else []
