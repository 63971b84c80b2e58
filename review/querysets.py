"""Filters that chain: a line of them reads as a sentence."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import F

from .enums import SETTLED, DisputeState, ItemState, OpinionKind


class CaseQuerySet(models.QuerySet):
    def at(self, round_code: str, country: str, strand: str) -> Self:
        """Narrow down to one case by the codes of its address."""
        return self.filter(round__code=round_code, country__code=country, strand__code=strand)

    def for_page(self) -> Self:
        return self.select_related("round__framework", "country", "strand")


class CaseItemQuerySet(models.QuerySet):
    def unsettled(self) -> Self:
        return self.exclude(state__in=SETTLED)

    def objected_to(self) -> Self:
        """Under review, and somebody disagrees with the version that is."""
        return self.filter(
            state=ItemState.UNDER_REVIEW,
            opinions__kind=OpinionKind.DISAGREE,
            opinions__version=F("version"),
        ).distinct()

    def spoken_on_by(self, person: Any) -> Self:
        """Those to whose version under review this person has given an opinion."""
        return self.filter(opinions__reviewer_id=person.pk, opinions__version=F("version"))

    def for_page(self) -> Self:
        return self.select_related("indicator", "answer__option").order_by("indicator__order")


class DisputeQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.filter(state=DisputeState.OPEN)

    def for_page(self) -> Self:
        return self.select_related(
            "item__case__round", "item__case__country", "item__case__strand", "item__indicator"
        )


class SettledAnswerQuerySet(models.QuerySet):
    def in_round(self, code: str) -> Self:
        return self.filter(round__code=code)
