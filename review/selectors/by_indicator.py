"""One question in all the countries that one person reviews, and how many of them wait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import F

from mipex_site.accounts.models import User
from questionnaire.models import Indicator, Participation, Round
from questionnaire.selectors.reviewer import BlindReading, blind_readings

from ..models import CaseItem, Opinion
from ..rules import may_be_coded
from ..rules.bulk import Reach
from .blind import Place, place_of
from .cases import may_speak_on
from .sealing import sealed_items


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """One question, in how many of my countries it is answered, and how many wait for me."""

    indicator_code: str
    indicator_title: str
    strand_title: str
    countries: int
    total: int
    waiting: int


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One country's answer. READING is None while the person must code the question first.

    Of such an answer STATE, VERSION and OWN are empty too. Opinions of others are no field here.
    """

    place: Place
    reference_date: date
    cut_off: date
    reading: BlindReading | None
    version: int
    state: str
    own: str
    waits: bool

    @property
    def is_sealed(self) -> bool:
        return self.reading is None


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """A question with its answers; BEFORE and AFTER are the codes of its neighbours, or empty."""

    indicator: Indicator
    rows: tuple[AnswerRow, ...]
    before: str
    after: str

    @property
    def waiting(self) -> int:
        return sum(row.waits for row in self.rows)


def my_questions(round_: Round, user: User, reach: Reach) -> tuple[QuestionLine, ...]:
    """Return the questions of the person's cases in order, in a fixed number of queries."""
    items = list(_items(round_, reach))
    waits = _Waiting(round_, user, items)
    found: dict[str, list[CaseItem]] = {}
    for item in items:
        found.setdefault(item.indicator.code, []).append(item)
    return tuple(
        QuestionLine(
            indicator_code=code,
            indicator_title=group[0].indicator.title,
            strand_title=group[0].case.strand.title,
            countries=len({item.case.country_id for item in group}),
            total=len(group),
            waiting=sum(waits.for_me(item) for item in group),
        )
        for code, group in found.items()
    )


def question_page(
    round_: Round, indicator: Indicator, user: User, reach: Reach
) -> QuestionPage:
    """Return one question's answers in the person's countries, in a fixed number of queries."""
    items = list(_items(round_, reach, indicator=indicator))
    waits = _Waiting(round_, user, items)
    readings = blind_readings(
        (item.answer_id, item.version) for item in items if item.pk not in waits.sealed
    )
    own_days = dict(
        Participation.objects.filter(round_id=round_.pk).values_list(
            "country_id", "own_cut_off"
        )
    )
    rows = []
    for item in items:
        sealed = item.pk in waits.sealed
        rows.append(
            AnswerRow(
                place=place_of(item.case),
                reference_date=item.reference_date,
                cut_off=own_days.get(item.case.country_id) or round_.cut_off,
                reading=None if sealed else readings[item.answer_id, item.version],
                version=0 if sealed else item.version,
                state="" if sealed else item.state,
                own="" if sealed else waits.own.get(item.pk, ""),
                waits=waits.for_me(item),
            )
        )
    before, after = _neighbours(round_, indicator, reach)
    return QuestionPage(indicator, tuple(rows), before, after)


def _items(
    round_: Round, reach: Reach, *, indicator: Indicator | None = None
) -> Iterator[CaseItem]:
    """Give the items that the person reviews, by question and then by country."""
    items = CaseItem.objects.filter(case__round_id=round_.pk)
    if indicator:
        items = items.filter(indicator_id=indicator.pk)
    loaded = items.select_related("case__country", "case__strand", "indicator")
    for item in loaded.order_by("indicator__order", "case__country__name", "reference_date"):
        if reach.reviews(item.case.country_id, item.case.strand_id):
            item.case.round = round_
            yield item


def _neighbours(round_: Round, indicator: Indicator, reach: Reach) -> tuple[str, str]:
    places = CaseItem.objects.filter(case__round_id=round_.pk).order_by("indicator__order")
    columns = ("indicator__code", "case__country_id", "case__strand_id")
    rows = places.values_list("indicator__order", *columns).distinct()
    codes = list(
        dict.fromkeys(
            code
            for _order, code, country, strand in rows
            if reach.reviews(country, strand) or code == indicator.code
        )
    )
    at = codes.index(indicator.code) if indicator.code in codes else -1
    if at < 0:
        return "", ""
    return codes[at - 1] if at else "", codes[at + 1] if at + 1 < len(codes) else ""


class _Waiting:
    """Which of some items wait for one person: to be read and judged, or coded before that."""

    def __init__(self, round_: Round, user: User, items: Iterable[CaseItem]) -> None:
        self.round = round_
        own = Opinion.objects.filter(
            reviewer_id=user.pk, item__case__round_id=round_.pk, version=F("item__version")
        )
        self.own = dict(own.order_by().values_list("item_id", "kind"))
        self.sealed = sealed_items(user, items)

    def for_me(self, item: CaseItem) -> bool:
        if item.pk in self.sealed:
            return bool(may_be_coded(item, self.round))
        return bool(may_speak_on(item, self.round, spoken=item.pk in self.own))
