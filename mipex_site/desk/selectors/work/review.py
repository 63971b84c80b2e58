"""A judge's work: cases to read, objections to send back, disputes to rule on, consents."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mipex_site.accounts.models import User
from questionnaire.models import Round
from review.enums import CaseState, DisputeCause, DisputeState
from review.selectors.blind import Place
from review.selectors.interests import to_declare
from review.selectors.known import Known
from review.selectors.lists import CaseLine, ConsentLine, DisputeLine, Workbench, workbench

from . import interests
from .across import certificates, ways_across
from .drafts import unfinished
from .items import Part, Rank, Waiting, WorkItem

WHY = {
    DisputeCause.MAINTAINED: gettext_lazy("The expert maintains the answer."),
    DisputeCause.SPLIT: gettext_lazy("The reviewers differ."),
    DisputeCause.CODINGS: gettext_lazy("Two independent sheets differ."),
    DisputeCause.EXHAUSTED: gettext_lazy("The objection stands after the last return."),
}


def part(user: User, known: Known) -> Part:
    """Return the judge's part of the page. It holds no name: the workbench has none."""
    bench = workbench(user, known=known)
    ties = to_declare(user, known=known)
    rounds = _rounds(bench, known)
    return Part(
        items=(
            *interests.declarations(ties),
            *_cases(bench, rounds),
            *(_dispute(line, rounds[line.place.round_code]) for line in bench.disputes),
            *(_consent(line, rounds[line.place.round_code]) for line in bench.consents),
            *ways_across(bench, rounds),
            *unfinished(user),
        ),
        waiting=(
            *interests.held_up(ties),
            *(_waiting(line) for line in bench.cases if not line.needs_you),
            *certificates(user, known),
        ),
        rounds=tuple((rounds | {line.round.code: line.round for line in ties}).values()),
    )


def _rounds(bench: Workbench, known: Known) -> dict[str, Round]:
    lines = (*bench.cases, *bench.disputes, *bench.consents)
    codes = {line.place.round_code for line in lines}
    return {code: known.rounds[code] for code in sorted(codes)}


def _title(place: Place) -> str:
    words = {"country": place.country_name, "strand": place.strand_title}
    return _("%(country)s: %(strand)s") % words


def _address(place: Place, name: str, *more: str) -> str:
    codes = (place.round_code, place.country_code, place.strand_code)
    return reverse(name, args=[*codes, *more])


def _cases(bench: Workbench, rounds: dict[str, Round]) -> Iterator[WorkItem]:
    for line in bench.cases:
        round_ = rounds[line.place.round_code]
        if line.to_speak:
            yield _to_read(line, round_)
        elif line.objections:
            yield _to_send_back(line, round_)


def _to_read(line: CaseLine, round_: Round) -> WorkItem:
    words = ngettext(
        "%(title)s: %(n)d answer to read", "%(title)s: %(n)d answers to read", line.to_speak
    ) % {"title": _title(line.place), "n": line.to_speak}
    why = _("You have spoken on %(done)d of %(all)d, as %(you)s.") % {
        "done": line.spoken,
        "all": line.total,
        "you": line.you,
    }
    if line.to_code:
        why += " " + ngettext(
            "Code %(n)d of them before you read it.",
            "Code %(n)d of them before you read them.",
            line.to_code,
        ) % {"n": line.to_code}
    return WorkItem(
        rank=Rank.TO_READ,
        state="in_review" if line.spoken else "to_read",
        title=words,
        why=why,
        act=_("Go on") if line.spoken else _("Read"),
        url=_address(line.place, "review:case"),
        due=round_.review_due_at,
    )


def _to_send_back(line: CaseLine, round_: Round) -> WorkItem:
    why = ngettext(
        "You object to %(n)d answer. The expert knows of it when the case is returned.",
        "You object to %(n)d answers. The expert knows of them when the case is returned.",
        line.objections,
    ) % {"n": line.objections}
    return WorkItem(
        rank=Rank.TO_SUBMIT,
        state="disagree",
        words=_("To send back"),
        title=_title(line.place),
        why=why,
        act=_("Return it"),
        url=_address(line.place, "review:return"),
        due=round_.review_due_at,
    )


def _dispute(line: DisputeLine, round_: Round) -> WorkItem:
    since = {"day": date_format(line.since, "j F")}
    looks = line.state == DisputeState.SECOND_LOOK
    why = _("A ruling waits for your second look.") if looks else WHY[DisputeCause(line.cause)]
    return WorkItem(
        rank=Rank.DISPUTED,
        state=line.state if looks else "disputed",
        title=f"{_title(line.place)}: {line.indicator_title}",
        why=f"{why} " + _("Open since %(day)s.") % since,
        act=_("Look again") if looks else _("Rule"),
        url=_address(line.place, "review:dispute", line.indicator_code)
        + (f"?day={line.day.isoformat()}" if line.day else ""),
        due=round_.review_due_at,
    )


def _consent(line: ConsentLine, round_: Round) -> WorkItem:
    return WorkItem(
        rank=Rank.DISPUTED,
        state="warning",
        words=_("Consent"),
        title=f"{_title(line.place)}: {line.indicator_title}",
        why=_("The expert gives points that are no option. They need your consent."),
        act=_("Look"),
        url=_address(line.place, "review:consent", line.indicator_code),
        due=round_.review_due_at,
    )


def _waiting(line: CaseLine) -> Waiting:
    why = {
        CaseState.RETURNED: _("With the expert, to reply."),
        CaseState.LAST_WORD: _("Every answer is settled. The expert has the last word."),
        CaseState.CLEARED: _("Every answer is settled."),
        CaseState.IN_REVIEW: _("You have spoken on every answer; others move next."),
    }
    address = _address(line.place, "review:case")
    return Waiting(line.state, _title(line.place), why[CaseState(line.state)], address)
