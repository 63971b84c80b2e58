"""People by a table: seen first, all or nobody, and never what the form would refuse."""

import io
import json
import random
import re
from html import unescape
from itertools import product

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from xlsxwriter import Workbook

from mipex_site.audit.models import AuditEntry, Channel
from mipex_site.mail.models import Letter
from questionnaire.enums import OrganisationKind, Role
from questionnaire.models import Affiliation, Invitation
from questionnaire.services import invitations
from questionnaire.services.organisations import put_organisation
from review.enums import Interest
from tests import world as worlds
from tests.desk.crawling import words_of
from tests.questionnaire.inviting import newcomer

URL = "/rounds/2019/people/table/"
HEAD = ("name", "email", "organisation", "country", "strand", "role", "coding", "language")
GOOD = (
    ("Ada Quollova", "ada@example.org", "lab", "PT", "a", "reviewer", "", "en"),
    ("Bo Quollova", "BO@example.org", "", "pt", "", "Reviewer", "", ""),
    ("Cy Quollova", "cy@example.org", "", "", "", "observer", "", ""),
)
SAMPLE = 12
"""Of the 252 rows that the property draws from, in each of its two runs."""


@pytest.fixture
def client(world, as_person):
    kind = OrganisationKind.UNIVERSITY
    put_organisation(code="lab", name="An Invented Laboratory", kind=kind, by=world["head"])
    return as_person("coordinator")


def as_csv(rows, head=HEAD, mark=","):
    text = "\n".join(mark.join(row) for row in (head, *rows))
    return SimpleUploadedFile("people.csv", text.encode())


def as_xlsx(rows, head=HEAD):
    made = io.BytesIO()
    with Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("People")
        for line, row in enumerate((head, *rows)):
            for column, text in enumerate(row):
                if text.isdecimal():
                    sheet.write_number(line, column, int(text))
                else:
                    sheet.write_string(line, column, text)
    return SimpleUploadedFile("people.xlsx", made.getvalue())


def hand_in(client, file):
    return client.post(URL, {"file": file})


def sent_back(response):
    """Return the rows that the preview sends back with its button, or None without one."""
    found = re.search(r'name="rows" value="([^"]*)"', response.content.decode())
    return unescape(found[1]) if found else None


def done(client, file):
    return client.post(URL, {"rows": sent_back(hand_in(client, file))})


def faults(response):
    page = words_of(response.content)
    return re.findall(r"<strong>(Row \d+[^<]*)</strong> ([^<]*)<", page)


@pytest.mark.parametrize("form", [as_csv, as_xlsx, lambda rows: as_csv(rows, mark=";")])
def test_a_table_is_seen_first_and_invites_everybody_by_one_button(client, form):
    seen = hand_in(client, form(GOOD))
    assert "3 new invitations" in seen.content.decode()
    assert not Invitation.objects.exists()
    assert not Letter.objects.exists()

    response = client.post(URL, {"rows": sent_back(seen)})

    assert response.url == "/rounds/2019/people/"
    made = Invitation.objects.order_by("email")
    assert [(one.email, one.role) for one in made] == [
        ("ada@example.org", Role.REVIEWER),
        ("bo@example.org", Role.REVIEWER),
        ("cy@example.org", Role.OBSERVER),
    ]
    assert Letter.objects.count() == 3
    acts = AuditEntry.objects.filter(act="invitation.invite")
    assert {entry.channel for entry in acts} == {Channel.IMPORT}
    assert len({entry.batch for entry in acts}) == 1


def test_the_same_table_again_invites_nobody_twice(client):
    done(client, as_csv(GOOD))
    invitations.accept_as_new(**newcomer(Invitation.objects.get(email="ada@example.org")))
    assert Affiliation.objects.get().organisation.code == "lab"

    again = hand_in(client, as_csv(GOOD))

    assert "3 rows were invited before" in again.content.decode()
    assert sent_back(again) is None
    client.post(URL, {"rows": json.dumps([[2, dict(zip(HEAD, GOOD[1], strict=True))]])})
    assert Invitation.objects.count() == 3


def test_one_person_who_stands_twice_in_a_table_is_invited_once(client):
    done(client, as_csv([GOOD[0], GOOD[0]]))
    assert Invitation.objects.count() == 1


