import pytest

from tests import world as worlds


@pytest.fixture
def world(db):
    """Give the small round, open, with nothing answered."""
    return worlds.build()


@pytest.fixture
def reviewed(world):
    """Give the small round with every sheet submitted: all answers earn 100, codings agree."""
    worlds.answer_all(world)
    worlds.submit_all(world)
    return world
