"""The score of every country in many draws at once, in float64."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ..groups import Membership
from ..means import MAXIMUM, MINIMUM, TABLE
from ..missing import Child
from ..score import Results
from ..tree import Methodology
from .answers import Answers, Flags, Moves, answers_of, filled, moves_of
from .combining import Figures, Ready, extreme, look_up, mean, ready_for
from .design import NOMINAL, Design
from .flat import Flat, flat_scores, flattened
from .lookup import Lookup, lookup_of
from .numbers import Floats, Integers
from .parts import Part, below, items_of, parts_of
from .slips import Slips, slips_of
from .spec import AGGREGATION, CODER, INDEX, MISSING, RENORMALISE, Coding, Spec, Weighting
from .weights import RawWeights, raw_weights

WORDED = (AGGREGATION, MISSING, INDEX)
"""The factors by whose words draws are computed together."""


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """What a group of draws has in common, and what differs among them."""

    family: str
    missing: str
    weights: RawWeights
    slips: Slips | None


@dataclass(slots=True, eq=False)
class Model:
    """A methodology over the answers of one date.

    Shape   countries: sorted codes. items: as parts.items_of. index: of the method. parts:
            children first; part_of: of each row of the answers, the place of its part, -1 if
            none. order: the places in `parts` that each index needs, itself last. answers: by
            missing rule. lookups: by place and missing rule. unissued: by index, [countries].
    """

    countries: tuple[str, ...]
    items: tuple[str, ...]
    index: str
    parts: tuple[Part, ...]
    part_of: Integers
    order: Mapping[str, tuple[int, ...]]
    answers: Mapping[str, Answers]
    lookups: Mapping[tuple[int, str], Lookup]
    moves: Moves
    weighting: Weighting
    unissued: Mapping[str, Flags]
    _ready: dict[tuple[int, str, str], Ready] = field(default_factory=dict)
    _flat: dict[tuple[str, str, str], Flat | None] = field(default_factory=dict)

    @property
    def has_gaps(self) -> bool:
        """Whether an answer is missing that some index needs."""
        known = self.answers[RENORMALISE]
        return bool((known.applies & ~known.has)[self.part_of >= 0].any())

    def slips(self, design: Design) -> Slips | None:
        """Return the slips of the draws; None where the coder does not vary."""
        return slips_of(design.numbers[CODER], self.moves) if CODER in design.numbers else None

    def scores(self, design: Design, slips: Slips | None = None) -> Floats:
        """Return the score of each country in each draw, NaN where there is none.

        Shape   [draws, countries]. slips: those of `self.slips`, where they are known already.
        """
        slips = self.slips(design) if slips is None else slips
        weights = raw_weights(design, self.weighting, self.items)
        scores = np.empty((design.draws, len(self.countries)))
        groups = list(_groups(design))
        if len(groups) == 1:
            family, missing, index = groups[0][0]
            chosen = Chosen(family, missing or RENORMALISE, weights, slips)
            return self._of_index(index or self.index, chosen)
        for (family, missing, index), draws in groups:
            own = None if slips is None else slips.of_draws(draws)
            chosen = Chosen(family, missing or RENORMALISE, weights.take(draws), own)
            scores[draws] = self._of_index(index or self.index, chosen)
        return scores

    def _of_index(self, index: str, chosen: Chosen) -> Floats:
        figures = {
            self.parts[place].code: self._looked_up(place, chosen)
            for place in self.order[index]
            if self.parts[place].rule == TABLE
        }
        flat = self._flat_for(index, chosen)
        scores = (
            None if flat is None else flat_scores(flat, chosen.weights, figures, chosen.slips)
        )
        if scores is not None:
            return self._issued(index, chosen, scores)
        slips = {} if chosen.slips is None else dict(chosen.slips.by_part(self.part_of))
        for place in self.order[index]:
            if self.parts[place].rule != TABLE:
                found = self._figures(place, chosen, figures, slips.get(place))
                figures[self.parts[place].code] = found
        found = figures[index]
        scores = found.scores
        if found.has is not None:
            scores = np.where(found.has, scores, np.nan)
        return self._issued(index, chosen, scores)

    def _issued(self, index: str, chosen: Chosen, scores: Floats) -> Floats:
        """Return SCORES for every draw, without those that the release left out."""
        if self.unissued[index].any():
            scores = np.where(self.unissued[index], np.nan, scores)
        return np.broadcast_to(scores, (chosen.weights.draws, len(self.countries)))

    def _looked_up(self, place: int, chosen: Chosen) -> Figures:
        part, slips = self.parts[place], chosen.slips
        own = None if slips is None else slips.take(self.part_of[slips.rows] == place)
        return look_up(part, self.lookups[place, chosen.missing], own)

    def _figures(
        self, place: int, chosen: Chosen, figures: Mapping[str, Figures], slips: Slips | None
    ) -> Figures:
        part = self.parts[place]
        combine = extreme if part.rule in {MINIMUM, MAXIMUM} else mean
        return combine(
            part,
            self._ready_for(place, chosen),
            [figures[code] for code in part.nodes],
            raw=(
                chosen.weights.of(part.weighed),
                chosen.weights.of(part.nodes_weighed),
            ),
            chosen=chosen.family,
            slips=slips,
        )

    def _ready_for(self, place: int, chosen: Chosen) -> Ready:
        key = place, chosen.missing, chosen.family
        if key not in self._ready:
            answers = self.answers[chosen.missing]
            self._ready[key] = ready_for(self.parts[place], answers, self.moves, chosen.family)
        return self._ready[key]

    def _flat_for(self, index: str, chosen: Chosen) -> Flat | None:
        key = index, chosen.missing, chosen.family
        if key not in self._flat:
            parts = [(self.parts[place], place) for place in self.order[index]]
            means = [part for part, _ in parts if part.rule != TABLE]
            ready = [self._ready_for(place, chosen) for part, place in parts if part in means]
            tables = [part.code for part, _ in parts if part.rule == TABLE]
            rows = len(self.part_of)
            self._flat[key] = flattened(means, ready, tables, chosen.family, rows)
        return self._flat[key]


def _groups(design: Design) -> Iterator[tuple[tuple[str, str, str], Integers]]:
    """Give each combination of words that occurs, and the draws that chose it."""
    if design.choices.keys().isdisjoint(WORDED):
        yield (NOMINAL, NOMINAL, NOMINAL), np.arange(design.draws)
        return
    key = np.zeros(design.draws, dtype=np.int64)
    names: list[tuple[str, ...]] = []
    for factor in WORDED:
        names.append(design.names.get(factor, (NOMINAL,)))
        key = key * len(names[-1]) + design.choices.get(factor, 0)
    for value in np.unique(key).tolist():
        rest, index = divmod(value, len(names[2]))
        family, missing = divmod(rest, len(names[1]))
        words = names[0][family], names[1][missing], names[2][index]
        yield words, np.flatnonzero(key == value)


def model_of(
    methodology: Methodology,
    sheets: Mapping[str, Mapping[str, Child]],
    *,
    spec: Spec,
    indexes: tuple[str, ...],
    rules: Iterable[str],
    results: Results,
    memberships: Iterable[Membership] = (),
) -> Model:
    """Build the model of one date.

    Shape   sheets: as answers.sheets_of, of the countries to be ranked, sorted. indexes: all
            that a draw may choose. rules: the missing rules that it may. results: of the date.
    """
    parts = tuple(parts_of(methodology, indexes, spec.date))
    known = answers_of(methodology, sheets, spec.date)
    peers = _peers(tuple(sheets), spec, memberships)
    answers = {
        rule: filled(known, rule, methodology=methodology, peers=peers)
        for rule in {RENORMALISE, *rules} - {NOMINAL}
    }
    part_of = np.full(len(methodology.leaves), -1, dtype=np.int64)
    for place, part in enumerate(parts):
        part_of[part.rows] = place
    moves = moves_of(methodology, sheets, spec.coder or Coding())
    used = part_of[:, None] >= 0
    return Model(
        countries=tuple(sheets),
        items=items_of(methodology),
        index=spec.index,
        parts=parts,
        part_of=part_of,
        order=_orders(methodology, parts, indexes, spec.date),
        answers=answers,
        lookups=_lookups(methodology, parts, answers),
        moves=replace(moves, any_below=np.where(used, moves.any_below, 0)),
        weighting=spec.weights or Weighting(),
        unissued=_unissued(results, tuple(sheets), indexes),
    )


def _orders(
    methodology: Methodology, parts: Sequence[Part], indexes: tuple[str, ...], date: str
) -> dict[str, tuple[int, ...]]:
    orders = {}
    for index in methodology.indexes:
        if index.code in indexes:
            needed = {*below(methodology, index, date), index.code}
            places = [at for at, part in enumerate(parts) if part.code in needed]
            orders[index.code] = tuple(places)
    return orders


def _lookups(
    methodology: Methodology, parts: Sequence[Part], answers: Mapping[str, Answers]
) -> dict[tuple[int, str], Lookup]:
    codes = sorted(methodology.leaves)
    return {
        (place, rule): lookup_of(
            methodology.nodes[part.code],
            [methodology.leaves[codes[row]] for row in part.rows],
            under_rule,
            part.rows,
            terms=part.terms,
        )
        for place, part in enumerate(parts)
        if part.rule == TABLE
        for rule, under_rule in answers.items()
    }


def _unissued(
    results: Results, countries: tuple[str, ...], indexes: tuple[str, ...]
) -> dict[str, Flags]:
    issued = {(row.country, row.node) for row in results.rows}
    return {
        index: np.array([(country, index) not in issued for country in countries])
        for index in indexes
    }


def _peers(countries: tuple[str, ...], spec: Spec, memberships: Iterable[Membership]) -> Flags:
    """Return for each country the members of the first of the spec's groups that holds it.

    Shape   [countries, countries]; all countries where no group does.
    """
    members = {(each.group, each.country) for each in memberships if each.holds(spec.date)}
    peers = np.ones((len(countries), len(countries)), dtype=np.bool_)
    for at, country in enumerate(countries):
        held = [group for group in spec.groups if (group, country) in members]
        if held:
            peers[at] = [(held[0], other) in members for other in countries]
    return peers
