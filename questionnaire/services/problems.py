"""What is wrong with a file that somebody hands in: where, and in a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from mipex_site.base.errors import Refusal

NOT_UTF8 = _("This line is not written in UTF-8.")


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: the file's name, its line (the first is 1), and a sentence for a person."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.message}"


class BadFile(Refusal):
    """The file is refused as a whole; `problems` says why, line by line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("\n".join(map(str, self.problems)))


def decoded(content: bytes, *, file: str) -> str:
    """Return a UTF-8 file as text. Raises BadFile with the line of the first bad byte."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadFile([Problem(file, line, NOT_UTF8)]) from error
