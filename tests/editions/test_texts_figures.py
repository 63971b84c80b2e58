"""References in a text: what each says, where it is no figure yet, and what is no reference."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from editions.services import figures, package
from editions.services.pages.markdown import html_of

from .made import nothing, one_date, small_frozen


@pytest.fixture(scope="module")
def whole():
    return figures.of_frozen(small_frozen())


def shown(country: str, node: str, day: date | None = None) -> int | None:
    frozen = small_frozen()
    day = day or max(row.reference_date for row in frozen.scores if row.country == country)
    return next(
        row.shown
        for row in frozen.scores
        if (row.country, row.node, row.reference_date) == (country, node, day)
    )


def index() -> str:
    return small_frozen().methodology["indexes"][0]["code"]


def test_a_score_is_the_shown_one_of_the_countrys_last_day(whole):
    assert whole.value_of(f"score SE {index()}") == str(shown("SE", index()))


def test_codes_are_read_whatever_their_case(whole):
    assert whole.value_of(f"score se {index().upper()}") == str(shown("SE", index()))


def test_a_score_of_a_year_is_that_of_the_one_day_in_it(whole):
    day = min(row.reference_date for row in small_frozen().scores if row.node == index())

    assert whole.value_of(f"score SE {index()} {day.year}") == str(shown("SE", index(), day))
    assert whole.value_of(f"score SE {index()} {day}") == str(shown("SE", index(), day))
    assert whole.value_of(f"score SE {index()} 1901") is None


def test_a_rank_says_that_it_is_shared(whole):
    last = max(row.reference_date for row in small_frozen().scores)
    rows = [row for row in small_frozen().scores if row.reference_date == last]
    tied = next(row for row in rows if row.tied)
    alone = next(row for row in rows if row.rank and not row.tied)

    assert whole.value_of(f"rank {tied.country} {tied.node}") == f"{tied.rank}="
    assert whole.value_of(f"rank {alone.country} {alone.node}") == str(alone.rank)


def test_a_change_is_the_exact_difference_rounded_once(whole):
    series = whole.scores["AE", index()]
    scored = {day: found for day, found in series.items() if found.exact is not None}
    first, last = min(scored), max(scored)
    exact = scored[last].exact - scored[first].exact

    said = whole.value_of(f"change AE {index()}")

    assert said == figures.signed(figures.half_up(exact))
    assert said[0] in "+−±"


def test_an_edition_of_one_day_has_no_changes():
    assert figures.of_frozen(one_date()).value_of(f"change SE {index()}") is None


def test_means_bands_and_counts_are_figures_too(whole):
    last = max(row.reference_date for row in small_frozen().group_scores)
    mean = next(
        row
        for row in small_frozen().group_scores
        if row.reference_date == last and row.node == index()
    )

    assert whole.value_of(f"mean four {index()}") == str(mean.shown)
    assert whole.value_of(f"band SE {index()}") in whole.bands.values()
    assert whole.value_of("count countries") == "4"
    assert whole.value_of("count questions") == str(
        len(small_frozen().methodology["indicators"])
    )
    assert whole.value_of(f"count ranked {index()}") == "4"


def test_a_folder_gives_the_figures_that_its_facts_gave(tmp_path: Path, whole):
    frozen = small_frozen()
    found = package.write_folder(tmp_path / "made", frozen, beat=nothing)

    read = figures.of_folder(tmp_path / "made", found)

    assert read == whole


WRONG = {
    "{{score XX overall}}": "there is no country “XX”",
    "{{score SE nothing}}": "there is no score “nothing”",
    "{{mean xx overall}}": "there is no group “xx”",
    "{{score SE}}": "it takes a code",
    "{{score SE overall then}}": "“then” is no year and no day",
    "{{count sheep}}": "count countries",
    "{{points SE overall}}": "the first word is one of",
    "{{}}": "braces come in pairs",
    "{{score SE overall": "braces come in pairs",
    "score SE overall}}": "braces come in pairs",
}


@pytest.mark.parametrize("written", WRONG)
def test_what_is_no_reference_is_named_with_its_line(whole, written):
    written = written.replace("overall", index())
    filled = figures.fill(f"First line.\nSecond: {written}.", whole)

    (problem,) = filled.problems
    assert problem.startswith("Line 2, ")
    assert WRONG[written.replace(index(), "overall")] in problem
    assert "{{" not in filled.text
    assert "}}" not in filled.text


def test_without_figures_only_the_form_of_a_reference_is_read():
    filled = figures.fill("{{score XX anything}} {{points of SE}}", None)

    assert filled.gaps == ("score XX anything",)
    assert len(filled.problems) == 1


def test_a_text_is_filled_and_keeps_what_each_reference_said(whole):
    said = str(shown("SE", index()))

    filled = figures.fill(f"Sweden: {{{{ score  SE {index()} }}}} points.", whole)

    assert filled.text == f"Sweden: {said} points."
    assert filled.values == {f"score SE {index()}": said}
    assert (filled.gaps, filled.problems) == ((), ())


# --- Markdown ----------------------------------------------------------------------------

HARMS = {
    "<script>alert(1)</script>": "<script",
    "a <img src=x onerror=alert(1)> b": "<img",
    "![a picture](https://example.org/p.png)": "<img",
    "[words](javascript:alert(1))": "href",
    "[words](data:text/html,x)": "href",
    "[words](//example.org)": "href",
    "[words](/rounds/2019/)": "href",
    '<https://example.org/"onclick=x>': "onclick=x>",
}


@pytest.mark.parametrize("written", HARMS)
def test_markdown_makes_nothing_that_can_do_harm(written):
    assert HARMS[written] not in html_of(written)


@pytest.mark.parametrize(
    "address", ["https://example.org/a", "http://example.org/", "mailto:who@example.org"]
)
def test_a_link_leads_to_the_web_or_into_a_mail(address):
    assert f'<a href="{address}">words</a>' in html_of(f"[words]({address})")


def test_headings_stand_below_the_title_of_the_text():
    assert html_of("# One\n\n## Two") == "<h3>One</h3>\n<h4>Two</h4>\n"
    assert html_of("## One\n\n### Two") == "<h3>One</h3>\n<h4>Two</h4>\n"


def test_who_is_ranked_apart_is_not_counted_among_the_ranked():
    frozen = one_date()
    other = frozen.revision.cut_off.replace(year=frozen.revision.cut_off.year + 1)
    apart = tuple(
        replace(row, reference_date=other) if row.country == "SE" else row
        for row in frozen.scores
    )

    found = figures.of_frozen(replace(frozen, scores=apart))

    assert figures.of_frozen(frozen).value_of(f"count ranked {index()}") == "4"
    assert found.value_of(f"count ranked {index()}") == "3"
    assert found.value_of("count countries") == "4"
