"""Filters that chain: a line of them reads as a sentence."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import F

from mipex_site.base.querysets import AppendOnlyQuerySet

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

    def waiting(self) -> Self:
        """Those that wait for a ruling, or for a second look at one."""
        return self.filter(state__in=(DisputeState.OPEN, DisputeState.SECOND_LOOK))

    def for_page(self) -> Self:
        return self.select_related(
            "item__case__round", "item__case__country", "item__case__strand", "item__indicator"
        )


class RulingQuerySet(AppendOnlyQuerySet):
    def standing(self) -> Self:
        """Those that settle the version under their item; not those of a reopened answer."""
        return self.filter(
            stands_in__state=DisputeState.RULED,
            stands_in__item__state=ItemState.RULED,
            stands_in__version=F("stands_in__item__version"),
        )

    def unlooked(self) -> Self:
        """Those of disputes that wait for a second look, which nobody has given yet."""
        return self.filter(dispute__state=DisputeState.SECOND_LOOK, second_look__isnull=True)

    def elsewhere_on(self, item: Any) -> Self:
        """Those on the same indicator in another country or round, up to the item's round.

        What was ruled for practice guides practice alone.
        """
        case = item.case
        rulings = self.filter(
            dispute__item__indicator__code=item.indicator.code,
            dispute__item__case__round__cut_off__lte=case.round.cut_off,
            dispute__item__case__round__is_demonstration=case.round.is_demonstration,
        )
        return rulings.exclude(
            dispute__item__case__round_id=case.round_id,
            dispute__item__case__country_id=case.country_id,
        )

    def precedents_for(self, item: Any) -> Self:
        """Those that guide the item: each is followed, or departed from with a reason."""
        return self.standing().elsewhere_on(item).filter(is_precedent=True)


class SettledAnswerQuerySet(models.QuerySet):
    def in_round(self, code: str) -> Self:
        return self.filter(round__code=code)
