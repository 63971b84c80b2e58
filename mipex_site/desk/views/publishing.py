"""Publishing: prepare the edition, sign it, publish it, and read it before."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import TypeVar

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from editions.models import Revision
from editions.services import building, editions, publishing, scheduling, signing
from mipex_site.base.forms import attempt
from mipex_site.base.htmx import is_htmx, render_page_or_part
from mipex_site.base.verdict import demand
from questionnaire.models import Round
from scoring.services import runs

from .. import rules
from ..forms import InAdvanceForm, InstantForm, PrepareForm, SigningForm
from ..selectors.after import after
from ..selectors.preview import preview_file
from ..selectors.publishing import PublishingPage, publishing_page, revision_of
from .places import crumbs_to, open_round

BODY = b"<body>"

T = TypeVar("T")


@require_GET
@never_cache
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Show where the edition stands; htmx asks for the same address while something works."""
    return _show(request, _round(request, code))


@require_POST
def prepare(request: HttpRequest, code: str) -> HttpResponse:
    round_ = _round(request, code)
    form = PrepareForm(request.POST)
    if not attempt(form, editions.prepare_edition, round_=round_, by=request.user):
        return _show(request, round_, prepare_form=form, status=422)
    return _done(request, round_, _("The edition is prepared. It can be signed in advance."))


@require_POST
def sign_in_advance(request: HttpRequest, code: str) -> HttpResponse:
    """Sign what is not built yet, after the passphrase was given again."""
    round_ = _round(request, code)
    form = InAdvanceForm(request.POST, person=request.user)
    found = _found(publishing_page(round_, request.user).edition)
    if not attempt(form, signing.sign_in_advance, edition=found, by=request.user):
        return _show(request, round_, advance_form=form, status=422)
    return _done(request, round_, _("You have signed in advance. You can take it back."))


@require_POST
def withdraw_mandate(request: HttpRequest, code: str) -> HttpResponse:
    round_ = _round(request, code)
    found = _found(publishing_page(round_, request.user).own_mandate)
    signing.withdraw_mandate(mandate=found, by=request.user)
    return _done(request, round_, _("Your signature in advance is taken back."))


@require_POST
def sign(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Sign the hash that was on the page, after the passphrase was given again."""
    round_ = _round(request, code)
    form = SigningForm(request.POST, person=request.user)
    revision = _found(revision_of(round_, number))
    if not attempt(form, signing.sign, revision=revision, by=request.user):
        return _show(request, round_, signing_form=form, status=422)
    return _done(request, round_, _("You have signed the edition."))


@require_POST
def publish(request: HttpRequest, code: str, number: int) -> HttpResponse:
    round_ = _round(request, code)
    publishing.publish(revision=_found(revision_of(round_, number)), by=request.user)
    return _done(request, round_, _("The edition is published."))


@require_POST
def schedule(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Have a revision published at the instant that was typed, by the clock of a named zone."""
    round_ = _round(request, code)
    form = InstantForm(request.POST, zone=round_.zone)
    revision = _found(revision_of(round_, number))
    if not attempt(form, scheduling.choose_instant, revision=revision, by=request.user):
        return _show(request, round_, instant_form=form, status=422)
    return _done(request, round_, _("The instant is kept. It can be changed until then."))


@require_POST
def unschedule(request: HttpRequest, code: str, number: int) -> HttpResponse:
    round_ = _round(request, code)
    revision = _found(revision_of(round_, number))
    scheduling.take_back_instant(revision=revision, by=request.user)
    return _done(
        request, round_, _("The instant is taken back. A publisher publishes by hand.")
    )


@require_POST
def retry(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Build a failed or red revision again; a worker takes it within seconds."""
    round_ = _round(request, code)
    building.retry(revision=_found(revision_of(round_, number)), by=request.user)
    return _done(request, round_, _("The edition is queued to be built again."))


@require_POST
def retry_run(request: HttpRequest, code: str) -> HttpResponse:
    """Compute failed scores again; a worker takes them within seconds."""
    round_ = _round(request, code)
    found = _found(publishing_page(round_, request.user).run)
    runs.retry(run=found, by=request.user)
    return _done(request, round_, _("The scores are queued to be computed again."))


@require_GET
@never_cache
def preview(request: HttpRequest, code: str, number: int, path: str = "") -> HttpResponseBase:
    """Serve a candidate's file to those who sign it, with a strip that says it is not public."""
    round_ = _round(request, code)
    revision = _found(revision_of(round_, number))
    demand(rules.may_preview(request.user, revision))
    file = _found(preview_file(revision, path))
    if file.suffix == ".html":
        return _marked(request, file, revision)
    kind = mimetypes.guess_type(file.name)[0] or "text/plain"
    return FileResponse(file.open("rb"), content_type=kind)


def _marked(request: HttpRequest, file: Path, revision: Revision) -> HttpResponse:
    """Put the strip first in the body. The file itself stays as it was built."""
    strip = render_to_string("desk/_preview_strip.html", {"revision": revision}, request)
    html = file.read_bytes().replace(BODY, BODY + strip.encode(), 1)
    return HttpResponse(html, content_type="text/html; charset=utf-8")


def _round(request: HttpRequest, code: str) -> Round:
    return open_round(code, request.user, rules.may_see_publishing)


def _found(thing: T | None) -> T:
    if thing is None:
        raise Http404
    return thing


def _done(request: HttpRequest, round_: Round, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("desk:publishing", round_.code)


def _show(
    request: HttpRequest,
    round_: Round,
    *,
    prepare_form: PrepareForm | None = None,
    advance_form: InAdvanceForm | None = None,
    signing_form: SigningForm | None = None,
    instant_form: InstantForm | None = None,
    status: int = 200,
) -> HttpResponse:
    data = publishing_page(round_, request.user)
    own_hash = data.revision.hash if data.revision else ""
    fresh = SigningForm(person=request.user, initial={"hash": own_hash})
    zone = data.planned.zone if data.planned else round_.zone
    context = {
        "page": data,
        "afterwards": after(round_, _all(data), request.user),
        "prepare_form": prepare_form or PrepareForm(initial=_usual(round_)),
        "advance_form": advance_form or InAdvanceForm(person=request.user),
        "signing_form": signing_form or fresh,
        "instant_form": instant_form or InstantForm(zone=zone),
        "demonstration": round_.is_demonstration,
        "crumbs": crumbs_to(round_, with_board=bool(rules.may_see_board(request.user, round_))),
    }
    response = render_page_or_part(
        request,
        page="desk/publishing.html",
        part="desk/_publishing.html",
        context=context,
        status=status,
    )
    if is_htmx(request) and not data.is_working:
        # The steps alone were asked for; now that the work is done everything is another.
        response["HX-Retarget"] = response["HX-Reselect"] = "#publishing"
    return response


def _all(data: PublishingPage) -> list[Revision]:
    return [each for each in (data.revision, *data.older) if each is not None]


def _usual(round_: Round) -> dict[str, str]:
    return {"title": round_.edition_code, "licence": round_.framework.licence}
