"""What each status of an answer does to a score, its coverage, its bounds and its flags."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.engine.aggregate import Figure, combine
from scoring.engine.exact.bridge import results_of
from scoring.engine.faults import CellFault
from scoring.engine.missing import SDMX, WITH_POINTS, Child, Status, Terms, coverage
from scoring.engine.score import Cell, score
from scoring.engine.tree import Methodology
from tests.scoring.small import (
    DATE,
    METHOD,
    built,
    cell,
    dimension,
    document,
    indicator,
    strand,
    two_strands,
)

THIRD = Fraction(1, 3)


def answer(code: str, status: Status, points: int | None = None) -> Cell:
    return Cell("PT", code, DATE, status, None if points is None else Fraction(points))


def row_of(node: str, cells: list[Cell], methodology: Methodology | None = None, **more):
    rows = score(methodology or built(two_strands()), cells, **more).rows
    return next(row for row in rows if row.node == node)


def child(score_: int | None, status: Status = Status.OK, weight: object = 1) -> Child:
    points = None if score_ is None else Fraction(score_)
    return Child("i", Fraction(weight), points, status)


def test_every_status_has_a_letter_of_sdmx_of_its_own():
    assert len(set(SDMX.values())) == len(Status)
    assert "".join(SDMX[each] for each in Status) == "AMOLQEBP"


@pytest.mark.parametrize("status", sorted(set(Status) - WITH_POINTS))
def test_an_answer_without_points_leaves_its_weight_to_its_siblings(status):
    row = row_of("s", [cell("i1", 100), cell("i2", 0), answer("i3", status)])

    assert row.exact == 50
    assert row.coverage == (1 if status == Status.NOT_APPLICABLE else 1 - THIRD)


@pytest.mark.parametrize("status", sorted(WITH_POINTS - {Status.OK}))
def test_an_answer_with_points_counts_and_its_flag_goes_up_to_the_index(status):
    cells = [
        answer("i1", status, 100),
        *(cell(code, 50) for code in ("i2", "i3", "i4", "i5")),
    ]
    rows = {row.node: row for row in score(built(two_strands()), cells, draft=True).rows}

    assert rows["s"].exact == Fraction(200, 3)
    assert rows["s"].flags == rows["overall"].flags == (str(status),)
    assert rows["t"].flags == ()


def test_flags_are_those_of_answers_that_count():
    tree = document(
        [strand("s", rule="weighted_mean")],
        [indicator("i", "s"), indicator("j", "s", weight="0")],
    )
    cells = [cell("i", 50), answer("j", Status.ESTIMATED, 100)]

    assert row_of("s", cells, built(tree)).flags == ()


@pytest.mark.parametrize(
    ("estimated", "firm", "share"),
    [
        (1, 9, 1),
        (2, 8, Fraction(9, 10)),
        (10, 0, Fraction(1, 10)),
        (1, 8, 1),
    ],
)
def test_estimates_cover_no_more_than_a_tenth(estimated, firm, share):
    children = [child(50, Status.ESTIMATED)] * estimated + [child(50)] * firm
    if len(children) < 10:
        # Of nine, one estimate is more than a tenth: it covers nine tenths of its weight.
        share = (8 + Fraction(9, 10)) / 9

    assert coverage(children) == share


def test_the_cap_of_estimates_belongs_to_the_method():
    generous = built(two_strands(method={**METHOD, "estimated_cap": "1/2"}))
    cells = [answer("i1", Status.ESTIMATED, 100), cell("i2", 50), cell("i3", 50)]

    assert row_of("s", cells, generous).coverage == 1
    assert row_of("s", cells).coverage == Fraction(23, 30)


def test_coverage_is_counted_by_weight_or_by_number():
    children = [child(50, weight=9), child(None, Status.UNKNOWN)]

    assert coverage(children) == Fraction(9, 10)
    assert coverage(children, counting="count") == Fraction(1, 2)


def test_a_method_that_counts_demands_its_threshold_of_the_number_of_children():
    tree = document(
        [strand("s", rule="weighted_mean")],
        [indicator("i", "s", weight="9"), indicator("j", "s"), indicator("k", "s")],
    )
    thresholds = {**METHOD["coverage"], "strand": "2/3"}
    by_weight = {**METHOD, "coverage": thresholds}
    by_count = {**by_weight, "counting": "count"}
    cells = [cell("i", 50)]

    assert row_of("s", cells, built({**tree, "method": by_weight})).exact == 50
    lacking = row_of("s", cells, built({**tree, "method": by_count}))
    assert (lacking.exact, lacking.reason, lacking.coverage) == (None, "coverage", THIRD)


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        ((Status.UNKNOWN, Status.WITHHELD, Status.NOT_COLLECTED), Status.UNKNOWN),
        ((Status.WITHHELD, Status.NOT_COLLECTED, Status.NOT_APPLICABLE), Status.WITHHELD),
        ((Status.NOT_COLLECTED, Status.NOT_APPLICABLE), Status.NOT_COLLECTED),
        ((Status.NOT_APPLICABLE, Status.NOT_APPLICABLE), Status.NOT_APPLICABLE),
    ],
)
def test_a_figure_without_a_score_says_the_weightiest_of_its_reasons(statuses, status):
    figure = combine([child(None, each) for each in statuses], rule="mean", terms=Terms())

    assert (figure.score, figure.status, figure.reason) == (None, status, str(status))


@pytest.mark.parametrize("compute", [score, results_of])
@pytest.mark.parametrize("plain", ["mean", "weighted_mean", "harmonic_mean"])
def test_what_has_no_weight_is_no_reason_for_a_gap(compute, plain):
    tree = document(
        [strand("s", rule=plain), dimension("d", "s", weight="0"), dimension("e", "s")],
        [
            indicator("i", "s", weight="0"),
            indicator("j", "s"),
            indicator("k", "d"),
            indicator("l", "e"),
        ],
    )
    cells = [
        answer("i", Status.UNKNOWN),
        answer("k", Status.UNKNOWN),
        answer("j", Status.WITHHELD),
    ]
    rows = {row.node: row for row in compute(built(tree), cells).rows}

    assert (rows["s"].status, rows["s"].reason) == (Status.WITHHELD, "withheld")
    assert rows["d"].status == Status.UNKNOWN


@pytest.mark.parametrize("compute", [score, results_of])
def test_a_table_counts_its_coverage_as_the_method_says(compute):
    rows = [[a, b, min(a, b)] for a in (100, 50, 0) for b in (100, 50, 0)]
    composite = {"code": "m", "kind": "composite", "parent": "s", "rule": "table"}
    tree = document(
        [strand("s"), {**composite, "table": {"of": ["i", "j"], "rows": rows}}],
        [indicator("i", "m", weight="3"), indicator("j", "m")],
    )
    cells = [answer("i", Status.ESTIMATED, 50), cell("j", 100)]
    shares = {}
    for cap, counting in (("1/10", "weight"), ("1/10", "count"), ("1/2", "count")):
        method = {**METHOD, "estimated_cap": cap, "counting": counting}
        found = compute(built({**tree, "method": method}), cells).rows
        row = next(row for row in found if row.node == "m")
        shares[cap, counting] = row.coverage
        assert row.exact == 50

    assert list(shares.values()) == [Fraction(7, 20), Fraction(3, 5), 1]


def test_a_provisional_answer_is_for_drafts_alone():
    cells = [answer("i1", Status.PROVISIONAL, 100)]

    assert row_of("s", cells, draft=True).flags == ("provisional",)
    with pytest.raises(CellFault, match="has no place in what is frozen"):
        score(built(two_strands()), cells)


def test_bounds_say_what_the_score_could_be_if_all_were_answered():
    row = row_of("s", [cell("i1", 100), cell("i2", 50), answer("i3", Status.WITHHELD)])

    assert (row.exact, row.lo, row.hi) == (75, 50, Fraction(250, 3))


def test_what_does_not_apply_has_no_bounds_and_widens_none():
    row = row_of("s", [cell("i1", 100), cell("i2", 50), answer("i3", Status.NOT_APPLICABLE)])
    nothing = row_of("t", [answer(code, Status.NOT_APPLICABLE) for code in ("i4", "i5")])

    assert (row.lo, row.hi) == (75, 75)
    assert (nothing.lo, nothing.hi, nothing.coverage) == (None, None, None)


def test_a_figure_below_its_threshold_has_bounds_all_the_same():
    row = row_of("overall", [cell("i1", 100), cell("i2", 100), cell("i3", 100)])

    assert (row.exact, row.reason) == (None, "coverage")
    assert (row.lo, row.hi) == (50, 100)


def test_a_table_is_bounded_by_the_rows_that_agree():
    rows = [[a, b, min(a, b)] for a in (100, 50, 0) for b in (100, 50, 0)]
    table = {"rule": "table", "table": {"of": ["i", "j"], "rows": rows}}
    tree = document([strand("s", **table)], [indicator("i", "s"), indicator("j", "s")])
    unsure = row_of("s", [cell("i", 50), answer("j", Status.UNKNOWN)], built(tree))
    sure = row_of("s", [cell("i", 0), answer("j", Status.UNKNOWN)], built(tree))

    assert (unsure.exact, unsure.lo, unsure.hi) == (None, 0, 50)
    assert (sure.exact, sure.lo, sure.hi) == (0, 0, 0)


TREE = built(
    document(
        [
            strand("s", rule="harmonic_mean"),
            dimension("d", "s", rule="weighted_mean"),
            dimension("e", "s", rule="geometric_mean"),
        ],
        [
            indicator("i1", "d", weight="2/3"),
            indicator("i2", "d"),
            indicator("i3", "e"),
            indicator("i4", "e"),
        ],
    )
)
said = st.sampled_from([100, 50, 0, *sorted(set(Status) - WITH_POINTS)])
sheets = st.fixed_dictionaries(dict.fromkeys(("i1", "i2", "i3", "i4"), said))
fillings = st.fixed_dictionaries(
    dict.fromkeys(("i1", "i2", "i3", "i4"), st.sampled_from([100, 50, 0]))
)


@given(sheets, fillings)
def test_whatever_is_found_out_later_lies_within_the_bounds(sheet, filling):
    filled = {
        code: filling[code]
        if isinstance(value, Status) and value != Status.NOT_APPLICABLE
        else value
        for code, value in sheet.items()
    }
    before = score(TREE, [cell(code, value) for code, value in sheet.items()]).rows
    after = score(TREE, [cell(code, value) for code, value in filled.items()]).rows

    for then, now in zip(before, after, strict=True):
        assert (then.lo is None) == (now.exact is None)
        if now.exact is not None:
            assert then.lo <= now.exact <= then.hi
            assert now.lo == now.hi == now.exact


@given(sheets)
def test_a_score_lies_within_its_own_bounds(sheet):
    rows = score(TREE, [cell(code, value) for code, value in sheet.items()]).rows

    assert all(row.lo <= row.exact <= row.hi for row in rows if row.exact is not None)


@pytest.mark.parametrize("beside", [(), (Status.NOT_APPLICABLE,)])
def test_a_figure_of_estimates_alone_lacks_answers_that_were_not_collected(beside):
    children = [child(50, Status.ESTIMATED), *(child(None, each) for each in beside)]
    figure = combine(children, rule="mean", terms=Terms(Fraction(1, 2)))

    assert (figure.score, figure.coverage) == (None, Fraction(1, 10))
    assert (figure.status, figure.reason) == (Status.NOT_COLLECTED, "coverage")


def test_every_estimate_counts_up_to_the_cap():
    children = [child(50, Status.ESTIMATED)] * 2 + [child(50)] * 2

    assert coverage(children, cap=Fraction(1, 2)) == 1
    assert coverage(children, cap=Fraction(1, 4)) == Fraction(3, 4)


def test_a_figure_over_nothing_was_not_collected():
    figure = combine([], rule="mean", terms=Terms())

    assert figure == Figure(None, None, Status.NOT_COLLECTED, "not_collected")
