"""Asking that a country be left out, or taken in again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from questionnaire.models import Participation
from questionnaire.services.excluding import LONGEST_TEXT

FOR_GOOD, LATER = "exclude", "later"
WAYS = [
    (FOR_GOOD, _("It is not assessed in this edition")),
    (LATER, _("It follows later, in a revision of this edition")),
]


class LeavingOutForm(forms.Form):
    """Which country, in which way, and what readers are told."""

    country = forms.ChoiceField(label=_("Country"))
    way = forms.ChoiceField(
        label=_("How"), choices=WAYS, initial=FOR_GOOD, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("Public text"),
        max_length=LONGEST_TEXT,
        help_text=_(
            "It stands in the edition after “Not assessed in this edition:”. Name no person."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2_000,
        help_text=_("For the second person and the audit. Readers never see it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, countries: Iterable[Participation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {each.country.code: each for each in countries}
        self.fields["country"].choices = [
            ("", gettext("Choose a country")),
            *((code, _called(each)) for code, each in self.known.items()),
        ]

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        way = said.pop("way", FOR_GOOD)
        if "country" in said:
            said["country"] = self.known[said["country"]].country
        return said | {"follows_later": way == LATER}


class TakingInForm(forms.Form):
    """Why a country that is left out is to be taken in again."""

    country = forms.CharField(max_length=2, widget=forms.HiddenInput)
    reason = forms.CharField(max_length=2_000, required=False)


def _called(each: Participation) -> str:
    if not each.excluded_because:
        return each.country.name
    return gettext("%(country)s (left out)") % {"country": each.country.name}
