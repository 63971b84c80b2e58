"""The administration of questionnaire: for looking, with history. Daily work has its pages.

Who answered what is shown to the portal's coordinators alone: a superuser may be a reviewer.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import CSV

from mipex_site.base.admin import HistoryLookingAdmin, LookingAdmin

from .models import (
    Aggregate,
    Answer,
    Assessment,
    Assignment,
    ChangeRequest,
    Country,
    CountryGroup,
    Framework,
    GroupMembership,
    Index,
    Indicator,
    Invitation,
    LinkCheck,
    Option,
    Organisation,
    Participation,
    ReferenceDay,
    Round,
    Source,
    SourceFile,
    Standard,
    UpcomingChange,
)
from .resources import AssignmentResource, CountryResource, OrganisationResource
from .rules import coordinates_the_portal, may_keep_organisations, may_load_countries


class CoordinatorsLook:
    """Shown to the portal's coordinators, whatever Django's own permissions say."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return coordinates_the_portal(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


class StaffLook(CoordinatorsLook):
    """Shown to coordinators, and to staff with Django's permission: it names no person."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        permission = f"{self.opts.app_label}.view_{self.opts.model_name}"
        return request.user.has_perm(permission) or super().has_view_permission(request, obj)


class PartInline(StaffLook, admin.TabularInline):
    """Rows below a row, to be read."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OptionInline(PartInline):
    model = Option


class MembershipInline(PartInline):
    model = GroupMembership


class ReferenceDayInline(PartInline):
    model = ReferenceDay


class ParticipationInline(PartInline):
    model = Participation


@admin.register(Country)
class CountryAdmin(StaffLook, ImportExportMixin, HistoryLookingAdmin):
    """The one table that is filled here: see CountryResource."""

    resource_classes = (CountryResource,)
    formats = (CSV,)
    list_display = ("code", "alpha3", "name")
    search_fields = ("code", "alpha3", "name")

    def has_import_permission(self, request: HttpRequest) -> bool:
        return bool(may_load_countries(request.user))

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


@admin.register(CountryGroup)
class CountryGroupAdmin(StaffLook, LookingAdmin):
    list_display = ("code", "name")
    inlines = (MembershipInline,)


@admin.register(Framework)
class FrameworkAdmin(StaffLook, HistoryLookingAdmin):
    list_display = ("code", "version", "title", "state", "checksum")
    list_filter = ("state",)


@admin.register(Aggregate)
class AggregateAdmin(StaffLook, LookingAdmin):
    list_display = ("code", "title", "kind", "parent", "rule", "weight", "shown")
    list_filter = ("framework", "kind", "rule")
    list_select_related = ("parent",)
    search_fields = ("code", "title")


@admin.register(Indicator)
class IndicatorAdmin(StaffLook, LookingAdmin):
    list_display = ("code", "title", "strand", "parent", "evidence", "relation")
    list_filter = ("framework", "evidence", "relation")
    list_select_related = ("strand", "parent")
    search_fields = ("code", "title", "question")
    inlines = (OptionInline,)


@admin.register(Index)
class IndexAdmin(StaffLook, LookingAdmin):
    list_display = ("code", "title", "is_headline")
    list_filter = ("framework",)


@admin.register(Standard)
class StandardAdmin(StaffLook, LookingAdmin):
    list_display = ("code", "kind", "title", "article", "year")
    list_filter = ("framework", "kind")
    search_fields = ("code", "title")


@admin.register(Round)
class RoundAdmin(StaffLook, HistoryLookingAdmin):
    list_display = ("code", "title", "state", "cut_off", "opens_at", "hard_close_at")
    list_filter = ("state",)
    inlines = (ReferenceDayInline, ParticipationInline)


@admin.register(Organisation)
class OrganisationAdmin(StaffLook, ImportExportMixin, HistoryLookingAdmin):
    resource_classes = (OrganisationResource,)
    formats = (CSV,)
    list_display = ("code", "name", "country", "kind", "consortium_role")
    list_select_related = ("country",)

    def has_import_permission(self, request: HttpRequest) -> bool:
        return bool(may_keep_organisations(request.user))

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


@admin.register(Assignment)
class AssignmentAdmin(CoordinatorsLook, ImportExportMixin, HistoryLookingAdmin):
    """Rights come in by the address of an account, and go out under the pseudonym alone."""

    resource_classes = (AssignmentResource,)
    formats = (CSV,)
    list_display = (
        "person",
        "role",
        "round",
        "country",
        "strand",
        "pseudonym",
        "granted_by",
        "ends_at",
        "ended_at",
    )
    list_filter = ("role", "round")
    list_select_related = ("person", "round", "country", "strand", "granted_by")

    def has_import_permission(self, request: HttpRequest) -> bool:
        return coordinates_the_portal(request.user)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return coordinates_the_portal(request.user)


@admin.register(Invitation)
class InvitationAdmin(CoordinatorsLook, HistoryLookingAdmin):
    """Without the name and the address: with the assignment they would name a pseudonym."""

    list_display = ("role", "round", "country", "strand", "issue", "expires_at", "accepted_at")
    list_filter = ("round", "role")
    list_select_related = ("round", "country", "strand")
    exclude = ("name", "email", "token_hash", "person", "assignment")


@admin.register(Assessment)
class AssessmentAdmin(CoordinatorsLook, HistoryLookingAdmin):
    list_display = ("round", "country", "strand", "coding", "state", "submitted_at")
    list_filter = ("round", "state", "coding")
    list_select_related = ("round", "country", "strand")


@admin.register(Answer)
class AnswerAdmin(CoordinatorsLook, HistoryLookingAdmin):
    list_display = ("assessment", "indicator", "reference_date", "version", "kind", "option")
    list_filter = ("kind", "assessment__round")
    list_select_related = ("assessment", "indicator", "option")


@admin.register(Source)
class SourceAdmin(CoordinatorsLook, HistoryLookingAdmin):
    list_display = ("title", "article", "kind", "country", "coding", "in_force_from")
    list_filter = ("round", "kind")
    list_select_related = ("country",)
    search_fields = ("title",)


@admin.register(ChangeRequest)
class ChangeRequestAdmin(CoordinatorsLook, HistoryLookingAdmin):
    list_display = ("assessment", "indicator", "version", "state")
    list_filter = ("state",)
    list_select_related = ("assessment", "indicator")


@admin.register(SourceFile)
class SourceFileAdmin(CoordinatorsLook, HistoryLookingAdmin):
    """Without the original name, which may name somebody, and without a link to the file."""

    list_display = ("source", "kind", "size", "hash", "removed_at")
    list_filter = ("kind",)
    list_select_related = ("source",)
    exclude = ("name", "stored")


@admin.register(LinkCheck)
class LinkCheckAdmin(CoordinatorsLook, LookingAdmin):
    list_display = ("url", "state", "error", "checked_at", "attempt")
    list_filter = ("state",)


@admin.register(UpcomingChange)
class UpcomingChangeAdmin(CoordinatorsLook, HistoryLookingAdmin):
    list_display = ("title", "article", "round", "country", "coding", "in_force_from")
    list_filter = ("round",)
    list_select_related = ("round", "country")
    search_fields = ("title",)
