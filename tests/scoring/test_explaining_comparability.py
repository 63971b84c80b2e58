"""Which indicators ask the same, which editions may be joined, and the series over what all ask."""

import csv
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from scoring.engine.explaining.change import change_of
from scoring.engine.explaining.comparability import (
    Edition,
    Relation,
    concept_of,
    edition_of,
    joined,
    key_of,
    links_between,
    pairs_of,
)
from scoring.engine.explaining.core_series import core_series
from scoring.engine.explaining.notes import shown_change
from scoring.engine.faults import Fault
from scoring.engine.score import score
from scoring.engine.tree import Methodology
from tests.scoring.small import (
    DATE,
    METHOD,
    built,
    cell,
    dimension,
    document,
    indicator,
    options,
    strand,
)

CASES = Path(__file__).parents[1] / "data" / "mipex_editions"
BEFORE = "2014-12-31"
YEAR_BREAK = "mipex_edition_discontinuity.csv"


def edition(asked: list, *, code="f", version="1", method="1.0.0", **keys) -> Edition:
    """An edition of one strand with these indicators."""
    head = {"framework": {"code": code, "version": version}}
    whole = document([strand("s")], asked, **head, **keys)
    whole["method"] = {**METHOD, "version": method}
    return edition_of(whole, built(whole))


def asked(code: str, relation: str = "", *forerunners: object, **keys) -> dict:
    more = {"relation": relation, "forerunners": list(forerunners)} if relation else {}
    return indicator(code, "s", **more, **keys)


def relations(old: Edition, new: Edition) -> dict[str, str]:
    return {link.new or link.old[0]: str(link.relation) for link in links_between(old, new)}


OLD = edition([asked("a"), asked("b"), asked("c")])


def test_within_one_version_every_question_is_identical_to_itself():
    later = edition([asked("a", "merged", "b", "c"), asked("b"), asked("c")])

    assert relations(OLD, later) == dict.fromkeys("abc", "identical")
    assert pairs_of(OLD, later)["a"].old == "a"


def test_in_another_version_each_question_stands_as_its_relation_says():
    later = edition(
        [
            asked("a2", "reworded", "a"),
            asked("m", "merged", "b", "c"),
            asked("n", "new"),
            asked("r", "recoded", "c"),
        ],
        version="2",
    )

    assert relations(OLD, later) == {
        "a2": "reworded",
        "m": "merged",
        "n": "new",
        "r": "recoded",
    }
    assert {new: pair.old for new, pair in pairs_of(OLD, later).items()} == {"a2": "a"}


def test_a_question_without_forerunners_continues_its_declared_concept_or_its_own_code():
    later = edition(
        [asked("x", "reworded", concept="a"), asked("b", "identical", 12), asked("c", "new")],
        version="2",
    )
    elsewhere = edition([asked("b", "identical", 12)], code="g")

    assert {new: pair.old for new, pair in pairs_of(OLD, later).items()} == {"x": "a", "b": "b"}
    assert pairs_of(OLD, elsewhere) == {}


def test_a_number_between_goalposts_is_comparable_where_the_posts_still_stand():
    def measured(high: int, version: str) -> Edition:
        number = {"code": "n", "parent": "s", "goalposts": {"low": 0, "high": high}}
        return edition(
            [{**number, "relation": "identical", "forerunners": ["n"]}], version=version
        )

    assert list(pairs_of(measured(10, "1"), measured(10, "2"))) == ["n"]
    assert pairs_of(measured(10, "1"), measured(20, "2")) == {}


def test_a_question_that_nothing_comes_from_was_dropped():
    later = edition([asked("a", "identical", "a")], version="2")

    assert relations(OLD, later) == {"a": "identical", "b": "dropped", "c": "dropped"}
    assert Relation.DROPPED == "dropped"


def test_a_question_that_two_continue_was_split_whatever_they_say():
    later = edition([asked("x", "identical", "a"), asked("y", "reworded", "a")], version="2")

    assert relations(OLD, later) == {"b": "dropped", "c": "dropped", "x": "split", "y": "split"}
    assert pairs_of(OLD, later) == {}


def test_a_recoded_question_is_comparable_where_every_old_option_became_a_new_one():
    recode = {"100": 100, "50": 0, "0": 0}
    whole = asked("a", "recoded", "a", recode=recode, options=options(100, 0))
    part = asked("b", "recoded", "b", recode={"100": 100}, options=options(100, 0))
    pairs = pairs_of(OLD, edition([whole, part], version="2"))

    assert list(pairs) == ["a"]
    assert pairs["a"].points == {Fraction(int(was)): now for was, now in recode.items()}


def test_a_recode_to_points_that_no_option_earns_is_refused():
    wrong = asked("a", "recoded", "a", recode={"100": 100, "50": 25, "0": 0})
    with pytest.raises(Fault, match="the recode of a names 25 points"):
        pairs_of(OLD, edition([wrong], version="2"))


