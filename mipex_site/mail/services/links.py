"""Whole addresses for letters: who reads one is not on a page of the portal."""

from __future__ import annotations

from django.conf import settings


def absolute(path: str) -> str:
    """Return the whole address of a PATH of the portal, which begins with a stroke."""
    return f"{settings.PORTAL_ADDRESS}{path}"
