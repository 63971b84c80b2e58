"""Preparing, signing and publishing an edition."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mipex_site.accounts.models import User
from mipex_site.accounts.services import throttle
from mipex_site.base.zones import zone_choices


class PrepareForm(forms.Form):
    """What the edition is called and under which terms it is given."""

    title = forms.CharField(label=_("Title of the edition"), max_length=160)
    licence = forms.CharField(
        label=_("Licence"),
        max_length=80,
        help_text=_("Of the data, such as CC-BY-NC-SA-4.0. It is printed on every page."),
    )
    publisher = forms.CharField(label=_("Published by"), max_length=160)


class InAdvanceForm(forms.Form):
    """The passphrase again: what is signed in advance becomes a signature by itself."""

    password = forms.CharField(
        label=_("Your passphrase"),
        strip=False,
        help_text=_("Asked again, because it becomes a signature without you."),
        widget=forms.PasswordInput(
            attrs={"autocomplete": "current-password", "class": "control--short"}
        ),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> None:
        """Compare it and let it go. Guessing is held up as at the door of the portal."""
        where = {"address": self.person.email, "origin": "signing"}
        if not throttle.take_place(**where):
            raise ValidationError(
                gettext("The passphrase was wrong too often. Wait fifteen minutes.")
            )
        if not self.person.check_password(self.cleaned_data["password"]):
            raise ValidationError(gettext("This is not your passphrase. Nothing was signed."))
        throttle.give_back(**where)

    def clean(self) -> dict[str, Any]:
        self.cleaned_data.pop("password", None)
        return self.cleaned_data


class SigningForm(InAdvanceForm):
    """The hash that was read, and the passphrase again: a signature cannot be taken back."""

    hash = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = gettext(
            "Asked again, because a signature cannot be taken back."
        )


class InstantForm(forms.Form):
    """When the edition is to appear: a day and a time, and whose clock shows them."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    at = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}))
    zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("The clock that shows this day and time.")
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, initial={"zone": zone}, **kwargs)
        self.fields["zone"].choices = zone_choices(zone, anywhere=True)


class ExplanationForm(forms.Form):
    """What happened to an answer that is far from the last edition's."""

    country = forms.CharField(max_length=2, widget=forms.HiddenInput)
    indicator = forms.CharField(max_length=40, widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("What happened"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
