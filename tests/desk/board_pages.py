"""The board as tests read it: the page, its data, and one cell of it."""

import re

from mipex_site.desk.selectors.board import board_page
from mipex_site.desk.selectors.board.asking import Asked

BOARD = "/rounds/2019/board/"


def shown(client, query: str = "") -> str:
    response = client.get(BOARD + query)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def page_of(world, key="coordinator", **asked):
    return board_page(world.round, world[key], Asked(**asked))


def cell(world, country, strand):
    row = next(row for row in page_of(world).rows if row.code == country)
    return next(each for each in row.cells if each.strand == strand)
