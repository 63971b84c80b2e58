"""What the fields of the review's forms are called, for sentences about them."""

from __future__ import annotations

from ..enums import DraftOf
from .coding import CodingForm
from .judging import ConsentForm, OpinionForm
from .ruling import RulingForm, SecondLookForm

FORMS = {
    DraftOf.OPINION: OpinionForm,
    DraftOf.CODING: CodingForm,
    DraftOf.CONSENT: ConsentForm,
    DraftOf.RULING: RulingForm,
    DraftOf.SECOND_LOOK: SecondLookForm,
}


def label_of(kind: str, name: str) -> str:
    """Return a field's label as the page has it, or its name where no form knows it."""
    form = FORMS.get(DraftOf(kind))
    known = form.base_fields if form else {}
    return str(known[name].label) if name in known else name
