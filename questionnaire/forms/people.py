"""A workbook of people to invite."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..services.invitations.tables import ROWS
from .workbooks import TYPE


class PeopleFileForm(forms.Form):
    """The file itself."""

    use_required_attribute = False

    file = forms.FileField(
        label=_("Your table of people"),
        help_text=_("You see whom it would invite before any letter leaves."),
        widget=forms.FileInput(attrs={"accept": f".xlsx,{TYPE},.csv,text/csv"}),
        error_messages={
            "required": _("Choose the table that you filled in."),
            "empty": _("This file is empty. Save the table and choose it again."),
        },
    )


class PeopleRowsForm(forms.Form):
    """The rows that were shown, sent back: they are read anew, as if they came from a file."""

    rows = forms.CharField(widget=forms.HiddenInput)

    def clean_rows(self) -> list[tuple[int, dict[str, str]]]:
        """Return pairs of a line and its texts."""
        try:
            rows = [
                (int(line), {str(key): str(value) for key, value in row.items()})
                for line, row in json.loads(self.cleaned_data["rows"])
            ]
        except (ValueError, TypeError, AttributeError) as error:
            raise ValidationError(gettext("Hand the table in again.")) from error
        if len(rows) > ROWS:
            raise ValidationError(gettext("Hand the table in again."))
        return rows

    @staticmethod
    def filled(rows: Any) -> PeopleRowsForm:
        return PeopleRowsForm(initial={"rows": json.dumps(rows)})