def test_options_that_earn_other_points_than_before_are_read_place_by_place():
    later = edition([asked("a", "reworded", "a", options=options(100, 40, 0))], version="2")
    fewer = edition([asked("a", "reworded", "a", options=options(100, 0))], version="2")

    assert pairs_of(OLD, later)["a"].points == {100: 100, 50: 40, 0: 0}
    assert pairs_of(OLD, fewer) == {}


def test_an_unknown_relation_is_refused():
    with pytest.raises(Fault, match="the relation 'similar' of a is unknown"):
        edition([asked("a", "similar", "a")])


@pytest.mark.parametrize(
    ("entry", "concept"),
    [
        (asked("a"), "a"),
        (asked("a", "identical", "z"), "z"),
        (asked("a", "reworded", 7), "a"),
        (asked("a", "recoded", "z"), "a"),
        (asked("a", "recoded", "z", recode={"100": 100}), "z"),
        (asked("a", "merged", "z"), "a"),
        (asked("a", "merged", "y", "z"), "a"),
        (asked("a", "merged", "y", "z", concept="work"), "work"),
    ],
)
def test_a_concept_is_declared_or_that_of_the_one_question_it_continues(entry, concept):
    assert concept_of(entry) == concept


def test_a_framework_that_is_no_list_of_keys_is_refused():
    whole = document([strand("s")], [asked("a")], framework="mipex")
    with pytest.raises(Fault, match=r"^the framework is no list of keys and values$"):
        edition_of(whole, built(whole))


def test_a_renamed_copy_of_a_framework_shares_the_key_of_its_forerunner():
    later = edition(
        [
            asked("a2", "identical", "a"),
            asked("b", "reworded", "b"),
            asked("c", "identical", "c"),
        ],
        version="2",
        method="1.4.0",
    )

    assert joined(OLD, later) == key_of(OLD) == key_of(later)


def test_questions_outside_the_headline_index_break_no_key():
    more = document(
        [strand("s"), strand("t")],
        [asked("a"), asked("b"), asked("c"), indicator("extra", "t", relation="new")],
        framework={"code": "f", "version": "2"},
    )
    more["indexes"] = [{"code": "overall", "headline": True, "strands": ["s"]}]
    more["method"] = {**METHOD, "version": "1.1.0"}

    assert joined(OLD, edition_of(more, built(more))) == key_of(OLD)


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (
            edition(list(OLD.entries.values()), code="g"),
            "the framework is f in one and g in the",
        ),
        (
            edition(list(OLD.entries.values()), method="2.0.0"),
            "the first number of the method is 1 in one and 2 in the other",
        ),
        (
            edition(
                [asked("a", "identical", "a"), asked("m", "merged", "b", "c")], version="2"
            ),
            r"2 of the indicators of f 1 \(b, c\) have no comparable one; 1 of the .* f 2 \(m\)",
        ),
        (
            edition(list(OLD.entries.values()), comparability_key="series-2030"),
            "the comparability key is f/1/[0-9a-f]{12} in one and series-2030 in the other",
        ),
    ],
)
def test_editions_without_a_common_key_are_not_joined_and_it_is_said_why(other, reason):
    with pytest.raises(Fault, match=f"share no comparability key.*: {reason}"):
        joined(OLD, other)


def test_a_declared_key_joins_what_would_not_be_joined_otherwise():
    one = edition([asked("a")], comparability_key="series")
    other = edition([asked("z")], code="g", method="7.0.0", comparability_key="series")

    assert joined(one, other) == "series"


def test_a_declared_key_may_name_the_one_that_an_earlier_edition_is_found_to_have():
    other = edition([asked("z")], code="g", comparability_key=key_of(OLD))

    assert joined(OLD, other) == key_of(OLD)


@pytest.fixture(scope="module")
def outline() -> dict:
    """The outline in the shape of 2010, with the method of MIPEX."""
    folder = Path(__file__).parents[2] / "data" / "mipex"
    read = [
        yaml.safe_load((folder / name).read_text(encoding="utf-8"))
        for name in ("outline-2010.yaml", "method.yaml")
    ]
    return {**read[0], "method": read[1]}


def test_the_core_set_and_the_outline_of_2010_are_not_joined(mipex_document, mipex, outline):
    core = edition_of(mipex_document, mipex)
    with pytest.raises(
        Fault, match="mipex-outline-2010 2010-outline and mipex-core 2019 share"
    ):
        joined(edition_of(outline, Methodology.from_document(outline)), core)


def test_a_copy_of_the_core_set_is_joined_to_it(mipex_document, mipex):
    copied = {
        **mipex_document,
        "framework": {**mipex_document["framework"], "version": "2027"},
        "indicators": [
            {**entry, "relation": "identical", "forerunners": [entry["code"]]}
            for entry in mipex_document["indicators"]
        ],
    }
    core, copy = edition_of(mipex_document, mipex), edition_of(copied, mipex)

    assert joined(core, copy) == key_of(core) == key_of(copy)
    assert len(pairs_of(core, copy)) == len(mipex.leaves)


