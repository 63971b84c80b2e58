"""Parsing of an answer, a reply, and what a draft holds of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from mipex_site.base.typed import NOT_TYPED, without_nul

from ..enums import AnswerKind, ChangeReason
from ..models import Answer, Draft, EarlierAnswer, Option, Source
from ..selectors.recorded import as_fields
from ..services.drafts import Typed
from ..services.merging import FIELDS, SEVERAL, blank
from .limits import within_limit

WITHOUT_OPTION = (AnswerKind.NOT_APPLICABLE, AnswerKind.UNKNOWN)
NUMBER = re.compile(r"(\d{1,6})(?:[.,](\d{1,12})|/(\d{1,6}))?")


def numbered(options: Sequence[Option]) -> dict[str, Option]:
    """Return the options by what their radios send: their place, and never their points."""
    return {str(place): option for place, option in enumerate(options, 1)}


class PointsField(forms.CharField):
    """Exact points as people write them: 75, 67.5, 67,5 or 200/3."""

    def clean(self, value: str | None) -> Fraction | None:
        text = (super().clean(value) or "").replace(" ", "")
        if not text:
            return None
        # The pattern also keeps out 1e999999999, which would fill the memory with noughts.
        found = NUMBER.fullmatch(text)
        if not found or (found[3] and not int(found[3])):
            raise ValidationError(_("Write the points as 75, 67.5 or 200/3."))
        return Fraction(text.replace(",", "."))


@dataclass(frozen=True, slots=True)
class Tile:
    """One radio of the answer: what it sends, says and explains, and its key."""

    value: str
    label: str
    text: str
    key: str
    checked: bool
    is_option: bool


class AnswerForm(forms.Form):
    """One answer. ``version`` is the one that was read; a newer one must not be overwritten."""

    # The server says what is missing, in the portal's own words and all at once.
    use_required_attribute = False

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    draft = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    option = forms.ChoiceField(
        label=_("Answer"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose an option, or say why there is none."),
            "invalid_choice": _("“%(value)s” is no option of this question. Choose another."),
        },
    )
    points = PointsField(
        label=_("Points between two options"),
        required=False,
        max_length=20,
        help_text=_("From 0 to 100, as a decimal or a fraction: 75, 67.5 or 200/3."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "control--short"}),
    )
    change_reason = forms.ChoiceField(
        label=_("What happened?"),
        required=False,
        choices=ChangeReason,
        widget=forms.RadioSelect,
    )
    rationale = forms.CharField(
        label=_("Why this option"),
        required=False,
        validators=[within_limit],
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    note = forms.CharField(
        label=_("Note for the review"),
        required=False,
        help_text=_("Reviewers read it. It is never published."),
        validators=[within_limit],
        widget=forms.Textarea(attrs={"rows": 2, "data-key": "c"}),
    )
    sources = forms.MultipleChoiceField(
        label=_("Sources"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: Any,
        options: Sequence[Option],
        pool: Sequence[Source],
        answer: Answer | None,
        asks_what_happened: bool,
        earlier: EarlierAnswer | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asks_what_happened, self.earlier = asks_what_happened, earlier
        self.options = numbered(options)
        self.pool = {str(source.key): source for source in pool}
        self.answer = answer
        self.fields["option"].choices = [
            *((value, option.label) for value, option in self.options.items()),
            *AnswerKind.choices[1:],
        ]
        self.fields["sources"].choices = [(key, str(row)) for key, row in self.pool.items()]
        if earlier and not asks_what_happened:
            words = _("If it differs from %(year)d: what happened?")
            self.fields["change_reason"].label = words % {"year": earlier.reference_date.year}
        elif not asks_what_happened:
            del self.fields["change_reason"]

    def clean(self) -> dict[str, Any]:
        """Return what record_answer takes."""
        given = self.cleaned_data
        picked = given.pop("option", "")
        kind = AnswerKind.CHOSEN if picked in self.options else picked
        points = given.pop("points", None)
        if kind == AnswerKind.EXCEPTIONAL and points is None and "points" not in self.errors:
            self.add_error("points", _("Say how many points, or choose an option."))
        given.setdefault("change_reason", self.answer.change_reason if self.answer else "")
        points = points if kind == AnswerKind.EXCEPTIONAL else None
        if self._is_as_before(kind, self.options.get(picked), points):
            given["change_reason"] = ""
        return given | {
            "kind": kind,
            "option": self.options.get(picked),
            "points": points,
            "sources": [self.pool[key] for key in given.get("sources", ())],
            "expected_version": given.pop("version", None),
            "draft_version": given.pop("draft", None) or 0,
        }

    def _is_as_before(self, kind: str, option: Option | None, points: Fraction | None) -> bool:
        """Whether nothing happened since the last edition that a reason could explain."""
        if self.earlier is None or self.asks_what_happened:
            return False
        before = self.earlier
        return (kind, option, points) == (before.kind, before.option, before.points)

    def tiles(self) -> Iterator[Tile]:
        """Give the options, then the two ways of having none."""
        chosen = str(self["option"].value() or "")
        without = [(kind.value, str(kind.label).capitalize(), "") for kind in WITHOUT_OPTION]
        rows = [(value, one.label, one.description) for value, one in self.options.items()]
        for number, (value, label, text) in enumerate([*rows, *without], 1):
            yield Tile(
                value=value,
                label=label,
                text=text,
                key=str(number),
                checked=value == chosen,
                is_option=number <= len(rows),
            )

    @property
    def is_exceptional(self) -> bool:
        return self["option"].value() == AnswerKind.EXCEPTIONAL

    @property
    def ticked(self) -> set[str]:
        """The keys of the sources that are ticked, as texts."""
        return set(map(str, self["sources"].value() or ()))


class MaintainForm(forms.Form):
    reply = forms.CharField(
        label=_("Why the answer stands"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A consortium reviewer reads it with what the reviewers say, and rules."),
        error_messages={"required": _("Say why the answer stands.")},
    )


def typed(post: QueryDict) -> dict[str, Any]:
    """Return what was typed, field by field and unjudged, as a draft keeps it.

    A browser sends nothing of what is not ticked: such a field is blank here.
    """
    return {name: blank(name) for name in FIELDS} | {
        name: [without_nul(text) for text in post.getlist(name)]
        if name in SEVERAL
        else without_nul(post[name])
        for name in post
        if name not in NOT_TYPED
    }


def typed_whole(post: QueryDict) -> Typed:
    """Return what a form sent that knows no script: all fields, and which versions were read."""
    return Typed(
        fields=typed(post),
        based_on=_version(post.get("version", "")),
        draft=_version(post.get("draft", "")),
        whole=True,
    )


def _version(text: str) -> int:
    """Return a version's number; 0 for what is none: then all that lies there is news."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


def as_typed(draft: Draft) -> dict[str, Any]:
    """Return the draft's fields as a form shows them; what is not text is left out."""
    kept = draft.content if isinstance(draft.content, dict) else {}
    return {
        name: [str(one) for one in value] if isinstance(value, list) else str(value)
        for name, value in kept.items()
        if isinstance(value, list if name in SEVERAL else str | int)
    }


def as_recorded(
    answer: Answer | None, options: Sequence[Option], sources: Sequence[Source]
) -> dict[str, Any]:
    """Return the recorded answer's fields as a form shows them; nothing where there is none."""
    if answer is None:
        return {}
    return as_fields(answer, [one.pk for one in options], [source.key for source in sources])
