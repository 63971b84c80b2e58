"""Survivors are judged one by one: a new one is told, and a judgement of none as well."""

from pathlib import Path

import pytest

from soak.copying import ROOT
from soak.found import Module, Mutant
from soak.judging import idle, judgements, unjudged
from soak.report import NOBODY, report

JUDGED = """
[[survivor]]
module = "scoring.engine.ranks"
function = "places"
was = "if rank > 0:"
now = ["if rank >= 0:", "if rank > 1:"]
because = "No rank is 0 or 1."
"""
KEY = ("scoring.engine.ranks", "places", "if rank > 0:")


def module(*changes: str, not_run: int = 0) -> Module:
    survived = [Mutant("m", *KEY[:2], 7, KEY[2], now, "survived") for now in changes]
    return Module(KEY[0], 3, 1, not_run, 0.5, (), tuple(survived))


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    path = tmp_path / "judged.toml"
    path.write_text(JUDGED, encoding="utf-8")
    return path


def test_a_survivor_is_known_by_its_text_and_not_by_its_line(judged):
    reasons = judgements(judged)
    modules = [module("if rank >= 0:", "if rank < 0:")]

    assert [mutant.now for mutant in unjudged(modules, reasons)] == ["if rank < 0:"]


def test_a_judgement_of_no_survivor_is_told_once_its_module_ran_to_the_end(judged):
    reasons = judgements(judged)

    assert idle([module("if rank >= 0:")], reasons) == [(*KEY, "if rank > 1:")]
    assert idle([module("if rank >= 0:", not_run=1)], reasons) == []
    assert idle([], reasons) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (JUDGED + JUDGED, "scoring.engine.ranks.places: judged twice: if rank >= 0:"),
        (JUDGED.replace("No rank is 0 or 1.", " "), "places: a reason is missing"),
    ],
)
def test_a_judgement_has_one_reason(judged, text, sentence):
    judged.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=sentence):
        judgements(judged)


def test_the_report_gives_each_survivor_its_line_its_change_and_its_reason(judged):
    modules = [module("if rank >= 0:", "if rank < 0:")]
    text = report(modules, judgements(judged), command="make soak", minutes=24.6)
    entry = "- places, line 7: ``if rank > 0:`` became"

    assert "It took 25 min." in text
    assert "| ranks | 3 | 1 | 2 | 0 | 0 | 0 |" in text
    assert "Of 2 survivors 1 have a reason and 1 have none." in text
    assert f"{entry} ``if rank >= 0:``. No rank is 0 or 1." in text
    assert f"{entry} ``if rank < 0:``. {NOBODY}" in text


def test_the_judgements_of_the_house_are_of_modules_there_are():
    for name, *_ in judgements(ROOT / "soak" / "judged.toml"):
        assert (ROOT / name.replace(".", "/")).with_suffix(".py").is_file()
