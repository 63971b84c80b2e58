"""What is filled in for a reopening, its decision, and the last word."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mipex_site.base.templatetags.house import zone_words
from questionnaire.enums import Attribution

from ..enums import ReopeningReason
from ..models import CaseItem
from ..selectors.naming import Naming
from ..selectors.reopening import Listed
from .judging import long_text, within_limit
from .overruling import OverruleMixin

GRANT, REFUSE = "grant", "refuse"


class ReopeningForm(OverruleMixin):
    """Which answers must be opened again, and why. The cleaned data has the answers' rows."""

    use_required_attribute = False

    items = forms.MultipleChoiceField(
        label=_("Which answers must be opened again?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one answer.")},
    )
    reason = forms.ChoiceField(
        label=_("What is the reason?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the reasons.")},
    )
    text = forms.CharField(
        label=_("Why, and what shows it"),
        help_text=_("The expert and the review read this under no name. Name no person."),
        widget=long_text(4),
        validators=[within_limit],
        error_messages={"required": _("Say why, in a sentence.")},
    )

    def __init__(
        self,
        *args: Any,
        listable: Iterable[Listed],
        rows: dict[str, CaseItem],
        reasons: Iterable[ReopeningReason],
        **kwargs: Any,
    ) -> None:
        """LISTABLE is what may be chosen, ROWS the answers by the same keys."""
        super().__init__(*args, **kwargs)
        self.rows = rows
        self.fields["items"].choices = [(one.key, _words(one)) for one in listable]
        self.fields["reason"].choices = [(one.value, capfirst(one.label)) for one in reasons]

    def clean_items(self) -> list[CaseItem]:
        return [self.rows[key] for key in self.cleaned_data["items"]]


def _words(one: Listed) -> str:
    words = {"code": one.code, "title": one.title, "state": one.state_label}
    words["day"] = date_format(one.reference_date, "j F Y")
    return gettext("%(code)s %(title)s, for %(day)s (%(state)s)") % words


class DecisionForm(OverruleMixin):
    """Grant a reopening until a moment, or refuse it; both with a reason.

    The cleaned data is what the service takes: a refusal has no end.
    """

    use_required_attribute = False

    decision = forms.ChoiceField(
        label=_("What do you decide?"),
        widget=forms.RadioSelect,
        choices=[(GRANT, _("Open the listed answers")), (REFUSE, _("Refuse"))],
        error_messages={"required": _("Choose one of the two.")},
    )
    until = forms.DateTimeField(
        label=_("Open until"),
        required=False,
        widget=forms.DateTimeInput(
            format="%Y-%m-%dT%H:%M",
            attrs={"type": "datetime-local", "class": "control--short"},
        ),
        error_messages={"invalid": _("Write a day and a time, such as 2025-05-31 18:00.")},
    )
    text = forms.CharField(
        label=_("Why"),
        help_text=_("Who asked for it and the expert read this. Name no person."),
        widget=long_text(3),
        validators=[within_limit],
        error_messages={"required": _("Say why, in a sentence.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.localtime()
        zone = zone_words(now)
        self.fields["until"].help_text = gettext(
            "The listed answers close by themselves then. Times are in %(zone)s."
        ) % {"zone": zone}
        self.fields["until"].widget.attrs["min"] = now.strftime("%Y-%m-%dT%H:%M")

    @property
    def is_refusal(self) -> bool:
        return self.data.get(self.add_prefix("decision")) == REFUSE

    @property
    def is_grant(self) -> bool:
        return self.data.get(self.add_prefix("decision")) == GRANT

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        refused = data.pop("decision", "") == REFUSE
        if refused:
            data.pop("until", None)
            self.errors.pop("until", None)
        elif "until" in data and data["until"] is None:
            raise ValidationError({"until": gettext("Until when? Choose a day and a time.")})
        return data


class CommentForm(OverruleMixin):
    """What the expert has to say about one settled answer, once."""

    use_required_attribute = False

    text = forms.CharField(
        label=_("Your comment on this answer"),
        help_text=_(
            "Reviewers, consortium reviewers and the coordinator read it; it changes nothing by"
            " itself. You can comment once."
        ),
        widget=long_text(3),
        validators=[within_limit],
        error_messages={"required": _("Write what there is to say.")},
    )


class LastWordForm(forms.Form):
    """That there is nothing more to say, and whether the edition names the expert."""

    use_required_attribute = False

    is_named = forms.TypedChoiceField(
        label=_("May the edition name you as an expert of this country?"),
        help_text=_("You can change this until the edition is built."),
        widget=forms.RadioSelect,
        choices=[("yes", _("Yes, name me")), ("no", _("No, do not name me"))],
        coerce=lambda value: value == "yes",
        error_messages={"required": _("Choose yes or no.")},
    )

    def __init__(self, *args: Any, naming: Naming, **kwargs: Any) -> None:
        """Show what a yes means and, where something was said already, what that was."""
        said = {True: "yes", False: "no", None: None}[naming.is_named]
        super().__init__(*args, initial={"is_named": said}, **kwargs)
        if naming.offered == Attribution.WITHOUT_SCORES:
            self.fields["is_named"].label = _(
                "May the edition list you among its experts, apart from any country and score?"
            )
