"""What a person is told when the portal says no: whole sentences, made for that person."""

from __future__ import annotations


class Refusal(Exception):
    """The portal will not do this now; the sentence says why. Shown with status 409."""

    status = 409

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotAllowed(Refusal):
    """This person may not do this. Shown with status 403."""

    status = 403


class Closed(NotAllowed):
    """This person might, but no longer here: what came is late. Shown with status 423."""

    status = 423


class DoFirst(NotAllowed):
    """This person may, once something is done at ADDRESS: a page leads there by itself."""

    def __init__(self, reason: str, address: str) -> None:
        super().__init__(reason)
        self.address = address


class WrongState(Refusal):
    """The thing is no longer, or not yet, where this act starts."""


class Stale(Refusal):
    """Somebody changed the thing after this person read it."""
