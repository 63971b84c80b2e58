"""What an expert fills in to have more time."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mipex_site.base.moments import MomentField
from mipex_site.base.templatetags.house import zone_words

from ..services.extending import REASON_LIMIT

THIS, ALL = "this", "all"


class AskingForm(forms.Form):
    """Until when, for what, and why. The cleaned data is what ask_extension takes."""

    # The server says what is missing, in the portal's own words and all at once.
    use_required_attribute = False

    until = MomentField(
        label=_("Until when do you need?"),
        error_messages={"required": _("Until when? Choose a day and a time.")},
    )
    scope = forms.ChoiceField(
        label=_("For what?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("The coordinators of the round read it. Name no person."),
        max_length=REASON_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3, "class": "control"}),
        error_messages={
            "required": _("Say in a sentence why you need more time."),
            "max_length": _("This is too long: %(limit_value)d characters are enough."),
        },
    )

    def __init__(self, *args: Any, own: int, strand: str, country: str, **kwargs: Any) -> None:
        """OWN is how many sheets of the country the person has still to hand in."""
        super().__init__(*args, **kwargs)
        zone = zone_words(timezone.localtime())
        self.fields["until"].help_text = gettext("As your clock says: %(zone)s.") % {
            "zone": zone
        }
        if own > 1:
            words = gettext("All my sheets of %(country)s that are not handed in (%(n)d)")
            self.fields["scope"].choices = [
                (THIS, gettext("This sheet: %(strand)s") % {"strand": strand}),
                (ALL, words % {"country": country, "n": own}),
            ]
            self.fields["scope"].initial = THIS
        else:
            del self.fields["scope"]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        data["whole_country"] = data.pop("scope", THIS) == ALL
        return data
