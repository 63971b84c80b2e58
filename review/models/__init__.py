"""Who approved what, who objected, and what the review stands behind."""

from .cases import Case, CaseItem, Consent, FirstCoding, Opinion
from .disputes import Dispute, Ruling
from .settled import SettledAnswer

__all__ = (
    "Case",
    "CaseItem",
    "Consent",
    "Dispute",
    "FirstCoding",
    "Opinion",
    "Ruling",
    "SettledAnswer",
)
