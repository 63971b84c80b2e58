"""What people fill in on the pages that span the apps."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mipex_site.accounts.models import User
from mipex_site.accounts.services import throttle
from questionnaire.models import Round


class ClosingForm(forms.Form):
    """The round's code, typed, so that nobody closes a review by a slip."""

    code = forms.CharField(
        label=_("Type the round’s code to be sure"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "control--short"}),
    )

    def __init__(self, *args: Any, round_: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.round = round_
        self.fields["code"].help_text = gettext("It is %(code)s.") % {"code": round_.code}

    def clean_code(self) -> None:
        """Compare it and let it go: no service needs it."""
        if self.cleaned_data["code"].strip() != self.round.code:
            raise ValidationError(
                gettext("This is not the code of the round. It is %(code)s.")
                % {"code": self.round.code}
            )

    def clean(self) -> dict[str, Any]:
        self.cleaned_data.pop("code", None)
        return self.cleaned_data


class PrepareForm(forms.Form):
    """What the edition is called and under which terms it is given."""

    title = forms.CharField(label=_("Title of the edition"), max_length=160)
    licence = forms.CharField(
        label=_("Licence"),
        max_length=80,
        help_text=_("Of the data, such as CC-BY-NC-SA-4.0. It is printed on every page."),
    )
    publisher = forms.CharField(label=_("Published by"), max_length=160)


class SigningForm(forms.Form):
    """The hash that was read, and the passphrase again: a signature cannot be taken back."""

    hash = forms.CharField(max_length=64, widget=forms.HiddenInput)
    password = forms.CharField(
        label=_("Your passphrase"),
        strip=False,
        help_text=_("Asked again, because a signature cannot be taken back."),
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
