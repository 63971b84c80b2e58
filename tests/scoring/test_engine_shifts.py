"""What moves between two computations on the same answers."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from scoring.engine.missing import Status
from scoring.engine.score import score
from scoring.engine.shifts import average_rank_shift, movements
from tests.scoring.small import METHOD, built, cell, two_strands

LEVELS = ("index", "strand")
CELLS = [
    *(cell(f"i{at}", 100, country="EE") for at in (1, 2, 3)),
    *(cell(f"i{at}", 0, country="EE") for at in (4, 5)),
    *(cell(f"i{at}", 50, country="PT") for at in (1, 2, 3, 4)),
    cell("i5", Status.UNKNOWN, country="PT"),
]


def results(cells=CELLS, **said):
    return score(built(two_strands(method=METHOD | said)), cells)


def moved(cells=CELLS, **said):
    found = movements(results(cells), results(cells, **said), levels=LEVELS)
    return {each.node: each for each in found}


def test_indices_come_before_strands_and_every_country_has_its_shift():
    found = movements(results(), results(), levels=LEVELS)
    assert [each.node for each in found] == ["overall", "s", "t"]
    assert [one.country for one in found[0].shifts] == ["EE", "PT"]


def test_nothing_moves_between_a_computation_and_itself():
    for each in moved().values():
        assert each.is_still
        assert (each.mean_change, each.rank_shift) == (0, 0)
        assert (each.rise, each.fall) == (None, None)


def test_a_weight_moves_scores_by_exact_fractions_and_turns_ranks_round():
    found = moved(weights={"t": "2"})["overall"]
    estonia, portugal = found.shifts
    assert (estonia.change, portugal.change) == (Fraction(-50, 3), 0)
    assert found.mean_change == Fraction(-25, 3)
    assert found.fall == estonia
    assert found.rise is None
    assert found.moved == (estonia,)
    assert [(one.before.rank, one.after.rank) for one in found.shifts] == [(1, 2), (1, 1)]
    assert [one.places for one in found.shifts] == [-1, 0]
    assert found.rank_shift == Fraction(1, 2)
    assert found.ranked_anew == (estonia,)


def test_a_threshold_takes_a_score_and_giving_it_back_is_a_gain():
    strict = METHOD["coverage"] | {"strand": "every"}
    before, after = results(), results(coverage=strict)
    lost = {each.node: each for each in movements(before, after, levels=LEVELS)}["t"]
    gained = {each.node: each for each in movements(after, before, levels=LEVELS)}["t"]
    assert [one.country for one in lost.lost] == ["PT"]
    assert [one.country for one in gained.gained] == ["PT"]
    assert (lost.shifts[1].change, lost.shifts[1].places) == (None, None)
    assert lost.shifts[0].places == lost.rank_shift == 1
    assert not lost.is_still


def test_a_band_may_be_crossed_while_the_score_stays():
    wide = [{"code": "low", "from": 0, "to": 49}, {"code": "high", "from": 50, "to": 100}]
    found = moved(bands=wide)["overall"]
    assert [one.country for one in found.crossing] == ["EE", "PT"]
    assert found.moved == ()
    assert not found.is_still


def test_an_index_that_only_one_side_has_is_there_with_one_side_empty():
    own = [{"code": "mine", "headline": True, "of": ["s"]}]
    found = moved(indexes=own)
    assert {one.after for one in found["overall"].shifts} == {None}
    assert {one.before for one in found["mine"].shifts} == {None}
    assert [one.country for one in found["mine"].gained] == ["EE", "PT"]
    assert found["mine"].mean_change is None


ranks = st.lists(st.tuples(st.integers(1, 20), st.integers(1, 20)), min_size=1, max_size=9)


@given(ranks)
def test_the_average_rank_shift_is_the_same_both_ways(pairs):
    back = [(now, was) for was, now in pairs]
    assert average_rank_shift(pairs) == average_rank_shift(back) >= 0
