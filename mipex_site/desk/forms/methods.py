"""A method, brought in by its file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

LIMIT = 100_000


class MethodFileForm(forms.Form):
    """The YAML file of a method; cleaned, it is what the service takes."""

    use_required_attribute = False

    file = forms.FileField(
        label=_("File"),
        help_text=_("YAML, with the keys of the “method” block of methodology.json."),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LIMIT:
            raise ValidationError(
                gettext("This file is larger than 100 kB, so it is no method.")
            )
        return file

    def clean(self) -> dict[str, Any]:
        """Return the content and the name of the file."""
        file = self.cleaned_data.pop("file", None)
        return {"content": file.read(), "name": file.name} if file else {}
