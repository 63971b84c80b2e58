"""What somebody is reminded of on one morning: their own sheets, and what they review or rule.

It is worked out from the rows as they are on that morning: what was handed in meanwhile reminds
nobody, and a new date counts at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mipex_site.accounts.models import User
from mipex_site.base.templatetags.house import both_words
from mipex_site.mail.enums import NoticeKind
from mipex_site.mail.models import Notice
from questionnaire.enums import AssessmentState, Role, RoundState
from questionnaire.models import Assessment, Assignment, Round
from questionnaire.rules import may_answer_as
from questionnaire.selectors.expert import MySheet, my_sheets
from review.selectors.known import Known
from review.selectors.lists import Workbench, workbench

from .calendar import Mornings, Stage, stage_reached
from .lines import Line


@dataclass(frozen=True, slots=True)
class Ending:
    """Something of one person's that has an end. SINCE is when the person came to have it."""

    thing: str
    due: datetime
    since: datetime
    words: str
    address: str
    round_code: str


def reminders(
    user: User, known: Known, mornings: Mornings, now: datetime, today: date
) -> Iterator[Line]:
    """Yield what the person is reminded of TODAY, each once; six queries at most.

    A reminder whose day came before the person had the thing is left out. So is one after whose
    day another of the same thing was sent: a date that moved does not begin anew.
    """
    endings = [*_sheets(user, known, now), *_reviews(user, known, now)]
    staged = [(each, stage_reached(each.due, mornings, today)) for each in endings]
    reached = [(each, stage) for each, stage in staged if stage]
    told = _told(user) if reached else {}
    for ending, stage in reached:
        began = ending.since.astimezone(mornings.zone).date()
        last = told.get(ending.thing)
        if began <= stage.day and (last is None or last < stage.day):
            yield _line(user, ending, stage)


def _line(user: User, ending: Ending, stage: Stage) -> Line:
    return Line(
        key=f"reminder/{user.pk}/{ending.thing}/{stage.day.isoformat()}",
        kind=NoticeKind.REMINDER,
        words=ending.words,
        address=ending.address,
        round_code=ending.round_code,
    )


def _held(known: Known, *roles: str) -> list[Assignment]:
    """Return the person's running rights of these ROLES in open rounds."""
    return [
        row
        for row in known.running
        if row.role in roles and row.round is not None and row.round.state == RoundState.OPEN
    ]


def _told(user: User) -> dict[str, date]:
    """Return when the person was last reminded of each thing."""
    found: dict[str, date] = {}
    start = f"reminder/{user.pk}/"
    rows = Notice.objects.filter(person_id=user.pk, key__startswith=start)
    for key, day in rows.order_by("day").values_list("key", "day"):
        found[key.removeprefix(start).rpartition("/")[0]] = day
    return found


# --- Sheets -------------------------------------------------------------------------------


def _sheets(user: User, known: Known, now: datetime) -> Iterator[Ending]:
    """Give the sheets that the person must still hand in; a colleague who helps must not."""
    held = _held(known, Role.EXPERT)
    if not held:
        return
    for line in my_sheets(user):
        sheet = line.sheet
        since = _held_since(held, sheet)
        if since and may_answer_as(Role.EXPERT, sheet):
            yield _returned(line, since, now) if _came_back(sheet) else _open(line, since, now)


def _came_back(sheet: Assessment) -> bool:
    return sheet.state == AssessmentState.RETURNED


def _held_since(held: Iterable[Assignment], sheet: Assessment) -> datetime | None:
    """Return since when the person has had the sheet, as its expert; None if not."""
    found = [
        max(row.created_at, sheet.round.opens_at)
        for row in held
        if row.round_id == sheet.round_id
        and row.country_id in {None, sheet.country_id}
        and row.strand_id in {None, sheet.strand_id}
        and row.coding in {None, sheet.coding}
    ]
    return min(found, default=None)


def _open(line: MySheet, since: datetime, now: datetime) -> Ending:
    sheet = line.sheet
    due = sheet.extended_until or sheet.round.due_at
    words = (
        _("%(title)s is due on %(moment)s.")
        if now < due
        else _("%(title)s was due on %(moment)s.")
    )
    blank = line.progress.asked - line.progress.answered
    left = ngettext(
        "%(n)d question has no recorded answer yet.",
        "%(n)d questions have no recorded answer yet.",
        blank,
    )
    rest = left % {"n": blank} if blank else _("All is answered: check it and submit it.")
    said = words % {"title": _title(sheet), "moment": both_words(due)}
    return _of_sheet("sheet", sheet, due, since, f"{said} {rest}")


def _returned(line: MySheet, since: datetime, now: datetime) -> Ending:
    sheet = line.sheet
    due = sheet.open_until or sheet.round.review_due_at
    words = (
        _("%(title)s came back to you. Your reply is due on %(moment)s.")
        if now < due
        else _("%(title)s came back to you. Your reply was due on %(moment)s.")
    )
    said = words % {"title": _title(sheet), "moment": both_words(due)}
    return _of_sheet("returned", sheet, due, max(since, sheet.submitted_at or since), said)


def _of_sheet(
    kind: str, sheet: Assessment, due: datetime, since: datetime, words: str
) -> Ending:
    codes = [sheet.round.code, sheet.country.code, sheet.strand.code, str(sheet.coding)]
    thing = "/".join([kind, *codes])
    address = reverse("questionnaire:sheet", args=codes)
    return Ending(thing, due, since, words, address, sheet.round.code)


def _title(sheet: Assessment) -> str:
    words = {
        "round": sheet.round.title,
        "country": sheet.country.name,
        "strand": sheet.strand.title,
    }
    return _("%(round)s: your sheet %(country)s, %(strand)s") % words


# --- The review ---------------------------------------------------------------------------


def _reviews(user: User, known: Known, now: datetime) -> Iterator[Ending]:
    """Give the rounds in which something waits for the person to review or rule."""
    held = _held(known, Role.REVIEWER, Role.ADJUDICATOR)
    if not held:
        return
    counts = _waiting(workbench(user, known=known))
    for round_ in {row.round_id: row.round for row in held}.values():
        if counts[round_.code]:
            began = min(row.created_at for row in held if row.round_id == round_.pk)
            yield _review(round_, counts[round_.code], max(began, round_.opens_at), now)


def _waiting(bench: Workbench) -> Counter[str]:
    lines = (
        *(line for line in bench.cases if line.needs_you),
        *bench.disputes,
        *bench.consents,
    )
    return Counter(line.place.round_code for line in lines)


def _review(round_: Round, number: int, since: datetime, now: datetime) -> Ending:
    due = round_.review_due_at
    words = (
        _("%(round)s: the review is due on %(moment)s.")
        if now < due
        else _("%(round)s: the review was due on %(moment)s.")
    )
    left = ngettext(
        "%(n)d case or dispute waits for you.", "%(n)d cases or disputes wait for you.", number
    )
    said = words % {"round": round_.title, "moment": both_words(due)}
    return Ending(
        thing=f"review/{round_.code}",
        due=due,
        since=since,
        words=f"{said} {left % {'n': number}}",
        address=reverse("desk:work"),
        round_code=round_.code,
    )
