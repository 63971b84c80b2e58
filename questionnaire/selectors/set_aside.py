"""Texts that were not taken, for the sheet's own side to find again."""

from __future__ import annotations

from datetime import date

from ..models import Assessment, Indicator, SetAside

SHOWN = 20
"""The newest are shown; a person who looks for a text lost it lately."""


def texts_not_taken(sheet: Assessment, indicator: Indicator, day: date) -> list[SetAside]:
    """Return what was set aside on one question, newest first, in one query."""
    here = {"assessment": sheet, "indicator": indicator, "reference_date": day}
    return list(SetAside.objects.filter(**here)[:SHOWN])
