"""The page on which a consortium sees what a draft of a method would change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scoring.engine.method_changes import changes
from scoring.engine.rounding import decimal_text
from scoring.engine.score import Row
from scoring.engine.shifts import Movement, Shift
from scoring.enums import MethodState
from scoring.models import Method
from scoring.services.method_versions import VersionDemand, demand_of
from scoring.services.method_words import sentences, titles_in

from .method_figures import Line, Total, Words, signed, tenths
from .method_trial import Trial, try_method

DRAWN = 12
"""How many countries the picture shows: those that move farthest."""
COLUMNS = (
    "simulation", "node", "title", "country", "name", "reference_date",
    "exact_before", "exact_after", "change", "shown_before", "shown_after",
    "rank_before", "rank_after", "band_before", "band_after",
    "status_before", "status_after",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: which index or strand, which means, in which order."""

    of: str = ""
    geometric: bool = False
    sort: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Asked:
        """Take what is known; an unknown order is the first one."""
        sort = query.get("sort", "")
        return cls(
            of=query.get("of", ""),
            geometric=query.get("means") == "geometric",
            sort=sort if sort in ORDERS else next(iter(ORDERS)),
        )


@dataclass(frozen=True, slots=True)
class Preview:
    """What the page shows. CHOSEN is the index or strand whose countries are listed."""

    trial: Trial
    title: str
    demand: VersionDemand
    differences: tuple[str, ...]
    summary: tuple[str, ...] = ()
    totals: tuple[Total, ...] = ()
    chosen: Total | None = None
    lines: tuple[Line, ...] = ()
    picture: tuple[Line, ...] = ()
    is_geometric: bool = False


def drafts() -> list[Method]:
    """Return the drafts of methods, what was touched last before the others. One query."""
    return list(Method.objects.filter(state=MethodState.DRAFT).order_by("-updated_at", "-pk"))


def preview_of(block: Mapping[str, Any], asked: Asked) -> Preview:
    """Try a method and put into words and lines what moves. Nothing is written."""
    trial = try_method(block)
    demand = demand_of(Method(code=block["code"], version=block["version"], settings=block))
    current = trial.current
    differing = changes(current.settings, block) if current else ()
    titles = {**titles_in(block), **(trial.titles or {})}
    bare = Preview(
        trial=trial,
        title=f"{block['code']} {block['version']}",
        demand=demand,
        differences=tuple(sentences(differing, titles)),
        is_geometric=asked.geometric,
    )
    movements = trial.geometric if asked.geometric else trial.plain
    if current is None or not movements:
        return bare
    words = _words(trial, current)
    chosen = _chosen(movements, asked.of, trial.headline)
    lines = sorted(map(words.line, chosen.shifts), key=lambda line: line.name.casefold())
    lines.sort(key=ORDERS[asked.sort])
    farthest = sorted((one for one in lines if one.is_drawn and one.shift.change), key=_far)
    return Preview(
        trial=trial,
        title=bare.title,
        demand=demand,
        differences=bare.differences,
        summary=tuple(_summary(chosen, words, trial, is_geometric=asked.geometric)),
        totals=tuple(map(words.total, movements)),
        chosen=words.total(chosen),
        lines=tuple(lines),
        picture=tuple(farthest[:DRAWN]),
        is_geometric=asked.geometric,
    )


def table_of(preview: Preview) -> Iterator[tuple[Any, ...]]:
    """Give every figure of every index and strand, as columns for a file: see COLUMNS.

    Exact scores are fractions, such as 623/8; a change is their exact difference to 17 digits.
    """
    trial = preview.trial
    titles, names = trial.titles or {}, trial.names or {}
    what = _("%(method)s tried on %(edition)s: not published") % {
        "method": preview.title,
        "edition": trial.revision.name if trial.revision else "",
    }
    for movement in trial.geometric if preview.is_geometric else trial.plain:
        for one in movement.shifts:
            yield (
                what,
                one.node,
                titles.get(one.node, one.node),
                one.country,
                names.get(one.country, one.country),
                one.date,
                *_cells_of(one),
            )


