"""Show one question: as a page, or as the parts of it that htmx swaps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mipex_site.base.htmx import render_page_or_part
from mipex_site.base.verdict import Verdict, no

from ..enums import EXPERT_SIDE, AggregateRule, Evidence, EvidenceRule, RequestState
from ..forms.answers import AnswerForm, MaintainForm, as_recorded, as_typed
from ..forms.back_casts import TimeLineForm
from ..forms.sources import SourceForm, source_as_typed
from ..models import Assessment
from ..selectors.expert import SheetRow
from ..selectors.sheet import QuestionPage, question_page
from ..services.drafts import Clash
from .beside import not_taken, two_drafts
from .earlier import beside
from .listing import around, entry, listing, step_on
from .places import address, as_moves, codes_of, frame
from .time_line import time_line_of

PARTS_OF = {
    AggregateRule.MEAN: gettext_lazy("Its parts count the same."),
    AggregateRule.WEIGHTED_MEAN: gettext_lazy(
        "Its parts do not count the same: see the method."
    ),
    AggregateRule.TABLE: gettext_lazy(
        "They are read together: what one part counts depends on the others."
    ),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What has just been done: forms with their errors, the words to announce, the status."""

    form: AnswerForm | None = None
    source_form: SourceForm | None = None
    maintain_form: MaintainForm | None = None
    clash: Clash | None = None
    time_line_form: TimeLineForm | None = None
    said: str = ""
    at: UUID | str = ""
    """What the words are about: a source by its key, or all of them as "sources"."""
    status: int = 200


NOTHING_DONE = Shown()


def show(
    request: HttpRequest, sheet: Assessment, code: str, shown: Shown = NOTHING_DONE
) -> HttpResponse:
    """Answer with the question's page, or with its parts for htmx."""
    try:
        question = question_page(sheet, request.user, code)
    except KeyError as error:
        raise Http404 from error
    context = {
        **frame(question.strand, inside=True),
        **listing(question.strand, current=code, show=request.GET.get("show", "")),
        **_forms(question, shown),
        **_words(question),
        **beside(question),
        **time_line_of(question, shown.time_line_form),
        "moves": _moves(question),
        "question": question,
        "row": question.row,
        "said": shown.said,
        "said_at": shown.at,
        "not_taken": not_taken(question, request.user),
        "wrong": shown.form or shown.source_form or shown.maintain_form,
    }
    context |= _way(question, context["listed"], context["show"])
    context["crumbs"] += _back(question, context["show"])
    response = render_page_or_part(
        request,
        page="questionnaire/answer.html",
        part="questionnaire/_parts.html",
        context=context,
        status=shown.status,
    )
    if shown.status == HTTPStatus.CONFLICT:
        # By itself htmx takes nothing but the refusal from a 409; here it is the whole form.
        response["HX-Retarget"], response["HX-Reselect"] = "#answer", "unset"
        response["HX-Reswap"] = "outerHTML"
    return response


def _forms(question: QuestionPage, shown: Shown) -> dict[str, Any]:
    """Return the forms as they were sent, as they were kept, or as they were recorded."""
    row, page = question.row, question.strand.page
    if not row.may_answer:
        # What was typed and not recorded is nobody's but the sheet's own side.
        is_ours = bool(row.draft) and page.role in EXPERT_SIDE
        return {"form": None, "kept": as_typed(row.draft) if is_ours else {}}
    version = row.answer.version if row.answer else 0
    draft, clash = row.draft, shown.clash
    content = as_typed(draft) if draft else _recorded(question)
    content |= clash.yours if clash else {}
    form = shown.form or AnswerForm(
        initial=content | {"version": version, "draft": draft.version if draft else 0},
        options=row.options,
        pool=page.sources,
        answer=row.answer,
        asks_what_happened=_asks_what_happened(question),
        earlier=row.earlier,
    )
    rule = page.sheet.round.evidence_rule
    source_form = shown.source_form or SourceForm(
        initial=source_as_typed(content),
        rule=rule,
        evidence=row.indicator.evidence,
        day=page.cut_off,
    )
    ticked = form.ticked
    return {
        "form": form,
        "draft": draft,
        "is_overtaken": bool(draft) and draft.based_on != version,
        "clash": two_drafts(clash),
        "source_form": source_form,
        "opens_source": bool(shown.source_form) or bool(source_as_typed(content).get("title")),
        "maintain_form": shown.maintain_form or MaintainForm(initial=_reply(question)),
        "ticked_lines": [one for one in question.lines if str(one.source.key) in ticked],
        "other_lines": [one for one in question.lines if str(one.source.key) not in ticked],
    }


