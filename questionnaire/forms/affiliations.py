"""Where somebody works, and where no longer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..models import Organisation


def _day(**more: Any) -> forms.DateField:
    widget = forms.DateInput(
        attrs={"type": "date", "class": "control--short"}, format="%Y-%m-%d"
    )
    return forms.DateField(widget=widget, initial=timezone.localdate, **more)


class JoinForm(forms.Form):
    """An organisation of the consortium's list, and the first day there."""

    use_required_attribute = False

    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.order_by("name"),
        empty_label=_("Choose"),
        help_text=_("Is yours not here? Ask your coordinator to add it."),
        error_messages={"required": _("Choose an organisation.")},
    )
    since = _day(label=_("Since"))


class LeaveForm(forms.Form):
    """The last day in an organisation."""

    use_required_attribute = False

    until = _day(label=_("Last day there"))
