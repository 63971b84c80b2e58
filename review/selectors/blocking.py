"""What blocks, one by one, and the conversations that do: no query of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import CharField, Exists, F, IntegerField, OuterRef, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from questionnaire.models import Assessment, Participation

from ..enums import ThreadKind
from ..models import Case, CaseItem, Thread

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


@dataclass(frozen=True, slots=True)
class Hitch:
    """One sheet, item or case that is not done, or an act that waits and its place.

    ABOUT is a person whom it is about: several of one person's in a case count as one. TALK is a
    conversation that blocks, ACT the kind of an act of two that waits.
    """

    at: Assessment | CaseItem | Case
    kind: str
    since: datetime
    role: str
    people: frozenset[UUID]
    about: UUID | None = None
    talk: Talk | None = None
    act: str = ""


def taking_part(rows: QuerySet, prefix: str = "") -> QuerySet:
    """Leave out the rows of excluded countries; PREFIX leads to the round and the country."""
    excluded = Participation.objects.filter(
        round=OuterRef(f"{prefix}round"), country=OuterRef(f"{prefix}country")
    ).exclude(excluded_because="")
    return rows.exclude(Exists(excluded))


def is_blocked() -> Exists:
    """Whether a blocking conversation about an item is open, to annotate items with."""
    going_on = Thread.objects.filter(is_blocking=True, closed_at__isnull=True)
    return Exists(going_on.filter(item=OuterRef("pk")))
