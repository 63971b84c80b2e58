"""Tables of the small world: what each may bring in, by whom, and what must not come in."""

import csv
import io
import re
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from questionnaire.models import (
    Answer,
    Assignment,
    Country,
    GroupMembership,
    Invitation,
    Organisation,
    Source,
)

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Table:
    """One table: who brings it in, a good row, a bad one with its column, what it makes."""

    slug: str
    brings: str
    headings: tuple[str, ...]
    good: tuple[str, ...]
    bad: tuple[str, ...]
    column: str
    makes: type
    of_round: bool = False

    @property
    def url(self) -> str:
        return f"{'/rounds/2019' if self.of_round else ''}/import-export/{self.slug}/"


ANSWER = (
    "country",
    "indicator",
    "version",
    "answer",
    "points",
    "rationale",
    "note",
    "change_reason",
    "sources",
)
SOURCE = (
    "country", "key", "kind", "title", "article", "jurisdiction", "year", "publisher", "url",
    "language", "in_force_from", "in_force_until", "published_on", "checked_on",
    "describes_cut_off", "quote", "quote_translated", "note",
)  # fmt: skip
LAW = (
    "EE", "", "law", "Aliens Act", "section 4", "", "2010", "", "", "", "2011-01-01",
    *[""] * 7,
)  # fmt: skip
WHOM = ("email", "name", "round", "role", "country")

TABLES = (
    Table(
        "countries",
        "head",
        ("code", "alpha3", "name"),
        ("LV", "LVA", "Latvia"),
        ("lt", "LTU", "Lithuania"),
        "code",
        Country,
    ),
    Table(
        "groups",
        "head",
        ("group", "title", "country", "from", "to"),
        ("eu", "European Union", "EE", "2004-05-01", ""),
        ("eu", "European Union", "PT", "1 January 1986", ""),
        "from",
        GroupMembership,
    ),
    Table(
        "organisations",
        "head",
        ("code", "name", "country", "kind", "consortium_role"),
        ("lab", "A Laboratory", "", "ngo", ""),
        ("ring", "A Ring", "", "circus", ""),
        "kind",
        Organisation,
    ),
    Table(
        "users",
        "head",
        WHOM,
        ("new@example.org", "Newa Person", "2019", "reviewer", "PT"),
        ("other@example.org", "Other Person", "", "", ""),
        "email",
        Invitation,
    ),
    Table(
        "assignments",
        "head",
        ("email", "role", "country"),
        ("{stranger}", "observer", ""),
        ("nobody@example.org", "observer", ""),
        "email",
        Assignment,
        of_round=True,
    ),
    Table(
        "answers",
        "EE_a_1",
        ANSWER,
        ("EE", "aa1", "0", "1", "", "The act says so.", "", "", "{law}"),
        ("EE", "aa2", "0", "9", "", "It says so.", "", "", "{law}"),
        "answer",
        Answer,
        of_round=True,
    ),
    Table(
        "sources",
        "EE_a_1",
        SOURCE,
        LAW,
        ("EE", "", "rumour", *LAW[3:]),
        "kind",
        Source,
        of_round=True,
    ),
)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def as_csv(headings, *rows) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([headings, *rows])
    return BOM + text.getvalue().encode()


def look(client, url, content, name="table.csv"):
    """Hand a table in, and return the page that says what it would do."""
    return client.post(url, {"file": SimpleUploadedFile(name, content)})


def carried(page) -> str:
    found = re.search(r'name="carried" value="([^"]+)"', page.content.decode())
    return found[1] if found else ""


def take(client, url, page):
    return client.post(f"{url}take/", {"carried": carried(page)})


def counts(page) -> dict[str, int]:
    """Return how many rows are new, changed, unchanged and refused."""
    trial = page.context["trial"]
    return page.context["counts"] | {"refused": len(trial.refused)}
