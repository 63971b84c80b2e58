"""What reviewers and adjudicators fill in: an opinion, a consent; the ruling is ruling.py."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from mipex_site.base.typed import length_of, words_of_limit
from questionnaire.enums import TEXT_LIMIT
from questionnaire.models import Option

from ..enums import OpinionKind
from .overruling import OverruleMixin

CANNOT_SAY = "cannot_say"
"""As an option: which would be right is not said. It is never picked by itself."""
NO_TEXT = {
    OpinionKind.AGREE_WITH_REMARK: _("Write the remark, or agree without one."),
    OpinionKind.DISAGREE: _("Say why, in a sentence."),
}
NO_SUGGESTION = {
    OpinionKind.AGREE: _("You agree, so suggest no other option: choose “Cannot say”."),
    OpinionKind.AGREE_WITH_REMARK: _(
        "You agree, so suggest no other option: choose “Cannot say”."
    ),
    OpinionKind.NOT_QUALIFIED: _(
        "It is not your field, so suggest no option: choose “Cannot say”."
    ),
}


class KeyedRadios(forms.RadioSelect):
    """Radios that are picked by the keys 1, 2, 3 in their order."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        made = super().create_option(*args, **kwargs)
        made["attrs"]["data-key"] = str(int(made["index"]) + 1)
        return made


def long_text(rows: int, **attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "class": "control"} | attrs)


def within_limit(text: str) -> None:
    """Raise ValidationError for a text above TEXT_LIMIT characters."""
    length = length_of(text)
    if length > TEXT_LIMIT:
        raise ValidationError(words_of_limit(length, TEXT_LIMIT), code="too_long")


class OpinionForm(OverruleMixin):
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
        label=_("Why, and what would settle it"),
        required=False,
        widget=long_text(4, **{"data-key": "c"}),
        validators=[within_limit],
    )

    def __init__(self, *args: Any, options: Iterable[Option], **kwargs: Any) -> None:
        """OPTIONS are those that may be suggested: all but the expert's own."""
        super().__init__(*args, **kwargs)
        by_place = {str(option.order): option for option in options}
        field = self.fields["suggested_option"]
        field.choices = [
            *((place, option.label) for place, option in by_place.items()),
            (CANNOT_SAY, _("Cannot say")),
        ]
        field.coerce = by_place.get

    def clean(self) -> dict[str, Any]:
        """Say what is missing, or too much, in the words of the opinion that was chosen."""
        data = self.cleaned_data
        kind = data.get("kind", "")
        if kind in NO_TEXT and "text" in data and not data["text"].strip():
            self.add_error("text", NO_TEXT[kind])
        if kind in NO_SUGGESTION and data.get("suggested_option"):
            self.add_error("suggested_option", NO_SUGGESTION[kind])
        return data


class ConsentForm(OverruleMixin):
    """Why points that are no option are right, for the version that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Why these points are right"),
        help_text=_("Kept with the answer. Name no person."),
        widget=long_text(4, **{"data-key": "c"}),
        validators=[within_limit],
    )
