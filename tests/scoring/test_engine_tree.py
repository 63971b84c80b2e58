"""What a methodology must be like to be computed."""

from fractions import Fraction

import pytest

from scoring.engine.tree import MethodologyError, effective_weights
from tests.scoring.small import (
    METHOD,
    built,
    dimension,
    document,
    indicator,
    options,
    strand,
    two_strands,
)


def table_over(of: list[str], rows: list[list[int]]) -> dict:
    composite = {"code": "m", "kind": "composite", "parent": "s", "rule": "table"}
    return document(
        [strand("s"), {**composite, "table": {"of": of, "rows": rows}}],
        [indicator("i1", "m", options=options(100, 0)), indicator("i2", "s")],
    )


BAD = {
    "the rule median of s is unknown": document(
        [strand("s", rule="median")], [indicator("i", "s")]
    ),
    "the kind group of s is unknown": document([strand("s", kind="group")], []),
    "the parent x of i is unknown": document([strand("s")], [indicator("i", "x")]),
    "the parents of d, e run in a circle": document(
        [strand("s"), dimension("d", "e"), dimension("e", "d")], [indicator("i", "s")]
    ),
    "the code s is used twice": document([strand("s")], [indicator("s", "s")]),
    "s has no children": document([strand("s")], []),
    "the weight of i is negative": document([strand("s")], [indicator("i", "s", weight="-1")]),
    "0.5 is no exact number": document([strand("s")], [indicator("i", "s", weight=0.5)]),
    "all weights below s are 0": document([strand("s")], [indicator("i", "s", weight="0")]),
    "all strands of overall have weight 0": document(
        [strand("s", weight="0")], [indicator("i", "s")]
    ),
    "the options must be two or more": document(
        [strand("s")], [indicator("i", "s", options=options(0, 100))]
    ),
    "the strand x of overall is unknown": two_strands(
        indexes=[{"code": "overall", "strands": ["x"]}]
    ),
    "overall needs strands, each once": two_strands(
        indexes=[{"code": "overall", "strands": ["s", "s"]}]
    ),
    "the document lacks 'method'": {
        key: value for key, value in two_strands().items() if key != "method"
    },
    "is no year and no range of years": document(
        [strand("s", scored=["since 2010"])], [indicator("i", "s")]
    ),
    "the table of m is not over its own indicators": table_over(["i2"], []),
    "the table of m lacks the row 0": table_over(["i1"], [[100, 100]]),
    "has, though no options are such, the row 50": table_over(
        ["i1"], [[100, 100], [50, 50], [0, 0]]
    ),
    "a table gives [0] twice": table_over(["i1"], [[100, 100], [0, 0], [0, 0]]),
    "a table gives 101, which is outside 0..100": table_over(["i1"], [[100, 101], [0, 0]]),
    "ranks are on shown or exact scores": two_strands(method={**METHOD, "rank_on": "mood"}),
    "the one rounding is half_up": two_strands(method={**METHOD, "rounding": "half_even"}),
    "the bands must cover 0 to 100": two_strands(method={**METHOD, "bands": []}),
    "the method lacks 'coverage'": two_strands(
        method={key: value for key, value in METHOD.items() if key != "coverage"}
    ),
    "the threshold '3/2' is outside 0..1": two_strands(
        method={**METHOD, "coverage": {**METHOD["coverage"], "strand": "3/2"}}
    ),
}


@pytest.mark.parametrize("sentence", BAD)
def test_a_document_that_cannot_be_computed_is_refused_with_the_reason(sentence):
    with pytest.raises(MethodologyError) as refused:
        built(BAD[sentence])

    assert sentence in str(refused.value)


def test_children_come_before_their_parents_in_whatever_order_they_are_written():
    methodology = built(
        document([dimension("e", "d"), dimension("d", "s"), strand("s")], [indicator("i", "e")])
    )

    assert list(methodology.nodes) == ["e", "d", "s"]


def test_the_core_set_has_72_indicators_in_8_strands(mipex):
    levels = [node.level for node in mipex.nodes.values()]

    assert len(mipex.leaves) == 72
    assert {level: levels.count(level) for level in set(levels)} == {
        "strand": 8,
        "dimension": 5,
        "composite": 7,
    }


def test_the_hidden_dimensions_of_the_core_set_are_not_shown(mipex):
    hidden = {node.code for node in mipex.nodes.values() if not node.shown}

    assert hidden == {"e2", "e3", "g4", "h1", "h2"}


def test_effective_weights_share_out_the_index_and_stop_at_a_table(mipex):
    shares = effective_weights(mipex, "overall_with_health")

    assert shares["a"] == Fraction(1, 8)
    assert shares["bb31"] == Fraction(67, 7200)
    assert shares["eb88"] == Fraction(1, 96)
    assert shares["bb28"] == Fraction(1, 72)
    assert shares["bb28a"] is None


def test_an_index_gives_no_weight_to_what_it_leaves_out(mipex):
    shares = effective_weights(mipex, "overall_without_health")

    assert shares["a"] == Fraction(1, 7)
    assert not {"h", "h1", "h156a"} & shares.keys()


