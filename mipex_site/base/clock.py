"""One clock a request: all that a request compares with the present is compared with one moment.

Two looks at the clock could fall on both sides of a deadline: a page would offer what its own
service refuses. The moment is that in which the request came in, so nobody is late for having
waited for a lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def present() -> datetime:
    """Return the moment of the present request, or that of the clock where there is none."""
    return _moment.get() or timezone.now()


@contextmanager
def one_moment() -> Iterator[datetime]:
    """Hold the clock for the length of the block."""
    moment = timezone.now()
    token = _moment.set(moment)
    try:
        yield moment
    finally:
        _moment.reset(token)
