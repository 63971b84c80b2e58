"""The small world with every question drawn to be coded blind."""

from tests import world as worlds
from tests.remembering import built_once


@built_once
def build_drawn():
    """Make the small round with every sheet submitted and every question drawn."""
    world = worlds.build(blind_share=100)
    worlds.answer_all(world)
    worlds.submit_all(world)
    return world
