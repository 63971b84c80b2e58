"""Return a case to its expert: every objection that stands, in one batch."""

from __future__ import annotations

from mipex_site.accounts.models import User

from ..models import Case
from .moves import RETURN
from .moving import make


def return_case(*, case: Case, by: User) -> Case:
    """Ask the expert about each answer that a reviewer disagrees with, under no name.

    Raises NotAllowed, also where no objection stands, and WrongState.
    """
    return make(move=RETURN, thing=case, by=by)
