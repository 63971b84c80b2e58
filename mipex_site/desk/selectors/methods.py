"""The methods of the portal, in words."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.enums import MethodState
from scoring.models import Method
from scoring.selectors import newest_method
from scoring.services.method_versions import VersionDemand, demand_of

from .method_terms import Term, terms_of


@dataclass(frozen=True, slots=True)
class MethodLine:
    """One method: whether it is in force, what it says, and which version a draft needs."""

    method: Method
    is_in_force: bool
    terms: tuple[Term, ...]
    demand: VersionDemand | None

    @property
    def is_draft(self) -> bool:
        return self.method.state == MethodState.DRAFT


def method_lines() -> list[MethodLine]:
    """Return every method, what was touched last before the others. Two queries."""
    in_force = newest_method()
    every = list(Method.objects.order_by("-updated_at", "-pk"))
    locked = [one for one in every if one.state == MethodState.LOCKED]
    return [
        MethodLine(
            method,
            is_in_force=method == in_force,
            terms=terms_of(method.settings),
            demand=None if method in locked else demand_of(method, locked=locked),
        )
        for method in every
    ]
