"""Acts of two and extensions that wait, as the lists of blockers read them: no query of its own."""

from __future__ import annotations

from uuid import UUID

from django.db.models import (
    BigIntegerField,
    CharField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Substr

from questionnaire.enums import JointActState
from questionnaire.models import Country, Extension, JointAct, Round
from questionnaire.selectors.extensions import undecided_extensions

from ..enums import BlockerKind

ABOUT_A_COUNTRY, ABOUT_MORE_TIME = "country/", "extension/"
"""How the subject of an act of two begins that is about a country; its code follows, after the
code of the round in the second."""

_TEXT = CharField()
_NOTHING = Value("", output_field=_TEXT)


def extensions_asked_for(round_: Round) -> QuerySet[Extension]:
    """Return what waits for a first decision; what waits for a second one is an act of two."""
    return undecided_extensions().filter(round_id=round_.pk).order_by()


def rows_of_extensions(asked: QuerySet[Extension]) -> QuerySet:
    """Return rows of the columns that the union of blockers has, of a strand or of them all."""
    return asked.values_list(
        Value(BlockerKind.EXTENSION, output_field=_TEXT),
        _NOTHING,
        "updated_at",
        Value(0, output_field=IntegerField()),
        _NOTHING,
        _NOTHING,
        "country_id",
        "country__code",
        "country__name",
        "strand_id",
        Coalesce("strand__code", _NOTHING),
        Coalesce("strand__title", _NOTHING),
        Coalesce("strand__order", Value(-1)),
    )


def rows_of_acts(round_: Round) -> QuerySet:
    """Return rows of the same columns; who asked stands in the second, the kind in the fifth.

    An act about no country has none, and the order of its strand puts it before all.
    """
    subject = OuterRef("subject")
    before = len(f"{ABOUT_MORE_TIME}{round_.code}/")
    of_it = Country.objects.filter(
        Q(code=Substr(subject, len(ABOUT_A_COUNTRY) + 1))
        | Q(code=Substr(subject, before + 1, 2))
    )
    waiting = JointAct.objects.filter(round_id=round_.pk, state=JointActState.ASKED)
    return waiting.order_by().values_list(
        Value(BlockerKind.JOINT_ACT, output_field=_TEXT),
        Cast("asked_by", _TEXT),
        "updated_at",
        Value(0, output_field=IntegerField()),
        "kind",
        _NOTHING,
        Subquery(of_it.values("pk")[:1]),
        Coalesce(Subquery(of_it.values("code")[:1]), _NOTHING),
        Coalesce(Subquery(of_it.values("name")[:1]), _NOTHING),
        Value(None, output_field=BigIntegerField()),
        _NOTHING,
        _NOTHING,
        Value(-1, output_field=IntegerField()),
    )


def asker(key: str) -> UUID:
    """Return who asked for an act, from the second column of its row."""
    return UUID(key)
