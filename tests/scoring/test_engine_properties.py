"""What holds for any answers: found by trying many."""

import copy
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine.missing import Status
from scoring.engine.score import Cell, score
from scoring.engine.tree import Methodology
from tests.scoring.small import DATE, built, cell, dimension, document, indicator, strand

INDICATORS = ("i1", "i2", "i3", "i4", "i5", "i6")
MISSING = (Status.UNKNOWN, Status.NOT_APPLICABLE, Status.NOT_COLLECTED)


def tree(*, scale: Fraction = Fraction(1)) -> dict:
    """Two strands; one with a weighted dimension and a table, whose rows rise."""
    table = {"of": ["i3", "i4"], "rows": [[a, b, max(a, b)] for a in POINTS for b in POINTS]}
    weight = {code: str(scale * at) for at, code in enumerate(("i1", "i2", "d", "c"), start=1)}
    return document(
        [
            strand("s", rule="weighted_mean", weight=str(scale)),
            dimension("d", "s", rule="weighted_mean", weight=weight["d"]),
            {
                "code": "c",
                "kind": "composite",
                "parent": "s",
                "rule": "table",
                "table": table,
                "weight": weight["c"],
            },
            strand("t", weight=str(scale)),
        ],
        [
            indicator("i1", "d", weight=weight["i1"]),
            indicator("i2", "d", weight=weight["i2"]),
            indicator("i3", "c"),
            indicator("i4", "c"),
            indicator("i5", "t"),
            indicator("i6", "t"),
        ],
    )


POINTS = (100, 50, 0)
TREE = built(tree())
known = st.sampled_from(POINTS)
sheet = st.fixed_dictionaries(dict.fromkeys(INDICATORS, known))
gappy = st.fixed_dictionaries(
    {code: st.one_of(known, st.sampled_from(MISSING)) for code in INDICATORS}
)
sheets = st.dictionaries(st.sampled_from(["AT", "BE", "PT", "SE"]), gappy, min_size=1)


def cells_of(given_sheets: dict) -> list[Cell]:
    return [
        cell(code, points, country=country)
        for country, answers in given_sheets.items()
        for code, points in answers.items()
    ]


def exact(methodology: Methodology, answers: dict) -> dict[str, Fraction]:
    rows = score(methodology, cells_of({"PT": answers})).rows
    return {row.node: row.exact for row in rows}


@given(sheets, st.randoms())
def test_the_order_of_the_answers_changes_nothing(answers, random):
    cells = cells_of(answers)
    shuffled = cells.copy()
    random.shuffle(shuffled)

    assert score(TREE, shuffled) == score(TREE, cells)


@given(gappy)
def test_the_order_of_the_framework_changes_nothing(answers):
    backwards = copy.deepcopy(tree())
    backwards["indicators"].reverse()
    backwards["aggregates"].reverse()

    assert score(built(backwards), cells_of({"PT": answers})) == score(
        TREE, cells_of({"PT": answers})
    )


@given(gappy, st.fractions(min_value=Fraction(1, 1000), max_value=1000))
def test_scaling_all_weights_changes_nothing(answers, scale):
    assert exact(built(tree(scale=scale)), answers) == exact(TREE, answers)


@given(sheet, st.sampled_from(INDICATORS), known)
def test_a_better_answer_never_lowers_a_score(answers, raised, better):
    before = exact(TREE, answers)
    after = exact(TREE, {**answers, raised: max(better, answers[raised])})

    assert all(after[node] >= before[node] for node in before)


@given(gappy)
def test_every_score_lies_between_0_and_100_and_says_its_status(answers):
    rows = score(TREE, cells_of({"PT": answers})).rows

    assert all((row.exact is not None) == (row.status == Status.OK) for row in rows)
    assert all(0 <= row.exact <= 100 and row.band for row in rows if row.exact is not None)
    assert all(row.reason for row in rows if row.exact is None)


@given(sheets, gappy)
def test_another_country_changes_nobodys_exact_score(answers, newcomer):
    alone = {row.key: row.exact for row in score(TREE, cells_of(answers)).rows}
    together = score(TREE, cells_of({**answers, "ZA": newcomer})).rows

    assert {row.key: row.exact for row in together if row.country != "ZA"} == alone


@settings(max_examples=20)
@given(st.sampled_from(POINTS))
def test_the_same_points_everywhere_are_every_score(points):
    assert set(exact(TREE, dict.fromkeys(INDICATORS, points)).values()) == {points}


def test_all_100_give_100_and_all_0_give_0_in_the_core_set(mipex):
    for points in (100, 0):
        cells = [Cell("PT", code, DATE, Status.OK, Fraction(points)) for code in mipex.leaves]
        rows = score(mipex, cells).rows

        assert len(rows) == 8 + 5 + 7 + 3
        assert {row.exact for row in rows} == {points}
