"""The front door, and the list of all editions."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .. import selectors


@login_not_required
@require_safe
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the latest published edition; say so while there is none."""
    revision = selectors.latest_public()
    if revision is None:
        return render(request, "editions/none.html")
    return redirect("editions:page", name=revision.name, path="index.html")


@login_not_required
@require_safe
def edition_list(request: HttpRequest) -> HttpResponse:
    return render(
        request, "editions/list.html", {"revisions": list(selectors.listed_revisions())}
    )


@login_not_required
@require_safe
def edition_show(request: HttpRequest, name: str) -> HttpResponse:
    """Show what stands behind a revision: its hash, its checks, its successor, or its end."""
    revision = selectors.shown_revision(name)
    if revision is None:
        raise Http404(_("There is no such published edition."))
    crumbs = [{"title": _("Editions"), "url": reverse("editions:edition-list")}]
    context = {"page": selectors.revision_page(revision), "crumbs": crumbs}
    return render(request, "editions/show.html", context)
