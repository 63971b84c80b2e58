"""Rounding, ranks, bands, means, tables: by cases."""

import itertools
from fractions import Fraction

import pytest

from scoring.engine.aggregate import Figure, Table, look_up, mean, weighted_mean
from scoring.engine.bands import band_of, bands_from
from scoring.engine.missing import Child, Status, coverage
from scoring.engine.options import Options, exact
from scoring.engine.ranks import competition_ranks
from scoring.engine.rounding import decimal_text, half_up
from scoring.engine.scope import periods_from, scored_on

ANY = Fraction(0)


def child(score: object, weight: object = 1, code: str = "i") -> Child:
    if isinstance(score, Status):
        return Child(code, Fraction(weight), None, score)
    return Child(code, Fraction(weight), Fraction(score))


@pytest.mark.parametrize(
    ("exact_text", "shown"),
    [
        ("12.5", 13),
        ("62.5", 63),
        ("64.5", 65),
        ("78.5", 79),
        ("0.4999999999999999999999", 0),
        ("623/8", 78),
        ("0", 0),
        ("100", 100),
        ("0.5", 1),
        ("-0.5", -1),
        ("-1/3", 0),
    ],
)
def test_a_half_is_rounded_away_from_zero_once(exact_text, shown):
    assert half_up(Fraction(exact_text)) == shown


@pytest.mark.parametrize(
    ("exact_text", "text"),
    [
        ("623/8", "77.875"),
        ("1/3", "0.33333333333333333"),
        ("200/3", "66.666666666666667"),
        ("100", "100"),
        ("0", "0"),
        ("99.999999999999999999", "100"),
        ("1/1000", "0.001"),
        ("-5/2", "-2.5"),
        ("123456789012345678901", "123456789012345680000"),
        ("12345678901234565/10", "1234567890123456.5"),
        ("1", "1"),
        ("9/700", "0.012857142857142857"),
        ("1/110", "0.0090909090909090909"),
        # As near to a power of ten as seventeen digits can tell: a float would be beyond it.
        ("299999999999999986/3", "99999999999999995"),
        ("300000000000000004/30000000000000001400", "0.0099999999999999997"),
    ],
)
def test_a_score_is_written_with_seventeen_significant_digits(exact_text, text):
    assert decimal_text(Fraction(exact_text)) == text


@pytest.mark.parametrize(
    ("scores", "ranks"),
    [
        ([81, 86, 81, 80], [2, 1, 2, 4]),
        ([33, 33, 33, 30], [1, 1, 1, 4]),
        ([50], [1]),
        ([0, 0], [1, 1]),
    ],
)
def test_equal_scores_share_the_best_rank_and_the_next_is_skipped(scores, ranks):
    places = competition_ranks(dict(zip("abcd", scores, strict=False)))

    assert [place.rank for place in places.values()] == ranks
    assert [place.tied for place in places.values()] == [
        scores.count(one) > 1 for one in scores
    ]


@pytest.mark.parametrize(
    ("shown", "band"),
    [
        (0, "critically_unfavourable"),
        (1, "unfavourable"),
        (20, "unfavourable"),
        (21, "slightly_unfavourable"),
        (40, "slightly_unfavourable"),
        (41, "halfway_favourable"),
        (59, "halfway_favourable"),
        (60, "slightly_favourable"),
        (79, "slightly_favourable"),
        (80, "favourable"),
        (100, "favourable"),
    ],
)
def test_each_band_begins_and_ends_where_the_method_says(mipex, shown, band):
    assert band_of(shown, mipex.method.bands) == band


@pytest.mark.parametrize(
    ("children", "score", "share", "reason"),
    [
        ([child(100), child(0)], 50, 1, ""),
        ([child(100), child(Status.UNKNOWN)], 100, Fraction(1, 2), ""),
        ([child(100), child(Status.NOT_COLLECTED)], 100, Fraction(1, 2), ""),
        ([child(100), child(Status.NOT_APPLICABLE)], 100, 1, ""),
        ([child(Status.UNKNOWN), child(Status.NOT_COLLECTED)], None, 0, "unknown"),
        ([child(Status.NOT_COLLECTED)], None, 0, "not_collected"),
        ([child(Status.NOT_APPLICABLE)] * 2, None, None, "not_applicable"),
    ],
)
def test_a_missing_child_leaves_its_weight_to_its_siblings(children, score, share, reason):
    figure = mean(children, threshold=ANY)

    assert (figure.score, figure.coverage, figure.reason) == (score, share, reason)


