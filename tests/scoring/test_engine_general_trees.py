"""Trees of any depth with words of their own: levels, weights, rules, several indices over one."""

from fractions import Fraction

import pytest

from scoring.engine.faults import MethodologyError
from scoring.engine.score import Row, score
from scoring.engine.tree import effective_weights
from tests.scoring.small import METHOD, built, cell, document, indicator, two_strands

OPEN = {key: value for key, value in METHOD.items() if key != "coverage"} | {
    "coverage": {"default": "any"}
}


def part(code: str, parent: str | None, kind: str, **keys: object) -> dict:
    return {"code": code, "parent": parent, "kind": kind, "rule": "weighted_mean", **keys}


def deep(**keys: object) -> dict:
    """A pillar over a theme over a topic over a question; another question right below it."""
    return document(
        [
            part("p", None, "pillar"),
            part("t", "p", "theme", weight="2"),
            part("u", "t", "topic"),
            part("q", None, "pillar", weight="3"),
        ],
        [indicator("i", "u"), indicator("j", "p"), indicator("k", "q")],
        indexes=[
            {"code": "both", "of": ["p", "q"], "headline": True},
            {"code": "other", "of": ["t", "q"], "weights": {"t": "1", "q": "1"}},
        ],
        **{"method": OPEN, **keys},
    )


def rows_of(document_: dict, **answers: int) -> dict[str, Row]:
    cells = [cell(code, points) for code, points in answers.items()]
    return {row.node: row for row in score(built(document_), cells).rows}


def test_a_tree_may_have_any_depth_and_any_words_for_its_levels():
    rows = rows_of(deep(), i=100, j=0, k=50)

    assert {row.level for row in rows.values()} == {"pillar", "theme", "topic", "index"}
    assert rows["p"].exact == Fraction(200, 3)
    assert rows["both"].exact == (Fraction(200, 3) + 3 * 50) / 4


def test_several_indices_weigh_one_tree_each_in_its_own_way():
    assert rows_of(deep(), i=100, j=0, k=50)["other"].exact == 75
    assert effective_weights(built(deep()), "other")["i"] == Fraction(1, 2)


def test_indices_and_the_tops_of_the_tree_are_ranked_unless_the_method_says_otherwise():
    told = {**OPEN, "ranked": ["theme"]}

    for method, ranked in ((OPEN, {"p", "q", "both", "other"}), (told, {"t"})):
        rows = rows_of(deep(method=method), i=100, j=0, k=50)
        assert {node for node, row in rows.items() if row.rank is not None} == ranked


@pytest.mark.parametrize(
    ("aggregation", "expected"),
    [
        ({}, Fraction(200, 3)),
        ({"pillar": "arithmetic"}, Fraction(200, 3)),
        # 3 / (2/100 + 1/1) on the scale from 1 to 100, taken back.
        ({"pillar": "harmonic"}, (Fraction(300, 102) - 1) * Fraction(100, 99)),
        ({"theme": "harmonic"}, Fraction(200, 3)),
    ],
)
def test_a_method_sets_the_means_of_a_level(aggregation, expected):
    method = {**OPEN, "aggregation": aggregation}

    assert rows_of(deep(method=method), i=100, j=0, k=50)["p"].exact == expected


def test_a_geometric_index_shows_beside_the_arithmetic_one_what_imbalance_costs():
    both = deep()
    both["indexes"] += [{"code": "balance", "of": ["p", "q"], "rule": "geometric_mean"}]
    rows = rows_of(both, i=100, j=100, k=0)

    assert rows["both"].exact == 25
    # The fourth root of 100 is 3.1623 on the scale from 1 to 100.
    assert rows["balance"].exact == pytest.approx(Fraction("2.1841188"))


def test_a_method_weighs_in_place_of_the_framework():
    method = {**OPEN, "weights": {"t": "0", "q": "1"}}
    rows = rows_of(deep(method=method), i=100, j=0, k=50)

    assert (rows["p"].exact, rows["both"].exact) == (0, 25)


def test_a_plain_mean_that_the_method_weighs_is_plain_no_more():
    method = {**METHOD, "weights": {"i1": "3"}}
    rows = rows_of(two_strands(method=method), i1=100, i2=0, i3=0)

    assert rows["s"].exact == 60
    assert built(two_strands(method=method)).nodes["s"].rule == "weighted_mean"


def test_a_child_of_weight_0_counts_nowhere_below_a_plain_mean_either():
    tree = two_strands()
    tree["indicators"][0]["weight"] = "0"
    rows = rows_of(tree, i1=100, i2=0, i3=50)

    assert (rows["s"].exact, rows["s"].coverage) == (25, 1)


