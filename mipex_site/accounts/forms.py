"""Signing in, one's own profile, and one's passphrase."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mipex_site.base.zones import zone_choices

from .models import User
from .services import throttle


class SignInForm(AuthenticationForm):
    """Says the same whether the address or the passphrase is wrong: it tells nobody who is here."""

    username = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Passphrase"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    error_messages = {
        "invalid_login": _(
            "The address and the passphrase do not match. Capital letters matter."
        ),
        "inactive": _("The address and the passphrase do not match. Capital letters matter."),
        "too_many": _(
            "Signing in with this address failed too often from here."
            " Wait fifteen minutes and try again, or ask your coordinator for help."
        ),
    }

    def clean(self) -> dict[str, Any]:
        address = self.cleaned_data.get("username")
        if not address or not self.cleaned_data.get("password"):
            return self.cleaned_data
        where = {"address": address, "origin": origin_of(self.request)}
        if not throttle.take_place(**where):
            raise ValidationError(self.error_messages["too_many"], code="too_many")
        cleaned = super().clean()
        throttle.give_back(**where)
        return cleaned


def origin_of(request: HttpRequest) -> str:
    """Return the address of the network that the request came from.

    Behind a proxy that we trust to say whether a request was encrypted, it is what that proxy
    wrote last; what stands before it was written by whoever asked.
    """
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if forwarded:
            return forwarded
    return request.META.get("REMOTE_ADDR", "")


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        help_text=_("Coordinators see it. The other side of a review never does."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=lazy(lambda: settings.LANGUAGES, list)()
    )
    zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Every deadline is shown to you in this zone.")
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        own = {"name": person.name, "language": person.language, "zone": person.zone}
        super().__init__(*args, initial=own, **kwargs)
        self.fields["zone"].choices = zone_choices(person.zone)


class PassphraseForm(forms.Form):
    """The old passphrase is asked, so that an unattended screen is not enough."""

    password = forms.CharField(
        label=_("Present passphrase"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    passphrase = forms.CharField(
        label=_("New passphrase"),
        strip=False,
        help_text=_("At least 12 characters. Several words are good; no rule asks for signs."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> None:
        """Compare it and let it go: no service needs it."""
        if not self.person.check_password(self.cleaned_data["password"]):
            raise ValidationError(gettext("This is not your present passphrase."))

    def clean(self) -> dict[str, Any]:
        self.cleaned_data.pop("password", None)
        return self.cleaned_data
