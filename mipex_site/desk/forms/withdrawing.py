"""Asking that a revision be withdrawn, and deciding about it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from editions.services.withdrawing import LONGEST


class AskToWithdrawForm(forms.Form):
    """The public reason."""

    use_required_attribute = False

    reason = forms.CharField(
        label=_("Public reason"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It stands at the revision’s address from then on, for everybody to read."),
        error_messages={"required": _("Say in a sentence why the revision is withdrawn.")},
    )


class RefuseToWithdrawForm(forms.Form):
    """Why not; SEEN is what was asked for, as it was read."""

    use_required_attribute = False

    seen = forms.IntegerField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("Why not"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Who asked for it reads this, and it stays in the audit."),
        error_messages={"required": _("Say in a sentence why not.")},
    )
