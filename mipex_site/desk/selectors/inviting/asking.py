"""What of the people is asked for: the filter in the address."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.http import urlencode

from questionnaire.enums import Role
from questionnaire.selectors.people import STATES

NAMES = ("country", "role", "state")


@dataclass(frozen=True, slots=True)
class Asked:
    country: str = ""
    role: str = ""
    state: str = ""

    @classmethod
    def from_query(cls, query: QueryDict) -> Asked:
        """Read an address; what is no choice is left out."""
        role, state = query.get("role", ""), query.get("state", "")
        return cls(
            country=query.get("country", "")[:2],
            role=role if role in Role.values else "",
            state=state if state in STATES else "",
        )

    @property
    def is_filtered(self) -> bool:
        return any(self.as_dict().values())

    def as_dict(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in NAMES}

    def address(self, **more: str) -> str:
        """Return the filter as an address has it, without what is empty."""
        chosen = self.as_dict() | more
        return urlencode({name: value for name, value in chosen.items() if value})

    def fits(self, *, country: str, role: str) -> bool:
        """Whether something in that country (empty: in the whole round) is asked for."""
        return self.country in {"", country} and self.role in {"", role}
