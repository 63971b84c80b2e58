"""What a script sent of a form that is being typed: its shape and size, never its sense."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

NAME = re.compile(r"[a-z][a-z0-9_-]{0,59}")
KEY = re.compile(r"[A-Za-z0-9-]{1,64}")
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "act", "version", "draft"})
"""Fields of a form that nobody types."""
MOST_FIELDS, MOST_TICKS, LONGEST_TICK = 60, 500, 60


class TooLong(Exception):
    """A text is above the limit. ERRORS has its sentence by field."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(_("Nothing is saved, for a text is too long. It stays in the page."))
        self.errors = errors


def key_of(body: Mapping[str, Any]) -> str:
    """Return the key that was made for this content. Raises ValueError for another shape."""
    key = body.get("key", "")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise ValueError("key")
    return key


def number_of(body: Mapping[str, Any], name: str) -> int:
    """Return a version; 0 where it is missing. Raises ValueError for what is none."""
    value = body.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise ValueError(name)
    return value


def fields_of(
    body: Mapping[str, Any], name: str, *, several: Collection[str] = ()
) -> dict[str, Any]:
    """Return fields by name: texts, and lists of texts for those of SEVERAL.

    Raises ValueError for another shape.
    """
    found = body.get(name) or {}
    if not isinstance(found, dict) or len(found) > MOST_FIELDS:
        raise ValueError(name)
    return {
        field: _value(field, value, is_list=field in several) for field, value in found.items()
    }


def _value(field: str, value: Any, *, is_list: bool) -> Any:
    if not NAME.fullmatch(field) or field in NOT_TYPED:
        raise ValueError(field)
    if not is_list:
        if not isinstance(value, str):
            raise ValueError(field)
        return without_nul(value)
    if not isinstance(value, list) or len(value) > MOST_TICKS:
        raise ValueError(field)
    if not all(isinstance(one, str) and len(one) <= LONGEST_TICK for one in value):
        raise ValueError(field)
    return [without_nul(one) for one in value]


def demand_short(fields: Mapping[str, Any], *, limit: int) -> None:
    """Raise TooLong if a text has more than LIMIT characters."""
    lengths = {name: length_of(text) for name, text in fields.items() if isinstance(text, str)}
    errors = {n: [words_of_limit(size, limit)] for n, size in lengths.items() if size > limit}
    if errors:
        raise TooLong(errors)


def length_of(text: str) -> int:
    """Return the characters of a text; browsers send a line's end as one or as two."""
    return len(text.replace("\r\n", "\n"))


def words_of_limit(length: int, limit: int) -> str:
    """Say how long the text is and how long it may be."""
    figures = {"n": number_format(length, force_grouping=True)}
    figures["limit"] = number_format(limit, force_grouping=True)
    return _("This text has %(n)s characters. Shorten it to %(limit)s.") % figures


def without_nul(text: str) -> str:
    """PostgreSQL keeps every character but this one."""
    return text.replace("\x00", "")
