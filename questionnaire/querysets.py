"""Filters that chain: a line of them reads as a sentence."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from mipex_site.base.claims import ClaimQuerySet
from mipex_site.base.querysets import AppendOnlyQuerySet, RememberedQuerySet

from .enums import AnswerKind, AssessmentState, LinkState, SetUpState

OPEN_FOR_ANSWERS = (AssessmentState.OPEN, AssessmentState.RETURNED)


class AssessmentQuerySet(RememberedQuerySet):
    def at(self, round_code: str, country: str, strand: str, coding: int = 1) -> Self:
        """Narrow down to one sheet by the codes of its address."""
        return self.filter(
            round__code=round_code, country__code=country, strand__code=strand, coding=coding
        )

    def for_page(self) -> Self:
        return self.select_related("round__framework", "country", "strand")


class AnswerQuerySet(RememberedQuerySet):
    def in_round(self, code: str) -> Self:
        return self.filter(assessment__round__code=code)

    def still_open(self) -> Self:
        return self.filter(assessment__state__in=OPEN_FOR_ANSWERS)

    def without_source(self) -> Self:
        """Chosen options that nothing backs: what a reviewer asks about first."""
        cited = Q(citations__version=models.F("version"))
        return self.filter(kind=AnswerKind.CHOSEN).exclude(cited)


class SourceQuerySet(RememberedQuerySet):
    def of_sheet(self, sheet: Any) -> Self:
        """The sources of the sheet's country and coding, whichever strand first cited them."""
        return self.filter(
            round_id=sheet.round_id, country_id=sheet.country_id, coding=sheet.coding
        )


class CitationQuerySet(AppendOnlyQuerySet):
    def read_by_the_review(self) -> Self:
        """Those of submitted answers, but for what was cited only since a sheet came back."""
        sheet = "answer__assessment"
        since_it_came_back = Q(
            **{f"{sheet}__state": AssessmentState.RETURNED},
            version=F("answer__version"),
            answer__updated_at__gt=F(f"{sheet}__submitted_at"),
        )
        submitted = self.filter(**{f"{sheet}__submitted_at__isnull": False})
        return submitted.exclude(since_it_came_back)


class AssignmentQuerySet(RememberedQuerySet):
    def running(self, now: Any = None) -> Self:
        """Those that nobody has ended and that have not ended by themselves until NOW."""
        lasts = Q(ends_at__isnull=True) | Q(ends_at__gt=now or timezone.now())
        return self.filter(lasts, ended_at__isnull=True)

    def of(self, person: Any, *roles: str) -> Self:
        chosen = self.filter(person_id=person.pk)
        return chosen.filter(role__in=roles) if roles else chosen

    def in_round(self, round_: Any) -> Self:
        """Assignments that reach into this round, the portal-wide ones among them."""
        return self.filter(Q(round__isnull=True) | Q(round_id=round_.pk))

    def reaching(self, *, country_id: int, strand_id: int) -> Self:
        """Assignments whose scope holds this country and strand."""
        return self.filter(
            Q(country__isnull=True) | Q(country_id=country_id),
            Q(strand__isnull=True) | Q(strand_id=strand_id),
        )


class AffiliationQuerySet(models.QuerySet):
    def on_or_after(self, day: Any) -> Self:
        """Those that run now, and those that ended on this day or later."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=day))


class LinkCheckQuerySet(ClaimQuerySet):
    waiting_state = LinkState.WAITING
    working_state = LinkState.CHECKING


class SetUpQuerySet(ClaimQuerySet):
    waiting_state = SetUpState.QUEUED
    working_state = SetUpState.RUNNING
