"""The certificate of reviewing, on a page that prints and as a PDF; and whether one is named."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from mipex_site.base.forms import attempt
from mipex_site.base.pdf import NoPdf, pdf_of
from mipex_site.base.verdict import demand
from questionnaire.enums import RoundState
from questionnaire.models import Round

from ..forms.naming import NamingForm
from ..rules import may_be_named
from ..rules.certificate import may_have_certificate
from ..selectors.certificate import certificate_of, countries_judged_by
from ..selectors.naming import naming_of_judge
from ..services.naming import say_naming_as_reviewer
from .places import frame

STYLES = ("css/tokens.css", "css/pages/certificate.css")


@require_http_methods(["GET", "POST"])
@never_cache
def certificate(request: HttpRequest, round_code: str) -> HttpResponse:
    """Show the certificate once the review is closed; keep whether the person is to be named."""
    round_ = _round_of(request, round_code)
    if request.method == "GET":
        return _show(request, round_)
    form = NamingForm(request.POST, naming=naming_of_judge(request.user, round_))
    if not attempt(form, say_naming_as_reviewer, round_=round_, by=request.user):
        return _show(request, round_, form=form, status=422)
    messages.success(request, _("Your word is kept. You can change it here."))
    return redirect("review:certificate", round_.code)


@require_GET
@never_cache
def certificate_pdf(request: HttpRequest, round_code: str) -> HttpResponse:
    """Give the certificate as a PDF, or the page to print where this machine can make none."""
    round_ = _round_of(request, round_code)
    found = certificate_of(request.user, round_)
    if found is None:
        raise Http404
    words = {"certificate": found, "round": round_, "language": get_language()}
    try:
        made = pdf_of(render_to_string("review/certificate_pdf.html", words), styles=STYLES)
    except NoPdf:
        return _show(request, round_, no_pdf=True)
    shown = f'inline; filename="certificate-{round_.code}.pdf"'
    headers = {"Content-Disposition": shown}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


def _round_of(request: HttpRequest, code: str) -> Round:
    """Return a round in which the person reviewed. Raises Http404 and NotAllowed."""
    round_ = get_object_or_404(Round, code=code)
    demand(may_have_certificate(request.user, round_))
    return round_


def _show(
    request: HttpRequest,
    round_: Round,
    *,
    form: NamingForm | None = None,
    no_pdf: bool = False,
    status: int = 200,
) -> HttpResponse:
    naming = naming_of_judge(request.user, round_)
    found = certificate_of(request.user, round_)
    context = {
        "round": round_,
        "certificate": found,
        "is_closed": round_.state == RoundState.REVIEW_CLOSED,
        "has_judged": found is not None or bool(countries_judged_by(request.user, round_)),
        "form": form or NamingForm(naming=naming),
        "naming": naming,
        "is_built": not may_be_named(round_),
        "no_pdf": no_pdf,
        **frame(round_),
    }
    return render(request, "review/certificate.html", context, status=status)
