"""The files of the house, as the architecture tests read them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("questionnaire", "review", "scoring", "editions")
ROOMY = (
    *APPS,
    "mipex_site/accounts",
    "mipex_site/audit",
    "mipex_site/mail",
    "mipex_site/desk",
)
CODE = (*APPS, "mipex_site", "tests", "bench", "soak")
# What we did not write, or what is compared by its bytes.
FOREIGN = ("static/vendor", "data", "locale", "var")


def files(*endings: str, below: tuple[str, ...] = (".",)) -> list[Path]:
    """Return our own files with one of the endings, without hidden and foreign folders."""
    found = (path for place in below for path in (ROOT / place).rglob("*"))
    return sorted(path for path in found if path.suffix in endings and _ours(path))


def _ours(path: Path) -> bool:
    name = path.relative_to(ROOT)
    foreign = any(name.is_relative_to(folder) for folder in FOREIGN)
    generated = {"__pycache__", "node_modules"} & set(name.parts)
    hidden = any(part.startswith(".") for part in name.parts[:-1])
    return path.is_file() and not (foreign or generated or hidden)


def modules(*below: str) -> list[Path]:
    """Return our Python modules but for migrations, whose length is the tables' affair."""
    places = below or CODE
    return [path for path in files(".py", below=places) if "migrations" not in path.parts]


def name_of(path: Path) -> str:
    """Return the path as it is written from the root of the house."""
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function and method of a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return a function's lines without its docstring: a contract is not to be cut short."""
    first = node.body[0]
    said = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = first.end_lineno - first.lineno + 1 if said else 0
    return node.end_lineno - node.lineno + 1 - docstring


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, ast.expr | None]:
    """Return a function's parameters, but not *args and **kwargs, with the type or None."""
    every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return {each.arg: each.annotation for each in every}


def in_room(path: Path, *rooms: str) -> bool:
    """Return whether the module lies in one of these rooms of its app."""
    name = name_of(path)
    app = next((app for app in ROOMY if name.startswith(f"{app}/")), None)
    if app is None:
        return False
    return name.removeprefix(f"{app}/").split("/")[0].removesuffix(".py") in rooms
