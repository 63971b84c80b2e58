"""What readers fill in."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .selectors import Choices

LONGEST = 20_000


class CorrectionForm(forms.Form):
    """What somebody says is wrong in a published revision, and where to write to them."""

    country = forms.ChoiceField(label=_("Country"))
    indicator = forms.ChoiceField(label=_("Question"))
    reference_date = forms.ChoiceField(label=_("The law on"))
    text = forms.CharField(
        label=_("What is wrong"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Say what the law or the practice was on that day, and how one can see it."
        ),
    )
    evidence = forms.URLField(
        label=_("Link to the evidence"), required=False, assume_scheme="https"
    )
    name = forms.CharField(label=_("Your name"), max_length=150)
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("We write to it what was decided. Neither is ever published."),
    )
    # People see no such field; machines that fill in everything give themselves away.
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = choices.countries
        self.fields["indicator"].choices = choices.indicators
        self.fields["reference_date"].choices = choices.days

    def clean_reference_date(self) -> date:
        return date.fromisoformat(self.cleaned_data["reference_date"])

    def clean_website(self) -> None:
        if self.cleaned_data["website"]:
            raise ValidationError(gettext("This was not kept: leave the last field empty."))

    def clean(self) -> dict[str, Any]:
        self.cleaned_data.pop("website", None)
        return self.cleaned_data
