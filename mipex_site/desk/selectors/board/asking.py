"""What the address of the board asks for: filter, sort, and the country whose blockers are open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from questionnaire.enums import Role

from .cells import ORDER

SORTS = ("worst", "name", "oldest", "cleared")
VIEWS = ("", "table")
MOVERS = ("me", "nobody", Role.EXPERT, Role.REVIEWER, Role.ADJUDICATOR, Role.COORDINATOR)
LATE, DISPUTED, WARNING = "late", "disputed", "warning"
STATES = (*ORDER, LATE, WARNING)


@dataclass(frozen=True, slots=True)
class Asked:
    """A filter that is empty lets everything through; what is not known counts as empty.

    VIEW is empty for countries down and strands across, or a plain table with a line for each.
    """

    state: str = ""
    strand: str = ""
    mover: str = ""
    sort: str = "worst"
    country: str = ""
    view: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Asked:
        def one_of(name: str, known: Iterable[str], otherwise: str = "") -> str:
            value = query.get(name, "")
            return value if value in known else otherwise

        return cls(
            state=one_of("state", STATES),
            strand=query.get("strand", "")[:40],
            mover=one_of("mover", MOVERS),
            sort=one_of("sort", SORTS, "worst"),
            country=query.get("country", "")[:2],
            view=one_of("view", VIEWS),
        )

    def address(self, **changes: str) -> str:
        """Return the query of the same board with some things asked otherwise."""
        wanted = replace(self, **changes)
        usual = Asked()
        names = ("state", "strand", "mover", "sort", "country", "view")
        asked = {name: getattr(wanted, name) for name in names}
        return urlencode({k: v for k, v in asked.items() if v != getattr(usual, k)})

    @property
    def is_filtered(self) -> bool:
        return bool(self.state or self.strand or self.mover)

    def pick(self, rows: Iterable[Any], strands: Iterable[str]) -> list[Any]:
        """Return the rows that are asked for, in the order asked for, with the cells shown."""
        strand = self.strand if self.strand in set(strands) else ""
        narrowed = (self._narrowed(row, strand) for row in rows)
        return sorted((row for row in narrowed if self._wants(row)), key=self._key)

    def _narrowed(self, row: Any, strand: str) -> Any:
        cells = tuple(cell for cell in row.cells if strand in {"", cell.strand})
        return replace(row, cells=cells)

    def _wants(self, row: Any) -> bool:
        has_state = not self.state or any(self._shows(cell) for cell in row.cells)
        # A country is picked by any of its blockers, not only by the one that names its mover.
        return has_state and (not self.mover or self.mover in row.movers)

    def _shows(self, cell: Any) -> bool:
        if self.state == LATE:
            return bool(cell.is_late)
        if self.state == WARNING:
            return bool(cell.warnings)
        return cell.state == self.state or (self.state == DISPUTED and cell.is_disputed)

    def _key(self, row: Any) -> tuple[Any, ...]:
        never = date.max
        by_sort = {
            "worst": (row.worst, row.since or never, row.name),
            "name": (row.name,),
            "oldest": (row.since or never, row.name),
            "cleared": (-row.cleared, row.name),
        }
        return by_sort[self.sort]
