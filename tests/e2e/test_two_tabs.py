"""Two windows on one answer, of one person or of two: no text of either is lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from questionnaire.models import Draft, SetAside
from tests import world as worlds
from tests.e2e import acts

ADDRESS = f"{acts.sheet_of('EE', 'b')}bb1/"
MINE, THEIRS = "What I typed.", "What the colleague typed."


@pytest.fixture
def world() -> worlds.World:
    return worlds.build()


@pytest.fixture
def two(
    world: worlds.World,
    context: BrowserContext,
    sign_in: Callable[[object], BrowserContext],
) -> tuple[Page, Page]:
    """Give two windows of the expert, both open on the same blank answer."""
    sign_in(world["EE_b_1"])
    pages = [context.new_page(), context.new_page()]
    for page in pages:
        page.goto(ADDRESS)
    return pages[0], pages[1]


def state_of(page: Page):
    return page.locator("[data-save-state]").first


def type_and_wait(page: Page, field: str, text: str) -> None:
    page.fill(field, text)
    expect(state_of(page)).to_contain_text("Draft kept")


def content() -> dict[str, object]:
    return Draft.objects.get().content


def test_two_windows_on_different_fields_are_merged_and_it_is_said(two: tuple[Page, Page]):
    one, other = two
    type_and_wait(one, "#id_note", THEIRS)

    type_and_wait(other, "#id_rationale", MINE)

    expect(other.locator("[data-save-words]")).to_contain_text("Note for the review")
    expect(other.locator("#id_note")).to_have_value(THEIRS)
    assert (content()["rationale"], content()["note"]) == (MINE, THEIRS)


def clash(two: tuple[Page, Page]) -> Page:
    """Let both windows type another reason; return the one that came second."""
    one, other = two
    type_and_wait(one, "#id_rationale", THEIRS)
    other.fill("#id_rationale", MINE)
    expect(state_of(other)).to_contain_text("Two texts: choose")
    return other


def test_two_texts_of_one_field_stand_side_by_side_and_the_one_not_taken_is_kept(
    two: tuple[Page, Page],
):
    page = clash(two)
    panel = page.locator("[data-clash]")
    expect(panel.get_by_role("group", name="Why this option")).to_contain_text(THEIRS)
    expect(panel).to_contain_text(MINE)
    expect(panel).to_contain_text("By you, in another window.")
    expect(panel.get_by_role("heading", name="The other window's")).to_be_visible()
    expect(panel.get_by_role("heading", name="Theirs")).to_have_count(0)
    expect(panel.get_by_role("heading", name="Two texts: choose")).to_be_focused()
    assert content()["rationale"] == THEIRS

    panel.get_by_role("button", name="Take mine").click()

    expect(state_of(page)).to_contain_text("Draft kept")
    expect(panel).to_have_count(0)
    assert content()["rationale"] == MINE
    assert SetAside.objects.get().content["rationale"] == THEIRS


def test_their_text_can_be_taken_and_mine_is_kept_beside(two: tuple[Page, Page]):
    page = clash(two)

    page.get_by_role("button", name="Take the other").click()

    expect(page.locator("#id_rationale")).to_have_value(THEIRS)
    expect(state_of(page)).to_contain_text("Draft kept")
    assert content()["rationale"] == THEIRS
    assert SetAside.objects.get().content["rationale"] == MINE


def test_a_third_text_can_be_written_of_both(two: tuple[Page, Page]):
    page = clash(two)
    panel = page.locator("[data-clash]")

    panel.get_by_text("Write a third text").click()
    panel.get_by_label("The text to keep").fill("What we both say.")
    panel.get_by_role("button", name="Take this text").click()

    expect(state_of(page)).to_contain_text("Draft kept")
    assert content()["rationale"] == "What we both say."
    assert SetAside.objects.get().content["rationale"] == THEIRS


def test_a_window_that_is_closed_before_the_choice_has_lost_nothing(
    two: tuple[Page, Page], context: BrowserContext
):
    clash(two).close()

    page = context.new_page()
    page.goto(ADDRESS)

    expect(page.locator("#id_rationale")).to_have_value(MINE)
    expect(page.locator("[data-clash]")).to_contain_text(THEIRS)
    expect(state_of(page)).to_contain_text("Two texts: choose")


def test_a_hint_says_that_a_colleague_has_the_sheet_open(
    page: Page, browser: Browser, base_url: str, sign_in, world: worlds.World
):
    with browser.new_context(base_url=base_url) as elsewhere:
        colleague = elsewhere.new_page()
        acts.sign_in(colleague, world["EE_b_delegate"])
        with colleague.expect_response("**/pulse/"):
            colleague.goto(ADDRESS)

        sign_in(world["EE_b_1"])
        page.goto(ADDRESS)

        expect(page.locator("[data-presence]")).to_have_text("A colleague has this sheet open.")


def test_saving_from_a_window_that_has_read_less_takes_no_text_away(two: tuple[Page, Page]):
    one, other = two
    type_and_wait(one, "#id_note", THEIRS)
    other.check('[name="option"][value="unknown"]')
    other.fill("#id_rationale", MINE)

    acts.send(other, "#save")

    assert worlds.Assessment.objects.filter(answers__note=THEIRS).exists()
