"""Read what a script sent: its shape and its size are judged here, its sense by the form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from ..enums import TEXT_LIMIT
from ..forms.answers import NOT_TYPED, without_nul
from ..forms.limits import length_of, words_of_limit
from ..services.drafts import Typed
from ..services.merging import SEVERAL

NAME = re.compile(r"[a-z][a-z0-9_-]{0,59}")
KEY = re.compile(r"[A-Za-z0-9-]{1,64}")
MOST_FIELDS, MOST_TICKS, LONGEST_TICK = 60, 500, 60


class TooLong(Exception):
    """A text is above the limit. ERRORS has its sentence by field."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(_("Nothing is saved, for a text is too long. It stays in the page."))
        self.errors = errors


def typed_of(body: Mapping[str, Any]) -> tuple[Typed, date | None]:
    """Return what was typed, and the day it is about where it is not the cut-off.

    Raises ValueError for another shape, and TooLong.
    """
    fields = _fields(body, "fields")
    base, lost = _fields(body, "base"), _fields(body, "set_aside")
    _demand_short(fields)
    _demand_short(lost)
    key = body.get("key", "")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise ValueError("key")
    typed = Typed(
        fields=fields,
        base=base,
        based_on=_number(body, "based_on"),
        draft=_number(body, "draft"),
        key=key,
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


def _number(body: Mapping[str, Any], name: str) -> int:
    value = body.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise ValueError(name)
    return value


def _fields(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = body.get(name) or {}
    if not isinstance(found, dict) or len(found) > MOST_FIELDS:
        raise ValueError(name)
    return {field: _value(field, value) for field, value in found.items()}


def _value(field: str, value: Any) -> Any:
    if not NAME.fullmatch(field) or field in NOT_TYPED:
        raise ValueError(field)
    if field not in SEVERAL:
        if not isinstance(value, str):
            raise ValueError(field)
        return without_nul(value)
    if not isinstance(value, list) or len(value) > MOST_TICKS:
        raise ValueError(field)
    if not all(isinstance(one, str) and len(one) <= LONGEST_TICK for one in value):
        raise ValueError(field)
    return [without_nul(one) for one in value]


def _demand_short(fields: Mapping[str, Any]) -> None:
    lengths = {name: length_of(text) for name, text in fields.items() if isinstance(text, str)}
    errors = {n: [words_of_limit(size)] for n, size in lengths.items() if size > TEXT_LIMIT}
    if errors:
        raise TooLong(errors)
