from __future__ import annotations

from typing import Self

from mipex_site.base.claims import ClaimQuerySet

from .enums import PUBLIC, SHOWN, RehearsalState, RevisionState


class RevisionQuerySet(ClaimQuerySet):
    waiting_state = RevisionState.QUEUED
    working_state = RevisionState.BUILDING

    def public(self) -> Self:
        return self.filter(state__in=PUBLIC)

    def shown(self) -> Self:
        """Those that have a public page: the withdrawn ones too, which say why."""
        return self.filter(state__in=SHOWN)


class RehearsalQuerySet(ClaimQuerySet):
    waiting_state = RehearsalState.QUEUED
    working_state = RehearsalState.BUILDING
