"""How long a text may be. Said to the person; a browser that cut it off would lose its end."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from mipex_site.base.typed import length_of, words_of_limit

from ..enums import TEXT_LIMIT


def within_limit(text: str) -> None:
    """Raise ValidationError for a text above TEXT_LIMIT characters."""
    length = length_of(text)
    if length > TEXT_LIMIT:
        raise ValidationError(words_of_limit(length, TEXT_LIMIT), code="too_long")
