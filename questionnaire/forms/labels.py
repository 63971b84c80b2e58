"""What the fields of an answer are called, for sentences about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from ..enums import AnswerKind, ChangeReason
from ..models import Option
from ..services.drafts import Clash
from ..services.merging import OF_A_SOURCE
from .answers import AnswerForm
from .sources import SourceForm


def label_of(name: str) -> str:
    """Return a field's label as the page has it."""
    own = name.removeprefix(OF_A_SOURCE)
    known = AnswerForm.base_fields if own == name else SourceForm.base_fields
    return str(known[own].label) if own in known else name


def also_changed(names: Iterable[str]) -> str:
    """Say which fields somebody else changed meanwhile; begins with a space, or is empty."""
    labels = list(dict.fromkeys(label_of(name) for name in names))
    if not labels:
        return ""
    words = _("Changed elsewhere meanwhile, and both are kept: %(fields)s.")
    return " " + words % {"fields": get_text_list(labels, _("and"))}


def clashing_rows(clash: Clash) -> list[dict[str, Any]]:
    """Return both texts of each field in dispute, as they are kept and as a person reads them."""
    found = clash.merge.clashes
    words = values_in_words(clash.spot.indicator_id, {one.field for one in found})
    return [
        {
            "field": one.field,
            "label": label_of(one.field),
            "base": one.base,
            "yours": one.yours,
            "theirs": one.theirs,
            "yours_shown": words.get(one.yours, one.yours),
            "theirs_shown": words.get(one.theirs, one.theirs),
        }
        for one in found
    ]


def values_in_words(indicator_id: int, names: Iterable[str]) -> Mapping[str, str]:
    """Return what the values of choices are called, where one of NAMES is a choice."""
    asked, words = set(names), {}
    if "option" in asked:
        options = Option.objects.filter(indicator=indicator_id)
        words = {str(place): one.label for place, one in enumerate(options, 1)}
        words |= {kind.value: str(kind.label).capitalize() for kind in AnswerKind}
    if "change_reason" in asked:
        words |= {one.value: str(one.label).capitalize() for one in ChangeReason}
    return words