BAD = {
    "country": (("Ada", "ada@example.org", "", "XX", "", "reviewer", "", ""), "no country"),
    "strand": (("Ada", "ada@example.org", "", "PT", "z", "reviewer", "", ""), "no strand"),
    "role": (("Ada", "ada@example.org", "", "PT", "", "king", "", ""), "none of these"),
    "organisation": (("Ada", "ada@example.org", "no", "PT", "", "reviewer", "", ""), "Add it"),
    "coding": (("Ada", "ada@example.org", "", "PT", "", "expert", "x", ""), "number of the"),
    "email": (("Ada", "no address", "", "PT", "", "reviewer", "", ""), "valid email"),
    "name": (("", "ada@example.org", "", "PT", "", "reviewer", "", ""), "blank"),
    "language": (("Ada", "ada@example.org", "", "PT", "", "reviewer", "", "xx"), "speak"),
}


@pytest.mark.parametrize("column", BAD)
def test_a_fault_names_its_row_and_its_column_and_nobody_is_invited(client, column):
    bad, words = BAD[column]
    response = hand_in(client, as_csv([GOOD[2], ("",) * 8, bad]))
    ((where, said),) = faults(response)
    assert where == f"Row 4, {column}:"
    assert words in said
    assert sent_back(response) is None


def test_half_bad_rows_do_nothing_even_when_they_are_sent_back_by_hand(client):
    rows = [[2, dict(zip(HEAD, GOOD[0], strict=True))]]
    rows += [[3, dict(zip(HEAD, BAD["country"][0], strict=True))]]
    assert client.post(URL, {"rows": json.dumps(rows)}).status_code == 422
    assert not Invitation.objects.exists()
    assert not Letter.objects.exists()


@pytest.mark.parametrize("rows", ["", "no json", "[1, 2]", '[["x", {}]]', "{}"])
def test_rows_that_no_page_sent_are_handed_in_again(client, rows):
    response = client.post(URL, {"rows": rows})
    assert response.status_code in {302, 422}
    assert not Invitation.objects.exists()


FILES = {
    "an unknown heading": (lambda: as_csv(GOOD, head=(*HEAD[:7], "shoe")), "shoe"),
    "no address at all": (lambda: as_csv([("x",)], head=("name",)), "column is missing"),
    "headings alone": (lambda: as_csv([]), "no rows"),
    "too many rows": (lambda: as_csv([GOOD[0]] * 501), "500 rows"),
    "another alphabet": (
        lambda: SimpleUploadedFile("people.csv", b"name,email,role\n\xff\xfe,a,b"),
        "UTF-8",
    ),
    "no workbook": (lambda: SimpleUploadedFile("people.xlsx", b"%PDF-1.4"), "not an Excel"),
    "a damaged one": (lambda: SimpleUploadedFile("people.xlsx", b"PK\x03\x04x"), "damaged"),
}


@pytest.mark.parametrize("what", FILES)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(client, what):
    file, words = FILES[what]
    response = hand_in(client, file())
    assert response.status_code == 422
    assert words in response.content.decode()


def test_a_country_behind_a_tie_is_invited_to_by_no_table(world, client):
    worlds.declare(world, "coordinator", "PT", interest=Interest.YES, text="A cousin there.")
    response = hand_in(client, as_csv(GOOD))
    assert "Your tie to" in response.content.decode()
    assert sent_back(response) is None


def test_the_empty_table_has_the_headings_that_are_read(client):
    file = client.get(f"{URL}?file=csv").content.decode("utf-8-sig")
    assert tuple(file.strip().split(",")) == HEAD


@pytest.mark.parametrize("seed", [1, 2])
def test_a_table_never_does_what_the_form_refuses(world, client, seed):
    """Any role in any kind of place, for somebody new and for somebody who has a part."""
    places = (("", ""), ("PT", ""), ("PT", "a"), ("", "a"))
    people = ("new@example.org", world["PT_a_1"].email, world["coordinator"].email)
    drawn = random.Random(seed).sample(
        list(product(Role.values, places, people, ("", "1", "2"))), SAMPLE
    )
    invited = ("reviewer", ("PT", ""), "new@example.org", "")
    outcomes = set()
    for role, (country, strand), email, coding in (invited, *drawn):
        said = {"name": "Ada", "email": email, "role": role, "coding": coding}
        said |= {"country": country, "strand": strand, "language": "en", "organisation": ""}
        with_form = undone(client, "/rounds/2019/people/invite/", said)
        with_table = undone(client, URL, {"rows": json.dumps([[2, said]])})
        assert with_form == with_table, said
        outcomes.add(with_form)
    assert outcomes == {True, False}


def undone(client, url, said):
    """Return whether the request invited somebody; then take the invitation away again."""
    client.post(url, said)
    made = Invitation.objects.count()
    Letter.objects.all().delete()
    Invitation.objects.all().delete()
    return bool(made)
