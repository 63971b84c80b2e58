"""Texts in an edition: frozen under its hash, and a red check where one cannot stand."""

import json

import pytest

from editions import rules
from editions.enums import RevisionState
from editions.models import FrozenText
from editions.services import building, folders, signing, texts
from editions.services.verify import verify_folder, verify_revision

from .writing import FINDING, NOTE, PRESS, candidate_of, earn_more, red, review, write

pytestmark = pytest.mark.django_db


def test_reviewed_texts_are_frozen_and_under_the_hash(rehearsed, writer, reader):
    for place in (FINDING, NOTE, PRESS):
        review(write(rehearsed, writer, place, title=f"On {place.kind}"), reader)

    revision = candidate_of(rehearsed)

    assert red(revision) == {}
    folder = folders.root() / revision.folder
    said = "Estonia has 75 points, of 2 countries."
    assert {row.kind: row.body for row in FrozenText.objects.filter(revision=revision)} == {
        "finding": said,
        "country_note": said,
        "press": said,
    }
    sums = (folder / "SHA256SUMS").read_text(encoding="utf-8")
    for name in ("texts.json", "findings.html", "press.html", "countries/ee.html"):
        assert f"  {name}\n" in sums
    for name in ("findings.html", "press.html", "countries/ee.html"):
        assert f"<p>{said}</p>" in (folder / name).read_text(encoding="utf-8")
    assert "findings.html" in (folder / "index.html").read_text(encoding="utf-8")
    assert said not in (folder / "countries" / "pt.html").read_text(encoding="utf-8")
    assert all(check.ok for check in verify_folder(folder))
    assert all(check.ok for check in verify_revision(revision))


def test_another_frozen_text_than_the_files_is_noticed(rehearsed, writer, reader):
    review(write(rehearsed, writer), reader)
    revision = candidate_of(rehearsed)
    FrozenText._base_manager.filter(revision=revision).update(body="Something else.")

    assert [check.name for check in verify_revision(revision) if not check.ok] == ["texts"]


def test_an_edition_without_texts_has_no_page_and_no_file_of_them(rehearsed):
    revision = candidate_of(rehearsed)

    folder = folders.root() / revision.folder
    assert red(revision) == {}
    for name in ("texts.json", "findings.html", "press.html"):
        assert not (folder / name).exists()
    assert "edition-texts.css" not in (folder / "SHA256SUMS").read_text(encoding="utf-8")


def test_an_unreviewed_text_stops_the_edition_at_candidate(rehearsed, writer, reader):
    write(rehearsed, writer)

    revision = candidate_of(rehearsed)

    assert red(revision) == {"texts": "1 faults: Finding 1 is not reviewed"}
    assert not rules.may_sign(reader, revision)
    assert not FrozenText.objects.exists()


def test_a_stale_text_stops_the_edition_until_it_was_read_again(rehearsed, writer, reader):
    text = review(write(rehearsed, writer), reader)
    earn_more(rehearsed)

    revision = candidate_of(rehearsed)
    assert red(revision) == {"texts": "1 faults: Finding 1 is stale: score EE overall"}

    review(text, reader)
    building.retry(revision=revision, by=writer)
    assert building.build(revision.pk)
    revision.refresh_from_db()
    assert red(revision) == {}
    frozen = revision.texts.get()
    assert frozen.body == "Estonia has 100 points, of 2 countries."


def test_a_green_candidate_is_built_anew_when_a_text_was_changed_and_nobody_signed(
    rehearsed, writer, reader
):
    review(write(rehearsed, writer), reader)
    revision = candidate_of(rehearsed)
    assert not rules.may_retry(writer, revision)
    first = revision.hash

    review(write(rehearsed, writer, body="A comma, less.", version=1), reader)
    building.retry(revision=revision, by=writer)
    assert building.build(revision.pk)

    revision.refresh_from_db()
    assert (revision.state, red(revision)) == (RevisionState.CANDIDATE, {})
    assert revision.hash != first
    assert revision.texts.get().body == "A comma, less."


def test_what_is_signed_is_not_built_anew_for_a_text(rehearsed, writer, reader):
    text = review(write(rehearsed, writer), reader)
    revision = candidate_of(rehearsed)
    signing.sign(revision=revision, hash=revision.hash, by=reader)

    texts.remove_text(text=text, version=1, by=writer)

    assert not rules.may_retry(writer, revision)
    assert json.loads(
        (folders.root() / revision.folder / "texts.json").read_text(encoding="utf-8")
    )["texts"]


def test_a_text_that_changed_under_a_build_makes_its_check_red(
    rehearsed, writer, reader, monkeypatch
):
    """Left out as a draft when the facts were taken, and reviewed before the check."""
    text = write(rehearsed, writer)
    told = building.package.write_folder

    def reviewed_meanwhile(*args, **kwargs):
        review(text, reader)
        return told(*args, **kwargs)

    monkeypatch.setattr(building.package, "write_folder", reviewed_meanwhile)
    revision = candidate_of(rehearsed)

    assert "was changed while the edition was built" in red(revision)["texts"]
