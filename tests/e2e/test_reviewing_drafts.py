"""What a reviewer types is looked after as an expert's is: no network, two windows, no session."""

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from review.models import Opinion, ReviewDraft
from tests import world as worlds
from tests.e2e import acts
from tests.factories.accounts import PASSWORD

ADDRESS = f"{acts.case_of('EE', 'a')}aa1/"
TEXT = '.opinion [name="text"]'
KEPT, WAITING = "Draft kept", "Waiting for the network: kept in this browser"
MINE, OTHER = "Section 5 says otherwise.", "Section 6 says otherwise."


@pytest.fixture
def world(sign_in: Callable[[object], BrowserContext]) -> worlds.World:
    """Give the small round with every sheet submitted, to a browser that is a reviewer's."""
    world = worlds.build()
    worlds.answer_all(world)
    worlds.submit_all(world)
    sign_in(world["EE_reviewer_1"])
    return world


@pytest.fixture
def page(page: Page, world: worlds.World) -> Page:
    page.goto(ADDRESS)
    return page


def state_of(page: Page):
    return page.locator("[data-save-state]").first


def type_and_wait(page: Page, text: str) -> None:
    page.fill(TEXT, text)
    expect(state_of(page)).to_contain_text(KEPT)


def kept() -> str:
    return ReviewDraft.objects.get().content["text"]


def test_an_opinion_is_kept_while_it_is_typed_and_gone_when_it_is_given(page: Page):
    page.keyboard.press("3")
    page.keyboard.press("c")
    page.keyboard.type(MINE)
    expect(state_of(page)).to_contain_text(KEPT)
    draft = ReviewDraft.objects.get()
    assert (draft.content["kind"], draft.content["text"]) == ("disagree", MINE)

    page.reload()
    expect(page.locator(TEXT)).to_have_value(MINE)
    expect(page.locator('[name="kind"][value="disagree"]')).to_be_checked()
    expect(page.locator(".opinion")).to_contain_text("lies here. Nobody else can read it.")
    acts.send(page, '.opinion [name="then"][value="next"]')

    expect(page).to_have_url(f"{acts.case_of('EE', 'a')}aa2/")
    assert Opinion.objects.get().text == MINE
    assert not ReviewDraft.objects.exists()
    # The form that htmx put in is looked after, too.
    type_and_wait(page, OTHER)
    assert ReviewDraft.objects.get().place.startswith("aa2/")


def drafts_sent_by(page: Page) -> list[str]:
    """Return a list that grows by each draft that leaves the page from now on."""
    sent: list[str] = []
    is_draft = "/drafts/"
    page.on("request", lambda asked: is_draft in asked.url and sent.append(asked.method))
    return sent


