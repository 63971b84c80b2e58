"""How often signing in may fail: ten times in fifteen minutes for one address from one place.

Each attempt takes one of ten places in the cache before the passphrase is looked at, so that
attempts made at the same moment are counted too; one that succeeds gives the places back.
"""

from __future__ import annotations

import hashlib

from django.core.cache import cache

FAILURES_ALLOWED = 10
FAILURES_FORGOTTEN_SECONDS = 15 * 60


def take_place(*, address: str, origin: str) -> bool:
    """Count one attempt; False when all places are taken and nobody may try just now."""
    return any(
        cache.add(place, 1, timeout=FAILURES_FORGOTTEN_SECONDS)
        for place in _places(address, origin)
    )


def give_back(*, address: str, origin: str) -> None:
    """Forget the attempts: somebody signed in."""
    cache.delete_many(_places(address, origin))


def _places(address: str, origin: str) -> list[str]:
    """Return the cache's keys. They are hashed: a cache is no place for addresses of people."""
    name = f"{address.strip().lower()}|{origin}".encode()
    digest = hashlib.sha256(name).hexdigest()
    return [f"sign-in:{digest}:{number}" for number in range(FAILURES_ALLOWED)]
