"""The addresses by which the audit knows things: codes, never keys."""

from __future__ import annotations

from ..models import Assessment, Indicator, Round


def round_subject(round_: Round) -> str:
    return f"round/{round_.code}"


def sheet_subject(sheet: Assessment) -> str:
    """Return sheet/ROUND/COUNTRY/STRAND/CODING."""
    return f"sheet/{_place(sheet)}"


def answer_subject(sheet: Assessment, indicator: Indicator) -> str:
    """Return answer/ROUND/COUNTRY/STRAND/CODING/INDICATOR."""
    return f"answer/{_place(sheet)}/{indicator.code}"


def _place(sheet: Assessment) -> str:
    codes = (sheet.round.code, sheet.country.code, sheet.strand.code, str(sheet.coding))
    return "/".join(codes)
