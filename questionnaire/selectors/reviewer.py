"""What the review side may read of an answer: its content, and nothing of who wrote it when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.utils import timezone

from ..enums import AnswerKind, ChangeReason
from ..models import Answer, Citation, Option, Source, SourceFile
from .files import FileLine, file_lines, files_of_sources

SOURCE_TEXTS = (
    "title",
    "article",
    "year",
    "publisher",
    "url",
    "language",
    "in_force_from",
    "in_force_until",
    "published_on",
    "checked_on",
    "describes_cut_off",
    "jurisdiction",
    "quote",
    "quote_translated",
    "note",
)


@dataclass(frozen=True, slots=True)
class BlindSource:
    """A source without whoever entered it; its files under neutral names."""

    kind: str
    kind_label: str
    title: str
    article: str
    year: int | None
    publisher: str
    url: str
    language: str
    in_force_from: date | None
    in_force_until: date | None
    published_on: date | None
    checked_on: date | None
    describes_cut_off: bool
    jurisdiction: str
    quote: str
    quote_translated: str
    note: str
    files: tuple[FileLine, ...]


@dataclass(frozen=True, slots=True)
class BlindReading:
    """One version of one answer. No field holds a person; DAY is no more exact than a day.

    POINTS are the option's, or the exceptional ones, exact; None where there is no value.
    """

    kind: str
    kind_label: str
    option: Option | None
    points: Fraction | None
    rationale: str
    note: str
    change_reason: str
    change_label: str
    version: int
    sources: tuple[BlindSource, ...]
    reference_date: date
    day: date


def blind_reading(answer_id: int, version: int) -> BlindReading:
    """Return one version of an answer. Raises KeyError if there is no such version."""
    return blind_readings([(answer_id, version)])[answer_id, version]


def blind_readings(
    versions: Iterable[tuple[int, int]],
) -> dict[tuple[int, int], BlindReading]:
    """Return many versions by (answer, version), in four queries however many there are.

    Versions that do not exist are left out. The history is read, so that an older version is
    seen as it was.
    """
    wanted = set(versions)
    answers = {answer for answer, _version in wanted}
    numbers = {version for _answer, version in wanted}
    rows = Answer.history.filter(id__in=answers, version__in=numbers).order_by("history_id")
    past = {(row.id, row.version): row for row in rows}
    options = Option.objects.in_bulk({row.option_id for row in past.values()} - {None})
    cited = _cited(answers, numbers)
    return {
        key: _reading(row, options.get(row.option_id), tuple(cited.get(key, ())))
        for key, row in past.items()
        if key in wanted
    }


def _cited(answers: set[int], numbers: set[int]) -> dict[tuple[int, int], list[BlindSource]]:
    found: dict[tuple[int, int], list[BlindSource]] = {}
    rows = Citation.objects.filter(answer_id__in=answers, version__in=numbers)
    rows = list(rows.select_related("source").order_by("source_id"))
    files = files_of_sources({row.source_id for row in rows}) if rows else {}
    for row in rows:
        key = (row.answer_id, row.version)
        found.setdefault(key, []).append(_blind(row.source, files.get(row.source_id, ())))
    return found


def _blind(source: Source, files: Iterable[SourceFile]) -> BlindSource:
    texts = {name: getattr(source, name) for name in SOURCE_TEXTS}
    return BlindSource(
        kind=source.kind,
        kind_label=source.get_kind_display(),
        files=file_lines(files, is_own=False),
        **texts,
    )


def _reading(
    row: Answer, option: Option | None, sources: tuple[BlindSource, ...]
) -> BlindReading:
    """Copy field by field: what is not named here does not cross the line."""
    reason = row.change_reason
    return BlindReading(
        kind=row.kind,
        kind_label=str(AnswerKind(row.kind).label),
        option=option,
        points=Fraction(option.points) if option else row.points,
        rationale=row.rationale,
        note=row.note,
        change_reason=reason,
        change_label=str(ChangeReason(reason).label) if reason else "",
        version=row.version,
        sources=sources,
        reference_date=row.reference_date,
        day=timezone.localdate(row.history_date),
    )
