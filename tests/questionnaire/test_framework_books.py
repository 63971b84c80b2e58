"""A framework goes out as a file and comes back: unchanged it changes nothing."""

import io
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import example, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal, WrongState
from questionnaire.models import Framework
from questionnaire.resources.framework_book import head_of, read_book, tables_of, write_book
from questionnaire.services.framework import lock_framework
from questionnaire.services.framework.differing import changes_between
from questionnaire.services.framework.reading import read, read_content
from questionnaire.services.framework.refusing import StaleEntry, Unfit
from questionnaire.services.framework.shape import completed
from questionnaire.services.framework.taking import print_of_version, take_framework
from questionnaire.services.framework.translations import put_translations, translated
from questionnaire.services.framework.writing import as_yaml
from questionnaire.services.problems import BadFile
from tests.factories.accounts import UserFactory

from .framed import change, document_of, draft, entry, next_version
from .test_framework_file import GOOD

CORE = Path(__file__).parents[2] / "data" / "mipex" / "core.yaml"
GOOD_DOCUMENT = completed(read_content(GOOD.encode(), file="good.yaml").data)


def opened(content, name="framework.xlsx"):
    return tables_of(io.BytesIO(content), name=name, size=len(content))


def again(document, translations):
    """Write a document as a workbook and read it over the same document."""
    return read_book(opened(write_book(document, translations)), document, translations)


def rewritten(content, change_sheets):
    """Return a workbook with its sheets, as lists of texts, changed by a function."""
    source = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = {
        name: [list(map(str, row)) for row in source.get_sheet_by_name(name).to_python()]
        for name in source.sheet_names
    }
    change_sheets(sheets)
    made = io.BytesIO()
    with Workbook(made, {"strings_to_formulas": False}) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for line, row in enumerate(rows):
                for column, text in enumerate(row):
                    page.write_string(line, column, text)
    return made.getvalue()


def cell(sheets, sheet, row, column, text):
    """Write into a cell: ROW as a person counts it, COLUMN by its name."""
    sheets[sheet][row - 1][sheets[sheet][0].index(column)] = text


# --- There and back -------------------------------------------------------------------------


def test_the_core_framework_comes_back_as_it_went():
    document = completed(read(CORE).data)

    book = again(document, {})

    assert book.faults == []
    assert book.data == document
    assert completed(read_content(as_yaml(document).encode(), file="x").data) == document


PROSE = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=40
).filter(str.strip)


@settings(max_examples=25, deadline=None)
@given(texts=st.lists(PROSE, min_size=6, max_size=6), french=PROSE)
@example(texts=["a\x85", "\x85b", "\u2028c", "d\u2029e", "f\r\ng", "h\t"], french="\x85i")
def test_whatever_its_texts_are_an_untouched_workbook_changes_nothing(texts, french):
    document = completed(read_content(GOOD.encode(), file="good.yaml").data)
    document["framework"]["title"], document["framework"]["notice"] = texts[:2]
    document["indicators"][0] |= {"question": texts[2], "guidance": texts[3]}
    document["indicators"][0]["options"][1] |= {"label": texts[4], "description": texts[5]}
    document["indicators"][1]["forerunners"] = [7, "7", "ba8"]
    translations = {"fr": {"indicator/i1/question": french}}

    book = again(document, translations)

    assert book.faults == []
    assert changes_between(document, book.data) == []
    assert book.translations == translations
    assert completed(read_content(as_yaml(document).encode(), file="x").data) == document


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_no_text_becomes_a_formula(text):
    document = completed(read_content(GOOD.encode(), file="good.yaml").data)
    document["framework"]["title"] = text

    content = write_book(document, {})

    with ZipFile(io.BytesIO(content)) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())
    assert again(document, {}).data == document


def test_a_text_longer_than_a_cell_is_refused_with_its_place():
    document = completed(read_content(GOOD.encode(), file="good.yaml").data)
    document["indicators"][2]["guidance"] = "x" * 40_000
    with pytest.raises(Refusal, match="sheet “indicators”, row 4, column “guidance”"):
        write_book(document, {})


# --- What is wrong is told with its cell ------------------------------------------------------

