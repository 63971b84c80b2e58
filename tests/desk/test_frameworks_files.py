"""A framework in another language, beside another version, and as a file."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from questionnaire.models import Framework
from questionnaire.resources.framework_book import write_book
from questionnaire.selectors.tree import framework_document
from questionnaire.services.framework.writing import as_yaml

from .framing import drafted, entry, form_of, the_draft


@pytest.fixture
def world(db):
    """Give the small world with a draft beside its framework, its version 2."""
    return drafted()


@pytest.fixture
def draft(world):
    return the_draft()


@pytest.fixture
def head(world):
    client = Client()
    client.force_login(world["head"])
    return client


def test_a_part_is_translated_and_what_is_missing_is_counted(draft, head):
    address = f"/frameworks/{draft.pk}/in/fr/?part=a"
    page = head.get(address)
    sent = form_of(page)
    at = next(name for name, value in sent.items() if value == "indicator/aa1/question")
    number = at.removeprefix("at-")
    assert head.post(address, sent | {f"text-{number}": "Quoi ?"}).status_code == 302

    assert draft.translations.get().address == "indicator/aa1/question"
    total = re.search(r"(\d+) of (\d+) texts are missing", page.content.decode())
    again = head.get(f"/frameworks/{draft.pk}/").content.decode()
    assert f"{int(total[2]) - 1} of {total[2]} texts are missing" in again

    clash = head.post(address, sent | {f"text-{number}": "Comment ?"})
    assert clash.status_code == 409
    assert "Quoi ?" in clash.content.decode()
    assert draft.translations.get().text == "Quoi ?"
    assert head.post(address, form_of(clash)).status_code == 302
    assert draft.translations.get().text == "Comment ?"


def test_two_versions_are_compared_word_by_word(draft, head):
    empty = head.get(f"/frameworks/{draft.pk}/differences/").content.decode()
    assert "Nothing differs" in empty
    address = f"/frameworks/{draft.pk}/indicators/aa1/"
    question = "What does the statute say about aa1?"
    head.post(address, form_of(head.get(address)) | {"question": question})

    page = head.get(f"/frameworks/{draft.pk}/differences/").content.decode()

    assert re.search(r"<del><span[^>]*>removed: </span>law</del>", page)
    assert re.search(r"<ins><span[^>]*>added: </span>statute</ins>", page)


def upload(name, content):
    return {"file": SimpleUploadedFile(name, content)}


def test_a_file_is_looked_at_and_then_taken(draft, head):
    document = framework_document(draft)
    document["indicators"][0]["question"] = "From a file?"

    for name, content in (
        ("f.xlsx", write_book(document, {})),
        ("f.yaml", as_yaml(document).encode()),
    ):
        page = head.post("/frameworks/import/", upload(name, content))
        assert page.status_code == 200
        assert "file?" in page.content.decode()
        assert entry(draft, "indicators", "aa1")["question"] != "From a file?"
    carried = re.search(r'name="carried" value="([^"]+)"', page.content.decode())[1]

    assert head.post("/frameworks/import/take/", {"carried": carried}).status_code == 302

    assert entry(draft, "indicators", "aa1")["question"] == "From a file?"
    assert head.post("/frameworks/import/take/", {"carried": carried}).status_code == 409


def test_what_goes_out_changes_nothing_when_it_comes_back(draft, head):
    for kind in ("xlsx", "yaml"):
        file = head.get(f"/frameworks/{draft.pk}/as/{kind}/")
        page = head.post("/frameworks/import/", upload(f"f.{kind}", file.content))
        assert "Nothing would change" in page.content.decode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("f.yaml", b"framework: ["),
        ("f.yaml", b"\xff\xfe"),
        ("f.yaml", b"framework: {code: x}"),
        ("f.yaml", b"x" * (1024 * 1024 + 1)),
        ("f.xlsx", b"no workbook"),
    ],
    ids=len,
)
def test_a_bad_file_is_refused_with_its_faults(head, name, content):
    page = head.post("/frameworks/import/", upload(name, content))
    assert page.status_code == 422
    assert Framework.objects.count() == 2


def test_a_file_that_uses_a_code_again_says_so_before_anybody_takes_it(world, head):
    document = framework_document(world.round.framework)
    document["framework"]["version"] = "9"

    page = head.post("/frameworks/import/", upload("f.yaml", as_yaml(document).encode()))

    assert page.status_code == 422
    assert "A code is never used for something else" in page.content.decode()


def test_nobody_takes_what_they_did_not_look_at(world, head):
    refused = head.post("/frameworks/import/take/", {"carried": "made up"})
    assert refused.status_code == 409


def test_without_an_edition_there_is_nothing_to_try(draft, head):
    page = head.get(f"/frameworks/{draft.pk}/scores/").content.decode()
    assert "No edition is published yet" in page
