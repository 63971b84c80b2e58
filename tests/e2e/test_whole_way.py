"""From a blank sheet to an edition that a stranger reads, in one browser, each act by its page."""

from collections.abc import Callable

from django.core.management import call_command
from playwright.sync_api import BrowserContext, Page, expect

from questionnaire.enums import AssessmentState, ChangeReason
from review.enums import CaseState
from tests import world as worlds
from tests.e2e import acts

SHEET, CASE = acts.sheet_of("EE", "a"), acts.case_of("EE", "a")
PATIENCE_MS = 60_000


def settle_the_others(world: worlds.World) -> None:
    """Let everybody else do their work without a page: all but Estonia's strand a."""
    others = [sheet for sheet in world.sheets() if sheet.state == AssessmentState.OPEN]
    for sheet in others:
        for indicator in worlds.STRANDS[sheet.strand.code]:
            worlds.answer(world, sheet, indicator, earns=100)
        worlds.submit(world, sheet)
    worlds.approve_all(world)


def answer_by_keyboard(page: Page) -> None:
    """Add the law, then choose, tick, write and go on: no pointer is touched."""
    page.goto(f"{SHEET}aa1/")
    page.keyboard.press("s")
    page.locator('[name="source-title"]').focus()
    page.keyboard.type(acts.LAW["title"])
    page.locator('[name="source-article"]').focus()
    page.keyboard.type(acts.LAW["article"])
    page.locator("#add-source").focus()
    page.keyboard.press("Enter")
    expect(page.locator('[name="sources"]').first).to_be_checked()
    for code in ("aa1", "aa2"):
        expect(page).to_have_url(f"{SHEET}{code}/")
        page.locator("body").press("1")
        expect(page.locator('[name="option"][value="1"]')).to_be_checked()
        page.locator("#id_rationale").focus()
        page.keyboard.type(f"Section 12 says so about {code}.")
        law = page.locator('[name="sources"]').first
        if not law.is_checked():
            law.focus()
            page.keyboard.press("Space")
        page.locator("#save-next").focus()
        page.keyboard.press("Enter")
    expect(page).to_have_url(f"{SHEET}check/")
    page.locator("#id_declared").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{SHEET}?view=all")


def test_a_round_goes_from_the_first_answer_to_a_verified_edition(
    page: Page,
    context: BrowserContext,
    sign_in: Callable[[object], BrowserContext],
    start_worker: Callable[..., object],
):
    world = worlds.build(publishes_itself=True, opinions_required=1)

    acts.sign_in(page, world["EE_a_1"])
    answer_by_keyboard(page)
    settle_the_others(world)

    sign_in(world["EE_reviewer_1"])
    for code in ("aa1", "aa2"):
        acts.disagree(page, f"{CASE}{code}/", suggests=1, why=f"Section 13 limits {code}.")
    acts.return_case(page, CASE)

    sign_in(world["EE_a_1"])
    page.goto(f"{SHEET}aa1/")
    expect(page.locator("main")).to_contain_text("Section 13 limits aa1.")
    corrected = {"why": "Section 13 narrows it.", "changed": ChangeReason.CORRECTED}
    acts.answer(page, f"{SHEET}aa1/", option=2, **corrected)
    acts.maintain(page, f"{SHEET}aa2/", why="Section 13 is about another permit.")
    acts.submit(page, SHEET)

    sign_in(world["EE_reviewer_1"])
    acts.agree(page, f"{CASE}aa1/")

    sign_in(world["adjudicator"])
    dispute = acts.dispute_of("EE", "a", "aa2")
    page.goto(dispute)
    expect(page.locator("main")).to_contain_text("Section 13 is about another permit.")
    acts.uphold_the_expert(page, dispute, public="Section 12 was in force on the day.")
    assert world.case("EE", "a").state == CaseState.CLEARED

    sign_in(world["coordinator"])
    acts.prepare_edition(page)
    for publisher in ("publisher_1", "publisher_2"):
        sign_in(world[publisher])
        acts.sign_in_advance(page)
    with start_worker():
        sign_in(world["coordinator"])
        acts.close(page)
        page.goto(f"/rounds/{acts.ROUND}/publishing/")
        public = page.get_by_role("link", name="The public edition")
        expect(public).to_be_visible(timeout=PATIENCE_MS)

    context.clear_cookies()
    read_as_a_stranger(page)
    call_command("verify_edition", "2020.1")


def read_as_a_stranger(page: Page) -> None:
    """Come in by the front door and find Estonia, its score and why the answer stands.

    Strand a earned 50 and 100, strand b 100 throughout: 75 and 100, overall 87.5, shown 88.
    """
    page.goto("/")
    page.get_by_role("link", name="Estonia").first.click()
    main = page.locator("main")
    expect(main).to_contain_text("Estonia")
    expect(main).to_contain_text("88")
    expect(main).to_contain_text("75")
    page.goto("/e/2020.1/answers.csv")
    assert "Section 12 was in force on the day." in page.content()