@pytest.mark.parametrize("keys", ["1n", "n1"], ids=["before", "after"])
def test_a_page_left_while_its_opinion_is_sent_leaves_no_draft_behind(page: Page, keys: str):
    """The portal has the opinion, and its answer has not come: the page is left just then."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch(max_redirects=0)
            held.append(route)
        else:
            route.continue_()

    page.check('[name="kind"][value="agree"]')
    expect(state_of(page)).to_contain_text(KEPT)
    page.route(ADDRESS, hold)
    sent = drafts_sent_by(page)
    for key in keys:
        page.keyboard.press(key)
    while not held:
        page.wait_for_timeout(20)

    page.goto(f"{acts.case_of('EE', 'a')}aa2/")
    page.wait_for_load_state("networkidle")

    assert Opinion.objects.get().kind == "agree"
    assert not ReviewDraft.objects.exists()
    assert "POST" not in sent
    page.goto("/my-work/")
    expect(page.locator("[data-left]")).to_have_count(0)


def test_a_key_pressed_after_the_opinion_is_sent_is_no_draft_of_the_next_answer(page: Page):
    page.check('[name="kind"][value="agree"]')
    expect(state_of(page)).to_contain_text(KEPT)
    page.route(ADDRESS, lambda route: (page.keyboard.press("2"), route.continue_()))
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("n")
    expect(page).to_have_url(f"{acts.case_of('EE', 'a')}aa2/")
    page.wait_for_load_state("networkidle")

    assert Opinion.objects.get().kind == "agree"
    expect(page.locator('[name="kind"]:checked')).to_have_count(0)
    page.wait_for_timeout(1200)
    assert not ReviewDraft.objects.exists()
    page.goto("/my-work/")
    expect(page.locator("[data-left]")).to_have_count(0)


def test_what_is_typed_without_a_network_survives_a_reload_and_is_sent_later(
    page: Page, context: BrowserContext
):
    type_and_wait(page, "Before,")
    page.route("**/drafts/**", lambda route: route.abort())
    page.locator(TEXT).press_sequentially(" during it.")
    expect(state_of(page)).to_contain_text(WAITING)
    assert kept() == "Before,"

    # What a page sends while it is left goes past page.route: the browser must know it is cut off.
    page.evaluate("Object.defineProperty(navigator, 'onLine', { get: () => false })")
    tries = drafts_sent_by(page)
    page.reload()
    expect(page.locator(TEXT)).to_have_value("Before, during it.")
    # By the second try the first has failed on this page: what was said on opening it stands.
    while len(tries) < 2:
        page.wait_for_timeout(20)
    expect(page.locator("[data-save-words]")).to_contain_text("It is back in the form.")
    page.unroute("**/drafts/**")
    page.locator(TEXT).press_sequentially(" And after.")

    expect(state_of(page)).to_contain_text(KEPT)
    assert kept() == "Before, during it. And after."


def test_an_opinion_sent_without_a_network_stays_typed_and_is_sent_by_hand_later(
    page: Page, context: BrowserContext
):
    page.check('[name="kind"][value="disagree"]')
    type_and_wait(page, MINE)
    context.set_offline(offline=True)
    page.locator('.opinion [name="then"][value="stay"]').click()
    page.locator(TEXT).press_sequentially(" So it does.")
    expect(state_of(page)).to_contain_text(WAITING)
    context.set_offline(offline=False)

    expect(state_of(page)).to_contain_text(KEPT)
    assert not Opinion.objects.exists()
    acts.send(page, '.opinion [name="then"][value="stay"]')

    assert Opinion.objects.get().text == f"{MINE} So it does."
    page.goto("/my-work/")
    expect(page.locator("[data-left]")).to_have_count(0)


def test_two_windows_that_clash_show_both_texts_and_the_one_not_taken_stays_below(
    page: Page, context: BrowserContext
):
    other = context.new_page()
    other.goto(ADDRESS)
    type_and_wait(page, OTHER)
    other.fill(TEXT, MINE)
    expect(state_of(other)).to_contain_text("Two texts: choose")
    panel = other.locator("[data-clash]")
    expect(panel).to_contain_text(MINE)
    expect(panel).to_contain_text(OTHER)
    expect(panel).to_contain_text("By you, in another window.")
    assert kept() == OTHER

    panel.get_by_role("button", name="Take mine").click()

    expect(state_of(other)).to_contain_text(KEPT)
    expect(panel).to_have_count(0)
    assert kept() == MINE
    other.reload()
    expect(other.locator(TEXT)).to_have_value(MINE)
    other.get_by_text("that you did not take").click()
    expect(other.locator(".opinion")).to_contain_text(OTHER)


def test_two_windows_on_different_fields_are_merged(page: Page, context: BrowserContext):
    other = context.new_page()
    other.goto(ADDRESS)
    type_and_wait(page, MINE)

    other.check('[name="kind"][value="disagree"]')

    expect(other.locator(TEXT)).to_have_value(MINE)
    expect(other.locator("[data-save-words]")).to_contain_text("Why, and what would settle it")
    content = ReviewDraft.objects.get().content
    assert (content["kind"], content["text"]) == ("disagree", MINE)


def sign_in_here(page: Page, world: worlds.World) -> None:
    dialog = page.locator("#sign-in-here")
    expect(dialog).to_be_visible()
    small = dialog.get_by_role("button", name="Sign in here")
    if small.is_visible():
        small.click()
    dialog.get_by_label("E-mail address").fill(world["EE_reviewer_1"].email)
    dialog.get_by_label("Passphrase").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in", exact=True).click()


def test_a_session_that_ends_in_the_middle_takes_no_word_with_it(
    page: Page, world: worlds.World
):
    type_and_wait(page, "Section 5")
    Session.objects.all().delete()
    page.locator(TEXT).press_sequentially(" says otherwise.")
    expect(state_of(page)).to_contain_text("Signed out: kept in this browser")

    sign_in_here(page, world)

    expect(state_of(page)).to_contain_text(KEPT)
    assert kept() == MINE


def test_an_opinion_that_meets_the_end_of_the_session_is_given_after_signing_in(
    page: Page, world: worlds.World
):
    page.check('[name="kind"][value="disagree"]')
    type_and_wait(page, MINE)
    Session.objects.all().delete()
    page.locator('.opinion [name="then"][value="stay"]').click()

    sign_in_here(page, world)

    expect(page.locator(".opinion .saved--ok")).to_contain_text("Saved on")
    assert Opinion.objects.get().text == MINE


def test_without_a_script_the_text_comes_back_when_the_session_has_ended(
    browser: Browser, base_url: str, world: worlds.World
):
    with browser.new_context(base_url=base_url, java_script_enabled=False) as context:
        page = context.new_page()
        acts.sign_in(page, world["EE_reviewer_1"])
        page.goto(ADDRESS)
        page.check('[name="kind"][value="disagree"]')
        page.fill(TEXT, MINE)
        page.get_by_role("button", name="Save as a draft").click()
        expect(page.locator(".opinion")).to_contain_text("lies here. Nobody else can read it.")
        expect(page.locator(TEXT)).to_have_value(MINE)
        Session.objects.all().delete()

        page.fill(TEXT, OTHER)
        page.get_by_role("button", name="Save and stay").click()

        expect(page.locator("main")).to_contain_text("You were signed out meanwhile.")
        expect(page.locator("blockquote.kept")).to_contain_text(OTHER)
        assert kept() == MINE


def test_an_answer_that_is_settled_meanwhile_takes_no_more_and_the_text_stays(
    page: Page, world: worlds.World
):
    item = world.item("EE", "aa1")
    for reviewer in ("EE_reviewer_2", "EE_reviewer_3"):
        worlds.agree(world, item, world[reviewer])

    page.fill(TEXT, MINE)

    expect(state_of(page)).to_contain_text("Not saved: This answer is not under review now.")
    expect(page.locator(TEXT)).to_have_value(MINE)
    page.goto("/my-work/")
    expect(page.locator("[data-left]")).to_contain_text("could not be saved, for one answer")
