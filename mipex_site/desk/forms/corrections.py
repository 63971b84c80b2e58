"""Looking into what somebody says is wrong, deciding about it, and issuing what was decided."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from editions.models import CorrectionRequest
from editions.selectors import notes_of
from editions.services.corrections import Cell
from questionnaire.enums import TEXT_LIMIT
from scoring.engine.missing import Status

STATUSES = (
    (Status.OK, _("A value")),
    (Status.NOT_APPLICABLE, _("Does not apply there")),
    (Status.UNKNOWN, _("Cannot be known")),
)


def _long(
    label: Any, *, rows: int = 4, required: bool = True, hint: Any = ""
) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=TEXT_LIMIT,
        required=required,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class LookIntoForm(forms.Form):
    """What was found and, where the answer is wrong, what it ought to be."""

    findings = _long(
        _("What you found"), hint=_("Read by those who decide, and by nobody else.")
    )
    is_wrong = forms.TypedChoiceField(
        label=_("Is the published answer wrong?"),
        choices=((1, _("Yes: this is what it ought to be")), (0, _("No: it stands"))),
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    status = forms.ChoiceField(label=_("The answer has"), choices=STATUSES, required=False)
    option = forms.TypedChoiceField(
        label=_("Option"), coerce=int, required=False, empty_value=None
    )
    rationale = _long(
        _("Public rationale"), required=False, hint=_("It stands beside the answer.")
    )
    source_title = forms.CharField(
        label=_("Law or publication"), max_length=300, required=False
    )
    source_article = forms.CharField(label=_("Article or page"), max_length=120, required=False)
    source_url = forms.URLField(label=_("Link"), required=False, assume_scheme="https")
    keeps_sources = forms.BooleanField(
        label=_("Keep the published sources too"), required=False, initial=True
    )

    def __init__(
        self,
        *args: Any,
        options: list[tuple[int, str]],
        sources: list[dict[str, Any]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sources = sources
        self.fields["option"].choices = [("", _("None")), *options]

    def clean(self) -> dict[str, Any]:
        """Return the findings and the cell, or the findings alone where nothing is wrong."""
        said = self.cleaned_data
        if self.errors:
            return said
        if said["is_wrong"] and not said["status"]:
            raise ValidationError({"status": gettext("Say what the answer has.")})
        return {
            "findings": said["findings"],
            "cell": self._cell() if said["is_wrong"] else None,
        }

    def _cell(self) -> Cell:
        said = self.cleaned_data
        sources = list(self.sources) if said["keeps_sources"] else []
        if said["source_title"]:
            new = {"kind": "law", "title": said["source_title"]}
            sources.append(new | {"article": said["source_article"], "url": said["source_url"]})
        return Cell(
            status=said["status"],
            rationale=said["rationale"],
            option=said["option"],
            sources=sources,
        )


class DecideForm(forms.Form):
    """One of the two decisions."""

    accepts = forms.TypedChoiceField(
        label=_("Your decision"),
        choices=((1, _("Correct it as proposed")), (0, _("Leave it as it is"))),
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    words = _long(_("Why"), hint=_("Kept in the audit."))
    public_words = _long(
        _("Public words"),
        required=False,
        hint=_(
            "Needed with the decision that ends it: the reader gets them, and they are public."
        ),
    )


class IssueForm(forms.Form):
    """Which accepted requests go into the next revision, and its erratum."""

    requests = forms.ModelMultipleChoiceField(
        label=_("Accepted"), queryset=None, widget=forms.CheckboxSelectMultiple
    )
    erratum = _long(_("Erratum"), hint=_("It stands at the head of the new revision."))

    def __init__(self, *args: Any, accepted: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["requests"].queryset = accepted
        self.fields["requests"].label_from_instance = _label


def _label(request: CorrectionRequest) -> str:
    note = next(notes_of([request]))
    return f"{note.answer} ({note.codes})"
