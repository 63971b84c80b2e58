"""Read what a script sent: its shape and its size are judged here, its sense by the form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from mipex_site.base.typed import demand_short, fields_of, key_of, number_of

from ..enums import TEXT_LIMIT
from ..services.drafts import Typed
from ..services.merging import SEVERAL


def typed_of(body: Mapping[str, Any]) -> tuple[Typed, date | None]:
    """Return what was typed, and the day it is about where it is not the cut-off.

    Raises ValueError for another shape, and TooLong.
    """
    fields = fields_of(body, "fields", several=SEVERAL)
    base = fields_of(body, "base", several=SEVERAL)
    lost = fields_of(body, "set_aside", several=SEVERAL)
    demand_short(fields, limit=TEXT_LIMIT)
    demand_short(lost, limit=TEXT_LIMIT)
    typed = Typed(
        fields=fields,
        base=base,
        based_on=number_of(body, "based_on"),
        draft=number_of(body, "draft"),
        key=key_of(body),
        set_aside=lost,
    )
    return typed, day_of(body.get("day"))


def day_of(text: Any) -> date | None:
    """Return the day that a text such as 2015-12-31 names. Raises ValueError for another."""
    if text in {None, ""}:
        return None
    if not isinstance(text, str):
        raise ValueError("day")
    return date.fromisoformat(text)
