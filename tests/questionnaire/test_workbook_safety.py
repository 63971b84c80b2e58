"""A workbook that is none, or not this one: refused as a whole, in a sentence."""

import io
import struct
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from mipex_site.base.errors import NotAllowed, Refusal
from questionnaire.enums import AssessmentState
from questionnaire.models import WorkbookUpload

from .sheeting import (
    answered,
    best,
    country_to_answer,
    filled_in,
    line_of,
    part_of,
    replaced,
    strand_name,
    uploaded,
    written,
)

pytestmark = pytest.mark.django_db
PORTAL = "_portal"


def refused(place, content, **more) -> str:
    with pytest.raises(Refusal) as caught:
        uploaded(place, content, **more)
    assert not WorkbookUpload.objects.exists()
    return caught.value.reason


def with_entries(content, **entries) -> bytes:
    made = io.BytesIO(content)
    with ZipFile(made, "a", ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return made.getvalue()


# --- The file as a whole -----------------------------------------------------------------


@pytest.mark.parametrize(
    "content", [b"", b"code,answer\n", b"%PDF-1.7", b"<html></html>", b"PK\x03\x04 not a zip"]
)
def test_what_is_no_workbook_is_refused_whatever_its_name(place, content):
    assert refused(place, content) in {
        "This is not an Excel workbook (.xlsx).",
        "This file is damaged or is not what its name says.",
    }


def test_another_zip_is_no_workbook(place):
    made = io.BytesIO()
    with ZipFile(made, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")

    assert refused(place, made.getvalue()) == "This is not an Excel workbook (.xlsx)."


def test_an_encrypted_or_old_workbook_is_refused(place):
    content = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)

    assert "locked with a password" in refused(place, content)


def test_a_workbook_with_macros_is_refused(place):
    content = written(place)
    with_macro = with_entries(content, xl__vbaProject_dot_bin="x")
    typed = replaced(
        content,
        "[Content_Types].xml",
        lambda xml: xml.replace(b"spreadsheetml.sheet.main", b"x.macroEnabled.main"),
    )

    for found in (with_macro, typed):
        assert "holds macros" in refused(place, found)
    assert "holds macros" in refused(place, content, name="answers.xlsm")


def test_a_large_file_is_refused_before_it_is_opened(place, settings):
    settings.WORKBOOK_LIMIT_MB = 0

    assert "larger than 0 MB" in refused(place, written(place))


def test_a_file_that_unpacks_to_far_more_is_refused_by_its_own_list(place):
    bomb = with_entries(written(place), xl__media__a_dot_xml=bytes(2_000_000))

    assert "unpacks to far more" in refused(place, bomb)


def test_a_file_with_too_many_parts_is_refused(place):
    many = {f"xl__media__{n}": "x" for n in range(250)}

    assert "unpacks to far more" in refused(place, with_entries(written(place), **many))


def test_a_file_that_lies_about_its_sizes_is_refused(place):
    content = bytearray(with_entries(written(place), xl__media__a_dot_xml=b"<a/>" * 5_000))
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 16)

    assert "damaged" in refused(place, bytes(content))


def test_a_file_with_definitions_of_its_own_is_refused(place):
    content = replaced(
        written(place),
        part_of(written(place), "Sources"),
        lambda xml: xml.replace(b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet', 1),
    )

    assert "damaged" in refused(place, content)


def test_a_cut_file_is_refused(place):
    content = written(place)

    for length in (40, len(content) // 2, len(content) - 10):
        assert refused(place, content[:length])


def test_a_value_far_out_is_refused_before_a_reader_makes_room_for_it(place):
    content = written(place)
    far = replaced(
        content,
        part_of(content, "Sources"),
        lambda xml: xml.replace(
            b"</sheetData>", b'<row r="9"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        ),
    )

    assert "cell XFD1048576" in refused(place, far)


def test_a_formula_is_refused_and_its_cell_named(place):
    content = written(place)
    name = strand_name(place.sheet)
    line = line_of(content, name, place.one.code)
    with_formula = answered(content, place, place.one, G="=1+1")

    assert refused(place, with_formula) == (
        f"There are formulas in: {name}, cell G{line}. Write the texts themselves instead."
    )


def test_a_workbook_of_another_country_is_refused(place):
    other = country_to_answer()

    assert "This workbook is for" in refused(place, written(other))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"B1": "99"}, "another template"),
        ({"B2": "another 7"}, "The questions have changed"),
        ({"B3": "r999"}, "This workbook is for"),
        ({"B5": "2"}, "This workbook is for"),
        ({"B7": "zz"}, "is not, or no longer, open to you"),
        ({"B8": "zz1"}, "template of this workbook was changed"),
        ({"C8": "many"}, "template of this workbook was changed"),
        ({"C8": "7", "D8": "x"}, "template of this workbook was changed"),
    ],
)
def test_a_changed_hidden_sheet_is_refused(place, change, words):
    content = best(written(place), place, place.one)

    assert words in refused(place, filled_in(content, PORTAL, change))


def test_a_workbook_without_its_hidden_sheet_is_refused(place):
    content = replaced(
        written(place), "xl/workbook.xml", lambda xml: xml.replace(b'"_portal"', b'"_other"')
    )

    assert "its hidden sheet is gone" in refused(place, content)


def test_changed_headings_are_refused(place):
    content = filled_in(written(place), strand_name(place.sheet), {"E1": "My answer"})

    assert "template of this workbook was changed" in refused(place, content)


def test_a_sheet_that_was_renamed_is_refused(place):
    content = replaced(
        written(place), "xl/workbook.xml", lambda xml: xml.replace(b'"Sources"', b'"Laws"')
    )

    assert "template of this workbook was changed" in refused(place, content)


def test_who_cannot_answer_cannot_upload(place):
    content = written(place)
    for sheet in (place.sheet, place.second):
        sheet.state = AssessmentState.SUBMITTED
        sheet.save()

    with pytest.raises(NotAllowed, match="with the reviewers"):
        uploaded(place, content)
