"""Write a framework's document as the file that people read and edit."""

from __future__ import annotations

import re
from typing import Any

import yaml


class _Dumper(yaml.SafeDumper):
    """Without anchors and aliases, which the format leaves out."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


# Breaks that PyYAML writes bare and reads back as a plain line break; quoted, they are escaped.
_BREAKS = re.compile("[\x85\u2028\u2029]")


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = '"' if _BREAKS.search(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def as_yaml(document: dict[str, Any]) -> str:
    """Return a document as YAML; read and completed it is the same document."""
    return yaml.dump(
        document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=96, indent=2
    )
