"""What a workbook says once it is read: rows that somebody touched, and what is wrong, where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from mipex_site.base.errors import Refusal

from .template import Said


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. WHERE names sheet, cell and code."""

    where: str
    message: str

    def __str__(self) -> str:
        return _("%(where)s: %(message)s") % {"where": self.where, "message": self.message}


class BadWorkbook(Refusal):
    """What the workbook holds cannot be applied; `faults` says why, cell by cell."""

    status = 422

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A row that somebody touched. BASE is the version it was written with; LINE is 1 on top."""

    code: str
    sheet: str
    line: int
    base: int
    said: Said


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A new source, or one that somebody touched. KEY is empty for a new one.

    BASE is the fingerprint of what the portal had written there.
    """

    number: str
    sheet: str
    line: int
    key: str
    base: str
    texts: dict[str, str]


@dataclass(slots=True)
class Filled:
    """What was read. UNTOUCHED counts the rows that came back as they went out."""

    answers: list[AnswerRow] = field(default_factory=list)
    sources: list[SourceRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    untouched: int = 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def filled_of(document: Mapping[str, Any]) -> Filled:
    """Return what `as_json` gave."""
    answers = [
        AnswerRow(
            **row | {"said": Said(**row["said"] | {"sources": tuple(row["said"]["sources"])})}
        )
        for row in document.get("answers", ())
    ]
    return Filled(
        answers=answers,
        sources=[SourceRow(**row) for row in document.get("sources", ())],
        faults=[Fault(**row) for row in document.get("faults", ())],
        untouched=document.get("untouched", 0),
    )


def cell_of(sheet: str, letter: str, line: int, code: str) -> str:
    """Name a place as people find it: Strand b, cell E14, bb28_1."""
    words = {"sheet": sheet, "cell": f"{letter}{line}", "code": code}
    if not code:
        return _("%(sheet)s, cell %(cell)s") % words
    return _("%(sheet)s, cell %(cell)s, %(code)s") % words
