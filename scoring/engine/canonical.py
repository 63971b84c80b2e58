"""The one way to write a document as bytes, so that the same document has the same hash.

Source  RFC 8785, JSON Canonicalization Scheme (Rundgren, Jordan, Erdtman 2020).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

LARGEST = 2**53 - 1
"""The largest whole number that every reader of JSON keeps (RFC 7493, section 2.2)."""


def canonical(document: Any) -> bytes:
    """Return DOCUMENT as canonical JSON: no spaces, keys by their UTF-16 code units, in UTF-8.

    A document that is hashed here holds no binary floating point: a share is the text "2/3".
    So the part of the scheme that is about writing doubles is not needed, and is refused.

    Raises ValueError on a float, a whole number beyond 2**53 - 1, a key that is no text, half a
    surrogate pair, and what JSON has no form for.

    >>> canonical({"b": [True, None], "a": "€"}).decode()
    '{"a":"€","b":[true,null]}'
    >>> canonical({"share": 0.5})
    Traceback (most recent call last):
    ...
    ValueError: the number 0.5 is binary floating point: write it as a text, such as "1/2"
    """
    text = json.dumps(_ordered(document), separators=(",", ":"), ensure_ascii=False)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("half a surrogate pair is no character") from error


def fingerprint(document: Any) -> str:
    """Return the SHA-256 (hex) of DOCUMENT as canonical JSON. Raises as `canonical`."""
    return hashlib.sha256(canonical(document)).hexdigest()


def _ordered(value: Any) -> Any:
    """Return VALUE with its keys in order; refuse what has no canonical form here."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise ValueError(f"the number {value} is beyond 2**53 - 1: write it as a text")
        return value
    if isinstance(value, float):
        reason = 'is binary floating point: write it as a text, such as "1/2"'
        raise ValueError(f"the number {value!r} {reason}")
    if isinstance(value, Mapping):
        return {key: _ordered(value[key]) for key in sorted(value, key=_place)}
    if isinstance(value, list | tuple):
        return [_ordered(each) for each in value]
    raise ValueError(f"{value!r} has no form in JSON")


def _place(key: Any) -> bytes:
    """Return what keys are sorted by; RFC 8785, section 3.2.3: as arrays of code units."""
    if not isinstance(key, str):
        raise ValueError(f"the key {key!r} is no text: put it in quotes")
    return key.encode("utf-16-be", "surrogatepass")
