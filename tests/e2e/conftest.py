"""A browser, a served portal, and people who are already signed in."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as portal_settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page

from tests.e2e.looks import EVERY_LOOK, Look, Visit, faults_of
from tests.services.debian import Missing
from tests.services.web import web
from tests.services.worker import environment

# Playwright keeps an event loop in our thread; Django then takes plain code for asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

HERE = Path(__file__).parent
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder: it needs the browser and the services."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.service)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Start Debian's Chromium, which needs no download."""
    program = shutil.which("chromium")
    if program is None:
        raise Missing("The Debian package chromium is missing: make test-setup.")
    return {"executable_path": program, "args": QUIET}


@pytest.fixture(scope="session")
def served_editions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of editions that the served portal reads."""
    return tmp_path_factory.mktemp("editions")


@pytest.fixture(autouse=True)
def editions_root(settings, served_editions: Path, tmp_path: Path) -> Iterator[Path]:
    """Let the test and the served portal share one folder, emptied after each test."""
    settings.EDITIONS_ROOT = served_editions
    settings.MEDIA_ROOT = tmp_path / "media"
    yield served_editions
    for path in served_editions.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.fixture(scope="session")
def base_url(
    django_db_setup, tmp_path_factory: pytest.TempPathFactory, served_editions: Path
) -> Iterator[str]:
    """Serve the portal by granian for the whole session; `page.goto("/")` then finds it."""
    around = environment() | {"PORTAL_EDITIONS": str(served_editions)}
    with web(tmp_path_factory.mktemp("web"), environment=around) as address:
        yield address


@pytest.fixture(autouse=True)
def _committed(transactional_db) -> None:
    """Commit what a test writes: the server, another process, sees nothing else."""


@pytest.fixture
def sign_in(context: BrowserContext, base_url: str) -> Callable[[object], BrowserContext]:
    """Give `sign_in(person)`: from now on the browser's pages are theirs."""

    def take_over(person: object) -> BrowserContext:
        client = Client()
        client.force_login(person)
        name = portal_settings.SESSION_COOKIE_NAME
        cookie = {"name": name, "value": client.cookies[name].value, "url": base_url}
        context.add_cookies([cookie])
        return context

    return take_over


@pytest.fixture
def visit(
    page: Page, context: BrowserContext, sign_in: Callable[[object], BrowserContext]
) -> Visit:
    """Give `visit(person, {address: status})`: all faults of those pages, as PERSON sees them."""

    def look(
        person: object, addresses: dict[str, int], *, looks: Iterable[Look] = EVERY_LOOK
    ) -> list[str]:
        context.clear_cookies()
        if person is not None:
            sign_in(person)
        found = []
        for address, status in addresses.items():
            found += faults_of(page, address, status=status, looks=looks)
        return found

    return look