@pytest.mark.parametrize(
    ("known", "threshold", "scored"),
    [(2, "2/3", True), (1, "2/3", False), (3, "1", True), (2, "1", False), (0, "0", False)],
)
def test_a_mean_needs_its_threshold_and_at_least_one_score(known, threshold, scored):
    children = [child(50)] * known + [child(Status.UNKNOWN)] * (3 - known)
    figure = mean(children, threshold=Fraction(threshold))

    assert (figure.score is not None) is scored


def test_a_child_without_weight_counts_neither_in_the_score_nor_in_the_coverage():
    children = [child(100), child(0, weight=0), child(Status.UNKNOWN, weight=0)]

    assert weighted_mean(children, threshold=Fraction(1)).score == 100
    assert coverage(children) == 1


@pytest.mark.parametrize(
    ("faulty", "sentence"), [(child(50, -1), "is negative"), (child(101), "outside 0..100")]
)
def test_a_mean_refuses_what_cannot_be(faulty, sentence):
    with pytest.raises(ValueError, match=sentence):
        weighted_mean([faulty], threshold=ANY)


def points_bb28(language: int, civic: int) -> int:
    if language == 100:
        return 100
    return {0: {0: 0, 50: 17}, 50: {0: 33, 50: 50}, 100: {0: 67, 50: 83}}[civic][language]


def points_bb29(language: int, level: int, civic: int) -> int:
    if language:
        return {100: 100, 50: 90}[language]
    return {0: 0, 50: 10, 100: 20}[level] + {0: 0, 50: 30, 100: 60}[civic]


def points_cc59cd64(measures: int, training: int) -> int:
    if training == 0:
        return 0
    return {50: 33, 100: 67}[training] if measures == 0 else 100


@pytest.mark.parametrize(
    ("node", "rule"),
    [("bb28", points_bb28), ("bb29", points_bb29), ("cc59cd64", points_cc59cd64)],
)
def test_the_tables_say_what_the_workbooks_formulas_say(mipex, node, rule):
    table = mipex.nodes[node].table
    combinations = itertools.product((0, 50, 100), repeat=len(table.of))
    by_formula = {points: rule(*points) for points in combinations}

    assert table.rows == by_formula


def test_a_table_is_known_as_soon_as_every_completion_agrees(mipex):
    table = mipex.nodes["bb29"].table
    no_demand = [child(100, code="bb29a"), child(Status.NOT_APPLICABLE, code="bb29b")]
    test = [child(0, code="bb29a"), child(Status.UNKNOWN, code="bb29b")]
    civic = child(Status.NOT_APPLICABLE, code="bb29c")

    assert look_up([*no_demand, civic], table).score == 100
    assert look_up([*test, civic], table).reason == "unknown"


def test_a_table_has_no_value_for_points_that_are_no_option():
    table = Table(("i",), {(Fraction(100),): Fraction(100), (Fraction(0),): Fraction(0)})
    figure = look_up([child(75)], table)

    assert (figure.score, figure.reason) == (None, "table")


def test_a_table_without_any_answer_says_why():
    table = Table(("i",), {(Fraction(100),): Fraction(100), (Fraction(0),): Fraction(0)})

    assert look_up([child(Status.NOT_COLLECTED)], table).reason == "not_collected"
    assert look_up([child(Status.NOT_APPLICABLE)], table).reason == "not_applicable"


def test_options_know_their_points_and_their_places():
    scale = Options.from_list([{"points": 100}, {"points": 67}, {"points": 0}])

    assert scale.points_at(2) == 67
    assert (scale.place_of(Fraction(0)), scale.place_of(Fraction(75))) == (3, None)
    with pytest.raises(ValueError, match="no option 4 among 3"):
        scale.points_at(4)


@pytest.mark.parametrize("value", [0.67, None, True, "two thirds", "1/0"])
def test_only_whole_numbers_and_rational_texts_are_exact(value):
    with pytest.raises(ValueError, match=r"exact number|Invalid literal|divides by zero"):
        exact(value)


