"""How firm the ranks of an edition are: the run, its files, the page, and the replay."""

import re
import shutil
from dataclasses import replace
from fractions import Fraction

import pytest
from django.utils import translation
from django.utils.html import escape

from editions.services import package, reports, robustness
from editions.services.checks import _not_replayed
from editions.services.pages import reliability
from editions.services.pages import robustness as pages
from editions.services.pages.book import Book
from editions.services.seeds import seed_of
from editions.services.verify import verify_folder
from scoring.engine.reliability.report import reliability_report
from scoring.engine.tree import Methodology

from .made import nothing, one_date, small_frozen
from .reported import FEW, reported
from .test_package import table

FILES = ("spec.json", "design.csv", "rank_stats.csv", "pairs.csv", "shift.csv", "sobol.csv")


def drawn(frozen, **design):
    return replace(frozen, design=replace(FEW, **design))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drawn") / "2020.2"
    package.write_folder(folder, reported(), beat=nothing)
    return folder


@pytest.fixture
def copy(folder, tmp_path):
    """Give a copy of the folder that a test may change."""
    return shutil.copytree(folder, tmp_path / "copy")


def red(folder):
    return {check.name: check.text for check in verify_folder(folder) if not check.ok}


def rewritten(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


def page(folder, name="robustness.html"):
    return (folder / name).read_text(encoding="utf-8")


# --- The files ---------------------------------------------------------------------------


def test_a_run_is_written_with_its_design(folder):
    assert [name for name in FILES if not (folder / "robustness" / name).is_file()] == []
    assert len(table(folder, "robustness/design.csv")) == 200


def test_the_codebook_explains_every_column_of_both_reports(folder):
    explained = {(row["table"], row["column"]) for row in table(folder, "codebook.csv")}

    for name in (*robustness.REPLAYED, "reliability/alpha.csv", "reliability/changes.csv"):
        header = (folder / name).read_text(encoding="utf-8").partition("\n")[0]
        assert {(name, column) for column in header.split(",")} <= explained


def test_the_files_are_listed_with_their_checksums(folder):
    assert "robustness/design.csv" in (folder / "DATA-SHA256SUMS").read_text(encoding="utf-8")
    assert "robustness/design.csv" in page(folder, "data.html")
    assert "--design robustness/design.csv" in page(folder, "README.md")


def test_the_ranks_of_a_run_are_those_of_the_edition(folder):
    by_the_method = {
        row["country"]: row["rank"]
        for row in table(folder, "results.csv")
        if row["node"] == "overall_with_health"
    }
    of_the_run = {
        row["country"]: row["rank"] for row in table(folder, "robustness/rank_stats.csv")
    }

    assert of_the_run == by_the_method


def test_the_seed_is_that_of_the_edition_and_not_of_its_revision():
    design = robustness.design_for("2027", None)

    assert (design.draws, design.seed) == (10_000, seed_of("2027"))
    assert seed_of("2027") != seed_of("2028")


def test_the_rate_of_errors_is_the_observed_one_where_there_is_one():
    declared, observed = (robustness.design_for("2027", one) for one in (None, Fraction(1, 8)))

    assert (declared.error_rate, declared.is_observed) == (Fraction(1, 20), False)
    assert (observed.error_rate, observed.is_observed) == (Fraction(1, 8), True)


@pytest.mark.parametrize("own", [{}, {"index": "harmonic"}])
def test_a_harmonic_mean_of_the_method_is_among_the_means_that_are_drawn(own):
    frozen = drawn(one_date())
    method = {**frozen.methodology["method"], "aggregation": own}
    given = replace(frozen, methodology={**frozen.methodology, "method": method})

    means = robustness.spec_of(given, FEW).aggregation

    assert means == ("arithmetic", "geometric", *own.values())


def test_the_heart_beats_while_the_draws_are_made():
    steps = []

    reports.tables(drawn(one_date()), {}, steps.append)

    assert set(steps) == {"Varying the method"}


# --- The replay --------------------------------------------------------------------------


def test_the_engine_replays_the_design_and_gives_the_same_bytes(folder):
    assert list(_not_replayed(folder, nothing)) == []
    assert red(folder) == {}


def test_a_changed_draw_is_found_and_named(copy):
    rewritten(copy / "robustness" / "design.csv", "\n1,geometric,", "\n1,arithmetic,")

    assert "robustness/rank_stats.csv" in list(_not_replayed(copy, nothing))


def test_a_changed_interval_is_found_and_its_line_named(copy):
    rewritten(copy / "robustness" / "rank_stats.csv", ",200,", ",199,")

    assert "robustness/rank_stats.csv, line 2" in red(copy)["draws"]


def test_a_design_that_cannot_be_read_is_found(copy):
    (copy / "robustness" / "design.csv").write_text("nothing of use\n")

    assert "the engine cannot read it" in red(copy)["draws"]


def test_an_edition_that_was_built_without_draws_is_not_asked_for_any(copy):
    shutil.rmtree(copy / "robustness")

    assert "draws" not in {check.name for check in verify_folder(copy)}


# --- The page ----------------------------------------------------------------------------


def test_the_page_gives_each_country_its_interval_by_rank(folder):
    rows = table(folder, "robustness/rank_stats.csv")
    shown = page(folder)

    places = [shown.index(f"countries/{row['country'].lower()}.html") for row in rows]
    by_rank = sorted(zip((int(row["rank"]) for row in rows), places, strict=True))
    assert [place for _rank, place in by_rank] == sorted(places)
    assert shown.count("interval__point") >= len(rows)


def test_a_country_stands_above_the_next_one_in_a_share_of_draws(folder):
    names = {escape(each.name) for each in Book(reported()).countries}
    rows = table(folder, "robustness/rank_stats.csv")
    shown = page(folder)

    found = re.findall(r">(\d+)% above ([^<]+)<", shown)
    assert len(found) == len(rows) - 1
    assert {name for _share, name in found} < names
    assert "near 50% the order of the two is open" in shown


def test_choices_are_listed_by_what_they_move_and_one_question_speaks_for_all(folder):
    rows = table(folder, "robustness/shift.csv")
    drawn_ones = {row["alternative"] for row in rows if row["factor"] == "leave_out"}
    areas = {"", *(node.code for node in Book(reported()).strands)}
    section = page(folder).partition('id="choices"')[2].partition("</table>")[0]

    found = re.findall(r'scope="row">([^<]+)</th><td[^>]*>([^<]+)<', section)
    alone = [float(figure) for _title, figure in found]
    assert alone == sorted(alone, reverse=True)
    left_out = [title for title, _figure in found if title.startswith("What is left out")]
    assert drawn_ones - areas
    assert len(left_out) == len(drawn_ones & areas) + 1
    assert sum("of all questions, the one that moves" in title for title in left_out) == 1


def test_the_page_says_what_was_varied_and_that_the_rate_is_assumed(folder):
    shown = page(folder)

    assert "geometric, on a scale from 1 to 100" in shown
    assert "up to 25% more or less" in shown
    assert "5.0% of draws. That rate is assumed" in shown


def test_the_page_says_that_a_rate_was_observed():
    frozen = drawn(one_date(), draws=2, is_observed=True, error_rate=Fraction(1, 8))
    book = Book(frozen, robustness.run(frozen, nothing))

    assert "12.5% of draws, the rate observed" in " ".join(pages.context(book)["varied"])


def test_the_page_says_so_where_no_rank_moves():
    frozen = drawn(one_date(), draws=2)
    book = Book(frozen, robustness.run(frozen, nothing))

    assert pages.context(book)["finding"] == "Every interval is a single rank"


def test_the_first_page_the_method_and_the_country_lead_to_it(folder):
    for name in ("index.html", "method.html"):
        assert 'href="robustness.html"' in page(folder, name)
        assert 'href="reliability.html"' in page(folder, name)
    for name in ("countries/se.html", "scores/se.html"):
        assert "Rank by other choices" in page(folder, name)
        assert 'href="../robustness.html"' in page(folder, name)


def test_too_few_countries_have_a_page_that_says_so_and_no_run():
    frozen = drawn(one_date())
    kept = tuple(each for each in frozen.scores if each.country in {"AE", "SE"})
    frozen = replace(frozen, scores=kept)

    assert reports.tables(frozen, {}, nothing) == (None, {})
    assert "this edition has 2" in pages.context(Book(frozen))["empty"]


def test_a_design_is_needed_for_a_run():
    with pytest.raises(ValueError, match="no design"):
        robustness.run(small_frozen(), nothing)


# --- The page on reliability -------------------------------------------------------------


def test_the_page_on_reliability_gives_each_question_its_figures(folder):
    shown = page(folder, "reliability.html")
    frozen = reported()

    titles = [each["title"] for each in frozen.methodology["indicators"]]
    assert [title for title in titles if escape(title) not in shown] == []
    assert "answers were coded by more than one person" in shown
    assert shown.count("interval__range") > len(frozen.countries)


def test_the_page_on_reliability_says_that_nothing_was_coded_twice():
    frozen = one_date()
    nobody = reliability_report([], Methodology.from_document(frozen.methodology))
    book = Book(replace(frozen, reliability=nobody))

    report = reliability.context(book)["report"]

    assert "No question was coded by two people" in report.empty
    assert (report.finding, report.changed) == ("", "")


def test_the_same_facts_give_the_same_bytes_with_both_reports(folder, tmp_path):
    with translation.override("fr"):
        package.write_folder(tmp_path / "again", reported(), beat=nothing)

    sums = (folder / "SHA256SUMS").read_bytes()
    assert (tmp_path / "again" / "SHA256SUMS").read_bytes() == sums
