"""What review hears from the app before it, inside that app's transaction."""

from __future__ import annotations

from typing import Any

from questionnaire.signals import assessment_submitted

from .services import cases


def receive_sheet(*, assessment: Any, by: Any, **_signal: Any) -> None:
    cases.receive_sheet(assessment=assessment, by=by)


def connect() -> None:
    """Listen to the apps before this one."""
    assessment_submitted.connect(receive_sheet, dispatch_uid="review.receive_sheet")
