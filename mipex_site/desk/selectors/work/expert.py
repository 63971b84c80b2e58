"""An expert's work: what came back, what is to be answered, what is with the review."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mipex_site.accounts.models import User
from questionnaire.enums import AssessmentState, RequestState, Role, RoundState
from questionnaire.models import Assessment, ChangeRequest
from questionnaire.selectors.expert import MySheet, my_sheets
from review.enums import CaseState
from review.models import Case

from .items import MySheetRow, Part, Rank, Waiting, WorkItem
from .scopes import Scopes

TITLES_NAMED = 3
"""How many returned questions a line names before it only counts them."""

Place = tuple[int, int, int]


def part(user: User, scopes: Scopes, now: datetime) -> Part:
    """Return the expert's part of the page; three queries."""
    mine = my_sheets(user)
    cases = _case_states(mine)
    asked = _asked(mine)
    items, waiting, rows = [], [], []
    for line in mine:
        sheet = line.sheet
        state = state_of(line, cases.get(_place(sheet)))
        rows.append(_row(line, state))
        if sheet.round.state != RoundState.OPEN:
            continue
        may_submit = Role.EXPERT in scopes.roles_on(sheet)
        if sheet.state == AssessmentState.RETURNED:
            items.append(_returned(line, asked[sheet.pk], may_submit=may_submit))
        elif sheet.state == AssessmentState.SUBMITTED:
            waiting.append(_with_others(line, state))
        elif line.progress.answered == line.progress.asked and not may_submit:
            waiting.append(_with_the_expert(line))
        else:
            items.append(_open(line, state, now))
    rounds = {line.sheet.round_id: line.sheet.round for line in mine}
    return Part(tuple(items), tuple(waiting), tuple(rows), tuple(rounds.values()))


def state_of(line: MySheet, case: str | None) -> str:
    """Return the one word for where a sheet stands: its own state, then its case's."""
    if line.sheet.state == AssessmentState.RETURNED:
        return "returned"
    if line.sheet.state == AssessmentState.OPEN:
        begun = line.progress.answered or line.progress.drafts
        return "answering" if begun else "not_begun"
    if case == CaseState.CLEARED:
        return "cleared"
    return "submitted" if case in {None, CaseState.WAITING} else "in_review"


def title_of(sheet: Assessment) -> str:
    """Name a sheet; its coding only where there is more than the first."""
    words = {"country": sheet.country.name, "strand": sheet.strand.title, "n": sheet.coding}
    if sheet.coding == 1:
        return _("%(country)s: %(strand)s") % words
    return _("%(country)s: %(strand)s, coding %(n)d") % words


def address_of(sheet: Assessment, name: str = "questionnaire:sheet") -> str:
    return reverse(
        name, args=[sheet.round.code, sheet.country.code, sheet.strand.code, sheet.coding]
    )


def _row(line: MySheet, state: str) -> MySheetRow:
    return MySheetRow(
        title_of(line.sheet),
        line.sheet.round.title,
        state,
        line.progress.answered,
        line.progress.asked,
        address_of(line.sheet),
    )


def _returned(line: MySheet, titles: list[str], *, may_submit: bool) -> WorkItem:
    """Answers that came back; when all are met, the sheet goes to the review again."""
    common = {"title": title_of(line.sheet)}
    if not titles:
        act = _("Check and submit") if may_submit else _("Look")
        target = "questionnaire:check" if may_submit else "questionnaire:sheet"
        why = _("Every returned answer is met. The expert submits the sheet again.")
        words = _("%(title)s: ready to go back") % common
    else:
        number = len(titles)
        words = ngettext(
            "%(title)s: %(n)d answer came back", "%(title)s: %(n)d answers came back", number
        ) % (common | {"n": number})
        why, act, target = _named(titles), _("Reply"), "questionnaire:sheet"
    return WorkItem(
        rank=Rank.RETURNED,
        state="returned",
        words=_("Returned to you"),
        title=words,
        why=why,
        act=act,
        url=address_of(line.sheet, target),
        due=line.sheet.round.review_due_at,
    )


def _named(titles: list[str]) -> str:
    shown = "; ".join(titles[:TITLES_NAMED])
    more = len(titles) - TITLES_NAMED
    if more <= 0:
        return _("The review asks about: %(titles)s.") % {"titles": shown}
    return ngettext(
        "The review asks about: %(titles)s, and %(n)d more.",
        "The review asks about: %(titles)s, and %(n)d more.",
        more,
    ) % {"titles": shown, "n": more}


