"""What people fill in to talk: a new conversation, a message, why a message is removed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ..enums import Audience, Side, ThreadKind
from ..rules.threads import WRITE_IN
from .judging import long_text, within_limit
from .overruling import OverruleMixin

DAY = forms.DateInput(
    format="%Y-%m-%d", attrs={"type": "date", "class": "control control--short"}
)
NEXT = {
    Side.EXPERT: Side.REVIEWERS,
    Side.REVIEWERS: Side.EXPERT,
    Side.ADJUDICATORS: Side.EXPERT,
    Side.COORDINATOR: Side.ADJUDICATORS,
}
"""Whose move it is as a rule after each side has written."""


def sides_of(audience: str, *, is_blocking: bool) -> list[tuple[str, str]]:
    """Return the choices of whose move it is among the readers of a conversation."""
    sides = WRITE_IN[Audience(audience)] + (() if is_blocking else (Side.NOBODY,))
    return [(side.value, capfirst(side.label)) for side in sides]


class ThreadForm(OverruleMixin):
    """A new conversation. Who may choose nothing about its readers is not asked about them."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=[(kind.value, capfirst(kind.label)) for kind in ThreadKind],
        widget=forms.RadioSelect,
        initial=ThreadKind.QUESTION,
    )
    audience = forms.ChoiceField(
        label=_("Who reads it?"),
        help_text=_("This cannot be changed later. The coordinator reads every conversation."),
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Message"),
        help_text=_("Name sources, and no person: both sides are here under pseudonyms."),
        widget=long_text(6, **{"data-key": "c"}),
        validators=[within_limit],
    )
    turn = forms.ChoiceField(label=_("Whose move is it then?"))
    due_on = forms.DateField(label=_("Answer wanted by"), required=False, widget=DAY)
    is_blocking = forms.BooleanField(
        label=_("Nothing is approved or cleared before this conversation is closed."),
        required=False,
    )

    def __init__(
        self, *args: Any, side: str, audiences: Sequence[Audience], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["audience"].choices = [
            (audience.value, capfirst(audience.label)) for audience in audiences
        ]
        self.fields["audience"].initial = audiences[0].value
        sides = {side for audience in audiences for side in WRITE_IN[audience]}
        self.fields["turn"].choices = [
            (side.value, capfirst(side.label)) for side in Side if side in {*sides, Side.NOBODY}
        ]
        self.fields["turn"].initial = NEXT[Side(side)]
        if side == Side.EXPERT:
            self.fields["is_blocking"].disabled = True


class MessageForm(OverruleMixin):
    """A message, and whose move it is once it is there."""

    text = forms.CharField(
        label=_("Message"),
        help_text=_("Name sources, and no person. A message is never changed afterwards."),
        widget=long_text(5, **{"data-key": "c"}),
        validators=[within_limit],
    )
    turn = forms.ChoiceField(label=_("Whose move is it then?"))

    def __init__(
        self, *args: Any, audience: str, is_blocking: bool, side: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = sides_of(audience, is_blocking=is_blocking)
        self.fields["turn"].choices = choices
        usual = NEXT.get(Side(side), "") if side else ""
        others = [value for value, _label in choices if value != side]
        self.fields["turn"].initial = usual if usual in others else others[0]


class RemoveForm(OverruleMixin):
    """Why a message is shown to nobody any more."""

    reason = forms.CharField(
        label=_("Why is it removed?"),
        help_text=_("Shown in its place to everybody who reads the conversation."),
        widget=long_text(3),
        validators=[within_limit],
    )
