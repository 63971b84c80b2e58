"""A table of people to invite: hand it in, see whom it would invite, then invite them all."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from import_export.results import Result
from tablib import Dataset

from mipex_site.accounts.models import User
from mipex_site.audit.models import Channel
from mipex_site.audit.services.acting import acting, present_way
from mipex_site.base.errors import Refusal
from mipex_site.base.verdict import demand

from ..forms.people import PeopleFileForm, PeopleRowsForm
from ..models import Invitation, Round
from ..resources.people import INVITATION_COLUMNS, InvitationResource
from ..rules import may_invite
from ..selectors.people import state_of
from ..services.invitations.tables import read_table

Rows = list[tuple[int, dict[str, str]]]
NEEDED_FIRST = ("email", "role")
COLUMNS = (*NEEDED_FIRST, *(one for one in INVITATION_COLUMNS if one not in NEEDED_FIRST))


@dataclass(frozen=True, slots=True)
class Preview:
    """What the rows would do. NEW and KNOWN are lines with who and which part; FAULTS say why."""

    new: list[dict[str, Any]]
    known: list[dict[str, Any]]
    faults: list[dict[str, Any]]

    @property
    def can_be_done(self) -> bool:
        return bool(self.new) and not self.faults


@require_http_methods(["GET", "POST"])
@never_cache
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Offer an empty table; a POST with a file shows what it would do, one with rows does it."""
    round_ = get_object_or_404(Round.objects.select_related("framework"), code=code)
    demand(may_invite(request.user, round_))
    if request.GET.get("file") == "csv":
        return _empty_table(round_)
    if request.method == "GET":
        return _show(request, round_, form=PeopleFileForm())
    if "rows" in request.POST:
        return _invite(request, round_)
    form = PeopleFileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            rows = read_table(file=file, name=file.name, size=file.size, columns=COLUMNS)
        except Refusal as refusal:
            form.add_error("file", refusal.reason)
        else:
            preview = _run(round_, rows, request.user, is_rehearsal=True)
            return _show(request, round_, preview=preview, rows=rows)
    return _show(request, round_, form=form, status=422)


def _invite(request: HttpRequest, round_: Round) -> HttpResponse:
    form = PeopleRowsForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Hand the table in again."))
        return redirect("questionnaire:people-workbook", round_.code)
    rows = form.cleaned_data["rows"]
    preview = _run(round_, rows, request.user, is_rehearsal=False)
    if preview.faults:
        return _show(request, round_, preview=preview, rows=rows, status=422)
    number = len(preview.new)
    said = ngettext("%(n)d person is invited.", "%(n)d invitations are made.", number)
    messages.success(request, said % {"n": number})
    return redirect(reverse("desk:people", args=[round_.code]))


def _run(round_: Round, rows: Rows, by: User, *, is_rehearsal: bool) -> Preview:
    """Import the rows, or see what would come of it: all of them, or none."""
    data = Dataset(headers=COLUMNS)
    for _line, row in rows:
        data.append([row.get(one, "") for one in COLUMNS])
    with acting(Channel.IMPORT, request=present_way().request, batch=uuid4()):
        result = InvitationResource(round_=round_).import_data(
            data,
            dry_run=is_rehearsal,
            use_transactions=True,
            rollback_on_validation_errors=True,
            user=by,
        )
    return _preview(result, [line for line, _row in rows])


def _preview(result: Result, lines: list[int]) -> Preview:
    faults = [{"line": None, "words": str(error.error)} for error in result.base_errors]
    for row in result.error_rows:
        faults += [{"line": lines[row.number - 1], "words": str(e.error)} for e in row.errors]
    for row in result.invalid_rows:
        for column, said in row.error_dict.items():
            where = column if column in COLUMNS else ""
            words = " ".join(said)
            faults.append({"line": lines[row.number - 1], "column": where, "words": words})
    new, known = [], []
    for number, row in enumerate(result.rows):
        if row.import_type in {row.IMPORT_TYPE_NEW, row.IMPORT_TYPE_SKIP}:
            is_new = row.import_type == row.IMPORT_TYPE_NEW
            (new if is_new else known).append(_row(lines[number], row.instance))
    faults.sort(key=lambda one: one["line"] or 0)
    return Preview(new=new, known=known, faults=faults)


def _row(line: int, instance: Invitation) -> dict[str, Any]:
    earlier = getattr(instance, "earlier", None)
    return {"line": line, **instance.said, "state": state_of(earlier) if earlier else ""}


def _empty_table(round_: Round) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"people-{round_.code}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")  # Spreadsheets take a file without it for Latin-1.
    csv.writer(response, lineterminator="\r\n").writerow(INVITATION_COLUMNS)
    return response


def _show(
    request: HttpRequest,
    round_: Round,
    *,
    form: PeopleFileForm | None = None,
    preview: Preview | None = None,
    rows: Rows = (),
    status: int = 200,
) -> HttpResponse:
    people = {"title": _("People"), "url": reverse("desk:people", args=[round_.code])}
    context = {
        "round": round_,
        "form": form or PeopleFileForm(),
        "preview": preview,
        "rows_form": PeopleRowsForm.filled(list(rows)),
        "columns": INVITATION_COLUMNS,
        "crumbs": [{"title": _("My work"), "url": reverse("desk:work")}, people],
        "demonstration": round_.is_demonstration,
    }
    return render(request, "questionnaire/people_workbook.html", context, status=status)
