"""Loaded by a worker under test: it stops at one function, to be killed there or to go on.

PAUSE_AT is the function, such as ``editions.services.building.finish``, with ``:after`` behind
it to stop once it has done its work and not before. PAUSED is a file that says that it stopped;
it goes on once there is the file RESUME, if one is named.
"""

import os
import time
from functools import wraps
from importlib import import_module
from pathlib import Path

from celery.signals import worker_process_init

LONGEST_SECONDS = 600


def stop_for_good() -> None:
    Path(os.environ["PAUSED"]).touch()
    resume = os.environ.get("RESUME")
    deadline = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < deadline and not (resume and Path(resume).exists()):
        time.sleep(0.1)


@worker_process_init.connect
def put_the_pause_in(**kwargs: object) -> None:
    place, _colon, after = os.environ["PAUSE_AT"].partition(":")
    room, _dot, name = place.rpartition(".")
    module = import_module(room)
    function = getattr(module, name)

    @wraps(function)
    def paused(*args: object, **named: object) -> object:
        if not after:
            stop_for_good()
        result = function(*args, **named)
        stop_for_good()
        return result

    setattr(module, name, paused)
