"""Inviting people, replacing them, and the list of organisations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from questionnaire.enums import ConsortiumRole, OrganisationKind, Role
from questionnaire.models import Aggregate, Country, Organisation, Round
from questionnaire.services.invitations import TAKES_TWO, Part

ROLES = [(value, label) for value, label in Role.choices if value != Role.DELEGATE]


class StrandField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Aggregate) -> str:
        return obj.title


class SuccessorForm(forms.Form):
    """Who takes a part over, and why."""

    use_required_attribute = False

    name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput)
    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.order_by("name"),
        empty_label=_("None that is known"),
        required=False,
        help_text=_("The rules about interests ask where people work."),
    )
    language = forms.ChoiceField(
        label=_("Language of the letter"), choices=lazy(lambda: settings.LANGUAGES, list)()
    )
    reason = forms.CharField(
        label=_("Why does the part pass on?"),
        max_length=2000,
        help_text=_("On record for good. Say it without a name."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    field_order = ("reason", "name", "email", "organisation", "language")


class InviteForm(SuccessorForm):
    """One person, one part."""

    reason = None
    role = forms.ChoiceField(label=_("Role"), choices=ROLES)
    country = forms.ModelChoiceField(
        label=_("Country"),
        queryset=Country.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("The whole round"),
        help_text=_("Experts and reviewers have one. Who has no country sees none."),
    )
    strand = StrandField(
        label=_("Strand"),
        queryset=Aggregate.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=_("All strands"),
    )
    coding = forms.IntegerField(
        label=_("Coding"),
        required=False,
        min_value=1,
        max_value=9,
        help_text=_("Of an expert: 1, or 2 for a second, independent one. Empty means 1."),
        widget=forms.NumberInput(attrs={"class": "control--short"}),
    )

    field_order = (
        "name", "email", "role", "country", "strand", "coding", "organisation", "language"
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        round_: Round,
        countries: list[str],
        strands: list[Aggregate],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        there = Country.objects.filter(code__in=countries).order_by("name")
        self.fields["country"].queryset = there
        keys = [strand.pk for strand in strands]
        self.fields["strand"].queryset = Aggregate.objects.filter(pk__in=keys).order_by("order")

    def clean(self) -> dict[str, Any]:
        """Put the part together, as the service takes it."""
        said = self.cleaned_data
        if not self.errors:
            place = [said.pop(name) for name in ("role", "country", "strand", "coding")]
            said["part"] = Part(*place)
        return said


class PortalInviteForm(SuccessorForm):
    """One person, for the whole portal."""

    reason = None
    role = forms.ChoiceField(
        label=_("Role"), choices=[(one.value, one.label) for one in TAKES_TWO]
    )

    field_order = ("name", "email", "role", "organisation", "language")

    def clean(self) -> dict[str, Any]:
        """Put the part together, as the service takes it."""
        said = self.cleaned_data
        if not self.errors:
            said["part"] = Part(said.pop("role"))
        return said


class ExtendForm(forms.Form):
    use_required_attribute = False

    until = forms.DateField(
        label=_("The link works until the end of"),
        widget=forms.DateInput(attrs={"type": "date", "class": "control--short"}),
    )


class OrganisationForm(forms.Form):
    use_required_attribute = False

    code = forms.SlugField(
        label=_("Code"),
        max_length=60,
        help_text=_("Small letters, digits and hyphens. It stays as it is."),
        widget=forms.TextInput(attrs={"class": "control--short"}),
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    country = forms.ModelChoiceField(
        label=_("Country"),
        queryset=Country.objects.order_by("name"),
        required=False,
        empty_label=_("None, or several"),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=OrganisationKind.choices)
    consortium_role = forms.ChoiceField(
        label=_("Role in the consortium"),
        required=False,
        choices=[("", _("No member")), *ConsortiumRole.choices],
    )

    def __init__(self, *args: Any, known: Organisation | None = None, **kwargs: Any) -> None:
        names = ("code", "name", "country", "kind", "consortium_role")
        initial = {name: getattr(known, name) for name in names} if known else {}
        super().__init__(*args, initial=initial, **kwargs)
        if known:
            self.fields["code"].disabled = True

    def clean_code(self) -> str:
        return self.cleaned_data["code"].lower()
