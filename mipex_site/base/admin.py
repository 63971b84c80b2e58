"""The admin is for looking and repairing, with history; daily work has pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin


class LookingAdmin(admin.ModelAdmin):
    """Shows rows and changes none: their one door is a service."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class HistoryLookingAdmin(SimpleHistoryAdmin, LookingAdmin):
    """As LookingAdmin, with each row's history."""
