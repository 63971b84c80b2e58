"""The framework file: read, checked, loaded, exported."""

from .loading import import_framework
from .locking import lock_framework

__all__ = ("import_framework", "lock_framework")
