"""Import and export on the desk: shown first, by the rules of the pages, all or nothing."""

import pytest

from mipex_site.accounts.models import User
from mipex_site.audit.models import AuditEntry, Channel
from questionnaire.models import Answer, Assignment, Country, Invitation, Source
from questionnaire.services.countries import put_country
from questionnaire.services.groups import put_membership
from questionnaire.services.organisations import put_organisation
from review.enums import Interest
from tests import world as worlds
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import head_coordinator

from .tables import ANSWER, TABLES, as_csv, carried, counts, look, signed_in, take

pytestmark = pytest.mark.django_db
every = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.slug)
NOT_RIGHTS = [table for table in TABLES if table.slug != "assignments"]


def filled(world, row):
    """Return a row with the address of the stranger and the key of a law put in."""
    law = worlds.law_of(world, world.sheet("EE", "a"))
    known = {"{stranger}": world["stranger"].email, "{law}": str(law.key)}
    return [known.get(text, text) for text in row]


@every
def test_a_good_table_is_shown_first_and_then_saved(world, table):
    client = signed_in(world[table.brings])
    good = filled(world, table.good)
    before, chain = table.makes.objects.count(), AuditEntry.objects.count()

    page = look(client, table.url, as_csv(table.headings, good))

    assert page.status_code == 200
    assert counts(page) == {"new": 1, "changed": 0, "same": 0, "refused": 0}
    assert (table.makes.objects.count(), AuditEntry.objects.count()) == (before, chain)
    assert take(client, table.url, page).status_code == 302
    assert table.makes.objects.count() == before + 1
    acts = AuditEntry.objects.filter(channel=Channel.IMPORT, actor=world[table.brings].pk)
    assert acts.exists()
    assert len(set(acts.values_list("batch", flat=True))) == 1


@every
def test_half_bad_rows_change_nothing_and_are_named_by_row_and_column(world, table):
    client = signed_in(world[table.brings])
    good, bad = filled(world, table.good), filled(world, table.bad)
    before, chain = table.makes.objects.count(), AuditEntry.objects.count()

    page = look(client, table.url, as_csv(table.headings, good, bad))

    (line,) = page.context["trial"].refused
    assert (line.number, line.faults[0].column) == (3, table.column)
    assert f"Row 3, {table.column}:" in page.content.decode()
    assert carried(page) == ""
    assert (table.makes.objects.count(), AuditEntry.objects.count()) == (before, chain)


@every
def test_strangers_and_superusers_without_a_part_get_no_table(world, table):
    good = as_csv(table.headings, filled(world, table.good))
    before = table.makes.objects.count()
    for person in (world["stranger"], UserFactory(is_superuser=True, is_staff=True)):
        client = signed_in(person)
        for page in (
            client.get(table.url),
            client.get(f"{table.url}?file=csv"),
            client.get(f"{table.url}?empty=csv"),
            client.post(table.url, {"take": "csv"}),
            look(client, table.url, good),
            client.post(f"{table.url}take/", {"carried": "x"}),
        ):
            assert page.status_code == 403
    assert table.makes.objects.count() == before


@pytest.mark.parametrize("table", TABLES[:5], ids=lambda table: table.slug)
def test_an_expert_gets_no_table_of_a_coordinator(world, table):
    client = signed_in(world["EE_a_1"])
    assert client.get(table.url).status_code == 403
    assert look(client, table.url, as_csv(table.headings, table.good)).status_code == 403


@pytest.mark.parametrize("table", TABLES[5:], ids=lambda table: table.slug)
def test_an_expert_of_another_country_is_refused_row_by_row(world, table):
    good = filled(world, table.good)
    page = look(signed_in(world["PT_a_1"]), table.url, as_csv(table.headings, good))

    assert counts(page)["refused"] == 1
    assert "open to you" in page.content.decode()


@pytest.mark.parametrize("slug", ["answers", "sources"])
def test_a_coordinator_takes_answers_away_and_brings_none_in(world, slug):
    table = next(one for one in TABLES if one.slug == slug)
    client = signed_in(world["coordinator"])
    page = client.get(table.url)

    assert "Only the expert of a sheet brings in" in page.content.decode()
    good = as_csv(table.headings, filled(world, table.good))
    assert look(client, table.url, good).status_code == 403


