"""A method tried on the answers of the last published edition, beside the one in force.

Nothing is written. Both sides are computed anew from what the edition froze: its questions,
weights and rules, and each country's answers at its latest date.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from editions.models import FrozenAnswer, Revision
from editions.selectors import latest_public, names_in
from editions.services.carrying import METHODOLOGY
from editions.services.folders import root
from scoring.engine.means import GEOMETRIC
from scoring.engine.missing import Status
from scoring.engine.nodes import INDEX
from scoring.engine.package import read_document
from scoring.engine.score import Cell, Results, score
from scoring.engine.shifts import Movement, movements
from scoring.engine.tree import Methodology
from scoring.models import Method
from scoring.selectors import newest_method

Block = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a method would change, or in TROUBLES why that cannot be said.

    PLAIN compares the method in force with the tried one as it stands; GEOMETRIC with the tried
    one where every mean is a geometric one. TITLES are of indices and of what stands at the top
    of the tree, NAMES of countries, both by code. HEADLINE is the tried method's own index.
    """

    revision: Revision | None
    current: Method | None
    tried: Block
    plain: tuple[Movement, ...] = ()
    geometric: tuple[Movement, ...] = ()
    titles: Mapping[str, str] | None = None
    names: Mapping[str, str] | None = None
    headline: str = ""
    computed_by: str = ""
    troubles: tuple[str, ...] = ()


def try_method(tried: Block) -> Trial:
    """Compute the last published edition by the method in force and by TRIED.

    Three queries, however many countries and questions there are.
    """
    revision, current = latest_public(), newest_method()
    if revision is None or current is None:
        return Trial(revision, current, tried)
    try:
        document = read_document(root() / revision.folder / METHODOLOGY)
        cells = list(_cells(revision))
        before = _computed(document, current.settings, cells)
        methodology = Methodology.from_document({**document, "method": tried})
        after = score(methodology, cells)
        geometric = _computed(document, with_geometric_means(document, tried), cells)
    except OSError:
        words = _("The questions of this edition cannot be read.")
        return Trial(revision, current, tried, troubles=(words,))
    except ValueError as error:
        return Trial(revision, current, tried, troubles=(str(error),))
    levels = _levels(document)
    own = document["method"]
    return Trial(
        revision=revision,
        current=current,
        tried=tried,
        plain=tuple(movements(before, after, levels=levels)),
        geometric=tuple(movements(before, geometric, levels=levels)),
        titles=_titles(document, current.settings, tried),
        names=names_in(revision),
        headline=next((each.code for each in methodology.indexes if each.headline), ""),
        computed_by=f"{own.get('code', '')} {own.get('version', '')}".strip(),
    )


def with_geometric_means(document: Block, block: Block) -> dict[str, Any]:
    """Return a method block that takes geometric means at every level of the document's tree.

    Source  OECD/JRC Handbook (2008), step 7: the choice of the mean is the first thing to vary.
    """
    kinds = dict.fromkeys(entry["kind"] for entry in document["aggregates"])
    return {**block, "aggregation": dict.fromkeys((*kinds, INDEX), GEOMETRIC)}


def _computed(document: Block, block: Block, cells: list[Cell]) -> Results:
    return score(Methodology.from_document({**document, "method": block}), cells)


def _levels(document: Block) -> list[str]:
    tops = (each["kind"] for each in document["aggregates"] if each.get("parent") is None)
    return [INDEX, *dict.fromkeys(tops)]


def _titles(document: Block, *blocks: Block) -> dict[str, str]:
    """Return the titles of what is compared; an index that a method names has its own there."""
    entries = [*document["aggregates"], *document["indexes"]]
    entries += [each for block in blocks for each in block.get("indexes") or ()]
    return {each["code"]: each.get("title") or each["code"] for each in entries}


def _cells(revision: Revision) -> Iterator[Cell]:
    """Give each country's frozen answers at its latest reference date."""
    answers = FrozenAnswer.objects.filter(revision=revision).order_by("pk")
    columns = ("country", "indicator", "reference_date", "status", "points")
    rows = list(answers.values_list(*columns))
    latest: dict[str, date] = {}
    for country, _code, day, *_rest in rows:
        latest[country] = max(day, latest.get(country, day))
    for country, code, day, status, points in rows:
        if day == latest[country]:
            yield Cell(country, code, day.isoformat(), Status(status), points)
