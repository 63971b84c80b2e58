"""What somebody fills in who codes a question without having seen the answer."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from questionnaire.enums import AnswerKind
from questionnaire.models import Option

from .judging import KeyedRadios, long_text, within_limit
from .ruling import EXACT, OTHER_KINDS


class CodingForm(forms.Form):
    """One's own answer. Options go by their place, the other kinds by their names.

    The cleaned data has kind and option apart, as the service takes them.
    """

    option = forms.ChoiceField(
        label=_("Which option is right?"),
        widget=KeyedRadios,
        error_messages={"required": _("Choose an option, or say why there is none.")},
    )
    points = forms.CharField(
        label=_("Exceptional points"),
        help_text=_("Only where the value is no option: 0 to 100, such as 62.5 or 200/3."),
        required=False,
        widget=forms.TextInput(attrs={"class": "control--short", "autocomplete": "off"}),
    )
    text = forms.CharField(
        label=_("Why"),
        help_text=_("Needed where no option is right. Name the source, and no person."),
        required=False,
        widget=long_text(4, **{"data-key": "c"}),
        validators=[within_limit],
    )

    def __init__(self, *args: Any, options: Iterable[Option], **kwargs: Any) -> None:
        # The form of an opinion takes its place on the page: no control is taken for another.
        super().__init__(*args, **{"auto_id": "coding_%s"} | kwargs)
        self.by_place = {str(option.order): option for option in options}
        self.fields["option"].choices = [
            *((place, option.label) for place, option in self.by_place.items()),
            *((kind.value, capfirst(kind.label)) for kind in OTHER_KINDS),
        ]

    @property
    def choices(self) -> list[tuple[forms.boundfield.BoundWidget, str]]:
        """Each radio with the description of its option, or nothing."""
        texts = {place: option.description for place, option in self.by_place.items()}
        return [(radio, texts.get(str(radio.data["value"]), "")) for radio in self["option"]]

    def clean(self) -> dict[str, Any]:
        """Take kind and option apart; points that are left beside an option go."""
        data = self.cleaned_data
        chosen = data.pop("option", "")
        data["option"] = self.by_place.get(chosen)
        data["kind"] = AnswerKind.CHOSEN
        if chosen and data["option"] is None:
            data["kind"] = AnswerKind(chosen)
        typed = data.pop("points", "").strip()
        data["points"] = None
        if typed and data["kind"] == AnswerKind.EXCEPTIONAL:
            data["points"] = self._exact(typed)
        return data

    def _exact(self, typed: str) -> Fraction | None:
        try:
            if EXACT.fullmatch(typed):
                return Fraction(typed)
        except ZeroDivisionError:
            pass
        self.add_error("points", gettext("Write points as 62.5 or as 200/3."))
        return None
