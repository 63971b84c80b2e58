"""Editions' folders explained and compared by a program: what is left out, and what is refused."""

import json

import pytest

from scoring.engine.explaining.files import compare, explain, series
from scoring.engine.faults import Fault
from tests.scoring.small import DATE, METHOD, indicator, strand, two_strands
from tests.scoring.test_explaining_commands import BEFORE, edition

ZEROS, HALVES = [0] * 5, [50] * 5


@pytest.fixture
def both(tmp_path):
    """Two editions of one framework: the older has one date of two countries, the newer two."""
    older = [("PT", BEFORE, *ZEROS), ("SE", BEFORE, *HALVES)]
    newer = [("PT", BEFORE, *ZEROS), ("PT", DATE, *HALVES), ("SE", DATE, *HALVES)]
    return edition(tmp_path / "old", older), edition(tmp_path / "new", newer)


def said(call, *arguments, **keys) -> str:
    """Return the sentence with which a call is refused."""
    with pytest.raises(Fault) as refused:
        call(*arguments, **keys)
    return str(refused.value)


def make_provisional(folder):
    table = folder / "answers.csv"
    table.write_text(table.read_text().replace(",ok,", ",provisional,"), encoding="utf-8")


def rewrite(folder, **keys):
    document = {**two_strands(framework={"code": "f", "version": "1"}), **keys}
    (folder / "methodology.json").write_text(json.dumps(document), encoding="utf-8")


def with_strand(code: str) -> dict:
    """Another strand, which no index is over, with a question."""
    whole = two_strands()
    return {
        "aggregates": [*whole["aggregates"], strand(code)],
        "indicators": [*whole["indicators"], indicator("i6", code)],
    }


def test_without_a_date_the_last_one_is_explained(both):
    old, new = both

    assert (explain(new, "PT", "s").date, explain(new, "PT", "s").root.points) == (DATE, 50)
    assert explain(new, "PT", "s", date=BEFORE).root.points == 0
    assert said(explain, old, "PT", "s", date=DATE) == (
        f"answers.csv: PT has no answers on {DATE}"
    )


def test_provisional_answers_are_explained_in_a_draft_alone_and_never_compared(both):
    old, new = both
    make_provisional(new)

    assert explain(new, "PT", "s", draft=True).root.points == 50
    for refused in (said(explain, new, "PT", "s"), said(compare, old, new)):
        assert "a provisional answer has no place in what is frozen" in refused


def test_compared_are_all_nodes_of_all_countries_unless_some_are_named(both):
    found = compare(*both)

    assert [(change.country, change.node, change.delta) for change in found.changes] == [
        *(("PT", node, 50) for node in ("overall", "s", "t")),
        *(("SE", node, 0) for node in ("overall", "s", "t")),
    ]
    some = compare(*both, unit="SE", node="t").changes
    assert [(change.country, change.node) for change in some] == [("SE", "t")]


def test_a_node_that_one_edition_lacks_is_refused_with_the_folder_that_lacks_it(both):
    old, new = both
    rewrite(old, **with_strand("v"))
    rewrite(new, **with_strand("u"))
    lacks = "methodology.json: there is no node, index or indicator"

    assert said(compare, old, new, node="u") == f"{old}/{lacks} u"
    assert said(compare, old, new, node="v") == f"{new}/{lacks} v"


def test_a_country_that_one_edition_lacks_is_refused_with_the_table_that_lacks_it(tmp_path):
    old = edition(tmp_path / "old", [("PT", BEFORE, *ZEROS)])
    new = edition(tmp_path / "new", [("SE", DATE, *HALVES)])

    assert said(compare, old, new, unit="SE") == f"{old}/answers.csv: SE has no answers"
    assert said(compare, old, new, unit="PT") == f"{new}/answers.csv: PT has no answers"


def test_a_recode_that_is_amiss_is_found_in_the_newer_edition(both):
    old, new = both
    changed = two_strands()["indicators"]
    changed[0] |= {"relation": "recoded", "recode": {"100": 7}}
    rewrite(new, framework={"code": "f", "version": "2"}, indicators=changed)

    assert said(compare, old, new) == (
        f"{new / 'methodology.json'}: the recode of i1 names 7 points, which no option earns"
    )


def test_where_no_country_has_both_dates_there_is_nothing_to_compare(both):
    assert said(compare, *both, dates=(DATE, "")) == (
        "no country has such a score on both dates"
    )


def test_a_break_is_compared_only_where_that_is_asked_for(both):
    rewrite(both[1], method={**METHOD, "version": "2.0.0"})

    assert "share no comparability key" in said(compare, *both)
    assert compare(*both, despite_break=True).key == ""


def test_a_series_is_called_core_series_unless_it_is_named(both):
    found = series(both)

    assert found.name == "core_series"
    assert {row.node for row in found.results.rows} == {"core_series"}
