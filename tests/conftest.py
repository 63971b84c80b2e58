"""What tests of several folders use; everything else lies beside its tests."""

import gc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

import pytest
from django.conf import settings as portal_settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import settings as properties

from mipex_site import env
from mipex_site.audit.services import triggers
from tests.services.worker import worker

# A suite that guards main gives one answer to one commit, so its property tests draw the same
# examples each time. PROPERTIES=anew draws others: what those find becomes an @example.
properties.register_profile("again", derandomize=True)
properties.register_profile("anew", derandomize=False, database=None)
properties.load_profile(env.one_of("PROPERTIES", "again", "anew"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out on PostgreSQL what touches no database: it ran on the leg of SQLite already.

    pytest-django keeps the database from a test that does not ask for it by fixture or marker.
    """
    if not portal_settings.USE_POSTGRES:
        return
    kept = [item for item in items if asks_for_database(item)]
    left = set(items) - set(kept)
    config.hook.pytest_deselected(items=[item for item in items if item in left])
    items[:] = kept


def pytest_collection_finish() -> None:
    """Leave what is imported and collected out of every later search for garbage.

    It stays until the end, and looking through it again and again costs a tenth of the suite.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def asks_for_database(item: pytest.Item) -> bool:
    """Whether a test has the database, or one of the services, by its fixtures or its markers."""
    fixtures = {"db", "transactional_db", "live_server"} & set(
        getattr(item, "fixturenames", ())
    )
    markers = ("django_db", "postgres", "service", "browser")
    return bool(fixtures) or any(item.get_closest_marker(name) for name in markers)


@pytest.fixture(autouse=True)
def editions_root(settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give each test an empty folder for its editions and one for its files.

    Names are drawn, not counted: pytest's own counting reads all folders there are each time.
    """
    root = tmp_path_factory.getbasetemp()
    settings.EDITIONS_ROOT = Path(mkdtemp(prefix="editions-", dir=root))
    settings.MEDIA_ROOT = Path(mkdtemp(prefix="media-", dir=root))
    return settings.EDITIONS_ROOT


@pytest.fixture(autouse=True)
def _the_language_of_the_settings() -> None:
    """Forget the language of an earlier test's last request: Django leaves it to the thread."""
    translation.activate(portal_settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True, scope="session")
def _the_audit_can_be_emptied_after_a_test() -> Iterator[None]:
    """Take the triggers away before the tables are emptied; post_migrate makes them again.

    So the product holds no key to its own guard: only who may drop a trigger can do this.
    """
    empty = TransactionTestCase._fixture_teardown

    def empty_unguarded(case: TransactionTestCase) -> None:
        triggers.drop()
        empty(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_unguarded)
        yield


@pytest.fixture(autouse=True)
def _what_the_markers_promise(request: pytest.FixtureRequest) -> None:
    """A marked test that was started without its services fails; it is never skipped."""
    real_database = connection.vendor == "postgresql"
    if request.node.get_closest_marker("postgres") and not real_database:
        pytest.fail("This test needs PostgreSQL: python -m tests.services run -- pytest …")
    services = real_database and portal_settings.USE_REDIS
    if request.node.get_closest_marker("service") and not services:
        pytest.fail("This test needs its services: python -m tests.services run -- pytest …")


@pytest.fixture
def empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def start_worker(
    transactional_db, tmp_path: Path
) -> Iterator[Callable[..., AbstractContextManager[int]]]:
    """Give `start_worker(beat=False)`: a block with a real worker; it gives the process id."""
    return partial(worker, tmp_path)
