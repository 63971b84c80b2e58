"""Files of sources: told apart by their bytes, cleaned, stored, and read by who may."""

import io
import struct
import zlib
from zipfile import ZipFile

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal
from questionnaire.enums import AssessmentState, FileKind
from questionnaire.models import SourceFile
from questionnaire.services import files as service
from questionnaire.services.files import attach_file, remove_file
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    AssessmentFactory,
    SourceFactory,
    expert_of,
)

from . import papers
from .papers import attach, fetched, hand_in, stored
from .viewing import signed_in

PAPERS = {
    FileKind.PDF: papers.pdf,
    FileKind.DOCX: papers.word,
    FileKind.JPEG: lambda: papers.picture("JPEG"),
    FileKind.PNG: lambda: papers.picture("PNG"),
}


def everything_in(content):
    """Return all bytes of a file, those packed inside it too."""
    found = content
    if content.startswith(b"PK"):
        with ZipFile(io.BytesIO(content)) as packed:
            found += b"".join(packed.read(name) for name in packed.namelist())
    return found


def on_disk(settings):
    return [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


# --- What is taken, and what is left of it ------------------------------------------------


@pytest.mark.parametrize("kind", PAPERS)
def test_a_file_is_told_by_its_bytes_and_names_nobody_once_it_is_stored(desk, kind):
    make = PAPERS[kind]
    assert papers.WHO.encode() in everything_in(make())

    file = attach(desk, make(), name="law.exe")

    assert (file.kind, file.name) == (kind, "law.exe")
    assert papers.WHO.encode() not in everything_in(stored(file))
    assert (file.size, file.uploaded_by) == (len(stored(file)), desk.expert)
    assert "law" not in file.stored.name


def test_a_pdf_keeps_its_pages_and_loses_what_it_would_do(desk):
    with pikepdf.open(io.BytesIO(stored(attach(desk)))) as document:
        assert len(document.pages) == 1
        assert not {"/Metadata", "/OpenAction", "/AF"} & set(document.Root.keys())
        assert len(document.attachments) == 0
        (note,) = document.pages[0].obj.Annots
        assert (str(note.Contents), note.A.S) == ("See section 4.", pikepdf.Name.Named)


def test_a_word_document_keeps_its_words_and_points_at_nothing_that_is_gone(desk):
    with ZipFile(io.BytesIO(stored(attach(desk, papers.word())))) as packed:
        assert sorted(packed.namelist()) == [
            "[Content_Types].xml",
            "_rels/.rels",
            "word/comments.xml",
            "word/document.xml",
            "word/media/image1.jpg",
        ]
        assert b"Section 4." in packed.read("word/document.xml")
        assert b"docProps" not in packed.read("_rels/.rels")
        assert b"docProps" not in packed.read("[Content_Types].xml")
        assert {info.date_time[0] for info in packed.infolist()} == {1980}


def test_a_document_within_a_document_is_cleaned_too(desk):
    sheet = papers.archive({"docProps/core.xml": papers.WHO, "xl/workbook.xml": "<workbook/>"})
    file = attach(desk, papers.word(word__embeddings__figures=b"", **{"word/e/a.xlsx": sheet}))
    with ZipFile(io.BytesIO(stored(file))) as packed:
        assert papers.WHO.encode() not in everything_in(packed.read("word/e/a.xlsx"))


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_picture_that_lay_on_its_side_is_upright(desk, form):
    with Image.open(io.BytesIO(stored(attach(desk, papers.picture(form))))) as drawn:
        assert drawn.size == (2, 4)
        assert not drawn.getexif()


# --- What is refused ----------------------------------------------------------------------


def wide_png(side):
    """Return a PNG that says it is SIDE dots wide and high, and has no dot in it."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def lying_zip():
    """Return a Word document whose list says that a part is small, and it is not."""
    made = papers.archive({"word/document.xml": "<w/>", "word/big.bin": b"\0" * 2_000_000})
    size = struct.pack("<I", 2_000_000)
    return made.replace(size, struct.pack("<I", 20))


def locked_word():
    head = bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600
    return head + "EncryptedPackage".encode("utf-16-le")


REFUSED = {
    "nothing": (lambda: b"", "This file is empty."),
    "a text": (lambda: b"Section 4 says so.", "Only PDF, Word"),
    "a page": (lambda: b"<!doctype html><script>alert(1)</script>", "Only PDF, Word"),
    "a GIF": (lambda: papers.picture("GIF"), "Only PDF, Word"),
    "old Word": (lambda: bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600, "Only PDF, Word"),
    "another archive": (lambda: papers.archive({"a.txt": "a"}), "This is not a Word document"),
    "a locked PDF": (lambda: papers.pdf(password="owner"), "locked with a password"),
    "a locked document": (locked_word, "locked with a password"),
    "half a PDF": (lambda: b"%PDF-1.7\n" + b"x" * 90, "This PDF is damaged"),
    "half a picture": (lambda: papers.picture("JPEG")[:150], "This picture is damaged"),
    "a picture of too many dots": (lambda: wide_png(9_500), "too many dots"),
    "a picture of far too many dots": (lambda: wide_png(50_000), "too many dots"),
    "macros": (
        lambda: papers.word(word__vbaProject=b"", **{"word/vbaProject.bin": b"Sub"}),
        "This document holds macros.",
    ),
    "macros by type": (
        lambda: papers.word(main="application/vnd.ms-word.document.macroEnabled.main+xml"),
        "This document holds macros.",
    ),
    "entities": (
        lambda: papers.word(**{"word/a.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a/>'}),
        "not written as Word writes it",
    ),
    "a zip bomb": (
        lambda: papers.word(**{"word/big.bin": b"\0" * 5_000_000}),
        "unpacks to far more than it should",
    ),
    "a zip bomb that lies": (lying_zip, "damaged or is not what its name says"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_is_not_taken_says_why_and_leaves_nothing(desk, settings, case):
    make, words = REFUSED[case]

    with pytest.raises(ValidationError, match=words) as caught:
        attach_file(
            source=desk.law, sheet=desk.sheet, by=desk.expert, upload=papers.upload(make())
        )

    assert list(caught.value.message_dict) == ["file"]
    assert not SourceFile.objects.exists()
    assert on_disk(settings) == []


def test_a_file_that_is_too_large_is_refused_before_it_is_read(desk, settings):
    settings.FILE_LIMIT_MB = 1
    large = papers.upload(b"%PDF-1.7" + b"\0" * 1_048_576)
    large.file = None
    with pytest.raises(ValidationError, match="more than 1 MB"):
        attach_file(source=desk.law, sheet=desk.sheet, by=desk.expert, upload=large)


def test_what_unpacks_further_than_allowed_is_refused_by_its_own_list(desk):
    parts = {f"word/part{number}.xml": "<a/>" for number in range(2_001)}
    with pytest.raises(ValidationError, match="unpacks to far more"):
        attach(desk, papers.word(**parts))


# --- Rows, bytes and the audit ------------------------------------------------------------


def test_attaching_and_removing_are_acts_of_the_audit_without_the_name(desk, settings):
    file = attach(desk)
    assert len(on_disk(settings)) == 1
    remove_file(file=file, sheet=desk.sheet, by=desk.expert)

    acts = list(AuditEntry.objects.values_list("act", "subject", "old", "new"))
    record = {"key": str(file.key), "kind": "pdf", "size": file.size, "hash": file.hash}
    assert acts == [
        ("source.file.add", f"source/{desk.law.key}", None, record),
        ("source.file.remove", f"source/{desk.law.key}", record, None),
    ]


def test_the_same_file_twice_is_one_file(desk, settings):
    assert attach(desk) == attach(desk, name="again.pdf")
    assert len(on_disk(settings)) == 1
    assert AuditEntry.objects.count() == 1


def test_a_row_that_cannot_be_written_leaves_no_file(desk, settings, monkeypatch):
    def fails(*_given, **_more):
        raise RuntimeError("The disk of the database is full.")

    monkeypatch.setattr(service, "save_as", fails)
    with pytest.raises(RuntimeError, match="is full"):
        attach(desk)
    assert on_disk(settings) == []


def test_a_source_takes_so_many_files_and_no_more(desk, monkeypatch):
    monkeypatch.setattr(service, "MOST_FILES", 1)
    attach(desk)
    with pytest.raises(ValidationError, match="at most 1 files"):
        attach(desk, papers.word())


@pytest.mark.django_db(transaction=True)
def test_the_bytes_of_a_removed_file_are_gone(settings):
    sheet = AssessmentFactory()
    person, law = expert_of(sheet), SourceFactory(sheet=sheet)
    upload = papers.upload(papers.pdf())
    file = attach_file(source=law, sheet=sheet, upload=upload, by=person)
    remove_file(file=file, sheet=sheet, by=person)
    assert on_disk(settings) == []
    assert fetched(signed_in(person), file).status_code == 404


def test_strangers_and_other_countries_add_and_remove_nothing(desk):
    file = attach(desk)
    elsewhere = AssessmentFactory(round=desk.sheet.round)
    stranger, neighbour = UserFactory(is_superuser=True), expert_of(elsewhere)
    upload = papers.upload(papers.word())
    with pytest.raises(NotAllowed):
        attach_file(source=desk.law, sheet=desk.sheet, upload=upload, by=stranger)
    with pytest.raises(NotAllowed):
        remove_file(file=file, sheet=desk.sheet, by=stranger)
    with pytest.raises(Refusal, match="belongs to another sheet"):
        attach_file(source=desk.law, sheet=elsewhere, upload=upload, by=neighbour)
    with pytest.raises(Refusal, match="belongs to another sheet"):
        remove_file(file=file, sheet=elsewhere, by=neighbour)


def test_what_reviewers_have_read_takes_a_further_file_and_loses_none(desk):
    file = attach(desk)
    hand_in(desk, AssessmentState.RETURNED)
    assert attach(desk, papers.word()).pk
    with pytest.raises(Refusal, match="Add a new one"):
        remove_file(file=file, sheet=desk.sheet, by=desk.expert)
