"""The site map: one include an app."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path
from django.views.decorators.http import require_safe
from django.views.i18n import set_language


@login_not_required
@require_safe
def icon(request: HttpRequest) -> HttpResponse:
    """Lead to the mark for a browser that asks for it by habit, such as on the admin's pages."""
    return redirect(static("mark.svg"))


urlpatterns = [
    path("favicon.ico", icon, name="icon"),
    path("", include("editions.urls")),
    path("", include("mipex_site.accounts.urls")),
    path("", include("mipex_site.mail.urls")),
    path("", include("mipex_site.desk.urls")),
    path("", include("scoring.urls")),
    path("", include("questionnaire.urls")),
    path("", include("review.urls")),
    path("language/", login_not_required(set_language), name="set_language"),
    path("admin/", admin.site.urls),
]

handler400 = "mipex_site.base.handlers.bad_request"
