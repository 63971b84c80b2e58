"""What is typed for an edition: a title and a text in Markdown."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from editions.services.texts import LONGEST

LONGEST_TITLE = 200


class TextForm(forms.Form):
    """A text with the version that was read, so that nobody writes over another's words."""

    title = forms.CharField(
        label=_("Title"),
        max_length=LONGEST_TITLE,
        help_text=_("Say what was found, in one sentence. It can name figures too."),
    )
    body = forms.CharField(
        label=_("Text"),
        max_length=LONGEST,
        strip=False,
        help_text=_(
            "Markdown: a blank line between paragraphs, - for a list, ## for a heading,"
            " [words](https://…) for a link. HTML is shown as it is typed."
        ),
        widget=forms.Textarea(attrs={"rows": 18, "class": "texts__body"}),
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class VersionForm(forms.Form):
    """The version that was read, for an act upon it."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class FiguresForm(forms.Form):
    """Whose figures, and which: both as they stand in the address, each may be empty."""

    whose = forms.ChoiceField(label=_("Country or group"), required=False)
    node = forms.ChoiceField(label=_("Score"), required=False)

    def __init__(
        self, *args: object, whose: dict[str, str], nodes: dict[str, str], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        every = ("", _("All"))
        self.fields["whose"].choices = [every, *whose.items()]
        self.fields["node"].choices = [every, *nodes.items()]
        for field in self.fields.values():
            field.widget.attrs["class"] = "control"