def _recorded(question: QuestionPage) -> dict[str, Any]:
    row = question.row
    recorded = as_recorded(row.answer, row.options, row.sources)
    if row.change_request and row.change_request.state == RequestState.OPEN:
        # The reason of an earlier change does not explain the one that is asked for now.
        recorded.pop("change_reason", None)
    return recorded


def _asks_what_happened(question: QuestionPage) -> bool:
    return question.row.change_request is not None


def _reply(question: QuestionPage) -> dict[str, str]:
    request = question.row.change_request
    return {"reply": request.reply} if request else {}


def _words(question: QuestionPage) -> dict[str, Any]:
    row, sheet = question.row, question.strand.page.sheet
    request = row.change_request
    return {
        "is_law": row.indicator.evidence == Evidence.LAW,
        "evidence_words": _evidence(question),
        "saved_at": _short(row.answer.updated_at) if row.answer else "",
        "parts": [entry(question.strand, one) for one in question.other_parts],
        "composite_words": PARTS_OF[question.composite.rule] if question.composite else "",
        "parts_url": _parts_url(question),
        "action": address(sheet, "answer", row.indicator.code),
        "maintain_url": address(sheet, "maintain", row.indicator.code),
        "may_maintain": _may_maintain(question),
        "is_asked": request is not None and request.state == RequestState.OPEN,
        "is_the_last": not [one for one in question.strand.waiting() if one != row],
    }


def _evidence(question: QuestionPage) -> str:
    """Say what the answer must rest on, as the service will ask."""
    if question.strand.page.sheet.round.evidence_rule == EvidenceRule.DATASET_CELL:
        return _("In this demonstration a cell of the published data is enough.")
    if question.row.indicator.evidence == Evidence.LAW:
        return _("This question is about the law: cite the law, with its article.")
    return _("This question is about practice: cite a publication, or a law.")


def _short(moment: datetime) -> str:
    """Return the time, with the day where it is not today."""
    local = timezone.localtime(moment)
    today = local.date() == timezone.localdate()
    return date_format(local, "H:i" if today else "j F, H:i")


def _moves(question: QuestionPage) -> list[dict[str, Any]]:
    moves = [(_("Change this answer"), question.row.may_answer)]
    may_maintain = _may_maintain(question)
    if may_maintain is not None:
        moves.append((_("Let it stand, with a reply"), may_maintain))
    moves.append((_("Submit the sheet"), question.strand.may_submit))
    return as_moves(moves, told=question.row.may_answer)


def _may_maintain(question: QuestionPage) -> Verdict | None:
    """None where nothing is asked that wants a reply; else whether the answer can be left."""
    row = question.row
    if row.change_request is None or question.strand.page.sheet.open_until:
        return None
    if row.may_answer and row.change_request.state == RequestState.CHANGED:
        return no(_("The answer is changed already, so there is nothing to leave as it is."))
    return row.may_answer


def _parts_url(question: QuestionPage) -> str:
    """Return where the points are that the parts give together; scoring serves that page."""
    if not question.composite:
        return ""
    codes = codes_of(question.strand.page.sheet)
    return reverse("scoring:composite", args=[*codes, question.composite.code])


def _way(question: QuestionPage, listed: list[SheetRow], show: str) -> dict[str, str]:
    """Return the ways from this question, within the view of the list that is open."""
    strand, code = question.strand, question.row.indicator.code
    before, after = around(strand, code, listed)
    waiting = [row for row in strand.waiting() if row != question.row]
    view = show if any(row in listed for row in waiting) else ""
    todo = step_on(strand.page.sheet, code, view) if waiting else ""
    return {"previous_url": before, "next_url": after, "todo_url": todo}


def _back(question: QuestionPage, show: str) -> list[dict[str, str]]:
    """Return the step back to the page that led here, at the line of this question."""
    if show != "check":
        return []
    there = address(question.strand.page.sheet, "check")
    code = question.row.indicator.code
    return [{"title": _("Check and submit"), "url": f"{there}#found-{code}"}]
