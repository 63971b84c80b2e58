"""Where an act happened, read from the entry itself: what the audit is filtered by.

The two columns are no part of what is hashed, for the subject and the values are, and they
follow from these. `verify_audit` compares them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

COUNTRY = re.compile(r"[A-Z]{2}")
LONGEST = 60
"""Characters of an indicator's code."""


def place_of(
    subject: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
) -> tuple[str | None, str | None]:
    """Return the codes of the country and of the indicator that an act is about, or None.

    A subject has its country in the third place (``item/2019/EE/b/bb1``, or an address of a
    page), the address of a country in the second; a right's entry has it among its values. An
    indicator stands after the strand, or after the number of the coding. A change of these
    rules needs a migration that fills the columns again.
    """
    is_page = subject.startswith("/")
    parts = subject.strip("/").split("/")
    country = _country(parts, 1 if parts[0] == "country" else 2)
    if country is None:
        return _country_among(new) or _country_among(old), None
    return country, None if is_page else _indicator(parts)


def _country(parts: list[str], place: int) -> str | None:
    found = parts[place] if len(parts) > place else ""
    return found if COUNTRY.fullmatch(found) else None


def _country_among(values: Mapping[str, Any] | None) -> str | None:
    found = (values or {}).get("country")
    return found if isinstance(found, str) and COUNTRY.fullmatch(found) else None


def _indicator(parts: list[str]) -> str | None:
    strand, *rest = parts[3:] or [""]
    found = next((part for part in rest[:2] if not part.isdigit()), "")
    return found[:LONGEST] if found and not strand.isdigit() else None
