"""The environment is read here and nowhere else. What is missing or misspelt stops the start.

Every value may also be given as NAME_FILE, the path of a file that holds it: so come secrets.
docs/reference/settings.md lists every name; a test compares the two.
"""

import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

_UNSET = object()
_PRAGMAS = (
    "journal_mode=WAL",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "mmap_size=134217728",
    "cache_size=-20000",
    "journal_size_limit=27103364",
)


def text(name: str, default: object = _UNSET) -> str:
    """Return NAME, or what the file named by NAME_FILE holds, or the default.

    Raises ImproperlyConfigured when there is none of the three.
    """
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    value = os.environ.get(name, default)
    if value is _UNSET:
        raise ImproperlyConfigured(f"Set {name} (or {name}_FILE) in the environment.")
    return str(value)


def flag(name: str, *, default: bool) -> bool:
    """Return whether NAME is yes; it may be yes or no and nothing else."""
    value = text(name, "yes" if default else "no").lower()
    if value not in {"yes", "no"}:
        raise ImproperlyConfigured(f"{name} is {value!r}; write yes or no.")
    return value == "yes"


def number(name: str, default: object = _UNSET) -> int:
    """Return NAME as a whole number."""
    value = text(name, default)
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is {value!r}; write a whole number.") from error


def words(name: str, default: object = _UNSET) -> list[str]:
    """Return NAME, a list with commas, as a list without empty words."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def one_of(name: str, *allowed: str) -> str:
    """Return NAME, which must be one of the allowed words; the first is the default."""
    value = text(name, allowed[0])
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value!r}; write one of: {', '.join(allowed)}.")
    return value


def folder(name: str, default: Path) -> Path:
    """Return the folder NAME as an absolute path, and create it."""
    path = Path(text(name, default)).resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def kept_secret(path: Path) -> str:
    """Return the secret kept in the file at PATH, made up the first time it is asked for.

    Web and worker may ask at once: each writes a file, the first to give it the name wins.
    """
    if not path.exists():
        with NamedTemporaryFile("w", dir=path.parent, encoding="utf-8") as made:
            made.write(get_random_secret_key())
            made.flush()
            with suppress(FileExistsError):
                os.link(made.name, path)
    return path.read_text(encoding="utf-8").strip()


def sqlite(path: Path, *, synchronous: str = "FULL") -> dict[str, Any]:
    """Return Django's settings for the embedded database at PATH.

    A transaction takes the write lock when it starts (IMMEDIATE): one that reads first and
    writes later would fail at once with "database is locked", whatever the timeout.
    """
    pragmas = (*_PRAGMAS, f"synchronous={synchronous}")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "".join(f"PRAGMA {pragma};" for pragma in pragmas),
        },
    }


def postgres() -> dict[str, Any]:
    """Return Django's settings for PostgreSQL, from the variables that psql reads too.

    PGHOST may be a host name or the folder of a Unix socket.
    """
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": text("PGHOST"),
        "PORT": number("PGPORT", 5432),
        "NAME": text("PGDATABASE"),
        "USER": text("PGUSER"),
        "PASSWORD": text("PGPASSWORD", ""),
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        # Values go beside a statement and not into its text, so that after some time PostgreSQL
        # need not plan it anew.
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 5},
    }
