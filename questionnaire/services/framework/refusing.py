"""Why a change of a framework was not taken."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from mipex_site.base.errors import Stale, WrongState

from .documents import Entry
from .shape import Fault


class StaleEntry(Stale):
    """Somebody saved the entry meanwhile: CURRENT is what stands now, or None if it is gone."""

    def __init__(self, reason: str, current: Entry | None) -> None:
        super().__init__(reason)
        self.current = current


class Unfit(ValidationError):
    """What was to be saved cannot be; `faults` has the address and the sentence of each."""

    def __init__(self, faults: list[Fault], messages: Any) -> None:
        super().__init__(messages)
        self.faults = faults


class Unready(WrongState):
    """The draft cannot be locked yet; `faults` says why, in sentences."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))
