"""Work to be done later is a row: claimed by one conditional UPDATE, kept by a heartbeat.

A model that uses these has the fields state, receipt, heartbeat_at, attempt and error. The receipt
is a fresh UUID per claim: a worker that was taken for dead finds its receipt void, writes nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Self
from uuid import UUID, uuid4

from django.db import models
from django.db.models import F
from django.utils import timezone


class ClaimQuerySet(models.QuerySet):
    """Subclasses name their own waiting and working states."""

    waiting_state: str
    working_state: str

    def waiting(self) -> Self:
        return self.filter(state=self.waiting_state)

    def claim(self, pk: int) -> UUID | None:
        """Take one waiting row and return the receipt; None if somebody else was faster."""
        receipt = uuid4()
        taken = self.filter(pk=pk, state=self.waiting_state).update(
            state=self.working_state,
            receipt=receipt,
            heartbeat_at=timezone.now(),
            attempt=F("attempt") + 1,
        )
        return receipt if taken else None

    def beat(self, pk: int, *, receipt: UUID, **values: Any) -> bool:
        """Say that we still work; False if the row was taken from us meanwhile."""
        return self._ours(pk, receipt).update(heartbeat_at=timezone.now(), **values) == 1

    def finish(self, pk: int, *, receipt: UUID, state: str, **values: Any) -> bool:
        """Move the row that we claimed to STATE; False if it was taken from us meanwhile."""
        ours = self._ours(pk, receipt)
        return ours.update(state=state, receipt=None, updated_at=timezone.now(), **values) == 1

    def release_stale(self, *, seconds: int) -> int:
        """Put back the rows whose worker has been silent for SECONDS; return how many."""
        silent = timezone.now() - timedelta(seconds=seconds)
        stale = self.filter(state=self.working_state, heartbeat_at__lt=silent)
        return stale.update(state=self.waiting_state, receipt=None)

    def _ours(self, pk: int, receipt: UUID) -> Self:
        return self.filter(pk=pk, state=self.working_state, receipt=receipt)
