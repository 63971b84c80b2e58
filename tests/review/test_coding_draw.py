"""Which questions are coded blind: all new ones, and an exact share of the others."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaire.enums import Relation
from questionnaire.models import Indicator
from review.models import CaseItem
from review.services.drawing import draw, drawn_codes
from tests import world as worlds

RELATIONS = st.dictionaries(
    st.from_regex(r"[a-z]{2}[0-9]{1,3}", fullmatch=True),
    st.sampled_from(Relation.values),
    max_size=60,
)
SHARES = st.integers(min_value=1, max_value=100)
PLACES = st.sampled_from(["2019/EE", "2019/PT", "2027/EE"])


@given(RELATIONS, SHARES, PLACES)
def test_every_new_question_is_drawn_and_an_exact_share_of_the_others(relations, share, place):
    new = {code for code, relation in relations.items() if relation == Relation.NEW}
    others = relations.keys() - new

    drawn = draw(relations, share=share, place=place)

    assert new <= drawn <= relations.keys()
    assert (len(drawn - new) - 1) * 100 < share * len(others) <= len(drawn - new) * 100


@given(RELATIONS, SHARES, PLACES, st.randoms(use_true_random=False))
def test_the_order_in_which_questions_come_changes_nothing(relations, share, place, dice):
    codes = list(relations)
    dice.shuffle(codes)
    shuffled = {code: relations[code] for code in codes}

    assert draw(shuffled, share=share, place=place) == draw(relations, share=share, place=place)


@given(RELATIONS, st.tuples(SHARES, SHARES), PLACES)
def test_a_larger_share_draws_the_same_and_more(relations, shares, place):
    less, more = sorted(shares)

    assert draw(relations, share=less, place=place) <= draw(relations, share=more, place=place)


@given(RELATIONS, PLACES)
def test_a_share_of_none_asks_for_no_blind_coding_at_all(relations, place):
    assert draw(relations, share=0, place=place) == frozenset()


@given(RELATIONS, PLACES)
def test_a_share_of_all_draws_all(relations, place):
    assert draw(relations, share=100, place=place) == relations.keys()


FORTY = {f"aa{n}": Relation.IDENTICAL for n in range(40)}


def test_countries_and_rounds_draw_differently():
    drawn = {draw(FORTY, share=10, place=f"{r}/{c}") for r in ("2019", "2027") for c in "ABCDE"}

    assert len(drawn) > 5


def test_who_does_not_know_the_site_s_secret_cannot_foresee_the_draw(settings):
    before = draw(FORTY, share=10, place="2019/EE")
    settings.SECRET_KEY = "another secret, as long as the one before it was"

    assert draw(FORTY, share=10, place="2019/EE") != before


# --- When a case opens -------------------------------------------------------------------


def known_before(world):
    """Let every question but one be as it was in the framework before."""
    asked = Indicator.objects.filter(framework=world.round.framework)
    asked.exclude(code="bb3").update(relation=Relation.IDENTICAL)


def drawn_in(world, country):
    return set(
        CaseItem.objects.filter(
            case__round=world.round, case__country__code=country, is_coded_blind=True
        ).values_list("indicator__code", flat=True)
    )


@pytest.mark.django_db
@pytest.mark.parametrize("share", [1, 25, 26, 50, 100])
def test_the_share_is_exact_over_the_whole_framework_of_a_country(share):
    world = worlds.build(blind_share=share)
    known_before(world)
    worlds.answer_all(world)
    worlds.submit_all(world)

    for country in ("EE", "PT"):
        drawn = drawn_in(world, country)
        assert "bb3" in drawn
        assert len(drawn - {"bb3"}) == -(-share * 4 // 100)
        assert drawn == drawn_codes(world.round, world.country(country))


@pytest.mark.django_db
def test_it_does_not_matter_which_sheet_comes_in_first():
    world = worlds.build(blind_share=50)
    known_before(world)
    worlds.answer_all(world)
    for strand in ("b", "a"):
        worlds.submit(world, world.sheet("PT", strand))
    for strand in ("a", "b"):
        worlds.submit(world, world.sheet("EE", strand))
    worlds.submit(world, world.sheet("EE", "b", 2))

    for country in ("EE", "PT"):
        assert drawn_in(world, country) == drawn_codes(world.round, world.country(country))


@pytest.mark.django_db
def test_a_round_that_asks_for_none_draws_nothing(world):
    worlds.answer_all(world)
    worlds.submit_all(world)

    assert drawn_in(world, "EE") == drawn_in(world, "PT") == set()


@pytest.mark.django_db
def test_only_the_answer_at_the_cut_off_is_coded_blind():
    day = date(2014, 12, 31)
    world = worlds.build(blind_share=100, asks_for=[day])
    worlds.answer_all(world)
    for sheet in world.sheets():
        for code in worlds.STRANDS[sheet.strand.code]:
            worlds.answer(world, sheet, code, earns=50, reference_date=day)
    worlds.submit_all(world)

    items = CaseItem.objects.filter(indicator__code="aa1", case__country__code="PT")
    assert dict(items.values_list("reference_date", "is_coded_blind")) == {
        worlds.CUT_OFF: True,
        day: False,
    }