def _cells_of(one: Shift) -> tuple[Any, ...]:
    pairs: list[Any] = []
    change = "" if one.change is None else Decimal(decimal_text(one.change))
    for name in ("exact", "shown", "rank", "band", "status"):
        pairs += [_value(one.before, name), _value(one.after, name)]
        if name == "exact":
            pairs.append(change)
    return tuple(pairs)


def _value(row: Row | None, name: str) -> object:
    value = getattr(row, name) if row else None
    return "" if value is None else str(value)


def _words(trial: Trial, current: Method) -> Words:
    return Words(
        titles=trial.titles or {},
        names=trial.names or {},
        before=current.settings,
        after=trial.tried,
    )


def _chosen(movements: Sequence[Movement], of: str, headline: str) -> Movement:
    """Return what was asked for, else the headline, else the first there is."""
    by_code = {each.node: each for each in movements}
    return by_code.get(of) or by_code.get(headline) or movements[0]


def _summary(
    chosen: Movement, words: Words, trial: Trial, *, is_geometric: bool
) -> Iterator[str]:
    """Say in sentences what becomes of the chosen figure."""
    title = words.titles.get(chosen.node, chosen.node)
    said = {
        "title": title,
        "n": len(chosen.moved),
        "of": len(chosen.shifts),
        "mean": signed(chosen.mean_change),
    }
    if chosen.is_still:
        yield (
            _("%(title)s: no score, no rank and no band of the %(of)s countries moves.") % said
        )
    else:
        yield _scores(chosen, words, said)
        yield _ranks(chosen)
        yield from _coverage(chosen, words)
    other = trial.plain if is_geometric else trial.geometric
    beside = next((each for each in other if each.node == chosen.node), None)
    if beside and beside.rank_shift is not None:
        yield _beside(beside, is_geometric=is_geometric)


def _scores(chosen: Movement, words: Words, said: Mapping[str, Any]) -> str:
    if not chosen.moved:
        return _("%(title)s: no score of the %(of)s countries moves.") % said
    ends = [words.farthest(each) for each in (chosen.rise, chosen.fall) if each]
    return ngettext(
        "%(title)s: the score of %(n)s of %(of)s countries moves. Farthest: %(ends)s.",
        "%(title)s: the scores of %(n)s of %(of)s countries move, by %(mean)s points on average "
        "over all. Farthest: %(ends)s.",
        said["n"],
    ) % {**said, "ends": "; ".join(ends)}


def _ranks(chosen: Movement) -> str:
    if chosen.rank_shift is None:
        return _("No country has a rank on both sides.")
    many = len(chosen.ranked_anew)
    words = {"n": many, "shift": tenths(chosen.rank_shift)}
    if not many:
        return _("No rank changes.")
    return (
        ngettext(
            "%(n)s country has another rank; the average rank shift is %(shift)s places.",
            "%(n)s countries have another rank; the average rank shift is %(shift)s places.",
            many,
        )
        % words
    )


def _coverage(chosen: Movement, words: Words) -> Iterator[str]:
    if chosen.lost:
        yield _("Without a score from then on: %(names)s.") % {
            "names": words.named(chosen.lost)
        }
    if chosen.gained:
        yield _("With a score for the first time: %(names)s.") % {
            "names": words.named(chosen.gained)
        }
    if chosen.crossing:
        yield _("Into another band: %(names)s.") % {"names": words.named(chosen.crossing)}


def _beside(beside: Movement, *, is_geometric: bool) -> str:
    words = {"shift": tenths(beside.rank_shift)}
    if is_geometric:
        return _("As the draft stands, the average rank shift is %(shift)s places.") % words
    return (
        _("With geometric means at every level the average rank shift is %(shift)s places.")
        % words
    )


def _far(line: Line) -> Fraction:
    change = line.shift.change
    return -abs(change) if change is not None else Fraction(1)


def _shown_last(shown: int | None) -> tuple[bool, int]:
    return shown is None, -(shown or 0)


def _places(line: Line) -> tuple[bool, int]:
    places = line.shift.places
    return places is None, -abs(places or 0)


ORDERS: dict[str, Callable[[Line], Any]] = {
    "change": _far,
    "name": lambda line: line.name.casefold(),
    "before": lambda line: _shown_last(line.before.shown),
    "after": lambda line: _shown_last(line.after.shown),
    "rank": _places,
}
"""The orders of the table, by their names in the address; the first one is the usual one."""
