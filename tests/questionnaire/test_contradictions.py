"""The framework file says which answers contradict each other, and says it soundly."""

import csv

import pytest

from questionnaire.services.framework.checking import check
from questionnaire.services.framework.reading import read
from tests.questionnaire.test_framework_file import DATA, GOOD

RULE = """\
contradictions:
  - code: one
    indicator: i2
    earns: [100]
    other: i3
    other_earns: [0]
    words: Both cannot be right.
"""


WRONG_RULES = {
    "a question that is not asked": (
        ("indicator: i2", "indicator: i9"),
        (43, "The indicator “i9” is unknown."),
    ),
    "points that no option earns": (
        ("other_earns: [0]", "other_earns: [0, 50]"),
        (46, "“i3” has no options with the points 0, 50."),
    ),
    "no points at all": (("earns: [100]", "earns: []"), (44, "“earns” is missing.")),
    "points that are texts": (
        ("earns: [100]", "earns: [all]"),
        (44, "A list of the options' points must stand here, such as [100, 50]."),
    ),
    "a question against itself": (
        ("other: i3", "other: i2"),
        (45, "A question cannot contradict itself."),
    ),
    "a key that is not known": (
        ("words: Both cannot", "why: Both cannot"),
        (47, "“why” is no key that is known here."),
    ),
}


@pytest.mark.parametrize("case", WRONG_RULES)
def test_a_contradiction_that_means_nothing_is_refused_with_its_line(tmp_path, case):
    (old, new), problem = WRONG_RULES[case]
    assert old in RULE
    path = tmp_path / "framework.yaml"
    path.write_text(GOOD + RULE.replace(old, new, 1), encoding="utf-8")
    assert problem in [(one.line, str(one.message)) for one in check(read(path))]


def test_a_contradiction_that_can_be_used_has_no_problem_and_a_code_of_its_own(tmp_path):
    path = tmp_path / "framework.yaml"
    path.write_text(GOOD + RULE, encoding="utf-8")
    assert check(read(path)) == []
    twice = RULE + RULE.removeprefix("contradictions:\n")
    path.write_text(GOOD + twice, encoding="utf-8")
    assert [str(one.message) for one in check(read(path))] == ["The code “one” is used twice."]


def test_the_contradictions_of_the_core_set_are_rare_among_the_published_answers():
    with (DATA / "answers.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["reference_date"] == "2019-12-31"]
    earned = {(row["country"], row["indicator"]): row["points"] for row in rows}
    countries = {row["country"] for row in rows}
    rules = read(DATA / "core.yaml").data["contradictions"]
    assert 6 <= len(rules) <= 10
    for rule in rules:
        hit = {
            country
            for country in countries
            if earned.get((country, rule["indicator"])) in map(str, rule["earns"])
            and earned.get((country, rule["other"])) in map(str, rule["other_earns"])
        }
        assert len(hit) <= 1, (rule["code"], hit)
