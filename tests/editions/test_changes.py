"""What a later revision changed, as readers see it: in its own frozen pages and around them."""

import csv
from dataclasses import replace

import pytest
from django.core.cache import cache

from editions.enums import RevisionState
from editions.models import CorrectionRequest, Revision
from editions.services import codebook, package, publishing, signing, tables
from editions.services.frozen import ScoreChange, SuccessionFacts
from editions.services.pages import words
from editions.services.verify import verify_revision
from mipex_site.base.errors import NotAllowed
from scoring.engine import tables as engine
from tests.editions.correcting import (
    ERRATUM,
    SPAIN,
    built,
    corrected,
    joining,
    sign_and_publish,
    withdrawn,
)
from tests.editions.made import one_date
from tests.factories.editions import publisher_of
from tests.factories.questionnaire import coordinator_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(candidate) -> Revision:
    cache.clear()
    return sign_and_publish(candidate)


def read(root, revision, path):
    return (root / revision.folder / path).read_text(encoding="utf-8")


def table(root, revision, name):
    lines = (root / revision.folder / name).open(encoding="utf-8", newline="")
    with lines:
        return list(csv.DictReader(lines))


def test_a_correction_shows_its_erratum_the_answer_and_what_that_does(published, editions_root):
    revision = built(corrected(published))

    page = read(editions_root, revision, "changes.html")

    assert ERRATUM in page
    assert "Portugal:" in page
    assert "The Act says more." in page
    assert "1 answer changed" in page
    assert "50 → <strong>75</strong>" in page
    assert 'href="changes.csv"' in page
    assert 'href="score_changes.csv"' in page
    assert "changes.html" in read(editions_root, revision, "index.html")
    assert "changes.html" in read(editions_root, revision, "SHA256SUMS")


def test_the_first_revision_has_no_such_page(published, editions_root):
    assert not (editions_root / published.folder / "changes.html").exists()
    assert "changes.html" not in read(editions_root, published, "index.html")


def test_an_extension_lists_who_joined_with_the_day_of_their_law(published, editions_root):
    later = joining(published, SPAIN, cut_off="2023-06-30")
    revision = built(Revision.objects.get(joining=later))

    page = read(editions_root, revision, "changes.html")

    assert "1 country joined since" in page
    assert "Spain" in page
    assert "30 June 2023" in page
    assert "Every answer of the revision before is as it was." in page


def test_every_rank_says_of_how_many_countries_of_its_day(published, editions_root):
    revision = built(Revision.objects.get(joining=joining(published, SPAIN)))
    first = {row["country"]: row for row in table(editions_root, published, "results.csv")}
    ranks = {
        (row["country"], row["node"]): (row["rank"], row["ranked"])
        for row in table(editions_root, revision, "results.csv")
    }

    assert first["EE"]["ranked"] == "2"
    assert ranks["EE", "overall"] == ("1", "3")
    moved = {
        (row["country"], row["node"]): (row["old_rank"], row["old_ranked"], row["ranked"])
        for row in table(editions_root, revision, "score_changes.csv")
    }
    assert moved["PT", "a"] == ("2", "2", "3")
    assert "3 of 3" in read(editions_root, revision, "index.html")
    assert "2 of 2 → <strong>3 of 3</strong>" in read(editions_root, revision, "changes.html")


def test_who_joins_with_a_law_of_another_day_is_ranked_apart(published, editions_root):
    later = joining(published, SPAIN, cut_off="2023-06-30")
    revision = built(Revision.objects.get(joining=later))

    page = read(editions_root, revision, "index.html")

    assert "1 of 1" in page
    assert page.index("Portugal</a>") < page.index("Spain</a>")
    assert "leads 2 countries" in page


