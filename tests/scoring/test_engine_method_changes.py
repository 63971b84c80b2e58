"""What differs between two methods, the version it demands, and the bytes that are hashed."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from questionnaire.selectors.tree import checksum_of
from scoring.engine.canonical import canonical, fingerprint
from scoring.engine.method import NEEDED, OPTIONAL
from scoring.engine.method_changes import changes, least_bump
from scoring.engine.method_shape import check_shape
from scoring.engine.versions import Bump, Version
from tests.scoring.conftest import DATA

MIPEX = yaml.safe_load((DATA / "method.yaml").read_text(encoding="utf-8"))
ALL = {"code": "all", "title": "All", "of": ["a", "b"], "headline": True}
SOME = {"code": "some", "title": "Some", "of": ["a"]}
LISTED = MIPEX | {"indexes": [ALL, SOME]}
HIGH, LOW = MIPEX["bands"][-1], MIPEX["bands"][0]


def with_band(**said) -> dict:
    return MIPEX | {"bands": [*MIPEX["bands"][:-1], HIGH | said]}


def with_coverage(**said) -> dict:
    return MIPEX | {"coverage": MIPEX["coverage"] | said}


MAJOR = {
    "the ranking": MIPEX | {"rank_on": "exact"},
    "the rounding": MIPEX | {"rounding": "half_even"},
    "a threshold": with_coverage(strand="1/2"),
    "a threshold of a level that had none": with_coverage(pillar="1/2"),
    "the counting": MIPEX | {"counting": "count"},
    "the cap of estimates": MIPEX | {"estimated_cap": "1/5"},
    "a mean": MIPEX | {"aggregation": {"index": "geometric"}},
    "the positive scale": MIPEX | {"positive_scale": {"lowest": "5"}},
    "a weight": MIPEX | {"weights": {"a": "2"}},
    "indices in place of the framework's": LISTED,
    "ranked levels in place of the usual": MIPEX | {"ranked": ["index", "strand"]},
    "the limits of a band": with_band(**{"from": 79}),
    "a band's code": with_band(code="best"),
    "a key that is not known here": MIPEX | {"leave_out": ["a"]},
}
MINOR = {
    "an index beside": (LISTED, LISTED | {"indexes": [ALL, SOME, SOME | {"code": "few"}]}),
    "a level that is ranked too": (
        MIPEX | {"ranked": ["index"]},
        MIPEX | {"ranked": ["index", "dimension"]},
    ),
}
PATCH = {
    "the title": (MIPEX, MIPEX | {"title": "Another"}),
    "a band's title": (MIPEX, with_band(title="Very good")),
    "an index's title": (LISTED, LISTED | {"indexes": [ALL, SOME | {"title": "A few"}]}),
    "another way to write a share": (MIPEX, with_coverage(group="4/6", index="1", strand="0")),
    "what holds anyway": (
        MIPEX,
        MIPEX | {"counting": "weight", "estimated_cap": "0.1", "positive_scale": {"lowest": 1}},
    ),
    "a threshold said once for all": (
        MIPEX,
        MIPEX | {"coverage": {"default": "any", "index": "every", "group": "2/3"}},
    ),
    "the order of indices and of their parts": (
        LISTED,
        LISTED | {"indexes": [SOME, ALL | {"of": ["b", "a"]}]},
    ),
    "nothing where nothing was": (MIPEX, MIPEX | {"weights": {}, "indexes": None}),
}
MAJOR_OF_INDICES = {
    "gone": [ALL],
    "of something else": [ALL, SOME | {"of": ["b"]}],
    "with a weight": [ALL, SOME | {"weights": {"a": "2"}}],
    "by another mean": [ALL, SOME | {"rule": "geometric_mean"}],
    "a new headline beside": [ALL, SOME, SOME | {"code": "few", "headline": True}],
    "the headline changes": [ALL | {"headline": False}, SOME | {"headline": True}],
}


@pytest.mark.parametrize("new", MAJOR.values(), ids=MAJOR)
def test_what_makes_figures_not_comparable_is_major_both_ways(new):
    assert least_bump(MIPEX, new) == least_bump(new, MIPEX) == Bump.MAJOR


@pytest.mark.parametrize("indexes", MAJOR_OF_INDICES.values(), ids=MAJOR_OF_INDICES)
def test_an_index_that_changes_or_goes_is_major(indexes):
    assert least_bump(LISTED, LISTED | {"indexes": indexes}) == Bump.MAJOR


@pytest.mark.parametrize(("old", "new"), MINOR.values(), ids=MINOR)
def test_figures_beside_those_there_were_are_minor_and_taking_them_away_is_major(old, new):
    assert (least_bump(old, new), least_bump(new, old)) == (Bump.MINOR, Bump.MAJOR)


@pytest.mark.parametrize(("old", "new"), PATCH.values(), ids=PATCH)
def test_words_and_ways_of_writing_are_a_patch(old, new):
    assert least_bump(old, new) == least_bump(new, old) == Bump.PATCH


def test_code_and_version_alone_change_nothing():
    again = MIPEX | {"code": "other", "version": "7.0.0"}
    assert (least_bump(MIPEX, again), changes(MIPEX, again)) == (Bump.NONE, ())


def test_the_farthest_change_decides():
    both = with_band(title="Very good") | {"rank_on": "exact"}
    assert [one.bump for one in changes(MIPEX, both)] == [Bump.PATCH, Bump.MAJOR]
    assert least_bump(MIPEX, both) == Bump.MAJOR


def test_an_index_that_came_is_told_once_and_one_that_changed_part_by_part():
    few = {"code": "few", "of": ["b"], "weights": {"b": "2"}}
    changed = SOME | {"of": ["a", "b"], "weights": {"b": "1/2"}}
    found = changes(LISTED, LISTED | {"indexes": [ALL, changed, few]})
    assert [(one.path, one.old, one.new) for one in found] == [
        (("indexes", "few"), None, "b"),
        (("indexes", "some", "of"), "a", "a, b"),
        (("indexes", "some", "weights", "b"), None, "1/2"),
    ]


def test_every_key_of_the_engine_is_compared():
    """A key that is added to the engine and not known here must not pass for words."""
    assert set(NEEDED) | set(OPTIONAL) == {
        "code", "version", "title", "rank_on", "rounding", "coverage", "bands", "counting",
        "estimated_cap", "aggregation", "positive_scale", "weights", "indexes", "ranked",
    }  # fmt: skip


# --- Versions ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["1", "1.0", "v1.0.0", "1.0.0.0", "01.0.0", "1.0.0-rc.1", "1.0.0+b", "1.0.0\n", ""]
)
def test_a_version_is_three_numbers(text):
    with pytest.raises(ValueError, match=r"MAJOR\.MINOR\.PATCH"):
        Version.parse(text)


@given(
    st.builds(Version, *[st.integers(0, 30)] * 3),
    st.sampled_from([Bump.PATCH, Bump.MINOR, Bump.MAJOR]),
)
def test_a_raised_version_is_higher_and_reads_back(version, bump):
    raised = version.raised(bump)
    assert raised > version
    assert Version.parse(str(raised)) == raised
    assert version.raised(Bump.NONE) == version


# --- The bytes that are hashed ------------------------------------------------------------


def test_keys_stand_in_the_order_of_their_utf_16_code_units():
    """The example of RFC 8785, section 3.2.3: a pair of surrogates comes before U+FB33."""
    given_ = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    ordered = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical(given_))) == ordered
    assert sorted(given_) != ordered


def test_texts_are_escaped_as_the_scheme_says_and_no_further():
    """RFC 8785, section 3.2.2.2: short forms, small hexadecimal digits, all else as it is."""
    text = "\u20ac$\u000f\u000a\u0041'\u0042\u0022\u005c\\\"/\b\t\f\r\x7f"
    assert canonical(text).decode() == (
        '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\\b\\t\\f\\r\x7f"'
    )


def test_true_false_nothing_and_whole_numbers_are_written_plainly():
    assert canonical([True, False, None, 0, -7, 2**53 - 1, {}, []]) == (
        b"[true,false,null,0,-7,9007199254740991,{},[]]"
    )


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"a": 0.5}, "binary floating point"),
        ([float("nan")], "binary floating point"),
        ({"a": 2**53}, "beyond"),
        ({1: "a"}, "no text"),
        ({"a": "\ud800"}, "surrogate"),
        ({"\udead": "a"}, "surrogate"),
        ({"a": {1, 2}}, "no form in JSON"),
    ],
)
def test_what_has_no_exact_form_is_refused(document, reason):
    with pytest.raises(ValueError, match=reason):
        canonical(document)


def test_the_documents_of_the_portal_have_the_same_bytes_either_way(mipex_document):
    """Frameworks and methods have plain keys and no floats: their checksums are canonical."""
    for document in (MIPEX, mipex_document):
        assert fingerprint(document) == checksum_of(document)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@given(documents)
def test_what_is_written_reads_back_and_is_written_again_alike(document):
    once = canonical(document)
    assert json.loads(once) == document
    assert canonical(json.loads(once)) == once


# --- What a block is put together of ---------------------------------------------------------

FULL = LISTED | {
    "counting": "weight",
    "estimated_cap": "1/10",
    "aggregation": {"index": "geometric"},
    "positive_scale": {"lowest": 1},
    "weights": {"a": "2"},
    "ranked": ["index"],
}
anything = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 101) | st.sampled_from(["a", "1/2", "code"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["a", "code", "of", "from", "to", "index"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@given(st.sampled_from(sorted(FULL)), anything)
def test_a_block_of_the_right_shape_is_compared_and_any_other_is_refused(key, value):
    block = FULL | {key: value}
    try:
        check_shape(block)
    except ValueError:
        return
    assert {one.path[0] for one in changes(FULL, block)} <= {key}


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"bands": [HIGH, 5]}, "entry 2 of bands is no list of keys and values"),
        ({"bands": [{"code": "low", "from": 0}]}, "entry 1 of bands lacks 'to'"),
        ({"bands": [HIGH | {"to": "100"}]}, "to in entry 1 of bands cannot be '100'"),
        ({"indexes": [{"code": "x"}]}, "entry 1 of indexes lacks 'of'"),
        ({"indexes": [SOME | {"of": "ab"}]}, "of in entry 1 of indexes cannot be 'ab'"),
        ({"indexes": {}}, "indexes is no list"),
        ({"weights": ["a"]}, "weights is no list of names with numbers"),
        ({"aggregation": {"index": 2}}, "aggregation is no list of names with texts"),
        ({"ranked": "index"}, "ranked is no list of levels"),
        ({"version": 1}, "version is no text"),
        ({"estimated_cap": True}, "estimated_cap is no exact number"),
    ],
)
def test_a_part_of_another_kind_is_refused_with_its_key(wrong, reason):
    check_shape(FULL)
    with pytest.raises(ValueError, match=reason):
        check_shape(MIPEX | wrong)


@pytest.mark.parametrize("block", [None, "a method", ["rank_on"], 1])
def test_what_is_no_block_at_all_is_refused(block):
    with pytest.raises(ValueError, match="no list of keys and values"):
        check_shape(block)
