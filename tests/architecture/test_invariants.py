"""The page of invariants names every one of them, and only tests that there are."""

import re

import pytest

from .source import ROOT, functions

PAGE = ROOT / "docs" / "reference" / "invariants.md"
ROW = re.compile(r"^\| (\d+) \| .+ \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py|test_\w+)`")
ROWS = {int(number): tests for number, tests in ROW.findall(PAGE.read_text(encoding="utf-8"))}
ELSEWHERE = {22}
"""What is no part of the review or the questionnaire, and may yet have no test to name."""


def named_in(row: str) -> list[tuple[str, str]]:
    """Return the files and tests that a row names: a file, and then the tests in it."""
    found, file = [], ""
    for name in NAMED.findall(row):
        if name.startswith("tests/"):
            file = name
        else:
            found.append((file, name))
    return found


def test_each_of_the_invariants_has_its_row():
    assert list(ROWS) == list(range(1, 29))


@pytest.mark.parametrize("number", ROWS)
def test_every_test_that_the_page_names_is_there(number):
    named = named_in(ROWS[number])

    assert named or number in ELSEWHERE
    for file, name in named:
        assert name in {function.name for function in functions(ROOT / file)}, (file, name)
