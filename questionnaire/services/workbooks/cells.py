"""What people write into cells, as texts and exact values. Each refusal is a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from ...enums import TEXT_LIMIT
from .template import plain

NUMBER = re.compile(r"(\d{1,6})(?:[.,](\d{1,12})|/(\d{1,6}))?")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
SOURCE_NUMBER = re.compile(r"S?([1-9]\d{0,3})", re.IGNORECASE)
YEARS = range(1000, 2201)
FULL_POINTS = 100


class BadCell(ValueError):
    """A cell that cannot be taken; the sentence says why."""


def text_of(value: Any) -> str:
    """Return a cell as text, whatever the spreadsheet made of what was typed.

    A number is given as the shortest decimal that stands for it, which is what was typed; a day
    as 2019-12-31, without any arithmetic of zones.
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return str(value.date()) if value.time() == time() else str(value)
    return plain(str(value))


def prose(text: str) -> str:
    if len(text) > TEXT_LIMIT:
        raise BadCell(
            _("This text has %(n)d characters, and may have %(limit)d.")
            % {"n": len(text), "limit": TEXT_LIMIT}
        )
    return text


def points(text: str) -> str:
    """Return exact points as the portal stores them: 75, 135/2."""
    squeezed = text.replace(" ", "")
    found = NUMBER.fullmatch(squeezed)
    if not found or (found[3] and not int(found[3])):
        raise BadCell(_("Write the points as 75, 67.5 or 200/3."))
    exact = Fraction(squeezed.replace(",", "."))
    if exact > FULL_POINTS:
        raise BadCell(_("Points lie between 0 and 100."))
    return str(exact)


def day(text: str) -> str:
    """Return a day as 2019-12-31."""
    try:
        if not DAY.fullmatch(text):
            raise ValueError(text)
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise BadCell(
            _("“%(text)s” is no day. Write it as 2019-12-31.") % {"text": text[:40]}
        ) from error


def year(text: str) -> str:
    if not text.isdecimal() or len(text) > len(str(YEARS.stop)) or int(text) not in YEARS:
        raise BadCell(_("“%(text)s” is no year. Write it as 2019.") % {"text": text[:40]})
    return str(int(text))


def source_number(text: str) -> str:
    """Return the number of a source: S9, also for 9 and s9."""
    found = SOURCE_NUMBER.fullmatch(text)
    if not found:
        raise BadCell(
            _("“%(text)s” is no number of a source, such as S9.") % {"text": text[:40]}
        )
    return f"S{found[1]}"


def source_numbers(text: str) -> list[str]:
    return list(dict.fromkeys(map(source_number, re.split(r"[\s,;]+", text.strip(" ,;")))))


def picked(text: str, words: Mapping[str, str]) -> str:
    """Return what the words of a drop-down stand for, however they are spaced and cased."""
    asked = _folded(text)
    for value, one in words.items():
        if _folded(one) == asked:
            return value
    raise BadCell(_("“%(text)s” is not in the list of this cell.") % {"text": text[:80]})


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
