"""A session that ends in the middle of a sentence takes no word with it."""

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import BrowserContext, Page, expect

from mipex_site.accounts.models import User
from questionnaire.models import Answer, Draft
from tests import world as worlds
from tests.e2e import acts
from tests.factories.accounts import PASSWORD

ADDRESS = f"{acts.sheet_of('EE', 'b')}bb1/"
SENTENCE = "Section 12 says so, and nothing else."


@pytest.fixture
def world(sign_in: Callable[[object], BrowserContext]) -> worlds.World:
    world = worlds.build()
    sign_in(world["EE_b_1"])
    return world


@pytest.fixture
def interrupted(page: Page, world: worlds.World) -> Page:
    """Give a page on which half a sentence was kept, and whose session is gone since."""
    page.goto(ADDRESS)
    page.locator("#id_rationale").press_sequentially("Section 12 says so,")
    expect(state_of(page)).to_contain_text("Draft kept")
    Session.objects.all().delete()
    return page


def state_of(page: Page):
    return page.locator("[data-save-state]").first


def go_on_typing(page: Page) -> None:
    """Type the rest of the sentence, and see that it was not sent."""
    page.locator("#id_rationale").press_sequentially(" and nothing", delay=20)
    expect(page.locator("#sign-in-here")).to_be_visible()
    page.keyboard.type(" else.")
    expect(page.locator("#id_rationale")).to_have_value(SENTENCE)
    expect(state_of(page)).to_contain_text("Signed out: kept in this browser")


def sign_in_here(page: Page, person: User) -> None:
    """Open the dialog, where it waits in its corner, and sign in."""
    dialog = page.locator("#sign-in-here")
    expect(dialog).to_be_visible()
    small = dialog.get_by_role("button", name="Sign in here")
    if small.is_visible():
        small.click()
    dialog.get_by_label("E-mail address").fill(person.email)
    dialog.get_by_label("Passphrase").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in", exact=True).click()


def test_signing_in_in_place_sends_the_sentence_to_its_end(
    interrupted: Page, world: worlds.World
):
    go_on_typing(interrupted)
    sign_in_here(interrupted, world["EE_b_1"])

    expect(interrupted.locator("#sign-in-here")).not_to_be_visible()
    expect(state_of(interrupted)).to_contain_text("Draft kept")
    assert Draft.objects.get().content["rationale"] == SENTENCE
    interrupted.reload()
    expect(interrupted.locator("#id_rationale")).to_have_value(SENTENCE)


def test_a_save_that_meets_the_end_of_the_session_is_done_after_signing_in(
    interrupted: Page, world: worlds.World
):
    interrupted.check('[name="option"][value="unknown"]')
    interrupted.locator("#save").click()
    sign_in_here(interrupted, world["EE_b_1"])

    expect(state_of(interrupted)).to_contain_text("Saved")
    assert Answer.objects.get().rationale == "Section 12 says so,"


def test_nothing_is_sent_in_the_name_of_another_person(interrupted: Page, world: worlds.World):
    go_on_typing(interrupted)
    sign_in_here(interrupted, world["EE_b_delegate"])

    expect(interrupted).to_have_url("/my-work/")
    interrupted.goto(ADDRESS)
    offered = interrupted.locator("[data-left]")
    expect(offered).to_contain_text("A text of another person waits in this browser")
    expect(interrupted.locator("#id_rationale")).to_have_value("Section 12 says so,")
    with interrupted.expect_download() as got:
        offered.get_by_role("button", name="Download to read").click()
    assert SENTENCE in got.value.path().read_text(encoding="utf-8")

    offered.get_by_role("button", name="Delete them here").click()
    offered.get_by_role("button", name="Delete them for good").click()
    expect(offered).to_contain_text("The texts are deleted from this browser.")
    interrupted.reload()
    expect(offered).to_have_count(0)
    assert Draft.objects.get().content["rationale"] == "Section 12 says so,"
