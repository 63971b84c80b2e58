"""Which slips and quarrels are played, and where: chosen by place, so that each run is the same."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from questionnaire.models import Country, Indicator


class Scene(Enum):
    """What happens to one answer before it stands."""

    CORRECTED = auto()
    """Given wrong, returned, corrected."""
    EXPERT_OVERRULED = auto()
    """Given wrong, returned, maintained; the ruling takes the reviewer's option."""
    EXPERT_UPHELD = auto()
    """Given right, the reviewer objects, maintained; the ruling lets the answer stand."""
    CODED_APART = auto()
    """Coded twice, differently; the ruling takes the first coding."""


WRONG_AT_FIRST = (Scene.CORRECTED, Scene.EXPERT_OVERRULED)
RETURNED = (Scene.CORRECTED, Scene.EXPERT_OVERRULED, Scene.EXPERT_UPHELD)
MAINTAINED = (Scene.EXPERT_OVERRULED, Scene.EXPERT_UPHELD)


QUARREL_EVERY, TWICE_EVERY = 3, 9
"""How many countries lie between two quarrels, and between two sheets that are coded twice."""


@dataclass(frozen=True, slots=True)
class Script:
    """Scenes by (country code, indicator code), and the sheets that are coded twice."""

    scenes: dict[tuple[str, str], Scene]
    coded_twice: tuple[tuple[str, str], ...]
    """(country code, strand code)."""

    def scene(self, country: str, indicator: str) -> Scene | None:
        return self.scenes.get((country, indicator))

    def count(self, *kinds: Scene) -> int:
        return sum(scene in kinds for scene in self.scenes.values())


def write_script(
    countries: list[Country],
    by_strand: dict[str, list[Indicator]],
    exceptional: set[tuple[str, str]],
) -> Script:
    """Give each country one correction, every third a quarrel, and six a second coding.

    Nothing is staged on the cells in EXCEPTIONAL, which have a consent of their own.
    """
    strands = sorted(by_strand)
    scenes: dict[tuple[str, str], Scene] = {}
    twice: list[tuple[str, str]] = []

    def stage(place: int, strand: str, country: str, scene: Scene) -> None:
        indicators = by_strand[strand]
        cell = (country, indicators[place % len(indicators)].code)
        if cell not in exceptional:
            scenes.setdefault(cell, scene)

    for place, country in enumerate(countries):
        stage(place, strands[place % len(strands)], country.code, Scene.CORRECTED)
        if place % QUARREL_EVERY == 1:
            quarrel = Scene.EXPERT_UPHELD if place % 2 else Scene.EXPERT_OVERRULED
            stage(place + 1, strands[(place + 3) % len(strands)], country.code, quarrel)
        if place % TWICE_EVERY == 1:
            strand = strands[(place + 5) % len(strands)]
            twice.append((country.code, strand))
            stage(place + 2, strand, country.code, Scene.CODED_APART)
    return Script(scenes=scenes, coded_twice=tuple(twice))