@pytest.mark.parametrize(
    ("scored", "year", "is_scored"),
    [
        ([2014, "2019-"], 2014, True),
        ([2014, "2019-"], 2016, False),
        ([2014, "2019-"], 2031, True),
        (["2010-2014"], 2014, True),
        (["2010-2014"], 2015, False),
        (["2014-2014"], 2014, True),
        ("2010-", 2009, False),
        ([], 1999, True),
    ],
)
def test_years_and_ranges_say_what_is_scored(scored, year, is_scored):
    assert scored_on(periods_from(scored), f"{year}-12-31") is is_scored


@pytest.mark.parametrize("scored", [["2014-2010"], ["20142019"], ["-2014"], ["2014/2019"]])
def test_years_that_mean_nothing_are_refused(scored):
    with pytest.raises(ValueError, match=r"no range of years|ends before it begins"):
        periods_from(scored)


def test_a_plain_mean_takes_no_notice_of_weights():
    figure = mean([child(100, weight=9), child(0)], threshold=ANY)

    assert (figure.score, figure.coverage) == (50, 1)


def test_a_band_has_a_title_or_an_empty_one():
    low = {"code": "low", "from": 0, "to": 59, "title": "Low"}
    bands = bands_from([low, {"code": "high", "from": 60, "to": 100}])

    assert [(band.code, band.title) for band in bands] == [("low", "Low"), ("high", "")]


@pytest.mark.parametrize(
    "limits",
    [
        [],
        [(0, 99)],
        [(1, 100)],
        [(0, 50), (50, 100)],
        [(0, 49), (51, 100)],
        [(0, 100), (101, 100)],
        [(0, 50), (51, 49), (50, 100)],
        [(60, 100), (0, 59)],
        [(0, 10**15)],
        [(-(10**15), 100)],
    ],
)
def test_bands_that_do_not_cover_the_scale_once_are_refused(limits):
    block = [{"code": "a", "from": first, "to": last} for first, last in limits]

    with pytest.raises(ValueError, match="must cover 0 to 100 without gap or overlap"):
        bands_from(block)


def test_a_band_may_hold_a_single_score():
    limits = [(0, 0), (1, 49), (50, 50), (51, 99), (100, 100)]
    block = [{"code": "a", "from": first, "to": last} for first, last in limits]

    assert [(band.first, band.last) for band in bands_from(block)] == limits


def test_two_options_cannot_earn_the_same():
    with pytest.raises(ValueError, match="falling within"):
        Options.from_list([{"points": 100}, {"points": 50}, {"points": 50}])


FULL, NONE = Fraction(100), Fraction(0)
SAME = Table(
    ("i", "j"), {(one, two): min(one, two) for one in (FULL, NONE) for two in (FULL, NONE)}
)


@pytest.mark.parametrize(
    ("first", "second", "figure"),
    [
        (
            Child("i", FULL, None, Status.NOT_APPLICABLE),
            Child("j", FULL, None, Status.NOT_APPLICABLE),
            Figure(None, None, Status.NOT_APPLICABLE, "not_applicable"),
        ),
        (
            Child("i", FULL, None, Status.WITHHELD),
            Child("j", FULL, None, Status.NOT_COLLECTED),
            Figure(None, NONE, Status.WITHHELD, "withheld", (NONE, FULL)),
        ),
        (
            Child("i", FULL, FULL),
            Child("j", FULL, None, Status.UNKNOWN),
            Figure(None, Fraction(1, 2), Status.UNKNOWN, "unknown", (NONE, FULL)),
        ),
        (
            Child("i", FULL, NONE, Status.BREAK),
            Child("j", FULL, None, Status.UNKNOWN),
            Figure(NONE, Fraction(1, 2), Status.OK, "", (NONE, NONE), frozenset({"break"})),
        ),
        (
            Child("i", FULL, FULL),
            Child("j", FULL, None, Status.NOT_APPLICABLE),
            Figure(None, Fraction(1), Status.NOT_APPLICABLE, "not_applicable", (NONE, FULL)),
        ),
        (
            Child("i", FULL, Fraction(75)),
            Child("j", FULL, FULL),
            Figure(None, Fraction(1), Status.UNKNOWN, "table", (NONE, FULL)),
        ),
    ],
)
def test_a_table_gives_the_whole_figure(first, second, figure):
    assert look_up([first, second], SAME) == figure


def test_a_table_whose_rows_are_too_short_is_not_looked_into():
    ragged = Table(("i", "j"), {(FULL,): FULL})
    with pytest.raises(ValueError, match="shorter"):
        look_up([child(100, code="i"), child(100, code="j")], ragged)
