from __future__ import annotations

from django.contrib import admin

from mipex_site.base.admin import HistoryLookingAdmin, LookingAdmin

from .models import Method, Score, ScoreRun


@admin.register(Method)
class MethodAdmin(HistoryLookingAdmin):
    list_display = ("code", "version", "title", "state", "rank_on")
    list_filter = ("state",)


@admin.register(ScoreRun)
class ScoreRunAdmin(LookingAdmin):
    list_display = ("pk", "round", "method", "state", "attempt", "created_at", "done_at")
    list_filter = ("state", "round")
    list_select_related = ("round", "method")


@admin.register(Score)
class ScoreAdmin(LookingAdmin):
    list_display = ("run", "country", "node", "reference_date", "shown", "rank", "band")
    list_filter = ("level", "run")
    list_select_related = ("run", "country")
    search_fields = ("=country__code", "=node")