def test_a_method_names_its_own_indices():
    method = {**OPEN, "indexes": [{"code": "only_q", "of": ["q"]}]}
    rows = rows_of(deep(method=method), i=100, j=0, k=50)

    assert rows["only_q"].exact == 50
    assert "both" not in rows


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"weights": {"p": "-1"}}, "the weight of p is negative"),
        ({"weights": {"t": "0", "j": "0"}}, "all weights below p are 0"),
        ({"aggregation": {"pillar": "median"}}, "the means of pillar are arithmetic or"),
        ({"counting": "guess"}, "coverage is by weight or count, not 'guess'"),
        ({"estimated_cap": "2"}, "the cap of estimates '2' is outside 0..1"),
        ({"positive_scale": {"lowest": "100"}}, "the positive scale begins at 0 or more"),
        ({"coverage": {"pillar": "any"}}, "the method lacks 'index' in its coverage"),
        ({"aggregation": {"pilar": "geometric"}}, "names the level pilar, which nothing has"),
        ({"ranked": ["index", "indicator"]}, "names the level indicator, which nothing has"),
        ({"indexes": [{"code": "x", "of": ["p"]}] * 2}, "the code x is used twice"),
        ({"indexes": [{"code": "p", "of": ["q"]}]}, "the code p is used twice"),
        ({"indexes": [{"code": "i", "of": ["q"]}]}, "the code i is used twice"),
        ({"indexes": [{"code": "", "of": ["q"]}]}, "an entry of indexes has no code"),
    ],
)
def test_a_method_that_cannot_be_is_refused(keys, sentence):
    with pytest.raises(MethodologyError, match=sentence):
        built(deep(method={**OPEN, **keys}))


@pytest.mark.parametrize(
    ("code", "sentence", "entry"),
    [
        ("p", "the code p is used twice", "p"),
        ("", "an entry of indexes has no code", ""),
    ],
)
def test_an_index_without_a_code_of_its_own_is_refused_with_the_entry(code, sentence, entry):
    with pytest.raises(MethodologyError) as refused:
        built(deep(method={**OPEN, "indexes": [{"code": code, "of": ["q"]}]}))

    assert (str(refused.value), refused.value.entry) == (sentence, entry)


def test_every_level_of_the_tree_needs_a_threshold():
    with pytest.raises(MethodologyError, match="no coverage for the level pillar"):
        built(deep(method=METHOD))


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ({"of": ["p", "p"]}, "x needs strands, each once"),
        ({"of": ["p"], "weights": {"q": "1"}}, "the weights of x are not those of its strands"),
        ({"of": ["p"], "rule": "table"}, "the rule table of x is unknown"),
        ({"of": ["p"], "weights": {"p": "0"}}, "all strands of x have weight 0"),
    ],
)
def test_an_index_that_cannot_be_is_refused(entry, sentence):
    with pytest.raises(MethodologyError, match=sentence):
        built(deep(method={**OPEN, "indexes": [{"code": "x", **entry}]}))


def one_level(rule: str, **keys: object) -> dict:
    """A pillar over two questions, of which the framework weighs the first twice."""
    asked = [indicator("i", "p", weight="2"), indicator("j", "p")]
    tree = [part("p", None, "pillar", rule=rule)]
    return document(
        tree, asked, indexes=[{"code": "x", "of": ["p"]}], **{"method": OPEN, **keys}
    )


def test_a_plain_mean_takes_no_notice_of_the_weights_of_a_framework():
    node = built(one_level("mean")).nodes["p"]

    assert (node.rule, node.weights) == ("mean", {"i": 1, "j": 1})


def test_the_weights_of_a_method_make_a_plain_mean_a_weighted_one_and_no_other_mean():
    method = {**OPEN, "weights": {"j": "3"}}
    plain = built(one_level("mean", method=method)).nodes["p"]
    other = built(one_level("harmonic_mean", method=method)).nodes["p"]

    assert (plain.rule, plain.weights) == ("weighted_mean", {"i": 2, "j": 3})
    assert (other.rule, other.weights) == ("harmonic_mean", {"i": 2, "j": 3})


def test_a_plain_mean_stays_one_where_the_method_wants_arithmetic():
    method = {**OPEN, "aggregation": {"pillar": "arithmetic", "index": "geometric"}}
    methodology = built(one_level("mean", method=method))

    assert methodology.nodes["p"].rule == "mean"
    assert methodology.indexes[0].rule == "geometric_mean"


def test_an_index_that_is_a_plain_mean_counts_every_part_the_same():
    weights = {"t": "5", "q": "2", "j": "0"}
    tree = deep()
    tree["indexes"] = [
        {"code": "same", "of": ["p", "q"], "rule": "mean"},
        {"code": "weighed", "of": ["p", "q"]},
    ]
    rows = rows_of(tree, i=100, j=100, k=0)
    by_method = rows_of({**tree, "method": {**OPEN, "weights": weights}}, i=100, j=100, k=0)

    assert (rows["same"].exact, rows["weighed"].exact) == (50, 25)
    assert by_method["same"].exact == Fraction(100, 3)


def test_one_index_is_the_headline_where_the_document_says_so():
    assert [each.headline for each in built(deep()).indexes] == [True, False]


@pytest.mark.parametrize("kind", ["", 5, "index", "group"])
def test_a_level_is_a_word_that_nothing_else_has(kind):
    tree = document([part("p", None, kind)], [indicator("i", "p")], method=OPEN)
    with pytest.raises(MethodologyError, match=f"the kind {kind} of p is unknown"):
        built(tree)


def test_an_index_counts_nothing_twice_however_deep_it_lies():
    twice = {**deep(), "indexes": [{"code": "both", "of": ["u", "p"]}]}
    with pytest.raises(MethodologyError, match="both counts u twice, for p holds it"):
        built(twice)
