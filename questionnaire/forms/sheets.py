"""Parsing of what is said about a whole sheet."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class DeclarationForm(forms.Form):
    """The expert's word for which day's law the sheet describes."""

    declared = forms.BooleanField(
        label=_("Declaration"),
        error_messages={"required": _("Tick the sentence, or change what is not so.")},
    )

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = day

    @property
    def sentence(self) -> str:
        shown = {"day": date_format(self.day, "j F Y")}
        return (
            gettext(
                "Every answer describes the law and practice of %(day)s, at the end of that day."
            )
            % shown
        )

    def clean(self) -> dict[str, Any]:
        self.cleaned_data.pop("declared", None)
        return {"declared_for": self.day}
