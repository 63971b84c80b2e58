"""What must hold of every page however it is looked at: wide or narrow, by day or by night."""

from collections.abc import Callable, Iterable, Iterator
from itertools import product

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = {"1280": (1280, 900), "360": (360, 800)}
THEMES = ("light", "dark")
Look = tuple[str, str]
EVERY_LOOK: tuple[Look, ...] = tuple(product(SIZES, THEMES))
ACROSS: tuple[Look, ...] = (("1280", "light"), ("360", "dark"))
"""Each size once and each theme once: in half the time."""
Visit = Callable[..., list[str]]
"""`visit(person, {address: status})`: the faults of those pages, as PERSON sees them."""
VIOLATIONS = "options => axe.run(options).then(({ violations }) => violations)"
"""What passes stays in the page: it would be the longest part of the answer."""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def faults_of(
    page: Page, address: str, *, status: int = 200, looks: Iterable[Look] = EVERY_LOOK
) -> list[str]:
    """Return what is wrong with the page at that address, in those looks; nothing if all is well.

    STATUS is the one that the address must answer with, so that no page is taken for another.
    """
    said: list[ConsoleMessage] = []

    def hear(message: ConsoleMessage) -> None:
        said.append(message)

    page.on("console", hear)
    answer = page.goto(address)
    if answer.status != status:
        return [f"{address} answered {answer.status} and not {status}"]
    found = faults_shown(page, address, looks=looks)
    page.remove_listener("console", hear)
    return found + [
        f"{address}: {message.text} ({message.location['url']})"
        for message in said
        if _is_a_fault(message, status)
    ]


def faults_shown(page: Page, name: str, *, looks: Iterable[Look] = EVERY_LOOK) -> list[str]:
    """Return what is wrong with what the page shows just now; it goes by that NAME."""
    found: list[str] = []
    page.evaluate(Axe().axe_script)
    for size, theme in looks:
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        found += _seen(page, name, f"{size} {theme}")
    return found


def _is_a_fault(message: ConsoleMessage, status: int) -> bool:
    """Whether it is more than a browser's note of a refused page."""
    return message.type in {"error", "warning"} and f"status of {status}" not in message.text


def _seen(page: Page, address: str, look: str) -> Iterator[str]:
    over = page.evaluate(SIDEWAYS)
    if over > 0:
        yield f"{address} at {look} scrolls sideways by {over} pixels"
    options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
    for violation in page.evaluate(VIOLATIONS, options):
        places = "; ".join(" ".join(map(str, node["target"])) for node in violation["nodes"])
        yield f"{address} at {look}: {violation['id']}: {violation['help']} ({places})"
