"""Tables in the administration: import-export's own pages, held to what the desk's pages do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from import_export.admin import ImportExportMixin
from import_export.forms import ConfirmImportForm
from import_export.results import Result

from mipex_site.base.errors import Refusal, Stale

from .files import CSVTable, WorkbookTable
from .trying import changed_meanwhile, print_of


class SeenForm(ConfirmImportForm):
    """What was shown before it is confirmed, by its print."""

    seen = forms.CharField(widget=forms.HiddenInput)


class TableMixin(ImportExportMixin):
    """Shows first, then saves all of it or nothing, and only what was shown.

    A class names one resource; it asks who may, and saves each row by its service.
    """

    confirm_form_class = SeenForm

    @property
    def formats(self) -> tuple[type, ...]:
        """The kinds of file, each knowing the columns of the resource."""
        (resource,) = self.resource_classes
        return tuple(
            type(kind.__name__, (kind,), {"resource": resource})
            for kind in (CSVTable, WorkbookTable)
        )

    def get_resource_kwargs(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        return {"by": request.user}

    def add_data_read_fail_error_to_form(self, form: forms.Form, e: Exception) -> None:
        if isinstance(e, Refusal):
            form.add_error("import_file", e.reason)
        else:
            super().add_data_read_fail_error_to_form(form, e)

    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        response = super().import_action(request, **kwargs)
        context = getattr(response, "context_data", None) or {}
        if "confirm_form" in context:
            context["confirm_form"].initial["seen"] = print_of(context["result"])
        return response

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            return super().process_import(request, **kwargs)
        except Stale as stale:
            messages.error(request, stale.reason)
            names = (self.opts.app_label, self.opts.model_name)
            return redirect(reverse("admin:{}_{}_import".format(*names)))

    def process_dataset(
        self, dataset: Any, form: forms.Form, request: HttpRequest, **kwargs: Any
    ) -> Result:
        with transaction.atomic():
            result = super().process_dataset(dataset, form, request, **kwargs)
            if print_of(result) != form.cleaned_data["seen"]:
                raise Stale(changed_meanwhile())
        return result
