"""Parsing of what an expert lends to a colleague, and of its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..models import Aggregate


class DelegationForm(forms.Form):
    """Who helps, with what, until when, and why."""

    # The server says what is missing, in the portal's own words and all at once.
    use_required_attribute = False

    to = forms.EmailField(
        label=_("The colleague's e-mail address"),
        help_text=_("With which the colleague signs in to the portal."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Whose help? Type the address.")},
    )
    strands = forms.MultipleChoiceField(
        label=_("What the colleague may answer"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one strand.")},
    )
    until = forms.DateField(
        label=_("Until the end of"),
        widget=forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "class": "control--short"}
        ),
        error_messages={"required": _("Until when? Choose a day.")},
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=1000,
        help_text=_("For the record. The coordinator can read it."),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say in a sentence why a colleague helps.")},
    )

    def __init__(
        self, *args: Any, strands: Sequence[Aggregate], last_day: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.strands = {strand.code: strand for strand in strands}
        self.fields["strands"].choices = [(row.code, row.title) for row in strands]
        self.fields["until"].help_text = gettext(
            "%(day)s at the latest: then entry closes for good."
        ) % {"day": date_format(last_day, "j F Y")}
        self.fields["until"].widget.attrs["max"] = last_day.isoformat()

    def clean(self) -> dict[str, Any]:
        """Return what the service takes."""
        given = self.cleaned_data
        given["strands"] = [self.strands[code] for code in given.get("strands", ())]
        return given


class EndForm(forms.Form):
    """Which right ends, and why."""

    use_required_attribute = False

    delegation = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why it ends"),
        max_length=1000,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Say in a sentence why it ends.")},
    )
