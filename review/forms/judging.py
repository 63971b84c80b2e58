"""What reviewers and adjudicators fill in: an opinion, a consent, a ruling."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from questionnaire.enums import AnswerKind
from questionnaire.models import Option

from ..enums import OpinionKind, VerdictCode

EXACT = re.compile(r"\d{1,3}(?:\.\d{1,6}|/\d{1,6})?")
OTHER_KINDS = (AnswerKind.NOT_APPLICABLE, AnswerKind.UNKNOWN, AnswerKind.EXCEPTIONAL)


class KeyedRadios(forms.RadioSelect):
    """Radios that are picked by the keys 1, 2, 3 in their order."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        made = super().create_option(*args, **kwargs)
        made["attrs"]["data-key"] = str(int(made["index"]) + 1)
        return made


def long_text(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "class": "control"})


class OpinionForm(forms.Form):
    """A position on the version that was read. Options go by their place, never by a key."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("Your opinion on this answer"),
        choices=[(kind.value, capfirst(kind.label)) for kind in OpinionKind],
        widget=KeyedRadios,
        error_messages={"required": _("Choose one of the four.")},
    )
    suggested_option = forms.TypedChoiceField(
        label=_("Which option would be right?"),
        required=False,
        widget=forms.RadioSelect,
        empty_value=None,
    )
    text = forms.CharField(
        label=_("Why, and what would settle it"), required=False, widget=long_text(4)
    )

    def __init__(self, *args: Any, options: Iterable[Option], **kwargs: Any) -> None:
        """OPTIONS are those that may be suggested: all but the expert's own."""
        super().__init__(*args, **kwargs)
        by_place = {str(option.order): option for option in options}
        field = self.fields["suggested_option"]
        field.choices = [
            *((place, option.label) for place, option in by_place.items()),
            ("", _("Cannot say")),
        ]
        field.coerce = by_place.get


class ConsentForm(forms.Form):
    """Why points that are no option are right, for the version that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Why these points are right"),
        help_text=_("Kept with the answer. Name no person."),
        widget=long_text(4),
    )


class RulingForm(forms.Form):
    """What is ruled, the value that stands, and two reasons.

    The cleaned data has kind and option apart, as the service takes them; the form asks for
    both at once, options by their place and the other kinds by their names.
    """

    verdict = forms.ChoiceField(
        label=_("What do you rule?"), choices=VerdictCode.choices, widget=KeyedRadios
    )
    option = forms.ChoiceField(
        label=_("Which value stands?"), required=False, widget=forms.RadioSelect
    )
    points = forms.CharField(
        label=_("Exceptional points"),
        help_text=_("Only where the value is no option: 0 to 100, such as 62.5 or 200/3."),
        required=False,
        widget=forms.TextInput(attrs={"class": "control--short", "autocomplete": "off"}),
    )
    public_rationale = forms.CharField(
        label=_("Public reason"),
        help_text=_("Published with the answer. Name the source that decides; name no person."),
        widget=long_text(4),
    )
    internal_rationale = forms.CharField(
        label=_("Internal reason"),
        help_text=_("For those who rule, now and later. Never published."),
        widget=long_text(4),
    )
    is_precedent = forms.BooleanField(
        label=_("Show this ruling as guidance on the indicator in every country."),
        required=False,
    )

    def __init__(self, *args: Any, options: Iterable[Option], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_place = {str(option.order): option for option in options}
        self.fields["verdict"].choices = [
            (code.value, capfirst(code.label)) for code in VerdictCode
        ]
        self.fields["option"].choices = [
            *((place, option.label) for place, option in self.by_place.items()),
            *((kind.value, capfirst(kind.label)) for kind in OTHER_KINDS),
        ]

    def clean_points(self) -> Fraction | None:
        text = self.cleaned_data["points"].strip()
        if not text:
            return None
        try:
            if EXACT.fullmatch(text):
                return Fraction(text)
        except ZeroDivisionError:
            pass
        raise ValidationError(gettext("Write points as 62.5 or as 200/3."))

    def clean(self) -> dict[str, Any]:
        """Take kind and option apart; where the verdict alone says the value, fill it in."""
        data = self.cleaned_data
        chosen = data.pop("option", "")
        verdict = data.get("verdict", "")
        if not chosen and verdict == VerdictCode.EVIDENCE_INSUFFICIENT:
            chosen = AnswerKind.UNKNOWN.value
        if not chosen and verdict not in {"", VerdictCode.EXPERT_UPHELD}:
            self.add_error("option", gettext("Choose the value that stands."))
        data["option"] = self.by_place.get(chosen)
        data["kind"] = AnswerKind.CHOSEN
        if chosen and data["option"] is None:
            data["kind"] = AnswerKind(chosen)
        return data
