"""What an edition says of itself goes with it: built, corrected, and joined by others."""

import csv

import pytest

from editions.models import Rehearsal, Revision
from editions.services import folders
from editions.services.verify import verify_revision
from mipex_site.desk.selectors.checks import TITLES
from tests.codings import code_once, code_twice
from tests.factories.scoring import EE_AND_PT, closed_round

from .conftest import prepared, scored
from .correcting import SPAIN, built, corrected, joining, sign_and_publish

pytestmark = pytest.mark.django_db

FINLAND = ("FI", "FIN", "Finland")
FOUR = (*EE_AND_PT, SPAIN, FINLAND)


@pytest.fixture
def published(db):
    """Give a published edition of four countries; Estonia's a1 was coded otherwise."""
    round_ = closed_round(countries=FOUR)
    code_once(round_)
    code_twice(round_, said={("EE", "a1"): 0})
    edition = prepared(round_)
    scored(round_)
    return sign_and_publish(built(edition.revisions.get()))


def file_of(revision, name):
    return (folders.root() / revision.folder / name).read_bytes()


def rows_of(revision, name):
    return list(csv.DictReader(file_of(revision, name).decode().splitlines()))


def test_a_revision_is_built_with_both_and_is_found_as_it_was_built(published):
    assert [check["name"] for check in published.checks if not check["ok"]] == []
    assert [check.name for check in verify_revision(published) if not check.ok] == []
    names = {check["name"] for check in published.checks}
    assert "draws" in names
    assert names <= set(TITLES)
    assert "16 answers were coded by more than one person" in (
        file_of(published, "reliability.html").decode()
    )
    assert b"How firm the ranks are" in file_of(published, "robustness.html")


def test_a_correction_changes_nothing_of_how_the_codings_agree(published):
    later = built(corrected(published))

    for name in ("reliability/alpha.csv", "reliability/changes.csv"):
        assert file_of(later, name) == file_of(published, name)
    assert file_of(later, "robustness/design.csv") == file_of(
        published, "robustness/design.csv"
    )
    assert file_of(later, "robustness/rank_stats.csv") != (
        file_of(published, "robustness/rank_stats.csv")
    )


def test_a_country_that_joins_leaves_the_figures_as_they_were(published):
    """What they changed by would be what its own coders said."""
    later = joining(published, ("SE", "SWE", "Sweden"))
    code_once(later)
    code_twice(later)
    revision = built(Revision.objects.get(joining=later))

    assert [check["name"] for check in revision.checks if not check["ok"]] == []
    for name in ("reliability/alpha.csv", "reliability/changes.csv"):
        assert file_of(revision, name) == file_of(published, name)
    assert len(rows_of(revision, "robustness/rank_stats.csv")) == 5
    assert "joined later" in file_of(revision, "reliability.html").decode()
    assert "joined later" not in file_of(published, "reliability.html").decode()


def test_a_rehearsal_has_neither_for_it_is_built_in_passing(rehearsed):
    rehearsal = Rehearsal.objects.get()
    folder = folders.root() / rehearsal.folder

    assert not (folder / "reliability.html").exists()
    assert not (folder / "robustness.html").exists()
