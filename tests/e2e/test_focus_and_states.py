"""On a question's page what is done shows at once, where it was done, and the focus is there."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from questionnaire.models import Source
from tests import world as worlds
from tests.e2e import acts
from tests.factories.questionnaire import SourceFactory

SHEET = acts.sheet_of("EE", "b")
SOME = 10


@pytest.fixture
def page(context: BrowserContext, sign_in: Callable[[object], BrowserContext]) -> Page:
    """Give a page of the expert, of whose country some sources are known."""
    world = worlds.build()
    for n in range(SOME):
        SourceFactory(sheet=world.sheet("EE", "b"), title=f"Known act {n}")
    sign_in(world["EE_b_1"])
    return context.new_page()


def test_after_adding_a_source_the_focus_is_on_its_tick(page: Page) -> None:
    acts.add_law(page, f"{SHEET}bb1/")

    added = Source.objects.get(title=acts.LAW["title"])
    expect(page.locator(f'[name="sources"][value="{added.key}"]')).to_be_focused()


def test_typing_takes_the_word_of_the_last_save_away_and_the_list_says_draft(
    page: Page,
) -> None:
    page.goto(f"{SHEET}bb1/")
    state, row = page.locator("[data-save-state]").first, page.locator("#row-bb1")
    expect(row).to_contain_text("Not answered")
    page.locator("#id_rationale").press_sequentially("H")
    expect(state).to_contain_text("Saving")
    expect(state).to_contain_text("Draft kept")
    expect(row).to_contain_text("Draft")

    page.locator("#id_rationale").press_sequentially("a")
    page.keyboard.press("Backspace")
    expect(state).to_contain_text("Saving")
    expect(state).to_contain_text("Draft kept")


def test_the_kept_page_folds_the_sources_that_are_not_ticked_and_finds_one(page: Page) -> None:
    page.goto(f"{SHEET}offline/")
    question = page.locator("#q-bb1")
    fold = question.locator("details[data-others]")
    wanted = question.locator("label.tick", has_text="Known act 7")
    expect(fold.locator("summary")).to_contain_text("The other")
    expect(wanted).to_be_hidden()

    fold.locator("summary").click()
    fold.locator("input[type=search]").fill("act 7")
    expect(wanted).to_be_visible()
    expect(question.locator("label.tick", has_text="Known act 3")).to_be_hidden()
    wanted.click()
    expect(question.locator("[data-save-state]").first).to_contain_text("Draft kept")
    expect(page.locator("#row-bb1")).to_contain_text("Draft")
    page.reload()
    expect(wanted).to_be_visible()
