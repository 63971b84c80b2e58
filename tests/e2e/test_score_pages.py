"""A country's score from a disk: what opens it, and what lies open on paper."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from editions.services import package
from tests.e2e.looks import faults_shown
from tests.editions.made import nothing, one_date


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("score") / "made"
    package.write_folder(folder, one_date(), beat=nothing)
    return Path(folder / "scores" / "ee.html").as_uri()


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A page that runs no script."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_a_part_is_opened_by_the_keyboard_and_needs_no_script(plain: Page, address: str):
    plain.goto(address)
    expect(plain.locator("#aa1")).not_to_be_visible()

    plain.locator("#part-a > summary").press("Enter")

    expect(plain.locator("#aa1")).to_be_visible()
    expect(plain.locator("#ba21")).not_to_be_visible()


def test_an_address_of_an_answer_opens_what_it_lies_in(plain: Page, address: str):
    plain.goto(f"{address}#bb28a")

    expect(plain.locator("#bb28a")).to_be_visible()


def test_on_paper_every_part_lies_open(plain: Page, address: str):
    plain.goto(address)
    plain.emulate_media(media="print")

    for code in ("aa1", "bb28a", "h165"):
        expect(plain.locator(f"#{code}")).to_be_visible()


def test_the_open_tree_is_open_to_all_eyes(page: Page, address: str):
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")

    assert faults_shown(page, address, looks=[("360", "dark")]) == []