def test_rights_come_in_by_who_coordinates_the_portal_alone(world):
    table = next(one for one in TABLES if one.slug == "assignments")
    client = signed_in(world["coordinator"])
    good = as_csv(table.headings, filled(world, table.good))

    assert client.get(f"{table.url}?file=csv").status_code == 200
    assert look(client, table.url, good).status_code == 403


# --- Looked at, then taken -----------------------------------------------------------------


def test_what_was_changed_after_the_look_is_not_overwritten(world):
    client, url = signed_in(world["head"]), "/import-export/countries/"
    content = as_csv(
        ("code", "alpha3", "name"), ("EE", "EST", "Eesti"), ("LV", "LVA", "Latvia")
    )
    page = look(client, url, content)
    put_country(code="EE", alpha3="EST", name="Republic of Estonia", by=world["head"])

    refused = take(client, url, page)

    assert refused.status_code == 409
    assert "was changed after you looked" in refused.content.decode()
    assert Country.objects.get(code="EE").name == "Republic of Estonia"
    assert not Country.objects.filter(code="LV").exists()
    assert take(client, url, refused).status_code == 302
    assert Country.objects.get(code="EE").name == "Eesti"


def test_a_table_is_taken_once_and_by_who_looked_at_it(world):
    client, url = signed_in(world["head"]), "/import-export/organisations/"
    headings = ("code", "name", "country", "kind", "consortium_role")
    page = look(client, url, as_csv(headings, ("lab", "Lab", "EE", "ngo", "")))

    other = signed_in(world["coordinator"]).post(f"{url}take/", {"carried": carried(page)})
    assert other.status_code == 409
    elsewhere = client.post("/import-export/countries/take/", {"carried": carried(page)})
    assert elsewhere.status_code == 409
    assert take(client, url, page).status_code == 302
    assert take(client, url, page).status_code == 409


def test_an_answer_recorded_meanwhile_is_not_overwritten_by_an_older_table(world):
    table = next(one for one in TABLES if one.slug == "answers")
    client, sheet = signed_in(world["EE_a_1"]), world.sheet("EE", "a")
    row = filled(world, table.good)
    worlds.answer(world, sheet, "aa1", earns=0)

    page = look(client, table.url, as_csv(ANSWER, row))

    assert "Somebody recorded another version" in page.content.decode()
    assert Answer.objects.get(indicator__code="aa1").option.points == 0


def test_an_answer_of_a_table_has_its_version_and_its_history(world):
    table = next(one for one in TABLES if one.slug == "answers")
    client, sheet = signed_in(world["EE_a_1"]), world.sheet("EE", "a")
    worlds.answer(world, sheet, "aa1", earns=0)
    row = filled(world, ("EE", "aa1", "1", "1", "", "Read again.", "", "", "{law}"))

    page = look(client, table.url, as_csv(ANSWER, row))
    changed = {cell.column: (cell.old, cell.new) for cell in page.context["shown"][0].cells}
    assert changed == {"answer": ("3", "1"), "rationale": ("The act says so.", "Read again.")}
    take(client, table.url, page)

    answer = Answer.objects.get(indicator__code="aa1")
    assert (answer.version, answer.option.points) == (2, 100)
    assert answer.history.latest().history_user == world["EE_a_1"]


def test_a_sheet_that_was_handed_in_takes_no_answer_of_a_table(world):
    table = next(one for one in TABLES if one.slug == "answers")
    worlds.answer_all(world)
    worlds.submit(world, world.sheet("EE", "a"))
    row = filled(world, ("EE", "aa1", "1", "2", "", "No.", "", "", "{law}"))

    page = look(signed_in(world["EE_a_1"]), table.url, as_csv(ANSWER, row))

    assert "This sheet is with the reviewers" in page.content.decode()


