"""An expert's work: what came back, what is to be answered, what is with the review."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mipex_site.accounts.models import User
from mipex_site.base.templatetags.house import both_words, span_words
from questionnaire.enums import EXPERT_SIDE, AssessmentState, RequestState, Role, RoundState
from questionnaire.models import Assessment, ChangeRequest
from questionnaire.selectors.delegations import Help, sheets_lent_to
from questionnaire.selectors.expert import MySheet, my_sheets
from questionnaire.selectors.pace import load_of, time_left
from review.enums import CaseState
from review.models import Case
from review.selectors.known import Known

from . import windows
from .items import MySheetRow, Part, Rank, Waiting, WorkItem
from .scopes import Scopes

TITLES_NAMED = 3
"""How many returned questions a line names before it only counts them."""

Place = tuple[int, int, int]
PLACE = ("round_id", "country_id", "strand_id")


def part(user: User, known: Known, scopes: Scopes, now: datetime) -> Part:
    """Return the expert's part of the page; three queries, and one for who helps another."""
    mine = my_sheets(user)
    lent = sheets_lent_to(user) if scopes.has(Role.DELEGATE) else {}
    (cases, talks), asked = _case_states(mine), _asked(mine)
    items, waiting, rows = [], [], []
    for line in mine:
        sheet = line.sheet
        state = state_of(line, cases.get(_place(sheet)))
        helps = None if Role.EXPERT in scopes.roles_on(sheet) else lent.get(_reach(sheet))
        rows.append(_row(line, state, helps))
        if sheet.round.state != RoundState.OPEN:
            continue
        may_submit = Role.EXPERT in scopes.roles_on(sheet)
        if may_submit and (after := _after_handing_in(line, asked, talks)):
            items.append(after)
        elif sheet.state == AssessmentState.RETURNED:
            items.append(_returned(line, asked[sheet.pk], may_submit=may_submit))
        elif sheet.state == AssessmentState.SUBMITTED:
            waiting.append(_with_others(line, state))
        elif line.progress.answered == line.progress.asked and not may_submit:
            waiting.append(_with_the_expert(line))
        else:
            items.append(_open(line, state, now))
    rounds = {line.sheet.round_id: line.sheet.round for line in mine}
    waiting.extend(_to_open(known, begun=set(rounds)))
    return Part(tuple(items), tuple(waiting), tuple(rows), tuple(rounds.values()))


def _after_handing_in(
    line: MySheet, asked: dict[int, list[str]], talks: dict[Place, datetime | None]
) -> WorkItem | None:
    """Return what the expert may still do with a sheet that was handed in: use or say it."""
    sheet = line.sheet
    if sheet.state == AssessmentState.RETURNED and sheet.open_until:
        url, number = address_of(sheet), len(asked[sheet.pk])
        return windows.reopened(sheet, title_of(sheet), url=url, open_now=number)
    if sheet.state == AssessmentState.SUBMITTED and sheet.coding == 1:
        place = _place(sheet)
        if place in talks:
            return windows.last_word(sheet, title_of(sheet), talks[place])
    return None


def _to_open(known: Known, *, begun: set[int]) -> Iterator[Waiting]:
    """Give the rounds that open later, each with its questionnaire to prepare with."""
    held = {row.round for row in known.running if row.role in EXPERT_SIDE and row.round}
    for round_ in sorted(held, key=lambda each: (-each.cut_off.toordinal(), each.code)):
        if round_.pk in begun or round_.state != RoundState.LOCKED:
            continue
        opens = {"day": date_format(round_.opens_at.astimezone(), "j F Y")}
        why = _("It opens on %(day)s. Its questionnaire is there to read and to print.") % opens
        url = reverse("questionnaire:round-questionnaire", args=[round_.code])
        yield Waiting("planned", round_.title, why, url)


def state_of(line: MySheet, case: str | None) -> str:
    """Return the one word for where a sheet stands: its own state, then its case's."""
    if line.sheet.state == AssessmentState.RETURNED:
        return "returned"
    if line.sheet.state == AssessmentState.OPEN:
        begun = line.progress.answered or line.progress.drafts
        return "answering" if begun else "not_begun"
    if case in {CaseState.LAST_WORD, CaseState.CLEARED}:
        return str(case)
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


def _row(line: MySheet, state: str, helps: Help | None) -> MySheetRow:
    return MySheetRow(
        title_of(line.sheet),
        line.sheet.round.title,
        state,
        line.progress.answered,
        line.progress.asked,
        address_of(line.sheet),
        _for_whom(helps) if helps else "",
    )


