"""What a coordinator fills in about a wish for more time."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mipex_site.base.moments import MomentField
from mipex_site.base.templatetags.house import both_words, zone_words
from questionnaire.models import Extension
from questionnaire.selectors.extensions import one_alone_until
from questionnaire.services.extending import REASON_LIMIT

GRANT, DENY = "grant", "deny"


def words_field() -> forms.CharField:
    return forms.CharField(
        label=_("Why"),
        help_text=_("Who asked for more time reads it. Name no person."),
        max_length=REASON_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3, "class": "control"}),
        error_messages={
            "required": _("Say in a sentence why."),
            "max_length": _("This is too long: %(limit_value)d characters are enough."),
        },
    )


class DecidingForm(forms.Form):
    """Grant, trim or deny. The cleaned data is what the service takes: a denial has no end."""

    use_required_attribute = False

    decision = forms.ChoiceField(
        label=_("What do you decide?"),
        widget=forms.RadioSelect,
        choices=[(GRANT, _("Grant more time")), (DENY, _("Deny it"))],
        error_messages={"required": _("Choose one of the two.")},
    )
    until = MomentField(label=_("Until"), required=False)

    def __init__(self, *args: Any, wish: Extension, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = wish.wished_until
        words = gettext(
            "As your clock says: %(zone)s. Not later than the wish; an earlier moment trims it."
            " What ends after %(moment)s takes a second person."
        )
        self.fields["until"].help_text = words % {
            "zone": zone_words(timezone.localtime()),
            "moment": both_words(one_alone_until(wish.round)),
        }
        self.fields["words"] = words_field()

    @property
    def is_denial(self) -> bool:
        return self.data.get(self.add_prefix("decision")) == DENY

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.pop("decision", "") == DENY:
            data.pop("until", None)
            self.errors.pop("until", None)
        elif "until" in data and data["until"] is None:
            self.add_error("until", gettext("Until when? Choose a day and a time."))
        return data


class RefusingForm(forms.Form):
    """Why the second person does not do it."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"] = words_field()
