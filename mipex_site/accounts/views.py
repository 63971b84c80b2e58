"""The door: sign in, and one's own profile."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash, views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from mipex_site.base.doors import answer, json_door, refused
from mipex_site.base.forms import attempt
from mipex_site.base.htmx import is_htmx

from .forms import PassphraseForm, ProfileForm, SignInForm
from .services import profile as profiles


@method_decorator(login_not_required, name="dispatch")
class SignIn(views.LoginView):
    """Sign in by address and passphrase; ``next`` is followed only within the portal."""

    form_class = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        # htmx follows the redirect of a session that has ended and would swap this page into the
        # one that is open. It gets a sentence, so that what was typed there stays in sight.
        if is_htmx(request):
            return render(request, "accounts/_signed_out.html", status=403)
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: SignInForm) -> HttpResponse:
        return speaking(super().form_valid(form), form.get_user().language)

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


@login_not_required
@json_door
@sensitive_post_parameters("password")
@require_http_methods(["POST"])
@never_cache
def sign_in_here(request: HttpRequest) -> HttpResponse:
    """Sign in beside a page that is open: it stays, with a session and a token that hold."""
    form = SignInForm(request, data=request.POST)
    if not form.is_valid():
        words = " ".join(str(one) for many in form.errors.values() for one in many)
        return refused(words, status=422)
    person = form.get_user()
    login(request, person)
    with override(person.language):
        words = _("You are signed in again.")
    known = {"person": person.browser_key, "csrf": get_token(request)}
    return speaking(answer("signed_in", words, **known), person.language)


@require_http_methods(["GET", "POST"])
@never_cache
def profile(request: HttpRequest) -> HttpResponse:
    """Show and keep one's own name, language and time zone."""
    form = ProfileForm(request.POST or None, person=request.user)
    if request.method == "POST" and attempt(form, profiles.change_profile, by=request.user):
        language = form.cleaned_data["language"]
        with override(language):
            messages.success(request, _("Your profile is saved."))
        return speaking(redirect("accounts:profile"), language)
    return show_profile(request, form=form, status=422 if form.is_bound else 200)


@require_http_methods(["POST"])
@never_cache
def passphrase(request: HttpRequest) -> HttpResponse:
    """Change one's own passphrase; other devices are signed out, this one stays."""
    form = PassphraseForm(request.POST, person=request.user)
    if attempt(form, profiles.change_passphrase, by=request.user):
        request.user.refresh_from_db()
        update_session_auth_hash(request, request.user)
        messages.success(
            request, _("Your passphrase is changed. Your other devices are signed out.")
        )
        return redirect("accounts:profile")
    return show_profile(request, passphrase_form=form, status=422)


def show_profile(
    request: HttpRequest,
    *,
    form: ProfileForm | None = None,
    passphrase_form: PassphraseForm | None = None,
    status: int,
) -> HttpResponse:
    person = request.user
    context = {
        "form": form or ProfileForm(person=person),
        "passphrase_form": passphrase_form or PassphraseForm(person=person),
        "address": person.email,
    }
    return render(request, "accounts/profile.html", context, status=status)


def speaking(response: HttpResponse, language: str) -> HttpResponse:
    """Let the browser ask for the person's language from now on."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
    return response
