"""What an edition says of itself, the key it has, and how its points are read in another's."""

import hashlib
from fractions import Fraction

import pytest

from scoring.engine.explaining.comparability import (
    edition_of,
    joined,
    key_of,
    links_between,
    pairs_of,
)
from scoring.engine.explaining.pairs import Pair
from scoring.engine.explaining.terms import Answer
from scoring.engine.faults import Fault
from scoring.engine.missing import Status
from tests.scoring.small import built, document, indicator, options, strand
from tests.scoring.test_explaining_comparability import asked, edition, relations

RECODE = {"100": 100, "50": 0, "0": 0}


def number(code: str, **keys) -> dict:
    return {"code": code, "parent": "s", "goalposts": {"low": 0, "high": 10}, **keys}


def unnamed(**keys):
    whole = document([strand("s")], [asked("a")], **keys)
    return edition_of(whole, built(whole))


@pytest.mark.parametrize("keys", [{}, {"framework": {}}, {"framework": {"code": None}}])
def test_a_framework_without_code_or_version_is_unnamed(keys):
    found = unnamed(**keys)

    assert (found.framework, found.version) == ("", "")
    assert found.name == "an unnamed framework"


def test_a_framework_may_have_a_code_and_no_version():
    assert unnamed(framework={"code": "f", "version": None}).name == "f"


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"relation": "dropped"}, "the relation 'dropped' of a is unknown"),
        ({"relation": ["new"]}, "the relation ['new'] of a is unknown"),
        ({"relation": "new", "forerunners": 5}, "the forerunners of a are no list"),
        ({"relation": "new", "forerunners": "b"}, "the forerunners of a are no list"),
    ],
)
def test_what_an_indicator_says_of_its_forerunners_is_refused_in_another_shape(entry, reason):
    with pytest.raises(Fault) as raised:
        edition([indicator("a", "s", **entry)])
    assert str(raised.value) == reason


def test_without_an_index_every_indicator_counts():
    assert edition([asked("a"), asked("b")], indexes=[]).counted() == {"a", "b"}


def test_a_key_is_made_of_framework_first_number_and_the_concepts_as_a_sorted_json_list():
    digest = hashlib.sha256('["a","travail rémunéré"]'.encode()).hexdigest()[:12]
    given = [asked("z", concept="travail rémunéré"), asked("a")]

    assert key_of(edition(given, method="2.1.0")) == f"f/2/{digest}"


def test_the_key_of_an_unnamed_framework_has_a_dash_in_place_of_its_code():
    digest = hashlib.sha256(b'["a"]').hexdigest()[:12]

    assert key_of(unnamed()) == f"-/0/{digest}"


def reason_of(old, new) -> str:
    """Return why two editions are not joined."""
    with pytest.raises(Fault) as raised:
        joined(old, new)
    said, _, reason = str(raised.value).partition(": ")
    assert said == (
        f"{old.name} and {new.name} share no comparability key, so that their scores cannot be"
        " compared"
    )
    return reason


def test_a_framework_that_only_one_edition_has_is_none_in_the_other():
    named = edition([asked("a")], method="0.1.0")

    assert reason_of(unnamed(), named) == "the framework is none in one and f in the other"
    assert reason_of(named, unnamed()) == "the framework is f in one and none in the other"


def test_of_the_indicators_without_a_counterpart_the_first_three_are_named():
    old = edition([asked(code) for code in "abc"])
    new = edition([asked(code, "new") for code in "zyxw"], version="2")

    assert reason_of(old, new) == (
        "3 of the indicators of f 1 (a, b, c) have no comparable one;"
        " 4 of the indicators of f 2 (w, x, y, ...) have no comparable one"
    )


