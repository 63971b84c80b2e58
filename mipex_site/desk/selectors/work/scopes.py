"""What a person's running assignments reach, read once and asked often."""

from __future__ import annotations

from dataclasses import dataclass

from questionnaire.models import Assessment
from review.selectors.known import Known


@dataclass(frozen=True, slots=True)
class Scope:
    """One running assignment by its keys; None reaches everything there is."""

    role: str
    round_id: int | None
    country_id: int | None
    strand_id: int | None
    coding: int | None


@dataclass(frozen=True, slots=True)
class Scopes:
    rows: tuple[Scope, ...]

    def has(self, *roles: str) -> bool:
        return any(row.role in roles for row in self.rows)

    def rounds_of(self, *roles: str) -> set[int | None]:
        """Return the keys of rounds held whole in one of these roles; None is the portal."""
        return {
            row.round_id
            for row in self.rows
            if row.role in roles and row.country_id is None and row.strand_id is None
        }

    def roles_on(self, sheet: Assessment) -> set[str]:
        """Return the roles held on one sheet."""
        return {
            row.role
            for row in self.rows
            if row.round_id in {None, sheet.round_id}
            and row.country_id in {None, sheet.country_id}
            and row.strand_id in {None, sheet.strand_id}
            and row.coding in {None, sheet.coding}
        }


def scopes_of(known: Known) -> Scopes:
    """Return the reach of the person's running assignments."""
    return Scopes(
        tuple(
            Scope(held.role, held.round_id, held.country_id, held.strand_id, held.coding)
            for held in known.running
        )
    )
