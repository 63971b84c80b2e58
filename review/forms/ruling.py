"""What an adjudicator fills in: a ruling, and a second look at one."""

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

from ..enums import VerdictCode
from ..selectors.rulings import Precedent
from .judging import KeyedRadios, long_text
from .overruling import OverruleMixin

EXACT = re.compile(r"\d{1,3}(?:\.\d{1,6}|/\d{1,6})?")
OTHER_KINDS = (AnswerKind.NOT_APPLICABLE, AnswerKind.UNKNOWN, AnswerKind.EXCEPTIONAL)
FOLLOWS, DEPARTS = "follows", "departs"


def name_of(precedent: Precedent) -> str:
    """Return the name of the field that asks whether a precedent is followed."""
    return f"precedent-{precedent.number}"


def name_of_why(precedent: Precedent) -> str:
    return f"precedent-{precedent.number}-why"


class RulingForm(OverruleMixin):
    """What is ruled, the value that stands, two reasons, and how it stands to each precedent.

    The cleaned data has kind and option apart, and the precedents by their number, as the
    service takes them; the form asks for value and kind at once, options by their place and the
    other kinds by their names.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
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
        widget=long_text(4, **{"data-key": "c"}),
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

    def __init__(
        self,
        *args: Any,
        options: Iterable[Option],
        precedents: Iterable[Precedent] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.by_place = {str(option.order): option for option in options}
        self.precedents = tuple(precedents)
        self.fields["verdict"].choices = [
            (code.value, capfirst(code.label)) for code in VerdictCode
        ]
        self.fields["option"].choices = [
            *((place, option.label) for place, option in self.by_place.items()),
            *((kind.value, capfirst(kind.label)) for kind in OTHER_KINDS),
        ]
        for precedent in self.precedents:
            self.fields[name_of(precedent)] = _followed(precedent)
            self.fields[name_of_why(precedent)] = _departure(precedent)

    @property
    def met(self) -> list[tuple[Precedent, forms.BoundField, forms.BoundField]]:
        """Each precedent with its two fields, for the page."""
        return [(one, self[name_of(one)], self[name_of_why(one)]) for one in self.precedents]

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
        self._take_points(chosen)
        data["precedents"] = dict(self._precedents_met())
        return data

    def _take_points(self, chosen: str) -> None:
        """Read the points; where another value was chosen since, what is left there goes."""
        data = self.cleaned_data
        typed = data.pop("points", "").strip()
        data["points"] = None
        if chosen and chosen != AnswerKind.EXCEPTIONAL:
            self.data = self.data.copy()
            self.data["points"] = ""
        elif typed:
            try:
                data["points"] = _exact(typed)
            except ValidationError as error:
                self.add_error("points", error)

    def _precedents_met(self) -> Iterable[tuple[int, tuple[bool, str]]]:
        for precedent in self.precedents:
            said = self.cleaned_data.pop(name_of(precedent), "")
            why = self.cleaned_data.pop(name_of_why(precedent), "")
            if said == DEPARTS and not why:
                words = gettext("Say why this ruling departs from the precedent.")
                self.add_error(name_of_why(precedent), words)
            yield precedent.number, (said == FOLLOWS, why)


def _followed(precedent: Precedent) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=precedent.words,
        choices=[
            (FOLLOWS, _("This ruling follows it")),
            (DEPARTS, _("This ruling departs from it")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether this ruling follows the precedent.")},
    )


def _departure(precedent: Precedent) -> forms.CharField:
    return forms.CharField(
        label=_("Why it departs from %(precedent)s") % {"precedent": precedent.country_name},
        required=False,
        widget=long_text(2),
    )


def _exact(text: str) -> Fraction:
    try:
        if EXACT.fullmatch(text):
            return Fraction(text)
    except ZeroDivisionError:
        pass
    raise ValidationError(gettext("Write points as 62.5 or as 200/3."))


class SecondLookForm(OverruleMixin):
    """Whether one concurs with the ruling that was read, by its number, and why."""

    ruling = forms.IntegerField(widget=forms.HiddenInput)
    concurs = forms.TypedChoiceField(
        choices=[("yes", _("I concur")), ("no", _("I do not concur"))],
        coerce=lambda said: said == "yes",
        widget=forms.HiddenInput,
    )
    text = forms.CharField(
        label=_("Why"),
        help_text=_("Needed where you do not concur. For those who rule; never published."),
        required=False,
        widget=long_text(4, **{"data-key": "c"}),
    )