def _for_whom(helps: Help) -> str:
    """Say on whose behalf a colleague answers, and until when."""
    until = date_format(timezone.localtime(helps.until), "j F, H:i")
    return _("For %(name)s, until %(moment)s") % {"name": helps.name, "moment": until}


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
        why = " ".join((_named(titles), _time(line, counted=False)))
        act, target = _("Reply"), "questionnaire:sheet"
    return WorkItem(
        rank=Rank.RETURNED,
        state="returned",
        words=_("Returned to you"),
        title=words,
        why=why,
        act=act,
        url=address_of(line.sheet, target),
        due=line.sheet.round.review_due_at,
        **_again(line),
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
        why = " ".join((_("Nothing is answered yet."), _time(line)))
        title, act, rank = title % words, _("Begin"), Rank.NOT_BEGUN
    else:
        title = _("%(title)s: %(done)d of %(all)d answered") % words
        why, rank = _left(line), Rank.ANSWERING
    is_late = now > sheet.due_at
    if is_late:
        why, rank = _late(line, now), Rank.LATE
    return WorkItem(
        rank=rank,
        state="late" if is_late else state,
        title=title,
        why=why,
        act=act,
        url=address_of(sheet, target),
        due=sheet.due_at,
        **_again(line),
    )


def _time(line: MySheet, *, counted: bool = True) -> str:
    return time_left(load_of(line.progress, line.sheet.state), counted=counted)


def _again(line: MySheet) -> dict[str, str]:
    """Return the way back to the question on which the person wrote last."""
    if not line.last:
        return {}
    sheet = line.sheet
    codes = [sheet.round.code, sheet.country.code, sheet.strand.code, sheet.coding]
    url = reverse("questionnaire:answer", args=[*codes, line.last])
    return {"again": line.last, "again_url": url}


def _left(line: MySheet) -> str:
    """Say what is left: drafts, whose text is kept, and how long all of it takes."""
    drafts = line.progress.drafts
    parts = []
    if drafts:
        parts.append(
            ngettext(
                "%(n)d draft, its text is kept.", "%(n)d drafts, their texts are kept.", drafts
            )
            % {"n": drafts}
        )
    return " ".join([*parts, _time(line)])


def _late(line: MySheet, now: datetime) -> str:
    ends = line.sheet.entry_ends_at
    if now >= ends:
        return _("Entry has closed. What you typed is kept; ask the coordinator for more time.")
    return _("It was due. You can still answer until %(moment)s.") % {
        "moment": both_words(ends)
    }


def _with_others(line: MySheet, state: str) -> Waiting:
    sheet = line.sheet
    since = date_format(sheet.submitted_at, "j F") if sheet.submitted_at else ""
    words = {"day": since, "due": date_format(sheet.round.review_due_at, "j F")}
    why = {
        "submitted": _("Submitted on %(day)s; the review has not begun."),
        "in_review": _("With the reviewers since %(day)s, due %(due)s."),
        "last_word": _("Every answer is settled. The expert has the last word."),
        "cleared": _("Every answer is settled."),
    }
    said = why[state] % words
    if sheet.late_by and state != "cleared":
        late = _("It was first handed in %(span)s late.") % {"span": span_words(sheet.late_by)}
        said = f"{said} {late}"
    return Waiting(state, title_of(sheet), said, _outcome(sheet))


def _with_the_expert(line: MySheet) -> Waiting:
    why = _("Every question is answered. The expert of the sheet submits it.")
    return Waiting("ready", title_of(line.sheet), why, address_of(line.sheet))


def _outcome(sheet: Assessment) -> str:
    """Return where an expert reads what became of the sheet."""
    codes = [sheet.round.code, sheet.country.code, sheet.strand.code]
    return reverse("review:outcome", args=codes)


def _place(sheet: Assessment) -> Place:
    return (sheet.round_id, sheet.country_id, sheet.strand_id)


def _reach(sheet: Assessment) -> tuple[int, int, int, int]:
    return (*_place(sheet), sheet.coding)


def _case_states(
    mine: list[MySheet],
) -> tuple[dict[Place, str], dict[Place, datetime | None]]:
    """Return the state of the case of each sheet, and where the last word is open until when."""
    sheets = [line.sheet for line in mine]
    cases = Case.objects.filter(
        round__in={sheet.round_id for sheet in sheets},
        country__in={sheet.country_id for sheet in sheets},
    )
    columns = ("state", "last_word_until", "last_word_given_at")
    states: dict[Place, str] = {}
    talks: dict[Place, datetime | None] = {}
    for *place, state, until, given in cases.values_list(*PLACE, *columns):
        states[tuple(place)] = state
        if state == CaseState.LAST_WORD and given is None:
            talks[tuple(place)] = until
    return states, talks


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
