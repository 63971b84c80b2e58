"""The table: every transition there is in the review. Buttons, tests and docs read it.

Item     UNDER_REVIEW until enough reviewers agree, or it is asked back, or it is disputed.
Dispute  OPEN until an adjudicator rules; a SECOND_LOOK by another comes between where the
         ruling goes far from the expert's value.
Case     WAITING until every coding is in, then IN_REVIEW, RETURNED and back, LAST_WORD, CLEARED.
Window   a reopening: ASKED for, SECONDING where two decide, OPEN until its time, ENDED.
Round    its review ends when nothing blocks it; two people may take it back until something of
         it is published.
"""

from .cases import OPEN, REOPEN_CASE, RESUBMIT_CASE, RETURN, TAKE_BACK
from .disputes import CLOSE, CONCUR, DISSENT, PROPOSE
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
from .rounds import BACK_TO_REVIEW, CLOSE_REVIEW
from .windows import (
    END,
    GRANT,
    GRANT_FIRST,
    KEEP_APPROVAL,
    KEEP_REVIEW,
    KEEP_RULING,
    REFUSE,
    REOPEN,
    SECOND,
    VOID,
    WITHDRAW,
)

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
    PROPOSE,
    CONCUR,
    DISSENT,
    OPEN,
    RETURN,
    RESUBMIT_CASE,
    ASK_LAST_WORD,
    CLEAR,
    REOPEN,
    KEEP_APPROVAL,
    KEEP_RULING,
    KEEP_REVIEW,
    VOID,
    REOPEN_CASE,
    TAKE_BACK,
    GRANT,
    GRANT_FIRST,
    SECOND,
    REFUSE,
    WITHDRAW,
    END,
    CLOSE_REVIEW,
    BACK_TO_REVIEW,
)

__all__ = (
    "APPROVE",
    "ASK_LAST_WORD",
    "BACK_TO_REVIEW",
    "CLEAR",
    "CLOSE",
    "CLOSE_REVIEW",
    "CONCUR",
    "DIFFER",
    "DISSENT",
    "END",
    "EXHAUST",
    "GRANT",
    "GRANT_FIRST",
    "KEEP_APPROVAL",
    "KEEP_REVIEW",
    "KEEP_RULING",
    "MAINTAIN",
    "MOVES",
    "OPEN",
    "PROPOSE",
    "REFUSE",
    "REOPEN",
    "REOPEN_CASE",
    "REQUEST_CHANGE",
    "RESUBMIT",
    "RESUBMIT_CASE",
    "RETURN",
    "RULE",
    "SECOND",
    "SPLIT",
    "TAKE_BACK",
    "VOID",
    "WITHDRAW",
)
