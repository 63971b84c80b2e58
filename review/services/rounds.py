"""Close the review of a round: the one way in which it ends."""

from __future__ import annotations

from mipex_site.accounts.models import User
from questionnaire.models import Round

from .moves import CLOSE_REVIEW
from .moving import make


def close_review(*, round_: Round, by: User) -> Round:
    """End the review for good and announce `review_closed` in the same transaction.

    Raises NotAllowed, WrongState, and Refusal whose sentence names every blocker.
    """
    return make(move=CLOSE_REVIEW, thing=round_, by=by)
