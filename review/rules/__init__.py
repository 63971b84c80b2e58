"""May this person see, judge, return, rule, consent, talk, reopen or close? One module a subject.

Four eyes are kept on persons, superusers included. A rule asks about the person; where a thing
stands is asked by the workflow.
"""

from .judging import (
    JUDGES,
    LOOKERS,
    may_adjudicate,
    may_close,
    may_consent,
    may_return,
    may_review,
    may_rule,
    may_see_case,
    writers,
)

__all__ = (
    "JUDGES",
    "LOOKERS",
    "may_adjudicate",
    "may_close",
    "may_consent",
    "may_return",
    "may_review",
    "may_rule",
    "may_see_case",
    "writers",
)
