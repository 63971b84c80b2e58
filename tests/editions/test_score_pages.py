"""How a country's score comes about: the tree, what each answer gives, what would raise it."""

import csv
import re
from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editions.services import explaining, freeze, package
from editions.services.pages import score
from editions.services.pages.book import Book
from editions.services.pages.exact_words import exact_words, share_words, two_decimals
from editions.services.pages.score_tree import Tree, no_score_words
from scoring.engine.missing import Status
from scoring.engine.score import Cell
from scoring.engine.score import score as scored
from scoring.engine.tree import Methodology

from .made import nothing, one_date
from .test_pages import Reading

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
HEADLINE = "overall_with_health"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scores") / "made"
    package.write_folder(folder, one_date(), beat=nothing)
    return folder


@pytest.fixture(scope="module")
def page(folder):
    return (folder / "scores" / "ee.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def lines(folder):
    with (folder / "contributions.csv").open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


@pytest.fixture(scope="module")
def book():
    return only("EE")


def only(code, **changed):
    """Return the book of one country; CHANGED are answers that are other ones, scored anew."""
    return Book(cut_to(code, tuple(changed.items())))


@cache
def cut_to(code, changed=()):
    frozen, others = one_date(), dict(changed)
    answers = tuple(
        replace(each, **dict(others.get(each.indicator, ())))
        for each in frozen.answers
        if each.country == code
    )
    methodology = Methodology.from_document(frozen.methodology)
    rows = scored(methodology, map(cell_of, answers)).rows
    return replace(
        frozen,
        countries=tuple(each for each in frozen.countries if each.code == code),
        answers=answers,
        scores=tuple(map(freeze.facts_of_score, rows)),
        group_scores=(),
    )


def cell_of(answer):
    day = answer.reference_date.isoformat()
    return Cell(answer.country, answer.indicator, day, Status(answer.status), answer.points)


MISSING = (("status", "unknown"), ("option", None), ("points", None))


def context(book):
    return score.context(book, book.countries[0])


def branches(book):
    found = {}

    def walk(some):
        for branch in some:
            found[branch.code] = branch
            walk(branch.parts or ())

    walk(Tree(book, book.countries[0]).branches())
    return found


def test_the_tree_goes_down_to_every_answer_and_each_has_an_address(page, book):
    ids = Reading(page).ids

    assert {f"part-{code}" for code in book.nodes} <= set(ids)
    assert set(book.indicators) <= set(ids)


def test_an_answer_leads_to_its_own_cell_on_its_question(folder, page, book):
    for indicator in book.indicators.values():
        assert f'href="../{indicator.href}#EE"' in page
    assert 'href="../scores/ee.html"' in (folder / "countries" / "ee.html").read_text()
    assert 'href="../countries/ee.html"' in page


def test_a_part_opens_without_a_script_and_an_answer_is_never_closed(page, book):
    assert page.count("<details") == len(book.nodes)
    assert page.count("part--answer") == len(book.indicators)


def test_the_exact_score_weight_rule_and_coverage_of_a_part_are_said(book):
    strand = branches(book)["b"]

    assert strand.score == "76"
    assert strand.gives == "gives 9.49 of 12.50"
    assert strand.facts == (
        "Exactly 1367/18 ≈ 75.9444 points.",
        "The mean of its parts.",
        "Weight 1/8 of the overall score.",
        "Every part that applies has a value.",
    )


def test_an_answer_says_its_option_its_points_and_its_weight(book):
    answer = branches(book)["bb31"]

    assert answer.answer == "None, or one at the level of social assistance, from any source."
    assert (answer.score, answer.width, answer.gives) == ("100", 100, "gives 0.93 of 0.93")
    assert answer.note == "Weight 67/100 here, 67/7200 of the overall score."
    assert answer.parts is None


def test_what_counts_through_a_table_says_so_and_the_table_stands_for_it(book):
    found = branches(book)

    assert found["bb28a"].note == "Counts only together with what stands beside it."
    assert found["bb28"].gives == "gives 1.39 of 1.39"
    assert found["bb28"].facts[1] == "Read from a table over its parts."


def test_an_answer_without_a_value_leaves_its_weight_to_its_siblings():
    found = branches(only("EE", aa1=MISSING))

    assert found["aa1"].score == ""
    assert found["aa1"].width is None
    assert found["aa1"].answer == "This could not be established."
    assert found["aa1"].note == "Without a value: its weight falls to its siblings."
    assert found["aa3"].note == "Weight 1/8 here, 1/64 of the overall score."
    assert found["a"].facts[3:] == (
        "What has a value carries 8/9 of the weight.",
        "Whatever is missing, it lies between 63.00 and 74.11 points.",
    )


def test_a_country_without_an_overall_score_shows_its_tree_and_no_sums():
    health = [
        code for code in cut_to("EE").methodology["indicators"] if code["parent"][0] == "h"
    ]
    found = only("EE", **{each["code"]: MISSING for each in health})
    shown = context(found)

    assert shown["sums"] is None
    assert shown["steps"] is None
    assert shown["sentence"] == "There is no overall score. What there is stands below."
    assert branches(found)["h"].answer == "No score: this could not be established."
    assert branches(found)["a"].score == "69"
    assert branches(found)["a"].gives == ""


def test_a_policy_area_outside_the_overall_score_gives_nothing_to_it():
    frozen = cut_to("EE")
    indexes = [
        {**each, "headline": each["code"] == "overall_without_health"}
        for each in frozen.methodology["indexes"]
    ]
    other = Book(replace(frozen, methodology={**frozen.methodology, "indexes": indexes}))
    found = branches(other)

    assert (found["h"].score, found["h"].gives) == ("29", "")
    assert "No part of this overall score." in found["h"].facts
    assert found["h152c"].note == "Weight 1/8 here."
    assert found["a"].gives == "gives 9.79 of 14.29"
    assert [line.title for line in context(other)["sums"]["lines"]][-1] == "Anti-discrimination"


def test_a_part_that_has_no_figure_on_the_date_is_not_scored():
    assert no_score_words(None) == "Not scored on this date."


def test_a_figure_that_was_not_issued_is_not_explained():
    frozen = cut_to("EE")
    kept = tuple(each for each in frozen.scores if each.node != HEADLINE)
    unissued = Book(replace(frozen, scores=kept))

    assert ("EE", HEADLINE) not in unissued.explanations
    assert ("EE", "overall_without_health") in unissued.explanations
    assert context(unissued)["sums"] is None


def test_the_contributions_of_the_file_sum_exactly_to_each_score_and_the_gaps_to_100(lines):
    given_, lacks = defaultdict(Fraction), defaultdict(Fraction)
    for line in lines:
        if not line["whole"]:
            given_[line["country"], line["index"]] += Fraction(line["contribution"])
            lacks[line["country"], line["index"]] += Fraction(line["gap"])
    exact = {
        (each.country, each.node): each.exact
        for each in one_date().scores
        if each.level == "index"
    }

    assert given_ == exact
    assert {key: 100 - lack for key, lack in lacks.items()} == exact


def test_the_file_holds_each_answer_of_each_overall_score_once(lines):
    keys = [(each["country"], each["index"], each["node"]) for each in lines]

    assert keys == sorted(set(keys))
    assert {each["reference_date"] for each in lines} == {"2019-12-31"}
    asked = {each["code"] for each in one_date().methodology["indicators"]}
    assert {node for country, index, node in keys if index == HEADLINE} == asked | {
        "bb28",
        "bb29",
        "cc59cd64",
    }


def test_every_column_has_its_line_in_the_reference():
    text = (REFERENCE / "contributions.md").read_text(encoding="utf-8")

    said = re.findall(r"^\| `([a-z_]+)` \|", text, re.MULTILINE)
    assert tuple(said) == explaining.CONTRIBUTION_COLUMNS


def test_what_the_page_shows_is_what_the_file_says(lines, page, book):
    ours = {
        each["node"]: each
        for each in lines
        if (each["country"], each["index"]) == ("EE", HEADLINE)
    }
    for code, branch in branches(book).items():
        if code in ours:
            gives = two_decimals(Fraction(ours[code]["contribution"]))
            assert branch.gives.startswith(f"gives {gives}")
    for line in context(book)["steps"]["lines"]:
        said = ours[line.indicator.code]
        assert line.gain == "+" + two_decimals(Fraction(said["gain"]))
        assert line.becomes == two_decimals(Fraction(said["next_score"]))
        assert f"({line.becomes})" in page


def test_the_next_better_option_does_what_the_engine_then_gives(book):
    answers = {each.indicator: each for each in book.frozen.answers}
    methodology = Methodology.from_document(book.document)
    raising = book.explanations["EE", HEADLINE].raising()

    for part in (raising[0], next(each for each in raising if each.code == "cc59")):
        better = replace(answers[part.code], points=part.step.points)
        cells = map(cell_of, ({**answers, part.code: better}).values())
        rows = {row.node: row.exact for row in scored(methodology, cells).rows}
        assert rows[HEADLINE] == part.step.score


def test_ten_answers_are_listed_the_most_first_and_ties_with_the_last_are_counted(book):
    steps = context(book)["steps"]

    assert steps["title"] == "The 10 answers that would raise the score most"
    gains = [line.gain for line in steps["lines"]]
    assert gains == sorted(gains, reverse=True)
    assert len(gains) == 10
    assert steps["note"] == "2 more answers would add as much as the last one."


def test_the_sums_are_said_exactly_and_name_what_leaves_most_open(book):
    sums = context(book)["sums"]

    assert sums["title"] == "Access to nationality leaves most open: 10.55 points"
    assert (sums["gives"], sums["lacks"]) == ("50.20", "49.80")
    assert "give 4819/96 ≈ 50.1979 and lack 4781/96 ≈ 49.8021 points" in sums["exact"]


def test_a_country_that_lacks_nothing_is_said_to_lack_nothing(book):
    parts = tuple(replace(part, gap=Fraction(0)) for part in explained(book).root.parts)

    assert sums_of(book, parts)["title"] == "Every policy area reaches the highest standards"


def test_there_are_no_sums_where_no_part_can_be_told_from_the_others(book):
    parts = tuple(
        replace(part, contribution=None, gap=None) for part in explained(book).root.parts
    )

    assert sums_of(book, parts) is None


def explained(book):
    return book.explanations["EE", HEADLINE]


def sums_of(book, parts):
    """Return the sums of an overall score that were made of PARTS."""
    found = explained(book)
    book = Book(book.frozen)
    book.explanations = {
        ("EE", HEADLINE): replace(found, root=replace(found.root, parts=parts))
    }
    return context(book)["sums"]


def test_a_rehearsal_marks_each_line_of_what_answers_give():
    frozen = cut_to("EE")
    marked = replace(frozen, revision=replace(frozen.revision, provisional="Only a rehearsal."))
    header, *rest = explaining.text(marked, explaining.sheets_of(marked)).splitlines()

    assert header.endswith(",provisional")
    assert all(line.endswith(",yes") for line in rest)


@settings(max_examples=50)
@given(st.fractions(min_value=-100, max_value=100, max_denominator=10**6))
def test_two_decimals_are_never_further_off_than_half_a_hundredth(value):
    said = Fraction(two_decimals(value).replace("−", "-"))

    assert abs(said - value) <= Fraction(1, 200)


def test_a_fraction_that_nobody_can_read_is_said_in_decimals_alone(book):
    long = Fraction(129277759910907087034620423, 5 * 10**24)
    frozen = book.frozen
    scores = tuple(
        replace(each, exact=long) if each.node in {HEADLINE, "a"} else each
        for each in frozen.scores
    )
    found = Book(replace(frozen, scores=scores))

    assert context(found)["facts"][0] == {"name": "Before rounding", "words": "≈ 25.8556"}
    assert "Before rounding ≈ 25.8556 points." in branches(found)["a"].facts
    assert share_words(long / 100) == "≈ 0.258556"


@settings(max_examples=50)
@given(st.fractions(min_value=0, max_value=100, max_denominator=10**4))
def test_an_equals_sign_stands_only_before_the_whole_value(value):
    said = exact_words(value)

    assert Fraction(said.split()[0]) == value
    if "=" in said:
        assert Fraction(said.split()[-1]) == value
