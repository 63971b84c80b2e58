"""What the draws of an edition begin from: its code, so that anybody can name the seed."""

from __future__ import annotations

import hashlib

SEED_BYTES = 4


def seed_of(edition: str) -> int:
    """Return the seed of an edition by its code: the first four bytes of a SHA-256.

    The same for all its revisions: what differs between two of them is the answers' doing, and
    not the draws'.

    >>> seed_of("2027")
    3701343978
    """
    digest = hashlib.sha256(f"edition {edition}".encode()).digest()
    return int.from_bytes(digest[:SEED_BYTES], "big")
