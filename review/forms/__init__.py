"""What people fill in during a review: one module for each kind of page."""

from .coding import CodingForm
from .judging import ConsentForm, KeyedRadios, OpinionForm, long_text
from .ruling import RulingForm, SecondLookForm

__all__ = (
    "CodingForm",
    "ConsentForm",
    "KeyedRadios",
    "OpinionForm",
    "RulingForm",
    "SecondLookForm",
    "long_text",
)
