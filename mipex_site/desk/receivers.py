"""What the desk does when something happens in the apps below: it writes to whom it concerns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from questionnaire.models import Assessment
from questionnaire.signals import sheet_returned

from .services import telling


def connect() -> None:
    """Listen to the apps below."""
    sheet_returned.connect(sheet_came_back, dispatch_uid="desk.sheet_came_back")


def sheet_came_back(*, assessment: Assessment, until: datetime | None, **_signal: Any) -> None:
    """Write to the sheet's expert in the transaction that gives the sheet back."""
    telling.tell_of_return(sheet=assessment, until=until)
