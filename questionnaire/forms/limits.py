"""How long a text may be. Said to the person; a browser that cut it off would lose its end."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from ..enums import TEXT_LIMIT


def length_of(text: str) -> int:
    """Return the characters of a text; browsers send a line's end as one or as two."""
    return len(text.replace("\r\n", "\n"))


def within_limit(text: str) -> None:
    """Raise ValidationError for a text above TEXT_LIMIT characters."""
    length = length_of(text)
    if length > TEXT_LIMIT:
        raise ValidationError(words_of_limit(length), code="too_long")


def words_of_limit(length: int) -> str:
    """Say how long the text is and how long it may be."""
    figures = {"n": number_format(length, force_grouping=True)}
    figures["limit"] = number_format(TEXT_LIMIT, force_grouping=True)
    return _("This text has %(n)s characters. Shorten it to %(limit)s.") % figures
