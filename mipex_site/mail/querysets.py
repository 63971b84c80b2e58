from __future__ import annotations

from typing import Self

from django.db.models import Q
from django.utils import timezone

from mipex_site.base.claims import ClaimQuerySet

from .enums import LetterState


class LetterQuerySet(ClaimQuerySet):
    waiting_state = LetterState.QUEUED
    working_state = LetterState.SENDING

    def due(self) -> Self:
        """Return what waits and may go now."""
        return self.waiting().filter(
            Q(send_after__isnull=True) | Q(send_after__lte=timezone.now())
        )
