"""The design of a round, part by part: what it says, and in which order its dates must stand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from ..enums import Role
from ..models import Answer, Assignment, Draft, Framework, Participation, Round


class Part(StrEnum):
    """The parts of a design, each a page of its own, in their order."""

    NAME = "name"
    COUNTRIES = "countries"
    CALENDAR = "calendar"
    RULES = "rules"


FIELDS: Mapping[str, tuple[str, ...]] = {
    Part.NAME: ("title", "edition_code", "extends", "framework", "cut_off"),
    Part.CALENDAR: (
        "zone",
        "opens_at",
        "due_at",
        "grace_until",
        "hard_close_at",
        "review_due_at",
    ),
    Part.RULES: (
        "evidence_rule",
        "opinions_required",
        "opinions_hidden",
        "returns_allowed",
        "blind_share",
        "last_word_days",
        "review_days",
        "publishes_itself",
        "publish_at",
    ),
}
"""What of a round belongs to which part. The countries and the days of law are rows."""

CHANGEABLE = frozenset(name for names in FIELDS.values() for name in names)
NAMED_AT_MOST = 5


def content_of(round_: Round, part: str) -> dict[str, Any]:
    """Return what a part of the design says, as JSON can hold it."""
    if part == Part.COUNTRIES:
        rows = round_.participations.order_by("country__code")
        columns = ("country__code", "own_cut_off", "is_pending")
        said: dict[str, Any] = {"countries": list(rows.values_list(*columns))}
    else:
        said = {name: _plain(getattr(round_, name)) for name in FIELDS[part]}
    if part == Part.RULES:
        said["days"] = list(round_.reference_days.values_list("day", flat=True))
    return said


def print_of(round_: Round, part: str) -> str:
    """Return a short print of a part, by which a page says on what it was made."""
    text = json.dumps(content_of(round_, part), cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    if isinstance(value, Round):
        return value.code
    if isinstance(value, Framework):
        return str(value)
    # A moment is the same whichever zone it was read in.
    return value.timestamp() if isinstance(value, datetime) else value


def without_expert(
    round_: Round, taking_part: Iterable[Participation] | None = None
) -> list[str]:
    """Return the names of the countries that nobody answers for and that are not pending."""
    rows = taking_part
    if rows is None:
        rows = round_.participations.select_related("country")
    experts = Assignment.objects.running().filter(round=round_, role=Role.EXPERT)
    answered = set(experts.values_list("country_id", flat=True))
    return sorted(
        row.country.name
        for row in rows
        if not row.is_pending and not row.excluded_because and row.country_id not in answered
    )


def in_words(names: list[str]) -> str:
    """Return the first few names, and how many more there are."""
    left = len(names) - NAMED_AT_MOST
    shown = ", ".join(names[:NAMED_AT_MOST])
    if left <= 0:
        return shown
    return _("%(names)s and %(number)d more") % {"names": shown, "number": left}


def published_too_early() -> str:
    return _("This lies before the review is due. Publish after the end of the review.")


def faults_of_dates(round_: Round) -> dict[str, str]:
    """Return a sentence for each work date that does not follow the one before it."""
    return {
        field: words
        for field, before, may_be_same, words in _order()
        if getattr(round_, field) < getattr(round_, before)
        or (not may_be_same and getattr(round_, field) == getattr(round_, before))
    }


def _order() -> tuple[tuple[str, str, bool, str], ...]:
    return (
        ("due_at", "opens_at", False, _("The answers are due before the round opens.")),
        ("grace_until", "due_at", True, _("Grace ends before the answers are due.")),
        ("hard_close_at", "grace_until", True, _("Entry closes before the grace ends.")),
        ("review_due_at", "hard_close_at", False, _("The review is due before entry closes.")),
    )


def has_content(round_: Round) -> bool:
    """Whether somebody wrote an answer or the draft of one in the round."""
    rows = (Answer, Draft)
    return any(row.objects.filter(assessment__round=round_).exists() for row in rows)


def early_days(round_: Round, cut_off: date) -> list[date]:
    """Return the back-cast days that would not lie before that cut-off."""
    return list(round_.reference_days.filter(day__gte=cut_off).values_list("day", flat=True))
