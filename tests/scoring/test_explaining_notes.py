"""A shown change: the exact difference, rounded once, and what the whole scores make of it."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine.explaining.notes import Note, shown_change

scores = st.fractions(min_value=0, max_value=100, max_denominator=500)


@pytest.mark.parametrize(
    ("old", "new", "shown", "text", "note"),
    [
        ("59.5", "60.4", (60, 60), "+0.9", Note.HIDDEN),
        ("60.4", "60.5", (60, 61), "+0.1", Note.ENLARGED),
        ("60.5", "60.4", (61, 60), "-0.1", Note.ENLARGED),
        ("60.46", "60.5", (60, 61), "0.0", Note.ENLARGED),
        ("59.5", "61.4", (60, 61), "+1.9", Note.REDUCED),
        ("60", "61", (60, 61), "+1.0", Note.NONE),
        ("60", "60", (60, 60), "0.0", Note.NONE),
        ("60", "60.04", (60, 60), "0.0", Note.NONE),
        ("60", "60.05", (60, 60), "+0.1", Note.HIDDEN),
        ("60.05", "60", (60, 60), "-0.1", Note.HIDDEN),
        ("0", "100", (0, 100), "+100.0", Note.NONE),
    ],
)
def test_a_change_is_shown_with_one_decimal_place_and_a_note_where_the_scores_mislead(
    old, new, shown, text, note
):
    change = shown_change(Fraction(old), Fraction(new))

    assert ((change.old, change.new), change.text, change.note) == (shown, text, note)
    assert bool(change.sentence) == (note != Note.NONE)


@settings(max_examples=40)
@given(scores, scores)
def test_a_shown_change_never_points_the_other_way_than_the_shown_scores(old, new):
    change, back = shown_change(old, new), shown_change(new, old)

    assert (change.new - change.old) * change.tenths >= 0
    assert (back.tenths, back.note) == (-change.tenths, change.note)
    assert abs(Fraction(change.tenths, 10) - (new - old)) <= Fraction(1, 20)
