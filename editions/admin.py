from __future__ import annotations

from django.contrib import admin

from mipex_site.base.admin import LookingAdmin

from .models import (
    Edition,
    EditionText,
    FrozenAnswer,
    FrozenScore,
    FrozenText,
    Mandate,
    Rehearsal,
    Revision,
    Signature,
)


@admin.register(Edition)
class EditionAdmin(LookingAdmin):
    list_display = ("code", "title", "kind", "round", "licence", "is_demonstration")
    list_select_related = ("round",)


@admin.register(Revision)
class RevisionAdmin(LookingAdmin):
    list_display = ("__str__", "kind", "state", "step", "attempt", "hash", "published_at")
    list_filter = ("state",)
    list_select_related = ("edition",)


@admin.register(Mandate)
class MandateAdmin(LookingAdmin):
    list_display = ("edition", "signer", "at", "withdrawn_at")
    list_select_related = ("edition", "signer")


@admin.register(Signature)
class SignatureAdmin(LookingAdmin):
    list_display = ("revision", "signer", "hash", "in_advance", "at")
    list_select_related = ("revision__edition", "signer")


@admin.register(FrozenAnswer)
class FrozenAnswerAdmin(LookingAdmin):
    list_display = ("revision", "country", "indicator", "reference_date", "status", "points")
    list_filter = ("revision",)
    list_select_related = ("revision__edition",)
    search_fields = ("=country", "=indicator")


@admin.register(FrozenScore)
class FrozenScoreAdmin(LookingAdmin):
    list_display = ("revision", "country", "node", "reference_date", "shown", "rank", "band")
    list_filter = ("revision", "level")
    list_select_related = ("revision__edition",)
    search_fields = ("=country", "=node")


@admin.register(Rehearsal)
class RehearsalAdmin(LookingAdmin):
    list_display = (
        "round",
        "number",
        "state",
        "step",
        "attempt",
        "settled",
        "asked",
        "done_at",
    )
    list_filter = ("state",)
    list_select_related = ("round",)


@admin.register(EditionText)
class EditionTextAdmin(LookingAdmin):
    list_display = ("title", "round", "kind", "country", "state", "version", "written_by")
    list_filter = ("kind", "state")
    list_select_related = ("round", "written_by")


@admin.register(FrozenText)
class FrozenTextAdmin(LookingAdmin):
    list_display = ("title", "revision", "kind", "country", "order")
    list_filter = ("revision",)
    list_select_related = ("revision__edition",)
