"""How a change is shown, and what to say where the shown scores suggest another one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from ..rounding import half_up

TENTHS = 10


class Note(StrEnum):
    """What the shown whole scores do to a change.

    NONE      they agree with it
    HIDDEN    they are equal, though the score changed: 60 and 60 with +0.9
    ENLARGED  they differ by more than the score changed: 60 and 61 with +0.1
    REDUCED   they differ by less: 60 and 61 with +1.9
    """

    NONE = ""
    HIDDEN = "hidden"
    ENLARGED = "enlarged"
    REDUCED = "reduced"


SENTENCES = {
    Note.NONE: "",
    Note.HIDDEN: "The shown scores are equal for both are rounded; the score did change.",
    Note.ENLARGED: "The shown scores differ by more than the change, for both are rounded.",
    Note.REDUCED: "The shown scores differ by less than the change, for both are rounded.",
}


@dataclass(frozen=True, slots=True)
class ShownChange:
    """The exact difference of two scores as it is shown: half up, once, to one decimal place.

    Units   old, new: whole points, as the scores are shown. tenths: a tenth of a point.
    """

    old: int
    new: int
    tenths: int
    note: Note

    @property
    def text(self) -> str:
        """The change with its sign: +0.9, -1.2, 0.0."""
        whole, rest = divmod(abs(self.tenths), TENTHS)
        sign = "+" if self.tenths > 0 else "-" if self.tenths else ""
        return f"{sign}{whole}.{rest}"

    @property
    def sentence(self) -> str:
        """The note in words; empty where there is none."""
        return SENTENCES[self.note]


def shown_change(old: Fraction, new: Fraction) -> ShownChange:
    """Return how the change from OLD to NEW, exact scores, is shown beside them.

    The difference is exact and then rounded; it is never that of rounded scores.

    >>> change = shown_change(Fraction("59.5"), Fraction("60.4"))
    >>> change.old, change.new, change.text, str(change.note)
    (60, 60, '+0.9', 'hidden')
    >>> change = shown_change(Fraction("60.4"), Fraction("60.5"))
    >>> change.old, change.new, change.text, str(change.note)
    (60, 61, '+0.1', 'enlarged')
    """
    tenths = half_up((new - old) * TENTHS)
    shown = half_up(old), half_up(new)
    return ShownChange(*shown, tenths, _note(abs(shown[1] - shown[0]), tenths, abs(new - old)))


def _note(apart: int, tenths: int, change: Fraction) -> Note:
    whole = half_up(change)
    if not apart:
        return Note.HIDDEN if tenths else Note.NONE
    if apart == whole:
        return Note.NONE
    return Note.ENLARGED if apart > whole else Note.REDUCED