def published() -> list[dict[str, str]]:
    with (CASES / YEAR_BREAK).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("row", published(), ids=lambda row: row["country"])
def test_one_country_year_in_two_editions_is_no_change(row):
    """Sweden's 2014 is 78 in one edition and 87 in the other; within the latter it lost a point."""
    first = edition([asked("all")], code="mipex-2015")
    second = edition([asked("all", "new")], code="mipex-2020")
    old = cell("all", row["score_in_2015_edition"], country=row["country"], date=BEFORE)
    new = cell(
        "all", row["implied_2014_score_in_2020_edition"], country=row["country"], date=BEFORE
    )
    last = cell("all", row["score_2019_in_2020_edition"], country=row["country"])

    shown = [score(first.methodology, [each]).rows[0].shown for each in (old, new)]
    assert shown[1] - shown[0] == int(row["gap_between_editions_same_year"])
    with pytest.raises(Fault, match="mipex-2015 1 and mipex-2020 1 share no comparability key"):
        joined(first, second)
    within = change_of(second.methodology, [new], [last], "overall")
    assert within.delta == int(row["published_change_2014_2019_in_2020_edition"])
    assert shown_change(within.old, within.new).text == f"{int(within.delta):+}.0"


def sheet(date: str, country: str = "PT", **points) -> list:
    return [cell(code, earned, country=country, date=date) for code, earned in points.items()]


LATER = edition(
    [
        asked("a2", "reworded", "a", weight="3"),
        asked("m", "merged", "b"),
        asked(
            "r", "recoded", "c", recode={"100": 100, "50": 0, "0": 0}, options=options(100, 0)
        ),
    ],
    version="2",
)


def test_a_core_series_rests_on_what_every_edition_asks_in_the_units_of_the_newest():
    cells = (sheet(BEFORE, a=50, b=100, c=50), sheet(DATE, a2=100, m=0, r=100))
    series = core_series([(OLD, cells[0]), (LATER, cells[1])], "core_2014_2019")

    assert series.indicators == ("a2", "r")
    assert [(row.node, row.level, row.date, row.exact) for row in series.results.rows] == [
        ("core_2014_2019", "index", BEFORE, 25),
        ("core_2014_2019", "index", DATE, 100),
    ]


def test_a_core_series_ranks_only_countries_that_are_in_every_edition():
    old = [*sheet(BEFORE, a=50, c=0), *sheet(BEFORE, "SE", a=100, c=100)]
    new = [
        *sheet(DATE, a2=0, r=0),
        *sheet(DATE, "SE", a2=100, r=100),
        *sheet(DATE, "AT", a2=100),
    ]
    series = core_series([(OLD, old), (LATER, new)])

    assert series.countries == ("PT", "SE")
    assert [(row.country, row.rank) for row in series.results.rows if row.date == DATE] == [
        ("PT", 2),
        ("SE", 1),
    ]


def test_of_a_date_that_two_editions_have_the_newer_answers_stand():
    new = [*sheet(BEFORE, a2=100, r=100), *sheet(DATE, a2=0, r=0)]
    series = core_series([(OLD, sheet(BEFORE, a=0, c=0)), (LATER, new)])

    assert [row.exact for row in series.results.rows] == [100, 0]


def test_what_is_not_scored_on_every_date_and_a_table_without_all_its_parts_are_left_out():
    over = {"of": ["p", "q"], "rows": [[100, 100, 100], [100, 0, 0], [0, 100, 0], [0, 0, 0]]}
    whole = document(
        [
            strand("s"),
            dimension("d", "s", scored=[2019]),
            {"code": "c", "kind": "composite", "parent": "s", "rule": "table", "table": over},
        ],
        [
            indicator("i", "s", relation="identical", forerunners=["i"]),
            indicator("j", "d", relation="identical", forerunners=["j"]),
            indicator("p", "c", options=options(100, 0), relation="new"),
            indicator(
                "q", "c", options=options(100, 0), relation="identical", forerunners=["q"]
            ),
        ],
        framework={"code": "f", "version": "2"},
    )
    old = edition([asked("i"), asked("j"), asked("q", options=options(100, 0))])
    new = edition_of(whole, built(whole))
    series = core_series([(old, sheet(BEFORE, i=50)), (new, sheet(DATE, i=100, j=0, p=0, q=0))])

    assert series.indicators == ("i",)
    assert [row.exact for row in series.results.rows] == [50, 100]


def test_a_series_over_nothing_is_refused():
    other = edition([asked("z", "new")], version="2")
    with pytest.raises(Fault, match="nothing comparable"):
        core_series([(OLD, sheet(BEFORE, a=0)), (other, sheet(DATE, z=0))])
    with pytest.raises(Fault, match="needs an edition"):
        core_series([])
