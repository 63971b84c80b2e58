"""What the address of an audit page asks for: the filter, and where the page begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.utils import timezone

from mipex_site.audit.models import Channel

TEXTS = ("country", "indicator", "person", "act", "subject", "request")
LONGEST = 160
FILTERS = (*TEXTS, "channel", "since", "until", "batch")
LARGEST_NUMBER = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Asked:
    """A filter that is empty lets everything through; what is not known counts as empty.

    SINCE and UNTIL are days in the reader's own zone, both included. OLDER and NEWER are numbers
    of entries: the page begins below the one, or ends above the other.
    """

    country: str = ""
    indicator: str = ""
    person: str = ""
    act: str = ""
    subject: str = ""
    request: str = ""
    channel: str = ""
    since: str = ""
    until: str = ""
    batch: str = ""
    older: int | None = None
    newer: int | None = None

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Asked:
        channel = query.get("channel", "")
        older = _number(query.get("older", ""))
        return cls(
            **{name: _text(query.get(name, "")) for name in TEXTS},
            channel=channel if channel in Channel.values else "",
            since=_day(query.get("since", "")),
            until=_day(query.get("until", "")),
            batch=_key(query.get("batch", "")),
            older=older,
            newer=None if older is not None else _number(query.get("newer", "")),
        )

    def address(self, **changes: object) -> str:
        """Return the query of the same list with some things asked otherwise."""
        wanted = replace(self, **{"older": None, "newer": None} | changes)
        names = (*FILTERS, "older", "newer")
        asked = {name: getattr(wanted, name) for name in names}
        return urlencode({name: value for name, value in asked.items() if value})

    @property
    def is_filtered(self) -> bool:
        return any(getattr(self, name) for name in FILTERS)

    @property
    def filter(self) -> dict[str, str]:
        """The filters that are set, as they are written down of an export."""
        return {name: getattr(self, name) for name in FILTERS if getattr(self, name)}

    @property
    def begins_at(self) -> datetime | None:
        """The first moment that is asked for."""
        return _midnight(date.fromisoformat(self.since)) if self.since else None

    @property
    def ends_before(self) -> datetime | None:
        """The moment after the last one that is asked for."""
        if not self.until or date.fromisoformat(self.until) == date.max:
            return None
        return _midnight(date.fromisoformat(self.until) + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _text(text: str) -> str:
    """Return a text that a database can be asked for: PostgreSQL knows no NUL."""
    return text.replace("\0", "").strip()[:LONGEST]


def _day(text: str) -> str:
    """Return an ISO day as it came; years that no zone can compute with count as none."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return ""
    return day.isoformat() if date.min.year + 1 < day.year < date.max.year else ""


def _key(text: str) -> str:
    try:
        return str(UUID(text.strip()))
    except ValueError:
        return ""


def _number(text: str) -> int | None:
    known = text.isascii() and text.isdigit()
    return min(int(text[:20]), LARGEST_NUMBER) if known else None
