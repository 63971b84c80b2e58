"""Parsing of a source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..enums import Evidence, EvidenceRule, SourceKind
from ..models import Source
from ..services.sources import GIVEN
from .limits import within_limit

SOURCE_PREFIX = "source"


class SourceForm(forms.Form):
    """A law, a publication, or (in a demonstration) a cell of the published data."""

    # It stands inside the answer's form, which is sent without a new source.
    use_required_attribute = False

    kind = forms.ChoiceField(label=_("What it is"), widget=forms.RadioSelect)
    title = forms.CharField(label=_("Title"), max_length=300)
    article = forms.CharField(
        label=_("Article or paragraph"),
        max_length=160,
        required=False,
        help_text=_("So exact that a reviewer finds the sentence."),
    )
    jurisdiction = forms.CharField(
        label=_("Jurisdiction"),
        max_length=120,
        required=False,
        help_text=_("Where it holds, if not in the whole country: a region, or the Union."),
    )
    publisher = forms.CharField(label=_("Publisher"), max_length=200, required=False)
    url = forms.URLField(label=_("Link"), max_length=500, required=False)
    in_force_from = forms.DateField(label=_("In force from"), required=False)
    in_force_until = forms.DateField(label=_("In force until"), required=False)
    published_on = forms.DateField(label=_("Published on"), required=False)
    year = forms.IntegerField(label=_("Year"), min_value=1000, max_value=2200, required=False)
    language = forms.CharField(
        label=_("Language"), max_length=10, required=False, help_text=_("Its code, such as et.")
    )
    describes_cut_off = forms.BooleanField(
        label=_("It describes the situation on the cut-off date"), required=False
    )
    quote = forms.CharField(
        label=_("Quote in the original"), required=False, validators=[within_limit]
    )
    quote_translated = forms.CharField(
        label=_("Quote translated"), required=False, validators=[within_limit]
    )
    note = forms.CharField(
        label=_("Note on the source"), required=False, validators=[within_limit]
    )

    FIRST = (
        "title",
        "article",
        "publisher",
        "url",
        "in_force_from",
        "in_force_until",
        "published_on",
    )
    MORE = ("year", "jurisdiction", "language", "quote", "quote_translated", "note")
    OF_A_LAW = ("article", "in_force_from", "in_force_until", "jurisdiction")
    OF_A_PUBLICATION = ("publisher", "published_on")

    def __init__(
        self,
        *args: Any,
        rule: str,
        evidence: str = Evidence.LAW,
        source: Source | None = None,
        day: date | None = None,
        **kwargs: Any,
    ) -> None:
        """RULE is the round's, EVIDENCE what the question is about and a new source begins as.

        SOURCE is the one to correct, DAY the cut-off, where known.
        """
        if source:
            kwargs["initial"] = as_entered(source)
        super().__init__(*args, **{"prefix": SOURCE_PREFIX} | kwargs)
        self.source, self.day = source, day
        kinds = [kind for kind in SourceKind if _fits(kind, rule)]
        self.fields["kind"].choices = [
            (kind.value, str(kind.label).capitalize()) for kind in kinds
        ]
        self.initial.setdefault("kind", KIND_FOR[Evidence(evidence)])
        for name, field in self.fields.items():
            if isinstance(field, forms.DateField):
                field.widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
            elif name in {"quote", "quote_translated", "note"}:
                field.widget = forms.Textarea(attrs={"rows": 2})

    def clean(self) -> dict[str, Any]:
        """Who enters a source has it at hand: that is the first check."""
        if self.source is None:
            self.cleaned_data["checked_on"] = timezone.localdate()
        return self.cleaned_data

    def first(self) -> Iterator[tuple[forms.BoundField, str]]:
        """Give the fields that are always in sight, each with the kind it belongs to."""
        yield from self._of(self.FIRST)

    def more(self) -> Iterator[tuple[forms.BoundField, str]]:
        yield from self._of(self.MORE)

    def _of(self, names: Sequence[str]) -> Iterator[tuple[forms.BoundField, str]]:
        for name in names:
            law, publication = name in self.OF_A_LAW, name in self.OF_A_PUBLICATION
            kind = str(SourceKind.LAW) if law else SourceKind.PRACTICE if publication else ""
            # A cell of the published data has its address where a law has its article.
            yield self[name], f"{kind} also-dataset" if name == "article" else kind

    @property
    def opens_more(self) -> bool:
        return any(self[name].errors or self[name].value() for name in self.MORE)


class FileForm(forms.Form):
    """One file of a source; what it is and whether it is taken is asked by the service."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        help_text=_("PDF, Word (.docx), JPEG or PNG."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.jpg,.jpeg,.png"}),
    )


BOTH = (SourceKind.LAW, SourceKind.PRACTICE)
KIND_FOR = {Evidence.LAW: SourceKind.LAW, Evidence.PRACTICE: SourceKind.PRACTICE}


def _fits(kind: SourceKind, rule: str) -> bool:
    return kind in BOTH or rule == EvidenceRule.DATASET_CELL


def as_entered(source: Source) -> dict[str, Any]:
    return {name: getattr(source, name) for name in GIVEN}


def source_as_typed(content: dict[str, Any]) -> dict[str, Any]:
    """Return what was typed of a new source beside the answer."""
    start = f"{SOURCE_PREFIX}-"
    return {
        name.removeprefix(start): value
        for name, value in content.items()
        if name.startswith(start)
    }
