"""The method block: what it says, and what it leaves to the rule."""

from fractions import Fraction

import pytest

from scoring.engine.method import Method
from tests.scoring.small import METHOD

LEVELS = ("index", "strand", "dimension", "composite", "group")


def test_a_method_has_a_code_and_a_version_or_empty_ones():
    named = Method.from_block({**METHOD, "code": "mipex", "version": "2.0.0"})
    nameless = Method.from_block(METHOD)

    assert (named.code, named.version) == ("mipex", "2.0.0")
    assert (nameless.code, nameless.version) == ("", "")


def test_a_default_threshold_holds_on_every_level_that_has_none():
    coverage = {"default": "1/2", "theme": "any", "index": "every"}
    method = Method.from_block({**METHOD, "coverage": coverage})
    half = Fraction(1, 2)

    assert method.coverage == {
        **dict.fromkeys(LEVELS, half),
        "default": half,
        "theme": 0,
        "index": 1,
    }


@pytest.mark.parametrize("share", ["0", "1"])
def test_a_share_is_from_nothing_to_the_whole(share):
    assert Method.from_block({**METHOD, "estimated_cap": share}).estimated_cap == Fraction(
        share
    )


def test_a_ranking_that_is_none_is_refused_by_the_two_there_are():
    said = r"^ranks are on shown or exact scores, not 'mood'$"
    with pytest.raises(ValueError, match=said):
        Method.from_block({**METHOD, "rank_on": "mood"})
