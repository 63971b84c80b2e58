"""The answer of a rule: yes, or no and a sentence that says why."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Verdict:
    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


YES = Verdict(allowed=True)


def no(reason: str) -> Verdict:
    return Verdict(allowed=False, reason=reason)


def demand(verdict: Verdict) -> None:
    """Raise NotAllowed with the verdict's own reason unless it says yes."""
    if not verdict:
        raise NotAllowed(verdict.reason)
