"""Somebody types: the JSON door of autosave, beside a view that writes the same row.

Request N saves the next text on the spot N modulo SPOTS, with the version of the draft that the
answer before gave. As SPOTS is a multiple of the numbers of clients, and a load of SPOTS, each
spot is one client's own, and so its saves follow one another.
"""

import json
from uuid import uuid4

from django.urls import reverse

from bench.load import Request
from bench.people import headers_of, somebody
from questionnaire.models import Assessment, Indicator
from tests.factories.questionnaire import (
    AssessmentFactory,
    CountryFactory,
    IndicatorFactory,
    RoundFactory,
    StrandFactory,
    expert_of,
)

SPOTS = 32
MEASURED, BASELINE = 1, 2
"""The codings that the two sides write, so that neither finds the other's rows."""


class Drafts:
    """A round of SPOTS countries with one sheet each, of an expert of its own, all blank."""

    def __init__(self) -> None:
        round_ = RoundFactory(code="bench-typing")
        strand = StrandFactory(framework=round_.framework)
        self.indicator: Indicator = IndicatorFactory(strand=strand)
        self.sheets: list[dict[int, Assessment]] = []
        self.headers: list[dict[str, str]] = []
        for number in range(SPOTS):
            at = {"round": round_, "country": CountryFactory(), "strand": strand}
            sheets = {n: AssessmentFactory(**at, coding=n) for n in (MEASURED, BASELINE)}
            expert = somebody(f"Bench Typist {number}")
            expert_of(sheets[MEASURED], expert)
            self.sheets.append(sheets)
            self.headers.append(headers_of(expert) | {"Content-Type": "application/json"})

    def keep(self, number: int) -> Request:
        """Send what a pause in the typing sends: the text, and what it was before."""
        sheet, text = self.sheets[number % SPOTS][MEASURED], _text(number)
        codes = (sheet.round.code, sheet.country.code, sheet.strand.code, sheet.coding)
        path = reverse("questionnaire:draft", args=[*codes, self.indicator.code])
        before = _text(number - SPOTS) if number >= SPOTS else ""
        sent = {"fields": {"rationale": text}, "base": {"rationale": before}, "based_on": 0}
        return self._post(number, path, sent | {"act": "keep"})

    def keep_raw(self, number: int) -> Request:
        """Send what the baseline needs to write the same row."""
        sheet = self.sheets[number % SPOTS][BASELINE]
        sent = {"assessment": sheet.pk, "indicator": self.indicator.pk}
        path = reverse("bench-one-draft")
        return self._post(number, path, sent | {"fields": {"rationale": _text(number)}})

    def _post(self, number: int, path: str, sent: dict[str, object]) -> Request:
        body = json.dumps(sent | {"key": str(uuid4()), "draft": number // SPOTS})
        return Request(path, "POST", body, self.headers[number % SPOTS])


def _text(number: int) -> str:
    """Return a paragraph that grows by a sentence, as in the middle of an answer."""
    return "The law says so in the section that is cited. " * 8 + f"Sentence {number}."
