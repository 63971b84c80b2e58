"""Begin a round where the last one ended: its countries, rules, people and calendar again."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from mipex_site.accounts.models import User
from mipex_site.base.zones import END_OF_DAY, is_zone, moment_in, moved

from ..enums import EvidenceRule, Role
from ..models import Framework, Round
from ..selectors.designs import FIELDS, Part
from .assignments import assign
from .designs import Wanted, put_countries
from .joining import countries_published
from .rounds import ask_for_day, create_round

WEEKS = {"due_at": 8, "grace_until": 9, "hard_close_at": 10, "review_due_at": 22}
"""After the opening, where no round is copied: the index's usual calendar."""

WEEKS_AHEAD = 6
"""So long before the opening the design ends and people are invited."""

DATES = tuple(name for name in FIELDS[Part.CALENDAR] if name != "zone")
RUNNERS = (Role.COORDINATOR, Role.PUBLISHER, Role.OBSERVER)
"""Who runs the next round too. Who answers or judges is asked anew."""

COPIED = tuple(name for name in FIELDS[Part.RULES] if name != "publish_at")
ZONE = "Europe/Brussels"


@transaction.atomic
def begin_round(
    *,
    code: str,
    title: str,
    edition_code: str,
    framework: Framework,
    cut_off: date,
    source: Round | None = None,
    extends: Round | None = None,
    by: User,
) -> Round:
    """Make a round in design, as a copy of SOURCE or from nothing, with a calendar ahead.

    Its countries join the published edition of EXTENDS, where one is named.

    Raises NotAllowed, or ValidationError by field.
    """
    named = {
        "code": code,
        "title": title,
        "edition_code": edition_code,
        "framework": framework,
        "cut_off": cut_off,
    }
    if extends is not None:
        named |= {"extends": extends, "is_demonstration": extends.is_demonstration}
    if source is None:
        zone = by.zone if is_zone(by.zone) else ZONE
        return create_round(by=by, **named, zone=zone, **usual_calendar(zone))
    return copy_round(source=source, by=by, **named)


@transaction.atomic
def copy_round(*, source: Round, by: User, **named: Any) -> Round:
    """Make a round in design with the rules, countries, days and runners of SOURCE.

    NAMED are code, title, edition_code, framework and cut_off. The calendar keeps its weekdays,
    times of day and spans, and moves whole weeks ahead. A country's own cut-off was of its time
    and is not copied; nor is who answered or judged, nor a country that is in the edition to
    join already. Raises as `begin_round`.
    """
    source = Round.objects.get(pk=source.pk)
    rules = {name: getattr(source, name) for name in COPIED}
    if rules["evidence_rule"] == EvidenceRule.DATASET_CELL:
        rules["is_demonstration"] = True
    round_ = create_round(
        by=by,
        **rules | named,
        zone=source.zone,
        copied_from=source,
        **moved_calendar(source),
    )
    rows = source.participations.select_related("country")
    there = countries_published(round_.extends) if round_.extends else None
    wanted = [
        Wanted(row.country)
        for row in rows.order_by("country__code")
        if row.country.code not in (there or ())
    ]
    put_countries(round_=round_, wanted=wanted, among=(), by=by)
    for day in source.reference_days.values_list("day", flat=True):
        if day < round_.cut_off:
            ask_for_day(round_=round_, day=day, by=by)
    _let_run(source, round_, by)
    return round_


def _let_run(source: Round, round_: Round, by: User) -> None:
    """Give the runners of the last round their parts in this one; who copies has one already."""
    held = source.assignments.running().filter(
        role__in=RUNNERS, country__isnull=True, strand__isnull=True, person__is_active=True
    )
    for part in held.exclude(person=by).select_related("person").order_by("pk"):
        assign(person=part.person, role=part.role, round_=round_, by=by)


def usual_calendar(zone: str) -> dict[str, datetime]:
    """Return the work dates of a round that opens some weeks ahead, on a Monday at nine."""
    today = timezone.now().astimezone(ZoneInfo(zone)).date()
    monday = today + timedelta(weeks=WEEKS_AHEAD, days=-today.weekday())
    dates = {"opens_at": _moment(zone, monday, time(9))}
    for name, weeks in WEEKS.items():
        friday = monday + timedelta(weeks=weeks, days=-3)
        dates[name] = _moment(zone, friday, END_OF_DAY)
    return dates


def _moment(zone: str, day: date, at: time) -> datetime:
    try:
        return moment_in(zone, day, at)
    except ValidationError:
        # Only a proposal: where clocks jump at this very minute, noon serves as well.
        return moment_in(zone, day, time(12))


def moved_calendar(source: Round) -> dict[str, datetime]:
    """Return the work dates of SOURCE, moved by so many weeks that it opens weeks from now."""
    ahead = timezone.now() + timedelta(weeks=WEEKS_AHEAD)
    weeks = -((source.opens_at - ahead) // timedelta(weeks=1))
    by = timedelta(weeks=max(weeks, 0))
    return {name: moved(getattr(source, name), source.zone, by) for name in DATES}