def test_effective_weights_of_indicators_add_up_to_the_whole_without_tables():
    methodology = built(
        document(
            [strand("s", rule="weighted_mean", weight="2"), strand("t")],
            [
                indicator("i", "s", weight="0.67"),
                indicator("j", "s", weight="0.33"),
                indicator("k", "t"),
            ],
        )
    )
    shares = effective_weights(methodology, "overall")

    assert sum(shares[code] for code in ("i", "j", "k")) == 1
    assert shares["i"] == Fraction(67, 150)


def test_effective_weights_end_at_a_table():
    rows = [[a, b, min(a, b)] for a in (100, 0) for b in (100, 0)]
    composite = {"code": "m", "kind": "composite", "parent": "s", "rule": "table"}
    asked = [indicator(code, "m", options=options(100, 0)) for code in ("i", "j")]
    tree = document(
        [strand("s"), {**composite, "table": {"of": ["i", "j"], "rows": rows}}],
        [*asked, indicator("k", "s")],
    )

    assert effective_weights(built(tree), "overall") == {
        "s": 1,
        "m": Fraction(1, 2),
        "k": Fraction(1, 2),
        "i": None,
        "j": None,
    }


@pytest.mark.parametrize(
    ("sentence", "entry"),
    [
        ("the code s is used twice", "s"),
        ("the parent x of i is unknown", "i"),
        ("the parents of d, e run in a circle", "d"),
        ("the table of m is not over its own indicators", "m"),
        ("the table of m lacks the row 0", "m"),
        ("has, though no options are such, the row 50", "m"),
    ],
)
def test_a_document_that_cannot_be_computed_is_refused_with_the_entry(sentence, entry):
    with pytest.raises(MethodologyError) as refused:
        built(BAD[sentence])

    assert refused.value.entry == entry


def test_a_table_names_the_first_row_that_it_lacks():
    composite = {"code": "m", "kind": "composite", "parent": "s", "rule": "table"}
    table = {"of": ["i", "j"], "rows": [[100, 100, 100], [100, 0, 50], [0, 100, 50]]}
    asked = [indicator(code, "m", options=options(100, 0)) for code in ("i", "j")]
    with pytest.raises(MethodologyError, match="the table of m lacks the row 0, 0"):
        built(document([strand("s"), {**composite, "table": table}], asked))


def test_a_table_is_not_over_a_number():
    composite = {"code": "m", "kind": "composite", "parent": "s", "rule": "table"}
    number = {"code": "i", "parent": "m", "goalposts": {"low": 0, "high": 1}}
    table = {"of": ["i"], "rows": [[100, 100]]}
    said = "the table of m needs indicators with options"
    with pytest.raises(MethodologyError, match=said) as refused:
        built(document([strand("s"), {**composite, "table": table}], [number]))

    assert refused.value.entry == "m"


def test_a_table_gives_each_row_once():
    composite = {"code": "m", "kind": "composite", "parent": "s", "rule": "table"}
    table = {"of": ["i", "j"], "rows": [[100, 0, 50], [100, 0, 50]]}
    asked = [indicator(code, "m", options=options(100, 0)) for code in ("i", "j")]
    with pytest.raises(MethodologyError, match=r"a table gives \[100, 0\] twice"):
        built(document([strand("s"), {**composite, "table": table}], asked))


def test_a_node_is_shown_unless_the_document_hides_it():
    tree = document([strand("s"), dimension("d", "s", shown=False)], [indicator("i", "d")])

    assert {code: node.shown for code, node in built(tree).nodes.items()} == {
        "d": False,
        "s": True,
    }


@pytest.mark.parametrize("part", ["aggregates", "indicators", "indexes"])
def test_a_document_has_three_lists(part):
    lacking = {key: value for key, value in two_strands().items() if key != part}
    with pytest.raises(MethodologyError, match=rf"^the document lacks '{part}'$"):
        built(lacking)


@pytest.mark.parametrize("code", ["", 5, None])
def test_a_code_is_a_text(code):
    with pytest.raises(MethodologyError, match=r"^an entry of indicators has no code$"):
        built(document([strand("s")], [indicator(code, "s")]))


def test_a_value_of_the_wrong_kind_is_refused_with_its_entry():
    said = "^a value of i is of the wrong kind: 'int' object is not"
    with pytest.raises(MethodologyError, match=said) as refused:
        built(document([strand("s")], [indicator("i", "s", options=[5])]))

    assert refused.value.entry == "i"


def test_weights_are_those_in_force_among_siblings():
    aggregates = [strand("s", weight="3"), dimension("d", "s", weight="2")]
    plain = built(document(aggregates, [indicator("i", "d", weight="5")]))
    weighted = built(
        document(
            [{**each, "rule": "weighted_mean"} for each in aggregates],
            [indicator("i", "d", weight="5")],
        )
    )

    assert [plain.weight_of(code) for code in ("s", "d", "i")] == [3, 1, 1]
    assert [weighted.weight_of(code) for code in ("s", "d", "i")] == [3, 2, 5]
