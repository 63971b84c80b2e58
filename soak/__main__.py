"""Make the mutants, run the tests on each, write soak/REPORT.md; end with 1 on a new survivor.

`python -m soak` runs all; with names of modules, these anew; with the word `again`, what was not
killed before.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from soak.copying import WORK, lay_out
from soak.found import Module, modules
from soak.judging import idle, judgements, unjudged
from soak.report import report

HERE = Path(__file__).parent
PROCESSES = 2
AGAIN = "again"


def names_of(words: list[str]) -> list[str]:
    """Return the mutants to run, as mutmut takes them; none for all that have not run."""
    if words != [AGAIN]:
        return [f"scoring.engine.{word}.x*" for word in words]
    alive = [one for module in modules(WORK) for one in (*module.survived, *module.stopped)]
    return [mutant.name for mutant in alive]


def run(names: list[str]) -> int:
    """Run mutmut in the copy, as politely as there is; return its status."""
    mutmut = Path(sys.executable).with_name("mutmut")
    command = [str(mutmut), "run", "--max-children", str(PROCESSES), *names]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        ["nice", "-n", "19", *command], cwd=WORK, env=environment, check=False
    ).returncode


def tell(found: list[Module], command: str) -> int:
    """Write the report; print what is left to do, and return 1 if there is a new survivor."""
    reasons = judgements(HERE / "judged.toml")
    (HERE / "REPORT.md").write_text(report(found, reasons, command=command), encoding="utf-8")
    for mutant in (new := unjudged(found, reasons)):
        print(f"{mutant.module}.{mutant.function}, line {mutant.line}:")
        print(f"  - {mutant.was}\n  + {mutant.now}")
    for key in idle(found, reasons):
        print(f"{key[0]}.{key[1]}: judged, and no survivor: {key[3]}")
    print(f"{len(new)} survivors without a judgement; soak/REPORT.md has all.")
    return 1 if new else 0


def main(words: list[str]) -> int:
    lay_out(anew=not words)
    if status := run(names_of(words)):
        return status
    return tell(modules(WORK), " ".join(["python -m soak", *words]) if words else "make soak")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
