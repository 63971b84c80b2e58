"""How pytest runs on mutants: a plug-in, named in soak/pytest.ini.

Property tests draw the same examples each time, a quarter of the usual number, and no smaller
one is looked for: the first failure ends the mutant. Tests on the whole data of MIPEX are left
out, for each takes seconds; a mutant that only they would kill wants a small test as well.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator

import pytest
from hypothesis import Phase, settings

settings.register_profile(
    "soak",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=25,
    phases=(Phase.explicit, Phase.generate),
)
settings.load_profile("soak")

REAL = frozenset({"mipex", "mipex_document", "release", "real_cells", "real_results"})
"""The fixtures of tests/scoring/conftest.py that read and score all countries and years."""
LONGEST = 10
"""Seconds of the processor for one test, of which none needs three: a mutant may loop for ever.
The clock would not do, for a busy machine would pass for a loop."""
TIMEOUT = 36
"""The status by which mutmut knows a mutant that was ended for its time."""
KILLED = 1
"""The status of a mutant that a test noticed: that of pytest, when a test failed."""


def on_a_mutant() -> bool:
    """Return False where the tests run on the code as it is, as they do before any mutant."""
    return "__mutmut_" in os.environ.get("MUTANT_UNDER_TEST", "")


def pytest_configure() -> None:
    """Forget what functions keep: a mutant is a fork of a process that ran every test before.

    Its life is short: looking for garbage would take longer than what is found is worth.
    """
    if on_a_mutant():
        gc.disable()
    signal.signal(signal.SIGVTALRM, lambda *_: os._exit(TIMEOUT))
    for name, module in list(sys.modules.items()):
        if name.startswith("scoring.engine"):
            for value in vars(module).values():
                if callable(forget := getattr(value, "cache_clear", None)):
                    forget()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [item for item in items if REAL & set(getattr(item, "fixturenames", ()))]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Iterator[None]:
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """End a mutant with the first test that failed: nobody reads how pytest would end it."""
    if report.failed and on_a_mutant():
        os._exit(KILLED)
