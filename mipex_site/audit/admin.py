from django.contrib import admin

from mipex_site.base.admin import LookingAdmin

from .models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(LookingAdmin):
    list_display = ("stream", "number", "at", "act", "subject", "actor", "channel")
    list_filter = ("stream", "act", "channel")
    search_fields = ("subject",)
