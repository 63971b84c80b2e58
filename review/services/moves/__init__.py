"""The table: every transition there is in the review. Buttons, tests and docs read it.

Item     UNDER_REVIEW until enough reviewers agree, or it is asked back, or it is disputed.
Dispute  OPEN until an adjudicator rules.
Case     WAITING until every coding is in, then IN_REVIEW, RETURNED and back, LAST_WORD, CLEARED.
Round    its review ends once, when nothing blocks it.
"""

from .cases import OPEN, RESUBMIT_CASE, RETURN
from .disputes import CLOSE
from .endings import ASK_LAST_WORD, CLEAR
from .items import (
    APPROVE,
    DIFFER,
    EXHAUST,
    MAINTAIN,
    REQUEST_CHANGE,
    RESUBMIT,
    RULE,
    SPLIT,
)
from .rounds import CLOSE_REVIEW

MOVES = (
    APPROVE,
    SPLIT,
    DIFFER,
    EXHAUST,
    REQUEST_CHANGE,
    RESUBMIT,
    MAINTAIN,
    RULE,
    CLOSE,
    OPEN,
    RETURN,
    RESUBMIT_CASE,
    ASK_LAST_WORD,
    CLEAR,
    CLOSE_REVIEW,
)

__all__ = (
    "APPROVE",
    "ASK_LAST_WORD",
    "CLEAR",
    "CLOSE",
    "CLOSE_REVIEW",
    "DIFFER",
    "EXHAUST",
    "MAINTAIN",
    "MOVES",
    "OPEN",
    "REQUEST_CHANGE",
    "RESUBMIT",
    "RESUBMIT_CASE",
    "RETURN",
    "RULE",
    "SPLIT",
)
