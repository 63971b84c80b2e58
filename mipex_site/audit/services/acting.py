"""How the present act came in: set by the door (middleware, command, task), read by the record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from ..models import Channel


@dataclass(frozen=True, slots=True)
class Way:
    channel: str
    request: str = ""
    batch: UUID | None = None


_way: ContextVar[Way | None] = ContextVar("way", default=None)


def present_way() -> Way:
    """Return how the present act came in; by a command where no door has said otherwise."""
    return _way.get() or Way(channel=Channel.COMMAND)


@contextmanager
def acting(channel: str, *, request: str = "", batch: UUID | None = None) -> Iterator[None]:
    """Say for the length of the block by which channel acts come in."""
    token = _way.set(Way(channel=channel, request=request, batch=batch))
    try:
        yield
    finally:
        _way.reset(token)
