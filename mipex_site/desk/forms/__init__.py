"""What people fill in on the pages that span the apps."""

from .closing import ClosingForm, GoingBackForm
from .publishing import (
    ExplanationForm,
    InAdvanceForm,
    InstantForm,
    PrepareForm,
    SigningForm,
)
from .readers import ReaderForm

__all__ = (
    "ClosingForm",
    "ExplanationForm",
    "GoingBackForm",
    "InAdvanceForm",
    "InstantForm",
    "PrepareForm",
    "ReaderForm",
    "SigningForm",
)
