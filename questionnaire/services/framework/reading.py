"""From a framework file to its document, with the line on which each thing stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext_lazy as _

from ..problems import BadFile, Problem, decoded

Address = tuple[str | int, ...]
"""Where something stands in a document: ("indicators", 3, "options", 0, "points")."""


@dataclass(frozen=True, slots=True)
class Document:
    """A framework file as it was written.

    Shape   data: the document, of texts, whole numbers, truth values, lists and mappings; see
            docs/reference/framework-file.md. lines: the line of each address, the first is 1.
    """

    file: str
    data: dict[str, Any]
    lines: Mapping[Address, int] = field(repr=False)

    def line_of(self, address: Address) -> int:
        """Return the line of an address, or of the nearest thing around it that exists."""
        while address and address not in self.lines:
            address = address[:-1]
        return self.lines.get(address, 1)

    def problem(self, fault: tuple[Address, str]) -> Problem:
        """Say on which line a fault stands."""
        address, message = fault
        return Problem(self.file, self.line_of(address), message)


def read(path: Path) -> Document:
    """Read a framework file; what it says is not judged here (see checking.check).

    Raises BadFile, with the line, if it is not UTF-8, not YAML, names a key twice, or uses
    what the format leaves out: anchors, aliases and tags.
    """
    return read_content(path.read_bytes(), file=path.name)


def read_content(content: bytes, *, file: str) -> Document:
    """As read, of a file's content; FILE is what its owner calls it."""
    text = decoded(content, file=file)
    builder = _Builder(file)
    try:
        node = _Loader(text).get_single_node()
        data = builder.build(node, ()) if node else None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = _("A character that may not stand in a text file.")
        raise BadFile([Problem(file, line, message)]) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise BadFile([Problem(file, line, _broken(error))]) from error
    except RecursionError as error:
        message = _("The file is nested deeper than any framework.")
        raise BadFile([Problem(file, 1, message)]) from error
    if not isinstance(data, dict):
        builder.fault(1, _("The file must hold the framework's sections."))
    if builder.problems:
        raise BadFile(builder.problems)
    return Document(file, data, builder.lines)


def _broken(error: yaml.MarkedYAMLError) -> str:
    return _("This is no YAML: %(reason)s.") % {"reason": error.problem or error.context}


class _Loader(yaml.SafeLoader):
    """YAML with few surprises: NO is Norway and not false, 0.67 a text, 2019-12-31 no date."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def compose_node(self, parent: yaml.Node | None, index: object) -> yaml.Node | None:
        # An alias would let one line stand for a million, and a reader search for its anchor.
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise yaml.composer.ComposerError(
                problem="anchors and aliases are left out", problem_mark=event.start_mark
            )
        return super().compose_node(parent, index)


for _kind, _pattern, _starts in (
    ("bool", r"true|false", "tf"),
    ("int", r"-?(0|[1-9][0-9]*)", "-0123456789"),
    ("null", r"~|null|", ["~", "n", ""]),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_kind}", re.compile(rf"^(?:{_pattern})$"), list(_starts)
    )


class _Builder:
    """Turns YAML's nodes into plain data, and remembers lines and faults."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Address, int] = {}
        self.problems: list[Problem] = []

    def fault(self, line: int, message: str) -> None:
        self.problems.append(Problem(self.file, line, message))

    def build(self, node: yaml.Node, address: Address) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(address, line)
        if isinstance(node, yaml.MappingNode) and node.tag.endswith(":map"):
            return dict(self._items(node, address))
        if isinstance(node, yaml.SequenceNode) and node.tag.endswith(":seq"):
            return [self.build(child, (*address, at)) for at, child in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode) and node.tag in _SCALARS:
            return _SCALARS[node.tag](node.value)
        self.fault(line, _("Tags such as %(tag)s are left out.") % {"tag": node.tag})
        return None

    def _items(self, node: yaml.MappingNode, address: Address) -> Iterator[tuple[str, Any]]:
        seen: set[str] = set()
        for name, value in node.value:
            line = name.start_mark.line + 1
            key = name.value if isinstance(name, yaml.ScalarNode) else ""
            if not key:
                self.fault(line, _("A key must be a word."))
                continue
            if key in seen:
                self.fault(line, _("“%(key)s” stands twice here.") % {"key": key})
            seen.add(key)
            self.lines[*address, key] = line
            yield key, self.build(value, (*address, key))


_SCALARS = {
    "tag:yaml.org,2002:str": str,
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:bool": lambda text: text == "true",
    "tag:yaml.org,2002:null": lambda text: None,
}
