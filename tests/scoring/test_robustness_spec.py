"""A declared design and a design matrix are read strictly: what is amiss is named."""

import pytest

from scoring.engine.faults import Fault
from scoring.engine.robustness.design import Words
from scoring.engine.robustness.design_file import design_text, read_design
from scoring.engine.robustness.settling import settled
from scoring.engine.robustness.spec import DEFAULT, Spec, spec_document, spec_from
from tests.scoring.small import built, cell, two_strands

WORDS = Words(("overall",), {"strands": ("s", "t"), "indicators": ("i1",)}, ("i1", "s", "t"))


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"seeds": 1}, "the key 'seeds' means nothing here"),
        ({"draws": 0}, "column draws: 0 is no whole number from 1 to 1000000"),
        ({"draws": 1_000_001}, "column draws: 1000001 is no whole number"),
        ({"draws": True}, "column draws: True is no whole number"),
        ({"seed": -1}, "column seed: -1 is no whole number"),
        ({"date": 2019}, "column date: 2019 is no text"),
        ({"factors": []}, "column factors: it is no object"),
        ({"factors": {"luck": {}}}, "column factors: the key 'luck' means nothing here"),
        ({"factors": {"weights": 1}}, "column weights: it is no object"),
        ({"factors": {"weights": {"kind": "normal"}}}, "weights vary by noise or dirichlet"),
        ({"factors": {"weights": {"radius": "1.1"}}}, "column radius: 1.1 is outside 0..1"),
        ({"factors": {"weights": {"radius": 0.5}}}, "column radius: 0.5 is no exact number"),
        ({"factors": {"aggregation": {"alternatives": ["median"]}}}, "'median' is none of"),
        ({"factors": {"aggregation": {"alternatives": []}}}, "it needs words, each once"),
        ({"factors": {"leave_out": {"of": ["none", "none"]}}}, "it needs words, each once"),
        ({"factors": {"missing": {"groups": "eu"}}}, "column groups: it is no list of words"),
        ({"factors": {"coder": {"rates": {"i1": "-1/2"}}}}, "column i1: -1/2 is outside 0..1"),
        ({"sobol": {"base": 1}}, "column base: 1 is no whole number from 2"),
        ({"sobol": {"size": 1}}, "column sobol: the key 'size' means nothing here"),
    ],
)
def test_a_declared_design_that_is_amiss_is_refused(document, said):
    with pytest.raises(Fault) as caught:
        spec_from(document)
    assert str(caught.value).startswith("robustness.json")
    assert said in str(caught.value)


def test_what_is_written_of_a_spec_gives_it_again():
    rates = {
        "coder": {"rate": "1/7", "rates": {"i1": "0.02"}},
        "weights": {"kind": "dirichlet"},
    }
    for spec in (
        DEFAULT,
        Spec(),
        spec_from({"factors": rates, "sobol": {"base": 7}, "seed": 3}),
    ):
        assert spec_from(spec_document(spec)) == spec


def test_a_factor_that_is_not_named_is_off():
    assert spec_from({}) == Spec()
    assert spec_from({"factors": {"weights": False, "index": {}}}) == Spec(indexes=())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "design.csv, line 1: it has no draw"),
        ("draw\n", "line 1: it has no draw"),
        ("draw,luck\n1,1\n", "line 1, column luck: the column means nothing in a design"),
        ("weight:i9\n1\n", "line 1, column weight:i9: the column means nothing"),
        ("index,index\n,\n", "line 1, column index: the column stands twice"),
        ("index,missing\noverall\n", "line 2: it has 1 fields, not 2"),
        ("draw,index\n1,\n3,\n", "line 3, column draw: the draws do not count 1, 2, 3: '3'"),
        ("missing\n50\n", "line 2, column missing: '50' is no choice here"),
        ("leave_out\ni1\ni2\n", "line 3, column leave_out: 'i2' is no choice here"),
        ("weights_1,weights_2\n1,1\n", "line 1, column weights_1: weights needs four columns"),
        ("weights_1,weights_2,weights_3,weights_4\n1,1,1,-1\n", "column weights_4: '-1' is no"),
        ("coder_1,coder_2,coder_3,coder_4\n1,1,1.5,1\n", "column coder_3: '1.5' is no integer"),
        (f"coder_1,coder_2,coder_3,coder_4\n0,0,0,{2**31 - 1}\n", "line 2, column coder_4"),
        (f"coder_1,coder_2,coder_3,coder_4\n0,{9**99},0,0\n", "line 2, column coder_2"),
        ("weight:s\n-1\n", "line 2, column weight:s: -1 is no weight from 0 up"),
        ("weight:s\n1\nnan\n", "line 3, column weight:s: nan is no weight"),
        ("weight:s\ninf\n", "line 2, column weight:s: inf is no weight"),
        ("weight:s\nmuch\n", "line 2, column weight:s: 'much' is no number"),
        (
            "weight:s,weights_1,weights_2,weights_3,weights_4\n1,1,1,1,1\n",
            "column weights_1: weights are drawn or given, not both",
        ),
    ],
)
def test_a_design_that_is_amiss_is_refused_with_its_line_and_column(text, said):
    with pytest.raises(Fault) as caught:
        read_design(text.splitlines(keepends=True), WORDS)
    assert said in str(caught.value)


def test_a_design_is_written_as_it_was_read():
    text = (
        "draw,aggregation,weights_1,weights_2,weights_3,weights_4,leave_out,missing,index\n"
        "1,geometric,0,1,2,3,i1,0,overall\n"
        "2,,9,9,9,2147483646,,group_mean,\n"
    )
    assert design_text(read_design(text.splitlines(keepends=True), WORDS)) == text


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (Spec(index="none"), "column index: there is no index 'none'"),
        (Spec(date="1999-12-31"), "column date: overall has no score on '1999-12-31'"),
        (Spec(indexes=("none",)), "column factors.index: there is no index 'none' on 2019"),
        (
            spec_from({"factors": {"coder": {"rates": {"x": "0"}}}}),
            "column factors.coder.rates: there is no indicator 'x'",
        ),
    ],
)
def test_a_spec_that_does_not_fit_the_methodology_is_refused(spec, said):
    with pytest.raises(Fault) as caught:
        settled(spec, built(two_strands()), [cell("i1", 50)])
    assert said in str(caught.value)
