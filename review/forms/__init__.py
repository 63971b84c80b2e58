"""What people fill in during a review: one module for each kind of page."""

from .judging import ConsentForm, KeyedRadios, OpinionForm, RulingForm, long_text

__all__ = ("ConsentForm", "KeyedRadios", "OpinionForm", "RulingForm", "long_text")