def test_a_law_that_the_review_has_read_is_changed_by_no_table(world):
    worlds.answer_all(world)
    worlds.submit(world, world.sheet("EE", "a"))
    client, url = signed_in(world["EE_b_1"]), "/rounds/2019/import-export/sources/"
    content = client.get(f"{url}?file=csv").content

    assert counts(look(client, url, content))["same"] == 1
    page = look(client, url, content.replace(b"section", b"article"))
    assert "An answer that was submitted rests on this source" in page.content.decode()


# --- Out and in again ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("table", NOT_RIGHTS, ids=lambda table: table.slug)
def test_what_goes_out_changes_nothing_when_it_comes_in(world, table, kind):
    head = world["head"]
    put_organisation(code="lab", name="=1+1", kind="ngo", country=None, by=head)
    days = {"first_day": worlds.CUT_OFF.replace(year=2004), "by": head}
    put_membership(group="eu", title="EU", country=world.country("EE"), **days)
    worlds.answer(
        world, world.sheet("EE", "a"), "aa1", earns=0, rationale="-1 is\n'=so', \"he\" said"
    )
    client = signed_in(world[table.brings])
    out = (
        client.post(table.url, {"take": kind})
        if table.slug == "users"
        else client.get(f"{table.url}?file={kind}")
    )
    assert out.status_code == 200

    page = look(client, table.url, out.content, f"table.{kind}")

    said = counts(page)
    assert said.pop("same") > 0
    assert set(said.values()) == {0}
    assert "nothing to save" in page.content.decode()
    assert carried(page) == ""


@every
def test_an_empty_table_has_the_headings_alone(world, table):
    client = signed_in(world[table.brings])
    content = client.get(f"{table.url}?empty=csv").content.decode("utf-8-sig")
    assert content.count("\r\n") == 1
    assert set(table.headings) <= set(content.strip().split(","))
    page = look(client, table.url, client.get(f"{table.url}?empty=xlsx").content, "t.xlsx")
    assert page.status_code == 422
    assert "no rows below its headings" in page.content.decode()


def test_a_file_runs_no_formula(world):
    put_organisation(code="lab", name="=HYPERLINK(1)", kind="ngo", by=world["head"])
    client = signed_in(world["head"])
    content = client.get("/import-export/organisations/?file=csv").content
    assert b"lab,'=HYPERLINK(1)," in content


BAD = {
    "a heading that nobody knows": (b"code,alpha3,name,size\nEE,EST,E,1\n", "It has: size"),
    "a column left out": (b"code,alpha3\nEE,EST\n", "A column is missing: name"),
    "no UTF-8": (b"code,alpha3,name\nEE,EST,\xe9\n", "not written in UTF-8"),
    "no row": (b"code,alpha3,name\n", "no rows below its headings"),
    "too many rows": (b"code,alpha3,name\n" + b"EE,EST,E\n" * 2001, "may have 2000 rows"),
    "twice the same": (b"code,alpha3,name\nLV,LVA,A\nLV,LVA,B\n", "A row above is about"),
}


@pytest.mark.parametrize(("content", "words"), BAD.values(), ids=BAD)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(world, content, words):
    page = look(signed_in(world["head"]), "/import-export/countries/", content)
    assert words in page.content.decode()
    assert carried(page) == ""


# --- Who is not in a file ------------------------------------------------------------------


def test_no_file_of_a_round_names_who_wrote_it(world):
    worlds.answer_all(world)
    client = signed_in(world["coordinator"])
    people = [person for person in world.people.values() if person != world["coordinator"]]
    for slug in ("answers", "sources", "assignments"):
        text = client.get(f"/rounds/2019/import-export/{slug}/?file=csv").content.decode()
        assert text.count("\r\n") > 1
        for person in people:
            for trace in (person.name, person.email, str(person.pk)):
                assert trace not in text


def test_a_country_that_a_tie_keeps_from_a_coordinator_is_in_no_file(world):
    worlds.answer_all(world)
    worlds.declare(world, "coordinator", "PT", interest=Interest.YES, text="A cousin there.")
    client = signed_in(world["coordinator"])
    for slug, column in (("answers", 1), ("sources", 1), ("assignments", 3)):
        text = client.get(f"/rounds/2019/import-export/{slug}/?file=csv").content.decode()
        found = {line.split(",")[column] for line in text.split("\r\n")[1:-1]}
        assert "EE" in found
        assert "PT" not in found