def test_a_question_that_left_the_headline_index_has_no_counterpart_there():
    old = edition([asked("a"), asked("b")])
    whole = document(
        [strand("s"), strand("t")],
        [asked("a", "identical"), indicator("b", "t", relation="identical")],
        framework={"code": "f", "version": "2"},
        indexes=[{"code": "overall", "headline": True, "strands": ["s"]}],
    )
    whole["method"] = {**whole["method"], "version": "1.0.0"}
    new = edition_of(whole, built(whole))

    assert reason_of(old, new) == "1 of the indicators of f 1 (b) have no comparable one"
    assert reason_of(new, old) == "1 of the indicators of f 1 (b) have no comparable one"


def test_within_one_version_a_question_that_was_not_there_before_is_new():
    assert relations(edition([asked("a")]), edition([asked("a"), asked("z")])) == {
        "a": "identical",
        "z": "new",
    }


def test_a_new_question_under_the_code_of_an_old_one_is_not_that_question():
    later = edition([asked("a", "new")], version="2")

    assert [
        (str(link.relation), link.old, link.new, link.pair)
        for link in links_between(edition([asked("a")]), later)
    ] == [("dropped", ("a",), "", None), ("new", (), "a", None)]


def test_what_is_not_one_question_continued_has_no_pair():
    later = edition([asked("a2", "reworded", "a"), asked("m", "merged", "b", "c")], version="2")
    links = links_between(edition([asked(code) for code in "abc"]), later)

    assert {link.new: link.pair for link in links} == {"a2": Pair("a", "a2"), "m": None}


def test_a_question_with_the_same_options_or_posts_is_read_as_it_stands():
    old = edition([asked("a"), number("n")])
    new = edition(
        [asked("a2", "reworded", "a"), number("n2", relation="reworded", forerunners=["n"])],
        version="2",
    )

    assert pairs_of(old, new) == {"a2": Pair("a", "a2"), "n2": Pair("n", "n2")}


def test_a_recode_leads_from_the_old_code_and_options_to_the_new_ones():
    later = asked("a2", "recoded", "a", recode=RECODE, options=options(100, 0))

    assert pairs_of(edition([asked("a")]), edition([later], version="2")) == {
        "a2": Pair("a", "a2", {Fraction(100): 100, Fraction(50): 0, Fraction(0): 0})
    }


@pytest.mark.parametrize("relation", [{"relation": "identical"}, {"relation": "recoded"}])
def test_a_question_with_options_and_a_number_are_not_comparable(relation):
    told = {**relation, "forerunners": ["a"], "recode": RECODE}
    one, other = edition([asked("a")]), edition([number("a")])

    assert pairs_of(one, edition([number("a", **told)], version="2")) == {}
    assert pairs_of(other, edition([indicator("a", "s", **told)], version="2")) == {}


@pytest.mark.parametrize(
    ("recode", "reason"),
    [
        (["100"], "'list' object has no attribute 'items'"),
        ({"much": 100}, "'much' is no exact number"),
    ],
)
def test_a_recode_that_is_no_list_of_points_is_refused(recode, reason):
    later = edition([asked("a", "recoded", "a", recode=recode)], version="2")

    with pytest.raises(Fault) as raised:
        pairs_of(edition([asked("a")]), later)
    assert str(raised.value) == f"the recode of a is no list of points: {reason}"


def test_points_that_no_option_earned_stay_as_they_are():
    pair = Pair("a", "b", {Fraction(100): Fraction(50), Fraction(0): Fraction(0)})

    assert pair.forward(Answer(Fraction(75), Status.ESTIMATED)) == Answer(
        Fraction(75), Status.ESTIMATED
    )


@pytest.mark.parametrize("order", [(100, 50, 0), (0, 50, 100)])
def test_where_nothing_was_answered_before_the_lowest_of_several_old_options_stands(order):
    pair = Pair("a", "b", {Fraction(old): Fraction(old // 100 * 100) for old in order})
    none = Answer(None, Status.UNKNOWN)

    assert pair.backward(Answer(Fraction(0)), none) == Answer(Fraction(0))
    assert pair.backward(Answer(Fraction(100)), none) == Answer(Fraction(100))
