"""Gates and goalposts: questions that another closes, and numbers that become points."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from scoring.engine.closing import through_gates
from scoring.engine.faults import CellFault, MethodologyError
from scoring.engine.gates import Gate
from scoring.engine.goalposts import Goalposts
from scoring.engine.missing import Child, Status
from scoring.engine.ranks import competition_ranks
from scoring.engine.score import score
from tests.scoring.small import DATE, built, cell, document, indicator, strand

CASES = Path(__file__).parents[1] / "data"
NEAR = Fraction(1, 10**9)


def gate(on: str = "i", then: str = "not_applicable", limit: object = 0) -> dict:
    return {"gate": {"indicator": on, "closed_up_to": limit, "then": then}}


def gated(*more: dict, **keys: object) -> dict:
    """Question i opens j; k stands beside them."""
    asked = [indicator("i", "s"), indicator("j", "s", **gate(**keys)), indicator("k", "s")]
    return document([strand("s")], [*asked, *more])


def strand_of(document_: dict, *cells):
    return next(row for row in score(built(document_), cells).rows if row.node == "s")


def test_an_open_gate_changes_nothing():
    row = strand_of(gated(), cell("i", 50), cell("j", 100), cell("k", 0))

    assert (row.exact, row.coverage) == (50, 1)


@pytest.mark.parametrize("silence", [None, Status.NOT_APPLICABLE, Status.NOT_COLLECTED])
def test_a_closed_question_earns_nothing_or_leaves_as_the_method_says(silence):
    said = [] if silence is None else [cell("j", silence)]
    cells = [cell("i", 0), cell("k", 100), *said]
    gone = strand_of(gated(then="not_applicable"), *cells)
    nothing = strand_of(gated(then="score_min"), *cells)

    assert (gone.exact, gone.coverage) == (50, 1)
    assert (nothing.exact, nothing.coverage) == (Fraction(100, 3), 1)
    assert (nothing.lo, nothing.hi) == (nothing.exact, nothing.exact)


@pytest.mark.parametrize("answer", [0, 50, 100, Status.UNKNOWN, Status.WITHHELD])
def test_an_answer_to_a_closed_question_is_refused(answer):
    with pytest.raises(CellFault, match="PT j 2019-12-31: i closes j") as refused:
        strand_of(gated(), cell("i", 0), cell("j", answer))

    assert refused.value.key == ("PT", "j", DATE)


def test_a_gate_closes_up_to_its_limit_and_not_above():
    closing = gated(limit="50")
    assert strand_of(closing, cell("i", 50), cell("k", 100)).exact == 75
    assert strand_of(closing, cell("i", 100), cell("j", 0), cell("k", 100)).coverage == 1


@pytest.mark.parametrize("unclear", [Status.UNKNOWN, Status.NOT_COLLECTED, Status.WITHHELD])
def test_a_gate_that_nobody_can_tell_closes_nothing(unclear):
    row = strand_of(gated(), cell("i", unclear), cell("j", 100), cell("k", 0))

    assert (row.exact, row.coverage) == (50, Fraction(2, 3))


def test_what_does_not_apply_closes_what_hangs_on_it():
    with pytest.raises(CellFault, match="i closes j"):
        strand_of(gated(), cell("i", Status.NOT_APPLICABLE), cell("j", 100))


def test_a_chain_of_gates_closes_from_the_top():
    chain = gated(indicator("l", "s", **gate(on="j", then="score_min")), then="score_min")
    row = strand_of(chain, cell("i", 0), cell("k", 100))

    assert row.exact == 25


@pytest.mark.parametrize(
    ("document_", "sentence"),
    [
        (gated(on="x"), "the gate of j is on x, which is unknown"),
        (gated(on="j"), "the gates of j run in a circle"),
        (
            gated(indicator("l", "s", **gate(on="m")), indicator("m", "s", **gate(on="l"))),
            "the gates of l, m run in a circle",
        ),
        (gated(then="perhaps"), "j: a closed question is one of score_min, not_applicable"),
        (gated(limit="101"), "j: a gate closes at 101 points, which is outside 0..100"),
    ],
)
def test_a_gate_that_cannot_be_is_refused(document_, sentence):
    with pytest.raises(MethodologyError, match=sentence):
        built(document_)


@pytest.mark.parametrize("on", ["x", "j"])
def test_a_gate_that_cannot_be_is_refused_with_its_entry(on):
    with pytest.raises(MethodologyError) as refused:
        built(gated(on=on))

    assert refused.value.entry == "j"


def test_a_gate_says_which_key_it_lacks():
    with pytest.raises(ValueError, match="a gate lacks closed_up_to, then"):
        Gate.from_block({"indicator": "i"})


def posts(low: object, high: object, **keys: object) -> Goalposts:
    return Goalposts(Fraction(str(low)), Fraction(str(high)), **keys)


def peers(name: str) -> list[dict]:
    found = json.loads((CASES / "unit_functions/coinr_functions.json").read_text())
    return [case for case in found if case["fn"] == name]


def agrees(ours: Fraction, peer: object, factor: int = 1) -> bool:
    return abs(ours - factor * Fraction(str(peer))) < NEAR * factor


@pytest.mark.parametrize("case", peers("goalposts"), ids=lambda case: str(case["args"]["low"]))
def test_goalposts_agree_with_coinr_and_refuse_what_it_lets_out_of_the_scale(case):
    args = case["args"]
    ours = posts(
        args["low"], args["high"], truncate=args["truncate"], direction=args["direction"]
    )
    for value, peer in zip(args["x"], case["expect"], strict=True):
        if value is None:
            continue
        if 0 <= peer <= 100:
            assert agrees(ours.points(Fraction(str(value))), peer)
        else:
            with pytest.raises(ValueError, match="outside the goalposts 2 and 10"):
                ours.points(Fraction(str(value)))


@pytest.mark.parametrize(
    ("peer", "ours", "factor"),
    [
        ("minmax", posts(1, 12), 1),
        ("dist2max", posts(1, 12), 100),
        ("fracmax", posts(0, 12), 100),
        ("scaled", posts(0, 20), 1),
        ("dist2targ", posts(1, 10, truncate=True), 100),
    ],
)
def test_other_normalisations_are_goalposts_at_places_of_their_own(peer, ours, factor):
    case = peers(peer)[0]
    for value, expected in zip(case["args"]["x"], case["expect"], strict=True):
        if value is not None:
            assert agrees(ours.points(Fraction(str(value))), expected, factor)


def test_ranks_agree_with_those_of_coinr_turned_round():
    case = peers("rank_ascending_ties_min")[0]
    given = {
        str(at): Fraction(str(-value))
        for at, value in enumerate(case["args"]["x"])
        if value is not None
    }
    expected = [rank for rank in case["expect"] if rank is not None]

    assert [place.rank for place in competition_ranks(given).values()] == expected


@pytest.mark.parametrize(
    ("block", "direction", "sentence"),
    [
        ({"low": 3, "high": "3.0"}, 1, "the goalposts both stand at 3"),
        ({"low": 10, "high": 2}, 1, "the wrong way round: 10 above 2"),
        ({"low": 10}, 1, "^goalposts need low and high$"),
        ({"low": 0, "high": 1, "truncate": "yes"}, 1, "truncate is true or false"),
        (None, 0, "a direction is 1 or -1, not 0"),
        (None, True, "a direction is 1 or -1, not True"),
        ({"low": "nan", "high": 1}, 1, "'nan' is no exact number"),
    ],
)
def test_goalposts_that_mean_nothing_are_refused(block, direction, sentence):
    with pytest.raises(ValueError, match=sentence):
        Goalposts.from_block(block, direction)


def test_an_indicator_has_options_or_goalposts_and_not_both():
    both = indicator("i", "s", goalposts={"low": 0, "high": 1})
    said = "^i: options say what earns how much; goalposts and directions do not$"
    for asked in (both, indicator("i", "s", direction=-1)):
        with pytest.raises(MethodologyError, match=said):
            built(document([strand("s")], [asked]))


@pytest.mark.parametrize(
    ("then", "points", "status"),
    [
        ("score_min", Fraction(0), Status.OK),
        ("not_applicable", None, Status.NOT_APPLICABLE),
    ],
)
def test_a_question_closed_before_anybody_answered_it_has_an_answer_of_its_own(
    then, points, status
):
    leaves = built(gated(then=then)).gated
    sheet = {"i": Child("i", Fraction(1), Fraction(0))}

    assert through_gates(leaves, sheet, ("PT", DATE))["j"] == Child(
        "j", Fraction(1), points, status
    )


def test_a_gate_that_nobody_answered_closes_nothing():
    row = strand_of(gated(then="score_min"), cell("k", 100))

    assert (row.exact, row.coverage) == (100, Fraction(1, 3))


def test_goalposts_are_read_with_their_direction_and_their_truncation():
    block = {"low": 2, "high": 10, "truncate": True}
    cut = Goalposts.from_block(block, -1)

    assert [cut.points(Fraction(value)) for value in (1, 4, 11)] == [100, 75, 0]
    assert Goalposts.from_block({"low": 2, "high": 10}, 1) == posts(2, 10)


def test_without_goalposts_values_are_points():
    assert Goalposts.from_block(None, 1) == posts(0, 100)


def test_a_number_may_be_better_the_less_it_is():
    number = {"code": "i", "parent": "s", "goalposts": {"low": 0, "high": 4}, "direction": -1}

    assert built(document([strand("s")], [number])).leaves["i"].posts.points(Fraction(1)) == 75


@pytest.mark.parametrize(("low", "j", "m"), [(0, Fraction(0), 100), (100, 100, Fraction(0))])
def test_each_gate_closes_by_itself(low, j, m):
    """Question i opens j and l opens m: one of the two gates is closed."""
    gates = [indicator("l", "s"), indicator("m", "s", **gate(on="l", then="score_min"))]
    tree = gated(*gates, then="score_min")
    given = {"i": low, "l": 100 - low, "j" if low else "m": 100}
    sheet = {code: Child(code, Fraction(1), Fraction(points)) for code, points in given.items()}
    closed = through_gates(built(tree).gated, sheet, ("PT", DATE))

    assert (closed["j"].score, closed["m"].score) == (j, m)


def test_a_closed_answer_keeps_its_own_weight():
    sheet = {
        "i": Child("i", Fraction(1), Fraction(0)),
        "j": Child("j", Fraction(7), None, Status.NOT_COLLECTED),
    }
    closed = through_gates(built(gated()).gated, sheet, ("PT", DATE))

    assert closed["j"] == Child("j", Fraction(7), None, Status.NOT_APPLICABLE)


def test_what_a_closed_question_weighs_is_said_by_its_parent():
    """Below a plain mean it weighs as much as its siblings, whatever the framework says."""
    tree = gated(then="score_min")
    heavy = [{**each, "weight": "9"} for each in tree["indicators"]]
    row = strand_of({**tree, "indicators": heavy}, cell("i", 0), cell("k", 100))

    assert row.exact == Fraction(100, 3)
