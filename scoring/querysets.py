from __future__ import annotations

from mipex_site.base.claims import ClaimQuerySet

from .enums import RunState


class ScoreRunQuerySet(ClaimQuerySet):
    waiting_state = RunState.QUEUED
    working_state = RunState.RUNNING
