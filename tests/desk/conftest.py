"""The small world, and a client that is somebody in it."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests import world as worlds


@pytest.fixture
def world(db) -> worlds.World:
    """Give the small round, open, with nothing answered."""
    return worlds.build()


@pytest.fixture
def as_person(world) -> Callable[[str], Client]:
    """Give `as_person(key)`: a client that is signed in as somebody of the world."""

    def signed_in(key: str) -> Client:
        client = Client()
        client.force_login(world[key])
        return client

    return signed_in
