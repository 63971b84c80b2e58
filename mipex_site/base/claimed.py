"""How a worker does work that is a row: take it, keep it by a beat, end it, or give it up.

The row is claimed as claims.py says. Whatever kind of work it is: who takes a row that others
died over too often gives it up, who loses it stops without a word, and only what is wrong with
the work itself is kept on the row as an error.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db import OperationalError
from django.utils.translation import gettext as _

from .claims import ClaimQuerySet
from .errors import Refusal

logger = logging.getLogger(__name__)

ATTEMPTS = 20
"""After so many workers fell silent over a row it is given up: it may be what kills them."""

LONGEST_STEP = 60
LONGEST_ERROR = 2000


class Lost(Exception):
    """The row was taken over by another worker, or called off: what we did is void."""


class Row(Protocol):
    """What a row of work has that is begun anew."""

    state: str
    attempt: int
    error: str
    receipt: UUID | None


def nothing_to_clear(receipt: UUID) -> None:
    """The work leaves nothing behind that is not in its rows."""


def do(
    pk: int,
    *,
    rows: ClaimQuerySet,
    what: str,
    work: Callable[[int, UUID], bool],
    fail: Callable[[int, UUID, Exception], object],
    clear: Callable[[UUID], None] = nothing_to_clear,
) -> bool:
    """Claim one row and do its WORK; False if it was not ours to do, was lost, or failed.

    WORK returns whether it came to its end, and raises Lost or whatever is wrong, which FAIL
    keeps on the row. CLEAR is called with the receipt at the end, however that came. WHAT names
    the kind of work in the log.
    """
    receipt = rows.claim(pk)
    if receipt is None:
        return False
    try:
        _demand_alive(rows, pk)
        return work(pk, receipt)
    except Lost:
        logger.warning("%s %s was taken over or called off", what, pk)
    except OperationalError:
        # The database is away or busy: nobody's fault. Our silence puts the row back.
        logger.exception("%s %s is left to the next worker", what, pk)
    except Exception as error:
        logger.exception("%s %s failed", what, pk)
        fail(pk, receipt, error)
    finally:
        clear(receipt)
    return False


def _demand_alive(rows: ClaimQuerySet, pk: int) -> None:
    attempt = rows.values_list("attempt", flat=True).filter(pk=pk).first()
    if attempt is None:
        raise Lost
    if attempt > ATTEMPTS:
        raise Refusal(_("%(count)d workers fell silent over it.") % {"count": ATTEMPTS})


def beat(rows: ClaimQuerySet, pk: int, *, receipt: UUID, **values: Any) -> None:
    """Say that we still work, with what else is to be kept. Raises Lost."""
    if not rows.beat(pk, receipt=receipt, **values):
        raise Lost


def finish(rows: ClaimQuerySet, pk: int, *, receipt: UUID, state: str, **values: Any) -> None:
    """End the row in STATE. Raises Lost."""
    if not rows.finish(pk, receipt=receipt, state=state, **values):
        raise Lost


@dataclass(slots=True)
class Pulse:
    """Called with the present step, it says that we still work, at most every few seconds."""

    pk: int
    receipt: UUID
    rows: ClaimQuerySet
    last: float = float("-inf")

    def __call__(self, step: str) -> None:
        """Raises Lost if the row was taken from us meanwhile."""
        if time.monotonic() - self.last < settings.HEARTBEAT_SECONDS:
            return
        beat(self.rows, self.pk, receipt=self.receipt, step=step[:LONGEST_STEP])
        self.last = time.monotonic()


def named(error: Exception) -> str:
    """Return an error with its kind, as long as a row keeps it."""
    return f"{type(error).__name__}: {error}"[:LONGEST_ERROR]


def in_words(error: Exception) -> str:
    """Return a refusal in its own words, and anything else with its kind."""
    return error.reason[:LONGEST_ERROR] if isinstance(error, Refusal) else named(error)


def begin_anew(row: Row, *, state: str) -> list[str]:
    """Let the row wait in STATE as if nobody had tried; return the fields that are to be saved."""
    row.state, row.attempt, row.error, row.receipt = state, 0, "", None
    return ["state", "attempt", "error", "receipt", "updated_at"]
