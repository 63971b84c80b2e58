"""The embedded broker: kombu's file-system transport, with whole messages only.

kombu opens a message's file under its final name and then writes it, so a worker that looks in
between takes an empty message and dies of it. Here a message is written beside and renamed: a
reader finds all of it or nothing.
"""

from __future__ import annotations

from pathlib import Path
from time import monotonic_ns
from typing import Any
from uuid import uuid4

from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:
        """Put a message into the folder. Its name sorts by time, as kombu's reader expects."""
        folder = Path(self.data_folder_out)
        name = f"{monotonic_ns() // 10**6}_{uuid4()}.{queue}.msg"
        unfinished = folder / f".{name}.unfinished"
        unfinished.write_text(dumps(payload), encoding="utf-8")
        unfinished.replace(folder / name)


class Transport(filesystem.Transport):
    Channel = Channel
