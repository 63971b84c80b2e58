"""What was published, frozen; what is rehearsed and written for it; what was found wrong in it."""

from .corrections import Correction, CorrectionRequest, CorrectionVote
from .editions import Edition, FrozenAnswer, FrozenScore, Mandate, Revision, Signature
from .readers import EmbargoReader
from .rehearsals import EditionText, FrozenText, Rehearsal

__all__ = (
    "Correction",
    "CorrectionRequest",
    "CorrectionVote",
    "Edition",
    "EditionText",
    "EmbargoReader",
    "FrozenAnswer",
    "FrozenScore",
    "FrozenText",
    "Mandate",
    "Rehearsal",
    "Revision",
    "Signature",
)
