"""Bars on the long parts: lively on a terminal, a line now and then in a log."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from tqdm import tqdm

LOG_SECONDS = 20.0


def bar(things: Iterable[Any] | None = None, **named: Any) -> tqdm:
    """Return a tqdm bar over THINGS, or one to be updated by hand where only a total is given."""
    pace = 0.1 if sys.stderr.isatty() else LOG_SECONDS
    return tqdm(
        things, mininterval=pace, maxinterval=pace, miniters=1, dynamic_ncols=True, **named
    )
