"""An edition names the countries that it leaves out, with the public text of two people."""

import csv
from dataclasses import replace

import pytest

from editions.models import Revision
from editions.services import building, freeze, package
from editions.services.frozen import NotAssessedFacts
from editions.services.successors import frozen_of
from questionnaire.models import Participation
from tests.factories.scoring import closed_round

from .conftest import prepared, scored
from .made import nothing, small_frozen

TEXT = "No expert was found, and none joined later; “nobody”, as they say."
PORTUGAL = NotAssessedFacts("PT", "PRT", "Portugal", follows_later=False, because=TEXT)


@pytest.fixture
def folder(tmp_path):
    frozen = replace(small_frozen(), not_assessed=(PORTUGAL,))
    package.write_folder(tmp_path / "edition", frozen, beat=nothing)
    return tmp_path / "edition"


def table(folder, name):
    with (folder / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_table_names_the_country_and_why(folder):
    assert table(folder, "not_assessed.csv") == [
        {
            "country": "PT",
            "alpha3": "PRT",
            "name": "Portugal",
            "follows_later": "no",
            "because": TEXT,
        }
    ]
    columns = {line["column"] for line in table(folder, "codebook.csv")}
    assert {"follows_later", "because"} <= columns
    assert "not_assessed.csv" in (folder / "DATA-SHA256SUMS").read_text(encoding="utf-8")


@pytest.mark.parametrize("follows", [True, False])
def test_the_page_of_countries_says_so(tmp_path, follows):
    left_out = replace(PORTUGAL, follows_later=follows, because="It <withdrew>.")
    frozen = replace(small_frozen(), not_assessed=(left_out,))
    package.write_folder(tmp_path / "edition", frozen, beat=nothing)

    page = (tmp_path / "edition" / "countries.html").read_text(encoding="utf-8")

    assert "Not assessed in this edition: It &lt;withdrew&gt;." in page
    assert ("A later revision of this edition takes it in." in page) == follows


def test_an_edition_of_all_its_countries_has_neither(tmp_path):
    package.write_folder(tmp_path / "edition", small_frozen(), beat=nothing)

    assert not (tmp_path / "edition" / "not_assessed.csv").exists()
    page = (tmp_path / "edition" / "countries.html").read_text(encoding="utf-8")
    assert "Not assessed" not in page


@pytest.mark.django_db
def test_a_round_tells_its_edition_and_a_later_revision_reads_it_from_the_folder(settings):
    round_ = closed_round()
    left_out = Participation.objects.get(round=round_, country__code="PT")
    left_out.excluded_because, left_out.follows_later = TEXT, True
    left_out.save()
    edition = prepared(round_)
    scored(round_)
    revision = edition.revisions.get()

    (told,) = freeze.facts_of(revision).not_assessed
    building.build(revision.pk)

    assert (told.code, told.follows_later, told.because) == ("PT", True, TEXT)
    assert frozen_of(Revision.objects.get(pk=revision.pk)).not_assessed == (told,)
