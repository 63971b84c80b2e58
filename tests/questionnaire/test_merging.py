"""Merging never loses a text, and two who change different fields need not ask each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaire.services.merging import (
    FIELDS,
    SEVERAL,
    all_alike,
    blank,
    merge,
    same,
    texts_of,
    unfinished_source,
)

TEXTS = st.sampled_from(["", "a", "b", "a\r\nb", "a\nb", " a ", "ab"])
TICKS = st.lists(st.sampled_from("xyz"), unique=True)
CONTENTS = st.fixed_dictionaries(
    {}, optional={name: TICKS if name in SEVERAL else TEXTS for name in FIELDS}
)


def value(fields, name):
    return fields.get(name, blank(name))


@given(base=CONTENTS, yours=CONTENTS, theirs=CONTENTS)
def test_every_text_that_somebody_changed_is_in_the_result_or_in_a_clash(base, yours, theirs):
    found = merge(base=base, yours=yours, theirs=theirs)

    shown = {one.field: (one.yours, one.theirs) for one in found.clashes}
    for name in set(FIELDS) - SEVERAL:
        mine, other, old = (value(side, name) for side in (yours, theirs, base))
        kept = value(found.content, name)
        there = [kept, *shown.get(name, ())]
        if name in yours and not same(mine, old):
            assert any(same(mine, one) for one in there)
        if not same(other, old):
            assert any(same(other, one) for one in there)


@given(base=CONTENTS, yours=CONTENTS, theirs=CONTENTS)
def test_what_anybody_ticked_stays_ticked_and_what_anybody_unticked_does_not(
    base, yours, theirs
):
    mine = value(yours, "sources") if "sources" in yours else value(base, "sources")
    old, other = set(value(base, "sources")), set(value(theirs, "sources"))

    ticked = value(merge(base=base, yours=yours, theirs=theirs).content, "sources")

    if "sources" in yours:
        assert set(mine) - old <= set(ticked)
        assert not set(ticked) & (old - set(mine))
        assert set(ticked) == (other - (old - set(mine))) | (set(mine) - old)
    else:
        assert set(ticked) == other
    assert len(ticked) == len(set(ticked))


@given(base=CONTENTS, mine=CONTENTS, other=CONTENTS, split=st.sets(st.sampled_from(FIELDS)))
def test_changes_of_different_fields_make_the_same_whole_in_either_order(
    base, mine, other, split
):
    yours = {name: text for name, text in mine.items() if name in split}
    theirs = {name: text for name, text in other.items() if name not in split}

    one = merge(base=base, yours=yours, theirs={**base, **theirs})
    two = merge(base=base, yours=theirs, theirs={**base, **yours})

    assert (one.clashes, two.clashes) == ((), ())
    assert all_alike(one.content, two.content)


@given(base=CONTENTS, yours=CONTENTS)
def test_merging_with_what_nobody_changed_is_what_you_typed(base, yours):
    found = merge(base=base, yours=yours, theirs=base)
    assert (found.clashes, found.merged) == ((), ())
    assert all_alike(found.content, {**base, **yours})


@given(base=CONTENTS, both=CONTENTS)
def test_two_who_typed_the_same_do_not_clash(base, both):
    found = merge(base=base, yours=both, theirs=both)
    assert found.clashes == ()
    assert all_alike(found.content, both)


@given(base=CONTENTS, yours=CONTENTS, theirs=CONTENTS)
def test_the_fields_named_as_merged_are_those_that_only_they_changed(base, yours, theirs):
    found = merge(base=base, yours=yours, theirs=theirs)
    for name in found.merged:
        assert not same(theirs[name], base[name])
        assert name not in yours or not same(yours[name], theirs[name])


def test_a_clash_has_all_three_texts_and_leaves_theirs_in_place():
    found = merge(base={"note": "a"}, yours={"note": "b"}, theirs={"note": "c", "option": "1"})

    (one,) = found.clashes
    assert (one.field, one.base, one.yours, one.theirs) == ("note", "a", "b", "c")
    assert found.content == {"note": "c", "option": "1"}


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("a\r\nb", "a\nb", True),
        ("a ", "a", True),
        ("a  b", "a b", False),
        (["x", "y"], ["y", "x"], True),
        (["x"], [], False),
        ("", [], False),
    ],
)
def test_line_ends_and_the_order_of_ticks_say_nothing(one, other, alike):
    assert same(one, other) is alike


def test_a_missing_field_is_a_blank_one():
    assert all_alike({"note": "", "sources": []}, {})
    assert not all_alike({"note": "a"}, {})


def test_what_is_typed_of_a_source_is_found_but_for_its_kind():
    typed = {"source-kind": "law", "source-title": "Act", "source-article": "", "note": "a"}
    assert unfinished_source(typed) == {"source-title": "Act"}
    assert texts_of(typed) == {"source-kind": "law", "source-title": "Act", "note": "a"}
