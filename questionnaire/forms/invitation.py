"""What somebody fills in who takes a part, or does not."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from mipex_site.base.zones import zone_choices

from ..enums import Attribution, Role
from ..models import Invitation
from ..services.invitations.answering import ATTRIBUTIONS, REASON_LIMIT


class AcceptForm(forms.Form):
    """The terms, and how the edition names who has a side of the blind."""

    use_required_attribute = False

    attribution = forms.ChoiceField(
        label=_("How the edition names you"),
        widget=forms.RadioSelect,
        help_text=_("You are asked once more before the edition appears."),
        error_messages={"required": _("Choose how the edition names you.")},
    )
    terms = forms.BooleanField(
        label=_("I agree to these terms"),
        error_messages={"required": _("Without your agreement there is no part to take.")},
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = ATTRIBUTIONS.get(Role(invitation.role), ())
        if levels:
            choices = [(level.value, Attribution(level).label) for level in levels]
            self.fields["attribution"].choices = choices
        else:
            del self.fields["attribution"]

    def clean(self) -> dict[str, Any]:
        """Let the tick go: the service records which terms they were."""
        self.cleaned_data.pop("terms", None)
        return self.cleaned_data


class NewPersonForm(AcceptForm):
    """As above, from somebody who has no account yet."""

    name = forms.CharField(
        label=_("Your name, as you want it shown"),
        max_length=150,
        help_text=_("Coordinators see it. The other side of a review never does."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=lazy(lambda: settings.LANGUAGES, list)()
    )
    zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Every deadline is shown to you in this zone.")
    )
    password = forms.CharField(
        label=_("A passphrase for your account"),
        strip=False,
        help_text=_("At least 12 characters. Several words are good; no rule asks for signs."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    field_order = ("name", "language", "zone", "attribution", "password", "terms")

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        zone = invitation.round.zone if invitation.round else invitation.invited_by.zone
        asked = {"name": invitation.name, "language": invitation.language, "zone": zone}
        super().__init__(*args, invitation=invitation, initial=asked, **kwargs)
        self.fields["zone"].choices = zone_choices(zone)


class DeclineForm(forms.Form):
    use_required_attribute = False

    reason = forms.CharField(
        label=_("Why not?"),
        max_length=REASON_LIMIT,
        help_text=_(
            "A sentence for the coordinator who invited you, such as “No time in June”."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say in a sentence why not.")},
    )
