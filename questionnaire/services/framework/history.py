"""What a framework's audit entries are about, and what they remember of one text."""

from __future__ import annotations

from ...models import Framework

LONGEST = 160
"""Of a subject in the audit."""


def address_of(framework: Framework, section: str = "", code: str = "") -> str:
    """Return the audit's subject of a framework, or of one entry of it."""
    parts = ("framework", framework.code, framework.version, section, code)
    return "/".join(filter(None, parts))[:LONGEST]
