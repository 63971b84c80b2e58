"""What holds for every page, seen on the administration's door: headers, styles, no errors."""

from playwright.sync_api import Page


def test_a_page_is_styled_and_breaks_no_rule_of_its_own_policy(page: Page, base_url: str):
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    answer = page.goto("/admin/login/")

    assert answer.status == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert page.evaluate("document.styleSheets.length") > 0
    assert said == []


def test_a_browser_that_asks_for_an_icon_by_habit_gets_the_mark(page: Page):
    answer = page.goto("/favicon.ico")

    assert (answer.status, answer.headers["content-type"]) == (200, "image/svg+xml")
