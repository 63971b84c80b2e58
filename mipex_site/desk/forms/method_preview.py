"""A method that is looked at and not kept: its file, and the address that carries it."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import Any

from django.utils.translation import gettext as _

from mipex_site.base.errors import Refusal
from scoring.engine.canonical import canonical
from scoring.services.methods import check_block

from .methods import LIMIT

LONGEST = 3000
"""Characters that a method may take in an address: servers take some 4,000 in all."""


def packed(block: dict[str, Any]) -> str:
    """Return a method as letters for an address. Raises Refusal where it is too long for one."""
    text = base64.urlsafe_b64encode(zlib.compress(canonical(block), 9)).decode().rstrip("=")
    if len(text) > LONGEST:
        raise Refusal(
            _(
                "This method is too long to be looked at without being kept. Bring it in as a "
                "draft, and preview the draft."
            )
        )
    return text


def unpacked(text: str) -> dict[str, Any]:
    """Return the method in an address. Raises ValueError where it carries none."""
    if len(text) > LONGEST:
        raise ValueError("longer than any method in an address")
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        # No more than a file may have: a few letters can stand for gigabytes.
        block = json.loads(zlib.decompressobj().decompress(content, LIMIT))
    except (binascii.Error, zlib.error, UnicodeDecodeError, RecursionError) as error:
        raise ValueError("no method is packed in this address") from error
    if not isinstance(block, dict):
        raise ValueError("what is packed in this address is no method")
    check_block(block)
    return block
