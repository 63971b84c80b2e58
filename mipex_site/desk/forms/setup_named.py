"""What a round is called, what it asks, and whose edition its countries may join."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from questionnaire.models import Framework, Round


def day_field(*, is_spoken: bool = False, **said: Any) -> forms.DateField:
    """Return a field of a day; where no label stands beside it, the label IS_SPOKEN."""
    attributes = {"type": "date", "class": "control"} | spoken(said, is_spoken=is_spoken)
    widget = forms.DateInput(format="%Y-%m-%d", attrs=attributes)
    return forms.DateField(widget=widget, **said)


def spoken(said: dict[str, Any], *, is_spoken: bool) -> dict[str, Any]:
    return {"aria-label": said["label"]} if is_spoken else {}


class FrameworkChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Framework) -> str:
        return f"{obj} ({obj.get_state_display()})"


class RoundChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Round) -> str:
        return gettext("joins the edition of “%(round)s”") % {"round": obj}


class Named(forms.Form):
    """What a round is called, what it asks, and the day whose law it describes.

    EXTENDABLE are the rounds whose published edition its countries may join.
    """

    use_required_attribute = False

    title = forms.CharField(label=_("Name of the round"), max_length=120)
    edition_code = forms.SlugField(
        label=_("Code of its edition"),
        max_length=20,
        help_text=_("By which the published edition is cited, such as 2027."),
    )
    extends = RoundChoice(
        label=_("This round"),
        queryset=Round.objects.none(),
        required=False,
        empty_label=_("makes an edition of its own"),
        help_text=_(
            "Countries that come late join a published edition: with the same framework, none of"
            " them in it already, each with its own cut-off if need be."
        ),
    )
    framework = FrameworkChoice(
        label=_("Version of the framework"),
        queryset=Framework.objects.order_by("code", "-version"),
        help_text=_("A draft without faults is locked together with the round."),
    )
    cut_off = day_field(
        label=_("Cut-off date"),
        help_text=_("The day whose law is described. It has nothing to do with deadlines."),
    )
    cut_off.widget.attrs["class"] = "control control--short"

    def __init__(self, *args: Any, extendable: QuerySet[Round], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if extendable.exists():
            self.fields["extends"].queryset = extendable
        else:
            del self.fields["extends"]
