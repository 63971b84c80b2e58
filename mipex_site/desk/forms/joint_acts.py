"""Saying no to an act of two."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from questionnaire.models import JointAct


class RefusingForm(forms.Form):
    """Why not. The names of its fields carry the act's key: a page has one form for each act."""

    words = forms.CharField(
        label=_("Why not"),
        max_length=2_000,
        help_text=_("Who asked for it reads this, and it stays in the audit."),
        error_messages={"required": _("Say in a sentence why not.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, act: JointAct, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"act-{act.pk}", **kwargs)
