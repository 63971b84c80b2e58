"""What people say about their ties, what a coordinator decides, and why names are wanted."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from ..enums import Interest
from .judging import KeyedRadios, long_text

CHOICES = (
    (Interest.NONE.value, _("No, I have no tie to this country.")),
    (Interest.POSSIBLE.value, _("Possibly: somebody else should decide.")),
    (Interest.YES.value, _("Yes: somebody else should judge this country.")),
)
DECISIONS = (
    ("yes", _("The person may go on.")),
    ("no", _("The tie keeps the country from the person.")),
)


class DeclarationForm(forms.Form):
    """Whether there is a tie, and which."""

    use_required_attribute = False

    interest = forms.ChoiceField(
        label=_("Is there a tie between you and this country?"),
        choices=CHOICES,
        widget=KeyedRadios,
        error_messages={"required": _("Choose one of the three.")},
    )
    text = forms.CharField(
        label=_("What the tie is"),
        help_text=_("A coordinator reads it. Needed unless there is no tie."),
        required=False,
        widget=long_text(4),
    )


class DecisionForm(forms.Form):
    """Whether a declared or found tie keeps the country from somebody, and why."""

    use_required_attribute = False

    declaration = forms.IntegerField(widget=forms.HiddenInput)
    is_cleared = forms.TypedChoiceField(
        label=_("What do you decide?"),
        choices=DECISIONS,
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    text = forms.CharField(
        label=_("Why"),
        widget=long_text(3),
        error_messages={"required": _("Say it in a sentence.")},
    )


class UnblindingForm(forms.Form):
    """Why somebody must know the names of a country's people."""

    use_required_attribute = False

    reason = forms.CharField(
        label=_("Why you need the names"),
        help_text=_("On record, with your name: those who run or observe the round read it."),
        widget=long_text(3),
        error_messages={"required": _("Say it in a sentence.")},
    )
