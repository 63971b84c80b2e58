"""These tests read the code: thousands of them, and none needs folders of its own."""

import pytest


@pytest.fixture(autouse=True)
def editions_root() -> None:
    """Make no folder."""
