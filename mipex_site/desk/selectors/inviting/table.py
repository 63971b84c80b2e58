"""What the page of people shows, as rows of a table file."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from .page import PeoplePage

COLUMNS = (
    "what",
    "state",
    "role",
    "country",
    "strand",
    "coding",
    "who",
    "email",
    "organisation",
    "language",
    "invited_on",
    "ends_on",
    "reason",
)


def table_of(page: PeoplePage) -> Iterator[tuple[object, ...]]:
    """Yield a row for each invitation, part and missing person that the page shows."""
    for line in page.invitations:
        row = line.row
        yield (
            "invitation", line.state, row.role, *_place(row), line.name if line.email else "",
            line.email, row.organisation.code if row.organisation else "", row.language,
            _day(row.created_at), _day(row.expires_at), row.reason,
        )  # fmt: skip
    for line in page.parts:
        row = line.row
        yield ("part", "has", row.role, *_place(row), line.who, "", "", "", "", "", "")
    for gap in page.gaps:
        for strand in gap.experts:
            yield ("missing", "", "expert", gap.code, strand, "", "", "", "", "", "", "", "")
        for strand, number in gap.reviewers:
            yield (
                "missing", number, "reviewer", gap.code, strand, "", "", "", "", "", "", "", ""
            )  # fmt: skip


def _place(row: object) -> tuple[object, ...]:
    country = row.country.code if row.country else ""
    return country, row.strand.code if row.strand else "", row.coding or ""


def _day(moment: object) -> str:
    return timezone.localtime(moment).date().isoformat()
