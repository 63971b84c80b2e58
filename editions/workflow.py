"""The workflow of a revision: every move there is, and what a person may do now."""

from __future__ import annotations

from .services.moves import (
    BUILD,
    FAIL,
    FREEZE,
    PUBLISH,
    PUT_BACK,
    RETRY,
    REVISION_MOVES,
    SET_ASIDE,
    SIGN,
    SUPERSEDE,
    WITHDRAW,
    Move,
    verdicts_for,
)

__all__ = (
    "BUILD",
    "FAIL",
    "FREEZE",
    "PUBLISH",
    "PUT_BACK",
    "RETRY",
    "REVISION_MOVES",
    "SET_ASIDE",
    "SIGN",
    "SUPERSEDE",
    "WITHDRAW",
    "Move",
    "verdicts_for",
)
