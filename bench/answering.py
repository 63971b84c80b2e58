"""Sheets to answer: the real form's address, beside views that write the same rows.

Request N goes to the country N modulo COUNTRIES, so that clients at once work on sheets of their
own, as experts do; what they share is the round's audit chain.
"""

from datetime import date
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse

from bench.baselines import STREAM
from bench.case import CLIENTS, ROUNDS
from bench.load import Request
from bench.people import headers_of, somebody
from mipex_site.audit.models import Chain
from questionnaire.models import Assessment, Indicator, Source
from questionnaire.selectors.subjects import answer_subject
from tests.factories.questionnaire import (
    AssessmentFactory,
    CountryFactory,
    IndicatorFactory,
    RoundFactory,
    SourceFactory,
    StrandFactory,
    expert_of,
)

COUNTRIES, STRANDS = 50, 8
MEASURED, BASELINE = 1, 2
"""The codings that the two sides write, so that neither finds the other's rows."""


class Sheets:
    """A round of COUNTRIES × STRANDS sheets with room for COUNT answers a load, all blank."""

    def __init__(self, *, count: int) -> None:
        cells = len(CLIENTS) * ROUNDS * count
        per_strand = -(-cells // (COUNTRIES * STRANDS))
        round_ = RoundFactory(code="bench")
        Chain.objects.create(stream=STREAM)
        strands = [StrandFactory(framework=round_.framework) for _ in range(STRANDS)]
        self.indicators: list[Indicator] = [
            IndicatorFactory(strand=strand) for strand in strands for _ in range(per_strand)
        ]
        self.options = [one.options.first().pk for one in self.indicators]
        self.sheets: list[list[dict[int, Assessment]]] = []
        self.sources: list[Source] = []
        self.headers: list[dict[str, str]] = []
        for number in range(COUNTRIES):
            self._add_country(number, round_, strands)

    def _add_country(self, number: int, round_: object, strands: list[object]) -> None:
        country = CountryFactory()
        expert = somebody(f"Bench Expert {number}")
        at = {"round": round_, "country": country}
        rows = [
            {
                coding: AssessmentFactory(**at, strand=strand, coding=coding)
                for coding in (MEASURED, BASELINE)
            }
            for strand in strands
        ]
        for row in rows:
            expert_of(row[MEASURED], expert)
        self.sheets.append(rows)
        self.sources.append(SourceFactory(sheet=rows[0][MEASURED]))
        self.headers.append(headers_of(expert))

    @cached_property
    def per_strand(self) -> int:
        return len(self.indicators) // STRANDS

    def save(self, number: int) -> Request:
        """Send the form of one question, for the first time, as "Save, go to next" does."""
        country, place = number % COUNTRIES, number // COUNTRIES
        sheet = self.sheets[country][place // self.per_strand][MEASURED]
        codes = (sheet.round.code, sheet.country.code, sheet.strand.code, sheet.coding)
        form = {
            "act": "next",
            "version": 0,
            "option": 1,
            "rationale": f"Section {number} says so.",
            "sources": self.sources[country].key,
        }
        path = reverse("questionnaire:answer", args=[*codes, self.indicators[place].code])
        return self._post(country, path, form)

    def save_all_rows(self, number: int) -> Request:
        """Send what the baseline needs to write the same rows."""
        return self._raw(number, "bench-all-rows", date(2019, 12, 31))

    def save_two_rows(self, number: int) -> Request:
        """Send the same to the baseline that writes the answer and its history only."""
        return self._raw(number, "bench-two-rows", date(2018, 12, 31))

    def _raw(self, number: int, name: str, day: date) -> Request:
        country, place = number % COUNTRIES, number // COUNTRIES
        sheet = self.sheets[country][place // self.per_strand][BASELINE]
        form = {
            "assessment": sheet.pk,
            "indicator": self.indicators[place].pk,
            "day": day,
            "option": self.options[place],
            "rationale": f"Section {number} says so.",
            "source": self.sources[country].pk,
            "subject": answer_subject(sheet, self.indicators[place]),
        }
        return self._post(country, reverse(name), form)

    def _post(self, country: int, path: str, form: dict[str, object]) -> Request:
        return Request(path, "POST", urlencode(form), self.headers[country])
