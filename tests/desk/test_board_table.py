"""The board as a plain table, and as a file: a line for each country and strand."""

import csv
import io

from mipex_site.audit.models import AuditEntry
from tests import world as worlds
from tests.desk.board_pages import BOARD, page_of, shown


def test_the_table_has_a_line_for_each_cell_with_its_own_mover(world, as_person):
    expert = world.round.assignments.get(person=world["PT_b_1"])
    page = shown(as_person("coordinator"), "?view=table&sort=name&strand=b")

    assert page.count('<th scope="row">') == 2
    assert expert.pseudonym in page
    assert f"/rounds/2019/mail/write/?to={expert.pk}" in page
    assert 'name="view" value="table"' in page
    assert 'href="?strand=b&amp;sort=name"' in page


def test_a_view_that_is_not_known_is_the_board(as_person):
    assert 'class="table board"' in shown(as_person("coordinator"), "?view=pie")


def test_the_last_activity_is_that_of_the_country(world):
    worlds.answer(world, world.sheet("EE", "a"), "aa1", earns=50)
    newest = AuditEntry.objects.filter(country="EE").latest("number")

    rows = {row.code: row.last_act_at for row in page_of(world, view="table").rows}

    assert rows["EE"] == newest.at
    assert rows["PT"] < newest.at


def lines(client, query: str = "") -> list[dict[str, str]]:
    response = client.get(f"{BOARD}?format=csv{query}")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="board-2019-')
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_the_file_holds_what_is_shown(as_person):
    client = as_person("coordinator")

    assert [(row["country_code"], row["strand_code"]) for row in lines(client)] == [
        ("EE", "a"),
        ("EE", "b"),
        ("PT", "a"),
        ("PT", "b"),
    ]
    only = lines(client, "&strand=a&sort=name")
    assert [row["country"] for row in only] == ["Estonia", "Portugal"]
    assert (only[0]["state"], only[0]["done"], only[0]["of"]) == ("Not begun", "0", "2")
    newest = AuditEntry.objects.filter(country="EE").latest("number").at
    assert only[0]["last_activity"] == newest.isoformat(timespec="seconds")
    assert only[0]["warnings"] == ""


def test_a_name_that_looks_like_a_formula_is_harmless_in_the_file(world, as_person):
    country = world.country("PT")
    country.name = "=HYPERLINK(1)"
    country.save()

    assert "'=HYPERLINK(1)" in {row["country"] for row in lines(as_person("coordinator"))}


def test_names_that_the_page_shows_for_a_day_are_not_in_the_file(world, as_person):
    worlds.learn_names(world, "PT")
    client, name = as_person("coordinator"), world["PT_a_1"].name

    assert name in shown(client)
    assert not any(name in row["next_mover"] for row in lines(client))
