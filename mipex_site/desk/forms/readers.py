"""Inviting somebody to read an edition under embargo."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ReaderForm(forms.Form):
    """Who reads, where the letter goes, and for whom."""

    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        help_text=_("It stands over every page that this person reads."),
    )
    email = forms.EmailField(
        label=_("E-mail address"), help_text=_("The link goes there, and nowhere else.")
    )
    house = forms.CharField(
        label=_("Works for"),
        max_length=150,
        help_text=_("The newspaper, ministry or organisation."),
    )
