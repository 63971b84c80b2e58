"""The conversations that block a case, as the lists of blockers read them: no query of its own."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import CharField, Exists, F, IntegerField, OuterRef, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from ..enums import ThreadKind
from ..models import Thread

Columns = dict[str, Combinable]

_NO_TEXT = Value("", output_field=CharField())

OF_A_TALK: Columns = {
    "talk_number": F("number"),
    "talk_kind": F("kind"),
    "talk_title": Coalesce(F("item__indicator__title"), _NO_TEXT),
}
"""The columns of a Talk, in a query of conversations."""

OF_NO_TALK: Columns = {
    "talk_number": Value(0, output_field=IntegerField()),
    "talk_kind": _NO_TEXT,
    "talk_title": _NO_TEXT,
}
"""The same columns, in what is read beside them by a union."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A blocking conversation. TITLE is that of its question, empty for the whole case."""

    number: int
    kind: str
    title: str

    @property
    def kind_label(self) -> str:
        return str(ThreadKind(self.kind).label)


def is_blocked() -> Exists:
    """Whether a blocking conversation about an item is open, to annotate items with."""
    going_on = Thread.objects.filter(is_blocking=True, closed_at__isnull=True)
    return Exists(going_on.filter(item=OuterRef("pk")))
