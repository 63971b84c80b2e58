"""Several editions side by side, as strangers hand them in: what is joined, and what is refused."""

import csv
import json
from fractions import Fraction
from pathlib import Path

import pytest

from scoring.engine.__main__ import WRONG_FILES, main
from scoring.engine.explaining.comparability import concept_of, links_between, pairs_of
from scoring.engine.explaining.contributions import contributions_of
from scoring.engine.explaining.core_series import core_series
from scoring.engine.explaining.methods import changes_between
from scoring.engine.explaining.pairs import Pair
from scoring.engine.faults import Fault
from scoring.engine.missing import Status
from tests.scoring.small import (
    DATE,
    built,
    cell,
    dimension,
    document,
    indicator,
    options,
    strand,
    two_strands,
)
from tests.scoring.test_explaining_comparability import BEFORE, OLD, asked, edition, sheet


def exact(series) -> dict[str, Fraction | None]:
    return {row.date: row.exact for row in series.results.rows}


def test_what_a_later_edition_does_not_speak_of_stays_in_the_series():
    old = edition([asked("a"), asked("b")])
    corrected = [*sheet(BEFORE, a=100), *sheet(DATE, a=0, b=0)]

    series = core_series([(old, sheet(BEFORE, a=0, b=50)), (old, corrected)])
    assert exact(series) == {BEFORE: 75, DATE: 0}


def test_what_a_later_edition_calls_unknown_is_unknown_in_the_series():
    old = edition([asked("a"), asked("b")])
    corrected = [*sheet(BEFORE, a=100, b=Status.UNKNOWN), *sheet(DATE, a=0, b=0)]

    series = core_series([(old, sheet(BEFORE, a=0, b=50)), (old, corrected)])
    assert exact(series) == {BEFORE: 100, DATE: 0}


def test_what_a_gate_closes_in_a_later_edition_is_closed_in_the_series():
    gate = {"indicator": "a", "closed_up_to": 0, "then": "score_min"}
    gated = edition([asked("a"), indicator("b", "s", gate=gate)])
    later = [*sheet(BEFORE, a=0), *sheet(DATE, a=100, b=100)]

    series = core_series([(gated, sheet(BEFORE, a=100, b=100)), (gated, later)])
    assert exact(series) == {BEFORE: 0, DATE: 100}


def test_a_series_without_a_country_in_all_editions_is_refused():
    given = [(OLD, sheet(BEFORE, "PT", a=0)), (OLD, sheet(DATE, "SE", a=0))]

    with pytest.raises(Fault, match=r"^no country has answers in all of the editions$"):
        core_series(given)


def test_a_series_needs_a_name():
    with pytest.raises(Fault, match="needs a name of its own: it is empty"):
        core_series([(OLD, sheet(DATE, a=0))], "")


def test_a_question_that_says_nothing_of_its_relation_is_identical():
    later = indicator("z", "s", forerunners=["a"])

    assert concept_of(later) == "a"
    assert list(pairs_of(OLD, edition([later], version="2"))) == ["z"]


def test_a_concept_may_be_a_number():
    old = edition([asked("a", concept=12)])
    new = edition([asked("z", "reworded", concept=12)], version="2")

    assert [link.old for link in links_between(old, new)] == [("a",)]


def test_a_recode_that_names_the_same_points_in_two_ways_is_refused():
    recode = {"100": 100, "50": 0, "0": 0, "0.0": 100}
    later = asked("z", "recoded", "a", recode=recode, options=options(100, 0))

    with pytest.raises(Fault, match="the recode of z names the same points twice"):
        pairs_of(OLD, edition([later], version="2"))


def test_what_lies_in_a_strand_that_the_year_does_not_score_is_not_explained():
    whole = document([strand("s", scored=[2014]), dimension("d", "s")], [indicator("i", "d")])

    with pytest.raises(Fault, match=f"d is not scored for PT on {DATE}"):
        contributions_of(built(whole), [cell("i", 50)], "d")


def with_gate(then: str = ""):
    gate = {"indicator": "i", "closed_up_to": 0, "then": then}
    return built(
        document(
            [strand("s")],
            [indicator("i", "s"), indicator("j", "s", **({"gate": gate} if then else {}))],
        )
    )


def split(old, new, earlier=()) -> dict[str, Fraction]:
    pairs = {code: Pair(code, code) for code in "ij"}
    found = changes_between(old, new, pairs=pairs, earlier=earlier, nodes=("s",))[0]
    return {str(term): amount for term, amount in found.terms.items() if amount}


@pytest.mark.parametrize("then", ["score_min", "not_applicable"])
@pytest.mark.parametrize("date", [BEFORE, DATE])
def test_what_only_a_gate_of_one_methodology_closes_is_method_and_no_policy(then, date):
    plain = with_gate(), sheet(BEFORE, i=0, j=50)
    closed = with_gate(then), sheet(date, i=0)
    earlier = closed[1] if date == BEFORE else ()

    assert split(plain, closed, earlier) == {"method": -25}
    assert split(closed, plain) == {"method": 25}


def test_what_a_new_gate_closed_on_the_old_date_is_no_correction():
    plain = with_gate(), sheet(BEFORE, i=0, j=50)
    opened = with_gate("score_min"), sheet(DATE, i=100, j=100)

    assert split(plain, opened, sheet(BEFORE, i=0)) == {"policy": 75}


def folder(path: Path, whole: dict, answered: dict[str, int]) -> Path:
    path.mkdir()
    (path / "methodology.json").write_text(json.dumps(whole), encoding="utf-8")
    with (path / "answers.csv").open("w", encoding="utf-8", newline="") as lines:
        table = csv.writer(lines)
        table.writerow(["country", "indicator", "reference_date", "status", "points"])
        table.writerows(["PT", code, DATE, "ok", points] for code, points in answered.items())
    return path


def chain(levels: int) -> dict:
    """A tree of one node a level."""
    below = [dimension(f"d{at}", f"d{at - 1}" if at else "s") for at in range(levels - 1)]
    return document([strand("s"), *below], [indicator("i", f"d{levels - 2}")])


@pytest.mark.parametrize("command", ["explain", "compare", "series"])
def test_a_tree_is_explained_and_compared_down_to_a_hundred_levels(command, tmp_path, capsys):
    words = {"explain": ["PT", "overall"], "compare": [str(tmp_path / "100")], "series": []}
    for levels in (100, 101):
        folder(tmp_path / str(levels), chain(levels), {"i": 50})
    out = ["--out", str(tmp_path / "out")]

    assert main([command, str(tmp_path / "101"), *words[command], *out]) == WRONG_FILES
    assert "methodology.json: a tree of more than 100 levels" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert main([command, str(tmp_path / "100"), *words[command], *out]) == 0


def test_a_recode_that_is_amiss_is_found_in_the_edition_of_a_series_that_has_it(
    tmp_path, capsys
):
    named = {"code": "f", "version": "1"}
    first = folder(tmp_path / "first", two_strands(framework=named), {"i1": 50})
    whole = two_strands(framework={**named, "version": "2"})
    whole["indicators"][0] |= {"relation": "recoded", "recode": {"100": 7}}
    last = folder(tmp_path / "last", whole, {"i1": 50})

    assert (
        main(["series", str(first), str(last), "--out", str(tmp_path / "out")]) == WRONG_FILES
    )
    place = last / "methodology.json"
    assert f"{place}: the recode of i1 names 7 points" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
