"""Telling us that something published is wrong, and what was decided about it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mipex_site.accounts.services import throttle
from mipex_site.base.errors import Refusal
from mipex_site.base.forms import attempt

from .. import selectors
from ..enums import EditionKind, RevisionState
from ..forms import CorrectionForm
from ..models import Revision
from ..services.corrections import file_request

PLACE = "correction"


@login_not_required
@require_http_methods(["GET", "POST"])
@never_cache
def file(request: HttpRequest, name: str) -> HttpResponse:
    """Ask what is wrong; keep it. So many notes from one place, and then a pause."""
    revision = _found(name)
    closed = _closed(revision)
    if closed is not None:
        said = {"revision": revision, "closed": closed, "crumbs": _crumbs(revision)}
        return render(request, "editions/correction_closed.html", said, status=409)
    asked = {key: request.GET.get(key, "") for key in ("country", "indicator")}
    form = CorrectionForm(
        request.POST or None, choices=selectors.choices_in(revision), initial=asked
    )
    if request.method == "POST" and form.is_valid():
        _demand_patience(request)
        if attempt(form, file_request, revision=revision):
            return redirect("editions:correction-kept", revision.name)
    context = {"revision": revision, "form": form, "crumbs": _crumbs(revision)}
    status = 422 if request.method == "POST" else 200
    return render(request, "editions/correction.html", context, status=status)


@login_not_required
@require_safe
def kept(request: HttpRequest, name: str) -> HttpResponse:
    revision = _found(name)
    context = {"revision": revision, "crumbs": _crumbs(revision)}
    return render(request, "editions/correction_kept.html", context)


@login_not_required
@require_safe
@never_cache
def listing(request: HttpRequest, name: str) -> HttpResponse:
    """List what was decided about the edition, with the public words and nobody's name."""
    revision = _found(name)
    context = {
        "revision": revision,
        "notes": list(selectors.notes_of(selectors.decided_requests(revision.edition))),
        "crumbs": _crumbs(revision),
    }
    return render(request, "editions/corrections.html", context)


@dataclass(frozen=True, slots=True)
class Closed:
    """Why nothing can be told about a revision here: the case in a few words, and what to do.

    SUCCESSOR is the revision to look at instead, where there is one.
    """

    title: str
    words: str
    successor: Revision | None = None


def _closed(revision: Revision) -> Closed | None:
    """Return why a revision takes no notes; None where it takes them."""
    if revision.edition.kind == EditionKind.ARCHIVE:
        return Closed(
            _("This archive is corrected by who published it"),
            _("It is kept here as others published it, unchanged. Write to its publisher."),
        )
    if revision.state == RevisionState.WITHDRAWN:
        return Closed(
            _("%(name)s was withdrawn") % {"name": revision.name},
            _("Nothing of it is given out any more, so nothing of it is corrected."),
        )
    if revision.state != RevisionState.PUBLISHED:
        return Closed(
            _("%(name)s is no longer in force") % {"name": revision.name},
            _(
                "What is wrong may be corrected already. Look at the revision that came after it."
            ),
            selectors.successor_of(revision),
        )
    return None


def _found(name: str) -> Revision:
    revision = selectors.shown_revision(name)
    if revision is None:
        raise Http404(_("There is no such published edition."))
    return revision


def _demand_patience(request: HttpRequest) -> None:
    if not throttle.take_place(address=PLACE, origin=request.META.get("REMOTE_ADDR", "")):
        raise Refusal(_("Many notes came from your place just now. Wait fifteen minutes."))


def _crumbs(revision: Revision) -> list[dict[str, str]]:
    return [
        {"title": _("Editions"), "url": reverse("editions:edition-list")},
        {"title": revision.name, "url": reverse("editions:edition-show", args=[revision.name])},
    ]
