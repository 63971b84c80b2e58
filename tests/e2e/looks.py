"""What must hold of every page however it is looked at: wide or narrow, by day or by night."""

from collections.abc import Iterator

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = {"1280": (1280, 900), "360": (360, 800)}
THEMES = ("light", "dark")
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def faults_of(page: Page, address: str, *, status: int = 200) -> list[str]:
    """Return what is wrong with the page at that address, in every look; nothing if all is well.

    STATUS is the one that the address must answer with, so that no page is taken for another.
    """
    said: list[ConsoleMessage] = []

    def hear(message: ConsoleMessage) -> None:
        said.append(message)

    page.on("console", hear)
    answer = page.goto(address)
    if answer.status != status:
        return [f"{address} answered {answer.status} and not {status}"]
    found = [fault for look in _looks(page) for fault in _seen(page, address, look)]
    page.remove_listener("console", hear)
    return found + [
        f"{address}: {message.text} ({message.location['url']})"
        for message in said
        if _is_a_fault(message, status)
    ]


def _is_a_fault(message: ConsoleMessage, status: int) -> bool:
    """Whether it is more than a browser's note of a refused page."""
    return message.type in {"error", "warning"} and f"status of {status}" not in message.text


def _looks(page: Page) -> Iterator[str]:
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            yield f"{size} {theme}"


def _seen(page: Page, address: str, look: str) -> Iterator[str]:
    over = page.evaluate(SIDEWAYS)
    if over > 0:
        yield f"{address} at {look} scrolls sideways by {over} pixels"
    options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
    for violation in Axe().run(page, options=options).response["violations"]:
        places = "; ".join(" ".join(map(str, node["target"])) for node in violation["nodes"])
        yield f"{address} at {look}: {violation['id']}: {violation['help']} ({places})"
