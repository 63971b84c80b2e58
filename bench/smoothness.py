"""Whether typing stays smooth in Chromium on a sheet of 167 questions.

A task above 50 ms is one that the browser itself calls long; from 100 ms on a key is felt to be
late. The machine's other work makes tasks longer, never shorter.
"""

import shutil
from dataclasses import dataclass

from django.urls import reverse
from playwright.sync_api import Page, sync_playwright

from bench.load import WrongAnswer
from bench.people import headers_of, somebody
from tests.factories.questionnaire import (
    AnswerFactory,
    AssessmentFactory,
    CountryFactory,
    IndicatorFactory,
    RoundFactory,
    SourceFactory,
    StrandFactory,
    expert_of,
)
from tests.services.debian import Missing

QUESTIONS, SOURCES, CHARACTERS = 167, 40, 200
LATE_MS = 100
BURST, PAUSE_MS, KEY_MS = 50, 1500, 20
"""Typed in bursts, each followed by a pause in which the page saves."""
WATCH = """() => {
  window.longTasks = [];
  const note = (list) => list.getEntries().forEach((one) => window.longTasks.push(one.duration));
  new PerformanceObserver(note).observe({ type: "longtask" });
}"""


@dataclass(frozen=True, slots=True)
class Typed:
    """What typing CHARACTERS on one page took: its longest task, and how many were late."""

    page: str
    longest_ms: float
    late: int


class LargeSheet:
    """A sheet of QUESTIONS, half of them answered, with SOURCES to cite."""

    def __init__(self) -> None:
        round_ = RoundFactory(code="bench-one-sheet")
        strand = StrandFactory(framework=round_.framework)
        questions = [IndicatorFactory(strand=strand) for _ in range(QUESTIONS)]
        sheet = AssessmentFactory(round=round_, country=CountryFactory(), strand=strand)
        for _ in range(SOURCES):
            SourceFactory(sheet=sheet)
        for one in questions[::2]:
            AnswerFactory(assessment=sheet, indicator=one, rationale="The law says so. " * 20)
        expert = somebody("Bench Typist of Many")
        expert_of(sheet, expert)
        codes = [round_.code, sheet.country.code, strand.code, sheet.coding]
        self.cookie = headers_of(expert)["Cookie"]
        self.pages = {
            "one of 167 questions": reverse(
                "questionnaire:answer", args=[*codes, questions[QUESTIONS // 2].code]
            ),
            "all 167 on one page": reverse("questionnaire:offline", args=codes),
        }


def smoothness(sheet: LargeSheet, *, address: str) -> list[Typed]:
    """Type on each of the sheet's pages. Raises Missing where there is no Chromium."""
    program = shutil.which("chromium")
    if program is None:
        raise Missing("The Debian package chromium is missing: make test-setup.")
    with sync_playwright() as playwright:
        options = {"executable_path": program, "args": ["--no-sandbox", "--disable-gpu"]}
        browser = playwright.chromium.launch(**options)
        context = browser.new_context(base_url=address)
        pairs = (pair.partition("=") for pair in sheet.cookie.split("; "))
        context.add_cookies(
            [{"name": name, "value": value, "url": address} for name, _is, value in pairs]
        )
        found = [_type(context.new_page(), name, path) for name, path in sheet.pages.items()]
        browser.close()
    return found


def _type(page: Page, name: str, path: str) -> Typed:
    page.goto(path, wait_until="networkidle")
    field = page.locator('textarea[name="rationale"]').first
    field.fill("")
    field.focus()
    page.evaluate(WATCH)
    for _ in range(CHARACTERS // BURST):
        page.keyboard.type("It says a " * (BURST // 10), delay=KEY_MS)
        page.wait_for_timeout(PAUSE_MS)
    if len(field.input_value()) != CHARACTERS:
        raise WrongAnswer(f"The page “{name}” did not take what was typed.")
    tasks = page.evaluate("() => window.longTasks")
    page.close()
    return Typed(name, max(tasks, default=0.0), sum(task > LATE_MS for task in tasks))