def test_who_answers_takes_no_other_coding_and_no_other_country_away(world):
    worlds.answer_all(world)
    text = signed_in(world["EE_b_1"]).get("/rounds/2019/import-export/answers/?file=csv")
    rows = [line.split(",")[1:4] for line in text.content.decode().split("\r\n")[1:-1]]
    assert rows == [["EE", "1", code] for code in worlds.STRANDS["b"]]


@pytest.mark.parametrize("key", ["EE_reviewer_1", "adjudicator", "publisher_1"])
def test_the_review_takes_no_answer_away(world, key):
    client = signed_in(world[key])
    assert client.get("/rounds/2019/import-export/answers/?file=csv").status_code == 403
    assert client.get("/rounds/2019/import-export/").status_code == 403


def test_the_list_of_people_goes_out_as_an_act_and_says_nothing_of_sides(world):
    client, url = signed_in(world["head"]), "/import-export/users/"
    gone = UserFactory(name="Gone Away", is_active=False)
    assert client.get(f"{url}?file=csv").headers["Content-Type"].startswith("text/html")

    text = client.post(url, {"take": "csv"}).content.decode("utf-8-sig")

    entry = AuditEntry.objects.get(act="people.export")
    assert entry.new == {"kind": "csv", "rows": text.count("\r\n") - 1}
    assert world["EE_a_1"].email in text
    assert gone.email not in text
    for right in Assignment.objects.all():
        assert right.pseudonym not in text
    assert "reviewer" not in text.split("\r\n", 1)[1].replace("role", "")
    assert signed_in(world["coordinator"]).post(url, {"take": "csv"}).status_code == 403


def test_a_table_of_people_makes_no_account_no_right_and_no_passphrase(world):
    client, url = signed_in(world["head"]), "/import-export/users/"
    known = world["EE_a_1"]
    was, rights = known.password, Assignment.objects.count()
    headings = ("email", "name", "language", "round", "role", "country")
    rows = (
        ("new@example.org", "Newa Person", "", "2019", "reviewer", "PT"),
        (known.email, "Another Name", "fr", "", "", ""),
    )
    page = look(client, url, as_csv(headings, *rows))
    assert counts(page) == {"new": 1, "changed": 1, "same": 0, "refused": 0}
    take(client, url, page)

    assert not User.objects.filter(email="new@example.org").exists()
    asked = Invitation.objects.get(email="new@example.org")
    assert (asked.role, asked.country.code, asked.accepted_at) == ("reviewer", "PT", None)
    known.refresh_from_db()
    assert (known.name, known.language, known.password) == ("Another Name", "fr", was)
    assert Assignment.objects.count() == rights
    entry = AuditEntry.objects.get(act="person.correct")
    assert entry.new == {"changed": ["name", "language"]}
    assert (
        look(client, url, as_csv((*headings, "password"), (*rows[0], "x"))).status_code == 422
    )
    assert counts(look(client, url, as_csv(headings, *rows)))["same"] == 2


# --- Where it is found ---------------------------------------------------------------------


def test_each_person_finds_the_tables_that_are_open_to_them(world):
    def found(key, url):
        page = signed_in(world[key]).get(url)
        return [line["one"].thing.slug for line in page.context["lines"]]

    shared = ["countries", "groups", "organisations"]
    assert found("head", "/import-export/") == [*shared, "users"]
    assert found("coordinator", "/import-export/") == shared
    round_ = "/rounds/2019/import-export/"
    assert found("coordinator", round_) == ["assignments", "answers", "sources"]
    assert found("EE_a_1", round_) == ["answers", "sources"]
    assert signed_in(world["EE_a_1"]).get("/import-export/").status_code == 403
    assert signed_in(world["stranger"]).get(round_).status_code == 403


def test_the_tables_of_an_empty_portal_say_what_will_be_there():
    client = signed_in(head_coordinator())
    assert "There is no round yet" in client.get("/import-export/").content.decode()
    assert Source.objects.count() == 0
    out = client.get("/import-export/groups/?file=csv").content.decode("utf-8-sig")
    assert out == "group,title,country,from,to\r\n"
