"""The administration of questionnaire: for looking, with history. Daily work has its pages.

Who answered what is shown to the portal's coordinators alone: a superuser may be a reviewer.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from import_export.admin import ImportExportMixin

from mipex_site.accounts.admin import UserAdmin
from mipex_site.accounts.models import User
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
from .resources import (
    AnswerResource,
    AssignmentResource,
    CountryResource,
    GroupResource,
    OrganisationResource,
    SourceResource,
    UserResource,
)
from .resources.administration import TableMixin
from .rules import (
    coordinates_the_portal,
    may_bring_answers,
    may_import_framework,
    may_keep_organisations,
    may_keep_people,
    may_load_countries,
)
from .selectors.exchange import people_kept
from .services.people import note_export


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


class AnswersTableMixin(TableMixin):
    """Taken away by who looks here, and brought in by who answers: no other right does it."""

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) and bool(may_bring_answers(request.user))

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


class OptionInline(PartInline):
    model = Option


class MembershipInline(PartInline):
    model = GroupMembership


class ReferenceDayInline(PartInline):
    model = ReferenceDay


class ParticipationInline(PartInline):
    model = Participation


@admin.register(Country)
class CountryAdmin(StaffLook, TableMixin, HistoryLookingAdmin):
    """Countries come in and go out as a table, here and on the desk: see CountryResource."""

    resource_classes = (CountryResource,)
    list_display = ("code", "alpha3", "name")
    search_fields = ("code", "alpha3", "name")

    def has_import_permission(self, request: HttpRequest) -> bool:
        return bool(may_load_countries(request.user))

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


@admin.register(CountryGroup)
class CountryGroupAdmin(StaffLook, TableMixin, LookingAdmin):
    """A row of a table is a country in a group, from one day to another."""

    resource_classes = (GroupResource,)
    list_display = ("code", "name")
    inlines = (MembershipInline,)

    def has_import_permission(self, request: HttpRequest) -> bool:
        return bool(may_load_countries(request.user))

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_export_queryset(self, request: HttpRequest) -> QuerySet:
        return GroupMembership.objects.filter(group__in=super().get_export_queryset(request))


@admin.register(Framework)
class FrameworkAdmin(StaffLook, ImportExportMixin, HistoryLookingAdmin):
    """A framework is several tables in one file, so its files come and go on the desk's pages."""

    list_display = ("code", "version", "title", "state", "checksum")
    list_filter = ("state",)

    def has_import_permission(self, request: HttpRequest) -> bool:
        return bool(may_import_framework(request.user))

    def has_export_permission(self, request: HttpRequest) -> bool:
        return bool(may_import_framework(request.user))

    def _to_the_desk(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not self.has_import_permission(request):
            raise PermissionDenied
        return redirect("desk:frameworks")

    import_action = process_import = export_action = _to_the_desk


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
class OrganisationAdmin(StaffLook, TableMixin, HistoryLookingAdmin):
    resource_classes = (OrganisationResource,)
    list_display = ("code", "name", "country", "kind", "consortium_role")
    list_select_related = ("country",)

    def has_import_permission(self, request: HttpRequest) -> bool:
        return bool(may_keep_organisations(request.user))

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


@admin.register(Assignment)
class AssignmentAdmin(CoordinatorsLook, TableMixin, HistoryLookingAdmin):
    """Rights come in by the address of an account, and go out under the pseudonym alone."""

    resource_classes = (AssignmentResource,)
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
class AnswerAdmin(CoordinatorsLook, AnswersTableMixin, HistoryLookingAdmin):
    resource_classes = (AnswerResource,)
    list_display = ("assessment", "indicator", "reference_date", "version", "kind", "option")
    list_filter = ("kind", "assessment__round")
    list_select_related = ("assessment", "indicator", "option")


@admin.register(Source)
class SourceAdmin(CoordinatorsLook, AnswersTableMixin, HistoryLookingAdmin):
    resource_classes = (SourceResource,)
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


# The accounts know of no rights, so what asks for one is added here.
admin.site.unregister(User)


@admin.register(User)
class PeopleAdmin(TableMixin, UserAdmin):
    """The list of people, as a table without any right or side of a round: see UserResource."""

    resource_classes = (UserResource,)
    # What is logged beside the audit would keep the name of somebody who is erased.
    skip_admin_log = True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        held = super().has_view_permission(request, obj)
        return held or bool(may_keep_people(request.user))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_import_permission(self, request: HttpRequest) -> bool:
        return bool(may_keep_people(request.user))

    def has_export_permission(self, request: HttpRequest) -> bool:
        return bool(may_keep_people(request.user))

    def get_export_data(
        self, file_format: Any, request: HttpRequest, queryset: QuerySet, **kwargs: Any
    ) -> Any:
        data = super().get_export_data(file_format, request, queryset, **kwargs)
        rows = (people_kept() & queryset.order_by()).count()
        note_export(rows=rows, kind=file_format.kind, by=request.user)
        return data