def _open(line: MySheet, state: str, now: datetime) -> WorkItem:
    sheet, progress = line.sheet, line.progress
    words = {"title": title_of(sheet), "done": progress.answered, "all": progress.asked}
    is_full = progress.answered == progress.asked
    act, target = _("Go on"), "questionnaire:sheet"
    if is_full:
        title, why = _("%(title)s: all %(all)d answered") % words, _("Check it and submit it.")
        act, target = _("Check and submit"), "questionnaire:check"
        rank = Rank.TO_SUBMIT
    elif state == "not_begun":
        title = ngettext(
            "%(title)s: %(all)d answer", "%(title)s: %(all)d answers", words["all"]
        )
        title, why, act = title % words, _("Nothing is answered yet."), _("Begin")
        rank = Rank.NOT_BEGUN
    else:
        title = _("%(title)s: %(done)d of %(all)d answered") % words
        why, rank = _left(line), Rank.ANSWERING
    is_late = now > sheet.round.due_at
    if is_late:
        why, rank = _late(line, now), Rank.LATE
    return WorkItem(
        rank=rank,
        state="late" if is_late else state,
        title=title,
        why=why,
        act=act,
        url=address_of(sheet, target),
        due=sheet.round.due_at,
    )


def _left(line: MySheet) -> str:
    """Say what is left: drafts, whose text is kept, and questions with nothing at all."""
    drafts = line.progress.drafts
    blank = max(0, line.progress.asked - line.progress.answered - drafts)
    parts = []
    if drafts:
        parts.append(
            ngettext(
                "%(n)d draft, its text is kept.", "%(n)d drafts, their texts are kept.", drafts
            )
            % {"n": drafts}
        )
    if blank:
        parts.append(ngettext("%(n)d is blank.", "%(n)d are blank.", blank) % {"n": blank})
    return " ".join(parts)


def _late(line: MySheet, now: datetime) -> str:
    if now >= line.sheet.round.hard_close_at:
        return _("Entry has closed. What you typed is kept; ask the coordinator for more time.")
    closes = date_format(line.sheet.round.hard_close_at.astimezone(), "j F")
    return _("It was due. You can still answer until %(day)s.") % {"day": closes}


def _with_others(line: MySheet, state: str) -> Waiting:
    sheet = line.sheet
    since = date_format(sheet.submitted_at, "j F") if sheet.submitted_at else ""
    words = {"day": since, "due": date_format(sheet.round.review_due_at, "j F")}
    why = {
        "submitted": _("Submitted on %(day)s; the review has not begun."),
        "in_review": _("With the reviewers since %(day)s, due %(due)s."),
        "cleared": _("Every answer is settled."),
    }
    return Waiting(state, title_of(sheet), why[state] % words, _outcome(sheet))


def _with_the_expert(line: MySheet) -> Waiting:
    why = _("Every question is answered. The expert of the sheet submits it.")
    return Waiting("ready", title_of(line.sheet), why, address_of(line.sheet))


def _outcome(sheet: Assessment) -> str:
    """Return where an expert reads what became of the sheet."""
    codes = [sheet.round.code, sheet.country.code, sheet.strand.code]
    return reverse("review:outcome", args=codes)


def _place(sheet: Assessment) -> Place:
    return (sheet.round_id, sheet.country_id, sheet.strand_id)


def _case_states(mine: list[MySheet]) -> dict[Place, str]:
    """Return the state of the case of each sheet that is with the review."""
    sheets = [line.sheet for line in mine]
    cases = Case.objects.filter(
        round__in={sheet.round_id for sheet in sheets},
        country__in={sheet.country_id for sheet in sheets},
    )
    rows = cases.values_list("round_id", "country_id", "strand_id", "state")
    return {(round_, country, strand): state for round_, country, strand, state in rows}


def _asked(mine: list[MySheet]) -> dict[int, list[str]]:
    """Return the titles of what the review still asks about, by sheet."""
    found: dict[int, list[str]] = defaultdict(list)
    returned = [line.sheet.pk for line in mine if line.progress.returned]
    if returned:
        requests = ChangeRequest.objects.filter(
            assessment__in=returned, state=RequestState.OPEN
        ).order_by("indicator__order")
        for sheet, title in requests.values_list("assessment_id", "indicator__title"):
            found[sheet].append(title)
    return found
