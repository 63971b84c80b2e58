"""Who else has a sheet open: a hint that lives in the cache, locks nothing and names nobody."""

from __future__ import annotations

import time

from django.core.cache import cache

from mipex_site.accounts.models import User

SECONDS = 90
"""An open page says every 60 seconds that it is there."""


def mark_presence(*, sheet_id: int, by: User) -> bool:
    """Say that a person has the sheet open; return whether somebody else has, too.

    Two that mark at the same moment may lose one mark, until the next minute.
    """
    here = _here(sheet_id)
    others = bool(here.keys() - {by.browser_key})
    cache.set(_place(sheet_id), here | {by.browser_key: time.time()}, SECONDS)
    return others


def has_company(*, sheet_id: int, by: User) -> bool:
    """Return whether somebody else has the sheet open."""
    return bool(_here(sheet_id).keys() - {by.browser_key})


def _here(sheet_id: int) -> dict[str, float]:
    since = time.time() - SECONDS
    marks = cache.get(_place(sheet_id)) or {}
    return {person: at for person, at in marks.items() if at > since}


def _place(sheet_id: int) -> str:
    return f"presence:{sheet_id}"
