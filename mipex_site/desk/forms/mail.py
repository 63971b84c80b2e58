"""What a coordinator fills in to write to people of a round."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from questionnaire.enums import AssessmentState, Role
from questionnaire.models import Assignment, Country, Round

from ..selectors.mail.recipients import LATE, Chosen
from ..services.mailing import check_words

SHEETS = [
    ("", _("Whatever the state of their sheet")),
    (AssessmentState.OPEN, _("Experts with a sheet that is not handed in")),
    (LATE, _("Experts with a sheet that is late")),
    (AssessmentState.RETURNED, _("Experts with a sheet that came back")),
    (AssessmentState.SUBMITTED, _("Experts with a sheet that is handed in")),
]


class LetterForm(forms.Form):
    """Whom to write to, and what. With TO it is one person, and the choice is not asked.

    BATCH and SEEN are of the preview: who is sent what was looked at, and once.
    """

    role = forms.ChoiceField(label=_("Role"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    sheet = forms.ChoiceField(label=_("Sheets"), required=False, choices=SHEETS)
    to = forms.IntegerField(required=False, widget=forms.HiddenInput)
    subject = forms.CharField(label=_("Subject"), max_length=150)
    text = forms.CharField(
        label=_("Text"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 12})
    )
    batch = forms.UUIDField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        round_: Round,
        lost: frozenset[int],
        one: Assignment | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.one = one
        self.fields["role"].choices = [("", _("Everybody")), *_roles()]
        countries = Country.objects.filter(pk__in=round_.participations.values("country_id"))
        named = countries.exclude(pk__in=lost).order_by("name").values_list("code", "name")
        self.fields["country"].choices = [("", _("All countries")), *named]

    def clean(self) -> dict[str, Any]:
        known = self.cleaned_data
        check_words(subject=known.get("subject", ""), text=known.get("text", ""))
        if known.get("to") is not None and self.one is None:
            raise ValidationError(_("This person has no part in the round any more."))
        known["batch"] = known.get("batch") or uuid4()
        return known

    @property
    def chosen(self) -> Chosen:
        """Return whom the valid form is to."""
        if self.one is not None:
            return Chosen(to=self.one.pk)
        known = self.cleaned_data
        return Chosen(role=known["role"], country=known["country"], sheet=known["sheet"])


def _roles() -> list[tuple[str, str]]:
    return [(value, str(capfirst(label))) for value, label in Role.choices]
