"""Make the mutants, run the tests on each, write soak/REPORT.md; end with 1 on a new survivor.

`python -m soak` runs all; with names of modules, these anew; with the word `again`, survivors that
nobody judged, mutants that were ended for their time, and modules that changed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from soak.copying import WORK, lay_out
from soak.found import Module, modules, younger
from soak.judging import idle, judgements, unjudged
from soak.report import report

HERE = Path(__file__).parent
JUDGED = HERE / "judged.toml"
PROCESSES = 2
AGAIN = "again"


def names_of(words: list[str]) -> list[str]:
    """Return the mutants to run, as mutmut takes them; none for all that have not run."""
    names = [f"scoring.engine.{word}.x*" for word in words if word != AGAIN]
    if AGAIN in words:
        names += [f"{name}.x*" for name in younger(WORK)]
        found = modules(WORK)
        stopped = [mutant for module in found for mutant in module.stopped]
        names += [one.name for one in (*unjudged(found, judgements(JUDGED)), *stopped)]
    return names


def run(names: list[str]) -> int:
    """Run mutmut in the copy, as politely as there is; return its status."""
    mutmut = Path(sys.executable).with_name("mutmut")
    command = [str(mutmut), "run", "--max-children", str(PROCESSES), *names]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        ["nice", "-n", "19", *command], cwd=WORK, env=environment, check=False
    ).returncode


def tell(found: list[Module], command: str, minutes: float) -> int:
    """Write the report; print what is left to do, and return 1 if there is a new survivor."""
    reasons = judgements(JUDGED)
    text = report(found, reasons, command=command, minutes=minutes)
    (HERE / "REPORT.md").write_text(text, encoding="utf-8")
    for mutant in (new := unjudged(found, reasons)):
        print(f"{mutant.module}.{mutant.function}, line {mutant.line}:")
        print(f"  - {mutant.was}\n  + {mutant.now}")
    for key in idle(found, reasons):
        print(f"{key[0]}.{key[1]}: judged, and no survivor: {key[3]}")
    print(f"{len(new)} survivors without a judgement; soak/REPORT.md has all.")
    return 1 if new else 0


def main(words: list[str]) -> int:
    began = time.monotonic()
    lay_out(anew=not words)
    if status := run(names_of(words)):
        return status
    command = " ".join(["python -m soak", *words]) if words else "make soak"
    return tell(modules(WORK), command, (time.monotonic() - began) / 60)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
