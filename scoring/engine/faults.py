"""What is wrong with a file, said so that its owner finds the place."""

from __future__ import annotations


class Fault(ValueError):
    """A file of an edition cannot be read or computed with.

    Shape   `file` is a name in the folder; `line` is 1 for the header; `column` is its name.
            Whichever is not known is left out of the sentence.

    >>> print(Fault("there is no status 'fine'", file="answers.csv", line=7, column="status"))
    answers.csv, line 7, column status: there is no status 'fine'
    """

    def __init__(
        self,
        reason: str,
        *,
        file: str = "",
        line: int | None = None,
        column: str = "",
    ) -> None:
        self.reason, self.file, self.line, self.column = reason, file, line, column
        super().__init__(reason)

    def __str__(self) -> str:
        places = [self.file] if self.file else []
        places += [f"line {self.line}"] if self.line is not None else []
        places += [f"column {self.column}"] if self.column else []
        return f"{', '.join(places)}: {self.reason}" if places else self.reason


class CellFault(Fault):
    """An answer that cannot be, by itself or beside the others.

    Shape   key: its country, indicator and reference date; who read it from a file finds the
            line by these.
    """

    def __init__(self, reason: str, *, key: tuple[str, str, str]) -> None:
        self.key = key
        super().__init__(f"{' '.join(key)}: {reason}")


class MethodologyError(Fault):
    """The document does not describe a tree that can be computed.

    Shape   entry: the code of the aggregate, indicator or index that is amiss, if it is one.
    """

    def __init__(self, reason: str, *, entry: str = "") -> None:
        self.entry = entry
        super().__init__(reason)