FAULTS = {
    "an unknown parent": (
        lambda s: cell(s, "indicators", 3, "parent", "nowhere"),
        ("indicators", 3, "parent", "nowhere"),
    ),
    "a heavy weight": (
        lambda s: cell(s, "aggregates", 2, "weight", "heavy"),
        ("aggregates", 2, "weight", "no weight"),
    ),
    "a strand without a title": (
        lambda s: cell(s, "strands", 2, "title", ""),
        ("strands", 2, "title", "missing"),
    ),
    "points beyond the scale": (
        lambda s: cell(s, "options", 2, "points", "101"),
        ("options", 2, "points", "101"),
    ),
    "an option of no question": (
        lambda s: cell(s, "options", 3, "indicator", "i9"),
        ("options", 3, "indicator", "i9"),
    ),
    "an order that is none": (
        lambda s: cell(s, "aggregates", 3, "order", "first"),
        ("aggregates", 3, "order", "first"),
    ),
    "a code used twice": (
        lambda s: cell(s, "aggregates", 2, "code", "m"),
        ("aggregates", 3, "code", "used twice"),
    ),
    "an unknown language column": (
        lambda s: s["standards"][0].append("colour"),
        ("standards", 1, "colour", "not known"),
    ),
    "a column that is gone": (
        lambda s: cell(s, "indexes", 1, "strands", ""),
        ("indexes", 1, "strands", "one column"),
    ),
    "a sheet that is gone": (lambda s: s.pop("indexes"), ("indexes", 0, "", "missing")),
    "two frameworks": (
        lambda s: s["framework"].append(s["framework"][1]),
        ("framework", 2, "", "one row"),
    ),
    "a translation of nothing": (
        lambda s: s["translations"].append(["indicator/i9/title", "", "Rien"]),
        ("translations", -1, "address", "no text"),
    ),
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_fault_names_its_sheet_row_and_column(what):
    spoil, (sheet, row, column, words) = FAULTS[what]
    content = write_book(GOOD_DOCUMENT, {"fr": {}})
    lines = []

    def spoiled(sheets):
        spoil(sheets)
        lines.append(len(sheets.get(sheet, ())))

    book = read_book(opened(rewritten(content, spoiled)), GOOD_DOCUMENT, {"fr": {}})

    places = [(fault.sheet, fault.row, fault.column) for fault in book.faults]
    assert (sheet, lines[0] if row < 0 else row, column) in places
    assert any(words in fault.message for fault in book.faults)


def test_every_fault_is_told_at_once():
    def spoiled(sheets):
        cell(sheets, "indicators", 2, "weight", "heavy")
        cell(sheets, "indicators", 3, "evidence", "hearsay")
        cell(sheets, "standards", 2, "year", "long ago")

    content = rewritten(write_book(GOOD_DOCUMENT, {}), spoiled)

    found = read_book(opened(content), GOOD_DOCUMENT, {}).faults
    assert {(fault.sheet, fault.row, fault.column) for fault in found} == {
        ("indicators", 2, "weight"),
        ("indicators", 3, "evidence"),
        ("standards", 2, "year"),
    }


def test_an_order_and_an_option_written_anywhere_find_their_place():
    def changed(sheets):
        cell(sheets, "aggregates", 2, "order", "40")
        sheets["options"].append(["i2", "50", "Half.", ""])

    content = rewritten(write_book(GOOD_DOCUMENT, {}), changed)

    book = read_book(opened(content), GOOD_DOCUMENT, {})

    assert [one["code"] for one in book.data["aggregates"]] == ["s", "m", "d"]
    assert [one["points"] for one in book.data["indicators"][1]["options"]] == [100, 50, 0]


def zip_bomb():
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<a/>")
        archive.writestr("xl/workbook.xml", b"<a>" + b" " * 40_000_000 + b"</a>")
    return made.getvalue()


@pytest.mark.parametrize(
    "content", [b"", b"no workbook", b"PK\x03\x04 broken", zip_bomb()], ids=len
)
def test_what_is_no_sound_workbook_is_refused(content):
    with pytest.raises(Refusal):
        opened(content)


def test_a_workbook_of_something_else_is_refused():
    made = io.BytesIO()
    with Workbook(made) as book:
        book.add_worksheet("Sheet1").write_string(0, 0, "code")
    with pytest.raises(Refusal, match="no framework"):
        head_of(opened(made.getvalue()))


def test_yaml_nested_without_end_is_refused():
    with pytest.raises(BadFile, match="nested"):
        read_content(b"[" * 50_000, file="deep.yaml")


# --- Taking it --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_file_of_a_new_version_becomes_a_draft(tmp_path):
    locked, by = draft(tmp_path)
    lock_framework(framework=locked, by=by)
    data = completed(read_content(GOOD.encode(), file="x").data)
    data["framework"]["version"] = "2"
    for one in data["indicators"]:
        one |= {"relation": "identical", "forerunners": [one["code"]]}
    texts = {"fr": {"indicator/i1/title": "Premier"}}

    taken = take_framework(data=data, translations=texts, base="", by=by)

    assert document_of(taken) == data
    assert translated(taken) == texts
    assert AuditEntry.objects.filter(
        act="framework.import", subject__endswith="small/2"
    ).exists()


@pytest.mark.django_db
def test_a_file_changes_a_draft_entry_by_entry_and_all_of_it_or_nothing(tmp_path):
    framework, by = next_version(tmp_path)
    texts = {"indicator/i1/title": "Premier"}
    put_translations(framework=framework, language="fr", texts=texts, bases={}, by=by)
    kept = framework.indicators.get(code="i1").pk
    data, base = document_of(framework), print_of_version(framework)
    data["indicators"][0]["question"] = "From a file?"
    del data["indicators"][1]
    data["aggregates"] = [one for one in data["aggregates"] if one["code"] != "d"]

    spoiled = data | {"standards": []}
    with pytest.raises(Unfit):
        take_framework(data=spoiled, translations=None, base=base, by=by)
    assert print_of_version(framework) == base
    take_framework(data=data, translations=None, base=base, by=by)

    assert document_of(framework) == data
    assert framework.indicators.get(code="i1").pk == kept
    assert translated(framework) == {"fr": texts}
    acts = AuditEntry.objects.filter(subject__startswith="framework/small/2/").order_by(
        "number"
    )
    assert sorted(acts.values_list("act", "subject"))[-3:] == [
        ("framework.remove", "framework/small/2/aggregates/d"),
        ("framework.remove", "framework/small/2/indicators/i2"),
        ("framework.translate", "framework/small/2/translations/fr"),
    ]


@pytest.mark.django_db
def test_an_untouched_file_leaves_no_act(tmp_path):
    framework, by = next_version(tmp_path)
    acts = AuditEntry.objects.count()

    take_framework(
        data=document_of(framework),
        translations={},
        base=print_of_version(framework),
        by=by,
    )

    assert AuditEntry.objects.count() == acts


@pytest.mark.django_db
def test_a_file_compared_with_what_changed_since_is_not_taken(tmp_path):
    framework, by = next_version(tmp_path)
    data, base = document_of(framework), print_of_version(framework)
    change(framework, "indicators", "i1", by=by, question="Changed meanwhile?")

    with pytest.raises(StaleEntry):
        take_framework(data=data, translations=None, base=base, by=by)

    assert entry(framework, "indicators", "i1")["question"] == "Changed meanwhile?"


@pytest.mark.django_db
def test_a_file_of_a_locked_version_or_of_a_stranger_is_not_taken(tmp_path):
    framework, by = draft(tmp_path)
    lock_framework(framework=framework, by=by)
    said = {
        "data": document_of(framework),
        "translations": None,
        "base": print_of_version(framework),
    }
    with pytest.raises(WrongState):
        take_framework(**said, by=by)
    with pytest.raises(NotAllowed):
        take_framework(**said, by=UserFactory(is_superuser=True))
    assert Framework.objects.count() == 1


@pytest.mark.django_db
def test_a_file_with_a_code_for_something_else_makes_no_draft(tmp_path):
    locked, by = draft(tmp_path)
    lock_framework(framework=locked, by=by)
    data = completed(read_content(GOOD.encode(), file="x").data)
    data["framework"]["version"] = "2"

    with pytest.raises(Unfit, match="never used for something else"):
        take_framework(data=data, translations=None, base="", by=by)

    assert Framework.objects.count() == 1


def test_an_upload_is_read_as_it_comes_from_a_browser():
    content = write_book(GOOD_DOCUMENT, {})
    upload = SimpleUploadedFile("framework.xlsx", content)
    tables = tables_of(upload, name=upload.name, size=upload.size)
    assert head_of(tables) == {"code": "small", "version": "1"}
