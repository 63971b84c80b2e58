"""soak/REPORT.md: the figures, and every survivor with its judgement."""

from __future__ import annotations

import platform
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from scoring.engine import ENGINE_VERSION
from soak.found import Module, Mutant
from soak.judging import Key, unjudged

ABOUT = Path(__file__).with_name("about.md")
NOBODY = "**nobody judged it**"


def report(
    modules: Sequence[Module], reasons: Mapping[Key, str], *, command: str, minutes: float
) -> str:
    """Return the whole report, as Markdown; MINUTES are what the command took, by the clock."""
    parts = [
        ABOUT.read_text(encoding="utf-8").rstrip(),
        f"## Measured\n\n{_conditions(command, minutes)}\n\n{_verdict(modules, reasons)}",
        _table(modules),
        "## Survivors\n\n" + _survivors(modules, reasons),
        "## Ended by the clock\n\n" + _stopped(modules),
    ]
    return "\n\n".join(parts) + "\n"


def _conditions(command: str, minutes: float) -> str:
    day = datetime.now(tz=UTC).date()
    versions = f"engine {ENGINE_VERSION}, Python {platform.python_version()}"
    return (
        f"Command: `{command}`, {day}; {versions}. It took {minutes:.0f} min. Seconds are\n"
        "of the clock, of two processes together, and so depend on what else the machine does."
    )


def _verdict(modules: Sequence[Module], reasons: Mapping[Key, str]) -> str:
    survived = sum(len(module.survived) for module in modules)
    new = len(unjudged(modules, reasons))
    return f"Of {survived} survivors {survived - new} have a reason and {new} have none."


def _table(modules: Sequence[Module]) -> str:
    head = [
        "| module | mutants | killed | survived | by the clock | not run | seconds |",
        "|---|---|---|---|---|---|---|",
    ]
    rows = [
        (module.name.removeprefix("scoring.engine."), *_figures(module)) for module in modules
    ]
    total = ("all", *(sum(column) for column in zip(*map(_figures, modules), strict=True)))
    return "\n".join(head + [_row(row) for row in [*rows, total]])


def _figures(module: Module) -> tuple[int, ...]:
    return (
        module.mutants,
        module.killed,
        len(module.survived),
        len(module.stopped),
        module.not_run,
        round(module.seconds),
    )


def _row(fields: Iterable[object]) -> str:
    return f"| {' | '.join(map(str, fields))} |"


def _survivors(modules: Sequence[Module], reasons: Mapping[Key, str]) -> str:
    """Give the survivors file by file, those of one reason and one line together."""
    parts = []
    for module in modules:
        together: dict[tuple[str, int, str, str], list[Mutant]] = defaultdict(list)
        for mutant in module.survived:
            reason = reasons.get(mutant.key, NOBODY)
            together[mutant.function, mutant.line, mutant.was, reason].append(mutant)
        if together:
            path = module.name.replace(".", "/") + ".py"
            entries = [
                _entry(*key, mutants) for key, mutants in sorted(together.items(), key=_line)
            ]
            parts.append("\n".join([f"### {path}\n", *entries]))
    return "\n\n".join(parts) or "None."


def _line(item: tuple[tuple[str, int, str, str], list[Mutant]]) -> tuple[int, str]:
    return item[0][1], item[0][3]


def _entry(function: str, line: int, was: str, reason: str, mutants: Iterable[Mutant]) -> str:
    became = " or ".join(_code(mutant.now) for mutant in mutants)
    return f"- {function}, line {line}: {_code(was)} became {became}. {reason}"


def _code(text: str) -> str:
    return f"``{' '.join(text.split())}``" if text else "nothing"


def _stopped(modules: Sequence[Module]) -> str:
    entries = [
        f"- {mutant.module.replace('.', '/')}.py, {mutant.function}, line {mutant.line}: "
        f"{_code(mutant.was)} became {_code(mutant.now)}."
        for module in modules
        for mutant in module.stopped
    ]
    return "\n".join(entries) or "None."
