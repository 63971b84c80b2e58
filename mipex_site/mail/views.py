"""One's own choices about letters."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mipex_site.base.forms import attempt

from .forms import ChoiceForm
from .selectors import choice_of
from .services import choices


@require_http_methods(["GET", "POST"])
@never_cache
def choice(request: HttpRequest) -> HttpResponse:
    """Show and keep when the daily letter comes."""
    form = ChoiceForm(request.POST or None, choice=choice_of(request.user))
    if request.method == "POST" and attempt(form, choices.choose, by=request.user):
        messages.success(request, _("Your choice about letters is saved."))
        return redirect("mail:choice")
    context = {"form": form, "zone": request.user.zone}
    status = 422 if form.is_bound else 200
    return render(request, "mail/choice.html", context, status=status)
