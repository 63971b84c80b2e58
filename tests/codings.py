"""First codings beside the settled answers of a closed round: what reliability is made of."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from questionnaire.enums import AnswerKind, Role
from questionnaire.models import Round
from review.models import BlindCoding, CaseItem, FirstCoding
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import AssignmentFactory

Cell = tuple[str, str]
"""Country and indicator."""


def code_once(round_: Round, *, said: Mapping[Cell, int] | None = None) -> None:
    """Keep what each sheet said first: what is settled now, or what it SAID, in points."""
    said = said or {}
    for item in _items(round_):
        value = _value(item, said.get(_cell(item)))
        FirstCoding.objects.create(item=item, coding=1, answer=item.answer, version=1, **value)


def code_twice(
    round_: Round, *, said: Mapping[Cell, int | None] | None = None, only: Iterable[str] = ()
) -> None:
    """Keep a second coding of every question, or of those in ONLY, by somebody for each country.

    It agrees with what is settled but where it SAID otherwise, in points; None: not known.
    """
    said, coders, asked = said or {}, {}, set(only)
    for item in _items(round_):
        if asked and item.indicator.code not in asked:
            continue
        country = item.case.country
        if country.pk not in coders:
            coders[country.pk] = UserFactory()
            held = {"round": round_, "country": country, "role": Role.REVIEWER}
            AssignmentFactory(person=coders[country.pk], **held)
        value = {"kind": AnswerKind.UNKNOWN, "option": None, "points": None}
        if said.get(_cell(item), 0) is not None:
            value = _value(item, said.get(_cell(item)))
        coder = {"coder": coders[country.pk], "role": Role.REVIEWER}
        BlindCoding.objects.create(item=item, version=1, text="It says so.", **coder, **value)


def _items(round_: Round) -> list[CaseItem]:
    rows = CaseItem.objects.filter(case__round=round_).order_by("pk")
    return list(rows.select_related("case__country", "indicator", "answer__option"))


def _cell(item: CaseItem) -> Cell:
    return item.case.country.code, item.indicator.code


def _value(item: CaseItem, points: int | None) -> dict[str, object]:
    option = item.answer.option
    if points is not None:
        option = item.indicator.options.get(points=Fraction(points))
    return {"kind": AnswerKind.CHOSEN, "option": option, "points": None}
