"""The expert's last word: what was settled, a comment on each answer, and that it is enough."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mipex_site.base.errors import NotAllowed
from mipex_site.base.forms import attempt as attempt_plain

from ..enums import DraftOf
from ..forms.overruling import attempt
from ..forms.windows import CommentForm, LastWordForm
from ..models import Case, CaseItem, ReviewDraft
from ..rules.reopening import is_lead_expert
from ..selectors.drafts import LAST_WORD, drafts_of_last_word
from ..selectors.last_word import LastWordPage, SettledRow, last_word_page
from ..selectors.naming import Naming, naming_of_expert
from ..services.drafts import Spot, on_last_word
from ..services.last_word import comment as keep_comment
from ..services.last_word import give_last_word, say_naming
from .drafts import act_on_draft, context_of, keep_what_came, typing_on
from .places import address, day_in, frame, title_of
from .values import value_words, words_of

NAMING = "naming"


@require_http_methods(["GET", "POST"])
@never_cache
def last_word(request: HttpRequest, **codes: str) -> HttpResponse:
    """Show what was settled; a POST says that there is nothing more, or anew if one is named."""
    case = _case_at(request, codes)
    if request.method == "GET":
        return _show(request, case)
    form = LastWordForm(request.POST, naming=_naming(request, case))
    if request.POST.get("act") == NAMING:
        place = {"round_": case.round, "country": case.country}
        done = attempt_plain(form, say_naming, **place, by=request.user)
        words = _("Your word is kept. You can change it here.")
    else:
        done = attempt_plain(form, give_last_word, case=case, by=request.user)
        words = _("Thank you. Your last word is kept.")
    if done:
        messages.success(request, words)
        return redirect(request.path)
    return _show(request, case, form=form)


@require_POST
def comment(request: HttpRequest, indicator: str, **codes: str) -> HttpResponse:
    """Keep what the expert says of one settled answer."""
    case = _case_at(request, codes)
    item = get_object_or_404(
        CaseItem.objects.select_related("indicator").filter(
            case_id=case.pk, indicator__code=indicator
        ),
        reference_date=day_in(request, case),
    )
    item.case = case
    spot = on_last_word(item)
    done = act_on_draft(request, spot, page=reverse("review:last-word", kwargs=codes))
    if done:
        return done
    form = CommentForm(request.POST, auto_id=_auto_id(indicator, item.reference_date))
    if attempt(form, keep_comment, item=item, by=request.user):
        messages.success(request, _("Your comment is kept."))
        return redirect("review:last-word", **codes)
    keep_what_came(request, spot)
    return _show(request, case, comments={(indicator, item.reference_date): form})


def _naming(request: HttpRequest, case: Case) -> Naming:
    return naming_of_expert(request.user, case.round, case.country)


def _case_at(request: HttpRequest, codes: dict[str, str]) -> Case:
    """Return the case for its lead expert. Whoever else asks does not learn if there is one."""
    place = (codes["round_code"], codes["country"], codes["strand"])
    case = Case.objects.at(*place).for_page().first()
    if case is None or not is_lead_expert(request.user, case):
        raise NotAllowed(_("Only the expert of this sheet has the last word on it."))
    return case


def _show(
    request: HttpRequest,
    case: Case,
    *,
    form: LastWordForm | None = None,
    comments: dict[Any, CommentForm] | None = None,
) -> HttpResponse:
    page = last_word_page(case, request.user)
    given = comments or {}
    typed = drafts_of_last_word(request.user, case) if page.is_open else {}
    lines = [_line(case, page, row, given, typed) for row in page.rows]
    context = {
        "page": page,
        "form": form or LastWordForm(naming=page.naming),
        "lines": lines,
        **context_of(next((line["typing"] for line in lines if line["typing"]), None)),
        "outcome_url": address("outcome", page.place),
        "reopen_url": address("reopening", page.place),
        **frame(case.round, _step(page)),
    }
    is_wrong = bool(given) or (form is not None and form.is_bound)
    return render(request, "review/last_word.html", context, status=422 if is_wrong else 200)


def _line(
    case: Case,
    page: LastWordPage,
    row: SettledRow,
    given: dict[Any, CommentForm],
    typed: dict[str, ReviewDraft],
) -> dict[str, Any]:
    """Return one answer and, where it may be commented on, the form with what was TYPED."""
    code, day = row.indicator.code, row.reference_date
    form = typing = None
    if page.is_open and row.last_word is None:
        spot = Spot(case, DraftOf.MESSAGE, f"{LAST_WORD}{code}/{day.isoformat()}")
        typing = typing_on(spot, typed.get(spot.place), code=code, title=row.indicator.title)
        fresh = CommentForm(auto_id=_auto_id(code, day), initial=typing.initial)
        form = given.get((code, day)) or fresh
        typing = typing.of(form)
    return {
        "row": row,
        "said": words_of(row.said),
        "settled": value_words(kind=row.kind, option=row.option, points=row.points),
        "form": form,
        "typing": typing,
        "url": address("last-word-comment", page.place, code, day),
    }


def _auto_id(code: str, day: object) -> str:
    return f"id_{code}_{day}_%s"


def _step(page: LastWordPage) -> tuple[str, str]:
    title = _("What the review says: %(place)s") % {"place": title_of(page.place)}
    return title, address("outcome", page.place)
