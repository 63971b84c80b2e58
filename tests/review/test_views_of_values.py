"""How values are written, and what is marked as changed between two reasons."""

from fractions import Fraction

import pytest

from review.views.values import Stretch, compared, points_words


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (Fraction(75), "75"),
        (Fraction(0), "0"),
        (Fraction(125, 2), "62.5"),
        (Fraction(1, 8), "0.125"),
        (Fraction(1, 50), "0.02"),
        (Fraction(201, 20), "10.05"),
        (Fraction(200, 3), "200/3"),
        (Fraction(1, 6), "1/6"),
    ],
)
def test_points_are_written_exactly(points, words):
    assert points_words(points) == words


def test_two_reasons_are_compared_word_by_word():
    before, now = compared("The act says so. (example)", "The act said so, once. (example)")

    assert before == [
        Stretch("The act ", differs=False),
        Stretch("says so. ", differs=True),
        Stretch("(example)", differs=False),
    ]
    assert now == [
        Stretch("The act ", differs=False),
        Stretch("said so, once. ", differs=True),
        Stretch("(example)", differs=False),
    ]


def test_a_reason_that_only_grows_loses_nothing():
    before, now = compared("The act.", "The act. Section four.")

    assert [part for part in before if part.differs] == []
    assert [part.text for part in now if part.differs] == ["Section four."]


def test_a_reason_that_was_not_there_is_wholly_new():
    assert compared("", "The act.") == ([], [Stretch("The act.", differs=True)])
