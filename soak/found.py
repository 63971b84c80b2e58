"""What mutmut found, read from what it keeps beside each mutated file."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.format_utils import orig_function_and_class_names_from_key

KILLED = frozenset({"killed", "caught by type check"})
STOPPED = frozenset({"timeout", "segfault"})
NOT_RUN = "not checked"


@dataclass(frozen=True)
class Mutant:
    """One change of one function, and what became of it.

    Shape   module: scoring.engine.ranks. function: its name, with the class of a method. line:
            of the file, as it is in the copy. was, now: what changed, line by line.
    """

    name: str
    module: str
    function: str
    line: int
    was: str
    now: str
    status: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """By what it is judged: it stays the same when lines move."""
        return self.module, self.function, self.was, self.now


@dataclass(frozen=True)
class Module:
    """The mutants of one module: how many, what became of them, and the seconds they took."""

    name: str
    mutants: int
    killed: int
    not_run: int
    seconds: float
    stopped: tuple[Mutant, ...]
    survived: tuple[Mutant, ...]


def modules(folder: Path) -> list[Module]:
    """Return every module of the copy in FOLDER that has mutants of it as it is, sorted by name."""
    with chdir(folder):
        found = [_module(path) for path in _mutated() if not _is_younger(path)]
    return [module for module in found if module.mutants]


def younger(folder: Path) -> list[str]:
    """Return the modules of the copy in FOLDER that changed since their mutants were made."""
    with chdir(folder):
        return [_name(path) for path in _mutated() if _is_younger(path)]


def _mutated() -> list[Path]:
    return sorted(path for path in Path("scoring").rglob("*.py") if _kept(path).is_file())


def _is_younger(path: Path) -> bool:
    """By this mutmut, too, decides whether to make the mutants again."""
    return path.stat().st_mtime > Path("mutants", path).stat().st_mtime


def _name(path: Path) -> str:
    return ".".join(path.with_suffix("").parts)


def _kept(path: Path) -> Path:
    return Path("mutants", f"{path}.meta")


def _module(path: Path) -> Module:
    kept = json.loads(_kept(path).read_text(encoding="utf-8"))
    statuses = {
        name: status_by_exit_code[code] for name, code in kept["exit_code_by_key"].items()
    }
    alive = [
        _mutant(name, path, status)
        for name, status in statuses.items()
        if status not in KILLED and status != NOT_RUN
    ]
    return Module(
        name=_name(path),
        mutants=len(statuses),
        killed=sum(status in KILLED for status in statuses.values()),
        not_run=sum(status == NOT_RUN for status in statuses.values()),
        seconds=sum(kept["durations_by_key"].values()),
        stopped=tuple(mutant for mutant in alive if mutant.status in STOPPED),
        survived=tuple(mutant for mutant in alive if mutant.status not in STOPPED),
    )


def _mutant(name: str, path: Path, status: str) -> Mutant:
    function, class_name = orig_function_and_class_names_from_key(name)
    whole = f"{class_name}.{function}" if class_name else function
    _, _, hunk, *change = get_diff_for_mutant(name, path=path).splitlines()
    was = "\n".join(line[1:].strip() for line in change if line.startswith("-"))
    now = "\n".join(line[1:].strip() for line in change if line.startswith("+"))
    before = next(at for at, line in enumerate(change) if not line.startswith(" "))
    offset = int(hunk.split()[1].split(",")[0].lstrip("-")) - 1 + before
    return Mutant(name, _name(path), whole, _begins(path, whole) + offset, was, now, status)


def _begins(path: Path, function: str) -> int:
    """Return the line in which a function begins: that of its first decorator, if it has any."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for name, node in _functions(tree.body):
        if name == function:
            return min(part.lineno for part in (*node.decorator_list, node))
    raise LookupError(f"{path} has no {function}")


def _functions(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in body:
        if isinstance(node, ast.FunctionDef):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{node.name}.")