def test_an_edition_from_before_ranks_said_of_how_many_still_verifies(published, editions_root):
    folder = editions_root / published.folder
    rows = table(editions_root, published, "results.csv")
    lines = [[row[name] for name in engine.EARLIER_RESULT_COLUMNS] for row in rows]
    text = engine.csv_text(engine.EARLIER_RESULT_COLUMNS, lines)
    (folder / "results.csv").write_text(text, encoding="utf-8", newline="\n")
    package.write_sums(folder, "SHA256SUMS", set(package.names_in(folder)) - {"SHA256SUMS"})
    Revision.objects.filter(pk=published.pk).update(hash=package.sha256(folder / "SHA256SUMS"))
    published.refresh_from_db()

    found = {check.name: check.ok for check in verify_revision(published)}

    assert found["scores"]
    assert found["rows"]


def test_the_old_revision_says_what_took_its_place_and_where_that_is_told(client, published):
    revision = sign_and_publish(built(corrected(published)))
    new = f"/e/{revision.name}/changes.html"

    page = client.get(f"/e/{published.name}/countries/pt.html").content.decode()
    behind = client.get(f"/editions/{published.name}/").content.decode()

    assert f"{published.name} was superseded by" in page
    assert new in page
    assert new in behind
    assert ERRATUM in behind


def test_the_page_behind_an_extended_edition_lists_the_joiners(client, published):
    later = joining(published, SPAIN, cut_off="2023-06-30")
    revision = sign_and_publish(built(Revision.objects.get(joining=later)))

    behind = client.get(f"/editions/{revision.name}/").content.decode()
    before = client.get(f"/editions/{published.name}/").content.decode()

    assert "Countries that joined" in behind
    assert "30 June 2023" in behind
    assert "30 June 2023" not in before


@pytest.mark.parametrize("is_signed", [False, True])
def test_what_another_revision_overtook_is_queued_anew_and_undoes_nothing(published, is_signed):
    revision = built(corrected(published))
    other = built(Revision.objects.get(joining=joining(published, SPAIN)))
    round_ = published.edition.round
    if is_signed:
        for by in (coordinator_of(round_), publisher_of(round_)):
            signing.sign(revision=revision, hash=revision.hash, by=by)

    in_force = sign_and_publish(other)

    revision.refresh_from_db()
    anew = Revision.objects.get(based_on=in_force)
    assert revision.state == RevisionState.SET_ASIDE
    assert (anew.state, anew.reason) == (RevisionState.QUEUED, ERRATUM)
    assert CorrectionRequest.objects.get().issued_in == anew
    again = sign_and_publish(built(anew))
    assert {row.country for row in again.answers.all()} == {"EE", "ES", "PT"}
    assert again.answers.get(country="PT", indicator="a1").points == 100


def test_nothing_is_published_that_starts_from_what_was_withdrawn(published):
    revision = built(corrected(published))
    round_ = published.edition.round
    signing.sign(revision=revision, hash=revision.hash, by=coordinator_of(round_))
    Revision.objects.filter(pk=revision.pk).update(state=RevisionState.SIGNED)
    withdrawn(published, publisher_of(round_))

    with pytest.raises(NotAllowed, match="no longer in force"):
        publishing.publish(revision=revision, by=publisher_of(round_))


def test_a_rank_that_is_shared_no_more_is_seen_in_the_table_and_on_the_page():
    frozen = one_date()
    tied = next(each for each in frozen.scores if each.tied)
    place = tied.country, tied.node, tied.reference_date
    change = ScoreChange(*place, tied, replace(tied, tied=False), 4, 4)
    told = SuccessionFacts("2020.1", "correction", "So.", (), (), (change,))

    rows = dict(tables.tables(replace(frozen, succession=told)))["score_changes.csv"]
    [row] = csv.DictReader(rows.splitlines())

    assert (row["old_rank"], row["old_tied"]) == (str(tied.rank), "yes")
    assert (row["rank"], row["tied"]) == (str(tied.rank), "no")
    assert words.place_words(change.old, 4) == f"{tied.rank}= of 4"
    assert words.place_words(change.new, 4) == f"{tied.rank} of 4"
    explained = {
        (name, column) for name, column, _ in codebook.lines(marked=False, succeeds=True)
    }
    assert ("score_changes.csv", "old_tied") in explained
