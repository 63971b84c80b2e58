"""The pages of a round lead back up to its board, and nobody to a board that is shut to them."""

import pytest

from .clients import said, signed_in

BOARD = '<a class="crumbs__link" href="/rounds/2019/board/">'
LATE = "/reviews/2019/late-changes/"
CONSISTENCY = ("/consistency/2019/", "/consistency/2019/aa1/")
LEARNED = "/interests/2019/"
OF_A_COUNTRY = ("/interests/2019/PT/decide/", "/interests/2019/PT/names/")


@pytest.mark.parametrize("path", [LATE, *CONSISTENCY, LEARNED, *OF_A_COUNTRY])
def test_a_coordinator_is_led_back_to_the_board(reviewed, path):
    assert BOARD in said(signed_in(reviewed["coordinator"]).get(path))


@pytest.mark.parametrize("path", [LATE, *CONSISTENCY, LEARNED])
def test_an_observer_is_led_back_to_the_board(reviewed, path):
    assert BOARD in said(signed_in(reviewed["observer"]).get(path))


@pytest.mark.parametrize(
    ("key", "path"),
    [("publisher_1", LATE), *(("adjudicator", path) for path in CONSISTENCY)],
)
def test_who_may_not_open_the_board_is_not_led_there(reviewed, key, path):
    client = signed_in(reviewed[key])
    response = client.get(path)

    assert response.status_code == 200
    assert BOARD not in said(response)
    assert client.get("/rounds/2019/board/").status_code == 403


def test_a_contradiction_has_one_clear_name(reviewed):
    page = said(signed_in(reviewed["coordinator"]).get("/consistency/2019/"))

    assert page.count("Contradicting answers") >= 2
    assert '"Contradict"' not in page
