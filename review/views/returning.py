"""Return a case: read what the expert will read, then send it, all at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ..selectors import case_page
from ..selectors.returns import objections_in, remarks_in
from ..services.returning import return_case
from .contents import url_of
from .moves import moves_of_case
from .places import address, case_at, frame, step_to_case
from .values import words_of


@require_http_methods(["GET", "POST"])
@never_cache
def return_to_expert(request: HttpRequest, **codes: str) -> HttpResponse:
    """Show the objections as they will be sent; sent, they are the expert's to answer."""
    found = case_at(request, **codes)
    if request.method == "POST":
        return_case(case=found, by=request.user)
        messages.success(request, _("The case is returned. The expert reads what you sent."))
        return redirect("review:case", **codes)
    page = case_page(found, request.user)
    objections = [
        (objection, words_of(objection.row.reading), url_of(page, objection.row))
        for objection in objections_in(page)
    ]
    remarks = [(remark, url_of(page, remark.row)) for remark in remarks_in(page)]
    may_return, _clear = moves_of_case(found, request.user)
    context = {
        "page": page,
        "objections": objections,
        "remarks": remarks,
        "verdict": may_return.verdict,
        "case_url": address("case", page.place),
        **frame(found.round, step_to_case(page.place)),
    }
    return render(request, "review/return.html", context)
