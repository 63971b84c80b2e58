"""Ask people to take a part, and let them say yes or no. An invitation by itself gives nothing."""

from .answering import accept, accept_as_new, decline, found, open_it
from .asking import TAKES_TWO, Part, confirm, invite, replace
from .forgetting import forget
from .keeping import extend, hand_over, note_export, reissue, withdraw
from .tokens import NoInvitation

__all__ = (
    "TAKES_TWO",
    "NoInvitation",
    "Part",
    "accept",
    "accept_as_new",
    "confirm",
    "decline",
    "extend",
    "forget",
    "found",
    "hand_over",
    "invite",
    "note_export",
    "open_it",
    "reissue",
    "replace",
    "withdraw",
)
