"""What the tests of a country's workbook share: one to fill in, and a pen for its cells."""

import io
import re
from types import SimpleNamespace
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from python_calamine import CalamineWorkbook

from questionnaire.models import Answer, WorkbookUpload
from questionnaire.selectors.workbook import book_of
from questionnaire.services.answers import record_answer
from questionnaire.services.workbooks.applying import apply_upload, keep_upload, preview_of
from questionnaire.services.workbooks.writing import write_workbook
from tests.factories.questionnaire import (
    AssessmentFactory,
    IndicatorFactory,
    SourceFactory,
    StrandFactory,
    expert_of,
)

CHOICE, POINTS, RATIONALE, NOTE, REASON, CITED = "EFGHIJ"


def country_to_answer():
    """Give two sheets of one country with two questions each, their expert, a law to cite."""
    first = AssessmentFactory()
    strand = StrandFactory(framework=first.round.framework)
    second = AssessmentFactory(round=first.round, country=first.country, strand=strand)
    expert = expert_of(first)
    expert_of(second, expert)
    one, two = IndicatorFactory.create_batch(2, strand=first.strand)
    three, four = IndicatorFactory.create_batch(2, strand=second.strand)
    return SimpleNamespace(
        sheet=first,
        second=second,
        expert=expert,
        law=SourceFactory(sheet=first),
        one=one,
        two=two,
        three=three,
        four=four,
    )


def record(place, indicator=None, **given):
    indicator = indicator or place.one
    usual = {"option": indicator.options.first(), "sources": [place.law]}
    return record_answer(
        sheet=place.sheet, indicator=indicator, by=place.expert, **usual | given
    )


def versions():
    return list(Answer.objects.order_by("pk").values_list("indicator__code", "version"))


def book(place, user=None):
    sheet = place.sheet
    return book_of(
        round_code=sheet.round.code,
        country=sheet.country.code,
        coding=sheet.coding,
        user=user or place.expert,
    )


def written(place, user=None) -> bytes:
    return write_workbook(book(place, user), now=timezone.now())


def tables(content: bytes) -> dict[str, list[list[object]]]:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {
        name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in workbook.sheet_names
    }


def strand_name(sheet) -> str:
    return f"Strand {sheet.strand.code}"


def part_of(content: bytes, name: str) -> str:
    """Return where in the archive the sheet of that name lies."""
    place = list(tables(content)).index(name) + 1
    return f"xl/worksheets/sheet{place}.xml"


def replaced(content: bytes, entry: str, change) -> bytes:
    """Return the archive with one entry changed by CHANGE, which takes and returns bytes."""
    made = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            found = old.read(name)
            new.writestr(name, change(found) if name == entry else found)
    return made.getvalue()


def cell_xml(cell: str, value: str | float | None, formula: str = "") -> str:
    told = f"<f>{escape(formula)}</f>" if formula else ""
    if value is None:
        return f'<c r="{cell}">{told}</c>'
    if isinstance(value, int | float):
        return f'<c r="{cell}">{told}<v>{value}</v></c>'
    text = f'<is><t xml:space="preserve">{escape(value)}</t></is>'
    return f'<c r="{cell}" t="inlineStr">{told}{text}</c>'


def filled_in(content: bytes, sheet: str, cells: dict[str, object]) -> bytes:
    """Write into cells as an office program does. None empties, a text of "=…" is a formula."""

    def change(found: bytes) -> bytes:
        xml = found.decode()
        for cell, value in cells.items():
            is_formula = isinstance(value, str) and value.startswith("=")
            made = cell_xml(cell, 0, value[1:]) if is_formula else cell_xml(cell, value)
            old = rf'<c r="{cell}"[^>]*?(?:/>|>.*?</c>)'
            xml, count = re.subn(old, lambda _found, made=made: made, xml, flags=re.DOTALL)
            assert count == 1, f"no cell {cell}"
        return xml.encode()

    return replaced(content, part_of(content, sheet), change)


def line_of(content: bytes, sheet: str, code: str) -> int:
    rows = tables(content)[sheet]
    return next(line for line, row in enumerate(rows, 1) if row[0] == code)


def answered(content: bytes, place, indicator, **cells: object) -> bytes:
    """Fill in the row of a question: `E="1. For 100 points.", J="S1"`."""
    sheet = place.sheet if indicator.strand_id == place.sheet.strand_id else place.second
    name = strand_name(sheet)
    line = line_of(content, name, indicator.code)
    return filled_in(content, name, {f"{column}{line}": text for column, text in cells.items()})


def best(content: bytes, place, indicator, **more: object) -> bytes:
    """Choose the best option with the first source."""
    usual = {CHOICE: "1. For 100 points.", RATIONALE: "As the act says.", CITED: "S1"}
    return answered(content, place, indicator, **usual | more)


def uploaded(place, content: bytes, *, name="filled.xlsx", by=None) -> WorkbookUpload:
    by = by or place.expert
    return keep_upload(
        book=book(place, by), file=io.BytesIO(content), name=name, size=len(content), by=by
    )


def previewed(place, upload: WorkbookUpload):
    return preview_of(upload=upload, book=book(place))


def faults(place, content: bytes) -> list[str]:
    """Return what the preview says is wrong."""
    return [str(fault) for fault in previewed(place, uploaded(place, content)).faults]


def applied(place, content: bytes, **choices: str) -> WorkbookUpload:
    upload = uploaded(place, content)
    return apply_upload(upload=upload, choices=choices, by=place.expert)


def as_file(content: bytes, name="filled.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)
