"""What people do on the pages: fill in a form by its fields and send it, as their browser would.

Each works with JavaScript, where htmx swaps a part of the page, and without, where the answer is
a redirect. None looks at the database.
"""

from playwright.sync_api import Page, Request, expect

from mipex_site.accounts.models import User
from tests.factories.accounts import PASSWORD

ROUND = "2019"
LAW = {
    "title": "Act on Invented Matters",
    "article": "section 12",
    "in_force_from": "2011-01-01",
}


def sign_in(page: Page, person: User) -> None:
    page.goto("/sign-in/")
    page.fill("#id_username", person.email)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url("/my-work/")


def send(page: Page, button: str) -> None:
    """Press the button and wait until the server has taken the form and the page shows it."""
    with page.expect_response(lambda answer: _is_an_act(answer.request)) as got:
        page.locator(button).click()
    assert got.value.status in {200, 204, 302}, got.value.status
    page.wait_for_load_state("networkidle")


def _is_an_act(request: Request) -> bool:
    """Whether a form was sent, and not only what is typed kept."""
    is_kept = request.url.endswith("/draft/") or "/drafts/" in request.url
    return request.method == "POST" and not is_kept


def add_law(page: Page, address: str) -> None:
    """Enter a law beside an unfinished answer; it is then ticked."""
    page.goto(address)
    page.locator("#new-source > summary").click()
    page.check('[name="source-kind"][value="law"]')
    for name, text in LAW.items():
        page.fill(f'[name="source-{name}"]', text)
    send(page, "#add-source")
    expect(page.locator('[name="sources"]').first).to_be_checked()


def answer(page: Page, address: str, *, option: int, why: str, changed: str = "") -> None:
    """Choose the option in that place; CHANGED says what happened to a returned answer."""
    page.goto(address)
    page.check(f'[name="option"][value="{option}"]')
    page.fill("#id_rationale", why)
    page.locator('[name="sources"]').first.check()
    if changed:
        page.check(f'[name="change_reason"][value="{changed}"]')
    send(page, "#save-next")


def maintain(page: Page, address: str, *, why: str) -> None:
    page.goto(address)
    page.fill("#id_reply", why)
    send(page, "#let-stand")


def submit(page: Page, sheet: str) -> None:
    page.goto(f"{sheet}check/")
    page.check("#id_declared")
    send(page, ".deed--final button[type=submit]")


def agree(page: Page, address: str) -> None:
    page.goto(address)
    page.check('[name="kind"][value="agree"]')
    send(page, '.opinion [name="then"][value="stay"]')


def disagree(page: Page, address: str, *, suggests: int, why: str) -> None:
    """Object; SUGGESTS is the place of the option that would be right, from 0."""
    page.goto(address)
    page.check('[name="kind"][value="disagree"]')
    page.check(f'[name="suggested_option"][value="{suggests}"]')
    page.fill('.opinion [name="text"]', why)
    send(page, '.opinion [name="then"][value="stay"]')


def return_case(page: Page, case: str) -> None:
    page.goto(f"{case}return/")
    send(page, "main form button[type=submit]")


def uphold_the_expert(page: Page, address: str, *, public: str) -> None:
    page.goto(address)
    page.check('[name="verdict"][value="expert_upheld"]')
    page.fill("#id_public_rationale", public)
    page.fill("#id_internal_rationale", "The source that the expert cites decides.")
    send(page, ".ruling button.button--primary")


def prepare_edition(page: Page) -> None:
    page.goto(f"/rounds/{ROUND}/publishing/")
    page.fill("#id_title", "An invented edition")
    page.fill("#id_licence", "CC BY-NC-SA 4.0")
    page.fill("#id_publisher", "An invented consortium")
    send(page, '[action$="/prepare/"] button[type=submit]')


def sign_in_advance(page: Page) -> None:
    page.goto(f"/rounds/{ROUND}/publishing/")
    page.fill("#id_password", PASSWORD)
    send(page, '[action$="/in-advance/"] button[type=submit]')


def sign(page: Page) -> None:
    page.goto(f"/rounds/{ROUND}/publishing/")
    page.fill("#id_password", PASSWORD)
    send(page, '[action$="/sign/"] button[type=submit]')


def close(page: Page) -> None:
    page.goto(f"/rounds/{ROUND}/closing/")
    page.fill("#id_code", ROUND)
    send(page, ".deed--final button[type=submit]")


def sheet_of(country: str, strand: str, coding: int = 1) -> str:
    return f"/sheets/{ROUND}/{country}/{strand}/{coding}/"


def case_of(country: str, strand: str) -> str:
    return f"/reviews/{ROUND}/{country}/{strand}/"


def dispute_of(country: str, strand: str, indicator: str) -> str:
    return f"/disputes/{ROUND}/{country}/{strand}/{indicator}/"
