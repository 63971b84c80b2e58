"""How late a sheet is: its handing in less its due time, as a span between two instants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ..models import Assessment


def lateness_of(sheet: Assessment, *, at: datetime) -> timedelta | None:
    """Return by how much the sheet is late at that moment, or None where it is in time.

    Its due time is the round's, or the end of its extension. Both are taken to UTC first: two
    moments of one zone are subtracted by their clocks, which a change of daylight saving moves.
    """
    late = at.astimezone(UTC) - sheet.due_at.astimezone(UTC)
    return late if late > timedelta(0) else None
