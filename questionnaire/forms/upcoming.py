"""Parsing of an upcoming change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..enums import TEXT_LIMIT
from ..models import Indicator, UpcomingChange
from ..services.upcoming import GIVEN


class UpcomingForm(forms.Form):
    """A law that is adopted but not in force on the cut-off."""

    use_required_attribute = False

    title = forms.CharField(label=_("Title"), max_length=300)
    article = forms.CharField(label=_("Article or paragraph"), max_length=160, required=False)
    in_force_from = forms.DateField(
        label=_("In force from"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    url = forms.URLField(label=_("Link"), max_length=500, required=False)
    indicator = forms.ChoiceField(
        label=_("The question whose answer it will change"), required=False
    )
    note = forms.CharField(
        label=_("What it will change"),
        required=False,
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": TEXT_LIMIT}),
    )

    def __init__(
        self,
        *args: Any,
        indicators: Sequence[Indicator],
        change: UpcomingChange | None = None,
        **kwargs: Any,
    ) -> None:
        """INDICATORS are those that can be named; CHANGE is the one to correct."""
        if change:
            code = change.indicator.code if change.indicator else ""
            said = {name: getattr(change, name) for name in GIVEN}
            kwargs["initial"] = said | {"indicator": code}
        super().__init__(*args, **kwargs)
        known = [*indicators]
        if change and change.indicator and change.indicator not in known:
            # Told from another strand's sheet: it stays as it was said there.
            known.append(change.indicator)
        self.indicators = {one.code: one for one in known}
        self.fields["indicator"].choices = [
            ("", _("None, or more than one")),
            *((code, f"{code} {one.title}") for code, one in self.indicators.items()),
        ]

    def clean_indicator(self) -> Indicator | None:
        return self.indicators.get(self.cleaned_data["indicator"])
