"""The judgements of survivors, kept in soak/judged.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from soak.found import Module, Mutant

Key = tuple[str, str, str, str]


def judgements(path: Path) -> dict[Key, str]:
    """Return the reasons by module, function, the text that was changed and what it became.

    Shape   [[survivor]] with module, function, was, now and because. `now` may be a list: of
            changes of the same text with the same reason.
    Raises  ValueError on a second judgement of the same change, or one without a reason.
    """
    found: dict[Key, str] = {}
    for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("survivor", ()):
        become = entry["now"] if isinstance(entry["now"], list) else [entry["now"]]
        if not entry["because"].strip():
            raise ValueError(f"{entry['module']}.{entry['function']}: a reason is missing")
        for now in become:
            key = (entry["module"], entry["function"], entry["was"], now)
            if key in found:
                raise ValueError(f"{entry['module']}.{entry['function']}: judged twice: {now}")
            found[key] = entry["because"].strip()
    return found


def unjudged(modules: Iterable[Module], reasons: Mapping[Key, str]) -> list[Mutant]:
    """Return the survivors that nobody judged."""
    return [
        mutant for module in modules for mutant in module.survived if mutant.key not in reasons
    ]


def idle(modules: Iterable[Module], reasons: Mapping[Key, str]) -> list[Key]:
    """Return the judgements of no survivor, of modules that ran to the end: to be deleted."""
    done = [module for module in modules if not module.not_run]
    alive = {mutant.key for module in done for mutant in module.survived}
    names = {module.name for module in done}
    return [key for key in reasons if key[0] in names and key not in alive]
