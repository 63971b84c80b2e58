"""Who approved what, who objected, and what the review stands behind."""

from .cases import Case, CaseItem, Consent, FirstCoding, Opinion
from .codings import BlindCoding
from .disputes import Dispute, PrecedentMet, Ruling, SecondLook
from .drafts import ReviewDraft
from .interests import Declaration, NamingConsent, Unblinding
from .settled import SettledAnswer
from .threads import Message, Redaction, Thread
from .windows import LastWord, ReopenedItem, Reopening

__all__ = (
    "BlindCoding",
    "Case",
    "CaseItem",
    "Consent",
    "Declaration",
    "Dispute",
    "FirstCoding",
    "LastWord",
    "Message",
    "NamingConsent",
    "Opinion",
    "PrecedentMet",
    "Redaction",
    "ReopenedItem",
    "Reopening",
    "ReviewDraft",
    "Ruling",
    "SecondLook",
    "SettledAnswer",
    "Thread",
    "Unblinding",
)
