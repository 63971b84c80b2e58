"""The texts of a framework by their addresses, which a translation is kept under.

An address is ``indicator/ba21/question``, of an option ``option/ba21/100/label``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .documents import HEAD, Document, Entry, entries_of

KEYS: dict[str, tuple[str, tuple[str, ...]]] = {
    "standards": ("standard", ("title",)),
    "aggregates": ("aggregate", ("title",)),
    "indexes": ("index", ("title",)),
    "indicators": ("indicator", ("title", "question", "guidance")),
    "contradictions": ("contradiction", ("words",)),
}
HEAD_KEYS = ("title", "notice")
OF_OPTION = ("label", "description")


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the base language: its address, and the entry that it belongs to."""

    address: str
    section: str
    code: str
    base: str


def texts_of(document: Document) -> list[Text]:
    """Return every text that a translation could be made of, in the order of the document."""
    found = list(texts_in(HEAD, document[HEAD]))
    for section in KEYS:
        for entry in entries_of(document, section):
            found += texts_in(section, entry)
    return found


def texts_in(section: str, entry: Entry) -> Iterator[Text]:
    """Give every such text of one entry; of a section without texts none."""
    if section == HEAD:
        for key in HEAD_KEYS:
            if entry[key]:
                yield Text(f"{HEAD}/{key}", HEAD, entry["code"], entry[key])
    elif section in KEYS:
        yield from _texts(section, entry)


def _texts(section: str, entry: Entry) -> Iterator[Text]:
    kind, keys = KEYS[section]
    code = entry["code"]
    for key in keys:
        if entry[key]:
            yield Text(f"{kind}/{code}/{key}", section, code, entry[key])
    for option in entry.get("options", ()):
        for key in OF_OPTION:
            if option[key]:
                yield Text(
                    f"option/{code}/{option['points']}/{key}", section, code, option[key]
                )


def readdressed(old: Entry, new: Entry) -> dict[str, str]:
    """Return the new addresses of options that kept their label and earn other points now."""
    kept = {option["points"] for option in new["options"]}
    ways: dict[str, str] = {}
    before = {option["points"] for option in old["options"]}
    for option in old["options"]:
        there = [
            each["points"]
            for each in new["options"]
            if each["label"] == option["label"] and each["points"] not in before
        ]
        if option["points"] not in kept and len(there) == 1:
            for key in OF_OPTION:
                start = f"option/{old['code']}"
                ways[f"{start}/{option['points']}/{key}"] = f"{start}/{there[0]}/{key}"
    return ways
