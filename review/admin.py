"""The review's rows, to look at. Their one door is the services; here nothing is changed.

They name reviewers and link them to answers, so the portal's coordinators alone see them: a
superuser may be an expert.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from mipex_site.base.admin import HistoryLookingAdmin, LookingAdmin
from questionnaire.rules import coordinates_the_portal

from .models import (
    Case,
    CaseItem,
    Consent,
    Dispute,
    Opinion,
    PrecedentMet,
    Ruling,
    SecondLook,
    SettledAnswer,
)


class CoordinatorsLook:
    """Shown to the portal's coordinators, whatever Django's own permissions say."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return coordinates_the_portal(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


@admin.register(Case)
class CaseAdmin(CoordinatorsLook, LookingAdmin):
    list_display = ("round", "country", "strand", "state", "times_returned")
    list_filter = ("round", "state")
    search_fields = ("country__name", "strand__title")
    list_select_related = ("round", "country", "strand")


@admin.register(CaseItem)
class CaseItemAdmin(CoordinatorsLook, LookingAdmin):
    list_display = ("case", "indicator", "reference_date", "version", "state")
    list_filter = ("case__round", "state")
    search_fields = ("indicator__code", "case__country__name")
    list_select_related = ("case", "indicator")


@admin.register(Opinion)
class OpinionAdmin(CoordinatorsLook, LookingAdmin):
    list_display = ("item", "version", "kind", "suggested_option", "at")
    list_filter = ("kind",)
    list_select_related = ("item", "suggested_option")


@admin.register(Consent)
class ConsentAdmin(CoordinatorsLook, LookingAdmin):
    list_display = ("item", "version", "at")
    list_select_related = ("item",)


@admin.register(Dispute)
class DisputeAdmin(CoordinatorsLook, HistoryLookingAdmin):
    list_display = ("item", "version", "cause", "state", "opened_at", "closed_at")
    list_filter = ("state", "cause")
    list_select_related = ("item",)


@admin.register(Ruling)
class RulingAdmin(CoordinatorsLook, LookingAdmin):
    list_display = ("dispute", "verdict", "kind", "option", "is_precedent", "at")
    list_filter = ("verdict", "is_precedent")
    list_select_related = ("dispute", "option")


@admin.register(SecondLook)
class SecondLookAdmin(CoordinatorsLook, LookingAdmin):
    list_display = ("ruling", "concurs", "at")
    list_filter = ("concurs",)
    list_select_related = ("ruling",)


@admin.register(PrecedentMet)
class PrecedentMetAdmin(CoordinatorsLook, LookingAdmin):
    list_display = ("ruling", "precedent", "follows")
    list_filter = ("follows",)
    list_select_related = ("ruling", "precedent")


@admin.register(SettledAnswer)
class SettledAnswerAdmin(CoordinatorsLook, LookingAdmin):
    list_display = ("country", "indicator", "reference_date", "version", "basis", "points")
    list_filter = ("round", "basis", "kind")
    search_fields = ("country__name", "indicator__code")
    list_select_related = ("country", "indicator")
