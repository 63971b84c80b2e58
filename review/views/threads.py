"""Conversations: one page each, how one begins, how it ends, how a message is removed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mipex_site.accounts.models import User
from mipex_site.base.errors import NotAllowed
from mipex_site.base.verdict import demand
from questionnaire.enums import RoundState

from ..enums import Audience, DraftOf, Side
from ..forms.overruling import attempt
from ..forms.threads import MessageForm, RemoveForm, ThreadForm
from ..models import Case, CaseItem, Message, Thread
from ..rules.threads import Standing, may_open_thread, may_post_as, standing_in
from ..selectors.blind import place_of
from ..selectors.parts import cut_off_of
from ..selectors.threads import (
    ThreadPage,
    conversations,
    may_begin,
    readable_threads,
    thread_page,
)
from ..services import threads as services
from ..services.drafts import Spot, place_of_new, place_of_thread
from .drafts import Typing, act_on_draft, context_of, keep_if_sent, typing_about
from .places import address, day_in, demand_seen, find_case, frame, step_to_case, title_of

ABOUT = "about"
"""In an address: the code of the answer that a new conversation is about."""


def talk_about(case: Case, user: User, item: CaseItem | None = None) -> dict[str, Any]:
    """Return what review/_conversations.html needs on a page about a case or an answer."""
    return {"talk": conversations(case, user, item)}


@require_http_methods(["GET", "POST"])
@never_cache
def begin(request: HttpRequest, **codes: str) -> HttpResponse:
    """Begin a conversation about the case, or about the answer that the address names."""
    case, standing = _case_for_talk(request, codes)
    item = _item_asked_for(request, case)
    audiences = _audiences_for(request.user, case, standing, item)
    if request.method == "GET":
        demand(may_begin(case, standing))
    spot = Spot(case, DraftOf.MESSAGE, place_of_new(item))
    done = act_on_draft(request, spot) if request.method == "POST" else None
    if done:
        return done
    typing = typing_about(request, spot, item)
    data = request.POST if request.method == "POST" else None
    known = {"side": standing.side, "audiences": audiences}
    form = ThreadForm(data, initial=typing.initial, **known)
    begun: list[Thread] = []

    def act(**content: Any) -> None:
        begun.append(services.open_thread(case=case, item=item, by=request.user, **content))

    if request.method == "POST" and attempt(form, act):
        messages.success(request, _("The conversation has begun. Its readers see it now."))
        return redirect(_url_of(begun[0]))
    keep_if_sent(request, spot)
    context = {
        "form": form,
        **context_of(typing.of(form)),
        "item": item,
        "may_block": standing.side != Side.EXPERT,
        "place": place_of(case),
        "back": _above(case, standing)[1],
        **frame(case.round, _above(case, standing)),
    }
    status = 422 if form.is_bound else 200
    return render(request, "review/thread_new.html", context, status=status)


@require_http_methods(["GET", "POST"])
@never_cache
def conversation(request: HttpRequest, number: int, **codes: str) -> HttpResponse:
    """Show a conversation, and keep a message in it."""
    thread, standing = _thread_at(request, number, codes)
    if request.method == "POST":
        demand(may_post_as(standing, thread))
    spot = Spot(thread.case, DraftOf.MESSAGE, place_of_thread(thread))
    done = act_on_draft(request, spot) if request.method == "POST" else None
    if done:
        return done
    typing = typing_about(request, spot, thread.item)
    form = _message_form(request, thread, standing, typing)
    known = {"thread": thread, "by": request.user}
    if request.method == "POST" and attempt(form, services.post, **known):
        messages.success(request, _("Your message is sent."))
        return redirect(request.path)
    keep_if_sent(request, spot)
    return _show(request, thread, standing, form, typing)


@require_POST
def close(request: HttpRequest, number: int, **codes: str) -> HttpResponse:
    thread, _standing = _thread_at(request, number, codes)
    services.close_thread(thread=thread, by=request.user)
    messages.success(request, _("The conversation is closed."))
    return redirect(_url_of(thread))


@require_http_methods(["GET", "POST"])
@never_cache
def remove(request: HttpRequest, number: int, place: int, **codes: str) -> HttpResponse:
    """Ask why one message is removed, and remove it."""
    thread, standing = _thread_at(request, number, codes)
    page = thread_page(thread, request.user, standing)
    view = next((one for one in page.messages if one.place == place), None)
    if view is None or view.removed_on:
        raise Http404
    demand(view.may_redact)
    form = RemoveForm(request.POST or None)
    message = Message.objects.filter(thread_id=thread.pk).order_by("pk")[place - 1]
    message.thread = thread
    known = {"message": message, "by": request.user}
    if request.method == "POST" and attempt(form, services.redact, **known):
        messages.success(request, _("The message is removed. Nobody reads it any more."))
        return redirect(_url_of(thread))
    step = (_title_of(page), _url_of(thread))
    context = {
        "form": form,
        "message": view,
        "back": _url_of(thread),
        **frame(thread.case.round, _above(thread.case, standing), step),
    }
    status = 422 if form.is_bound else 200
    return render(request, "review/thread_remove.html", context, status=status)


def _show(
    request: HttpRequest,
    thread: Thread,
    standing: Standing,
    form: MessageForm,
    typing: Typing,
) -> HttpResponse:
    page = thread_page(thread, request.user, standing)
    context = {
        "page": page,
        "line": page.line,
        "title": _title_of(page),
        "form": form if page.may_post and not page.line.closed_on else None,
        **context_of(typing.of(form)),
        "about_url": _url_about(thread, standing),
        "is_open": thread.case.round.state == RoundState.OPEN,
        **frame(thread.case.round, _above(thread.case, standing)),
    }
    status = 422 if form.is_bound else 200
    return render(request, "review/thread.html", context, status=status)


def _message_form(
    request: HttpRequest, thread: Thread, standing: Standing, typing: Typing
) -> MessageForm:
    about = {"audience": thread.audience, "is_blocking": thread.is_blocking}
    data = request.POST if request.method == "POST" else None
    return MessageForm(data, initial=typing.initial, side=standing.side, **about)


def _audiences_for(
    user: User, case: Case, standing: Standing, item: CaseItem | None
) -> list[Audience]:
    """Return among whom the person may begin one. Raises NotAllowed where among nobody."""
    asked = {"is_blocking": False, "item": item}
    verdicts = {
        audience: may_open_thread(user, case, audience=audience, **asked)
        for audience in standing.audiences or Audience
    }
    allowed = [audience for audience, verdict in verdicts.items() if verdict]
    if not allowed:
        demand(next(iter(verdicts.values())))
    return allowed


# --- What the address leads to -----------------------------------------------------------


def _case_for_talk(request: HttpRequest, codes: dict[str, str]) -> tuple[Case, Standing]:
    """Return the case to whoever takes part in its talk. Raises NotAllowed, DoFirst, Http404."""
    case = find_case(**codes)
    standing = standing_in(request.user, case)
    if not standing:
        demand_seen(request.user, case)
        raise NotAllowed(
            _("Only who takes part in this review talks about it. Ask the coordinator.")
        )
    return case, standing


def _thread_at(
    request: HttpRequest, number: int, codes: dict[str, str]
) -> tuple[Thread, Standing]:
    """Return a conversation that the person reads; one of others is as if it were not there."""
    case, standing = _case_for_talk(request, codes)
    for thread in readable_threads(case, request.user, standing):
        if thread.number == number:
            return thread, standing
    raise Http404


def _item_asked_for(request: HttpRequest, case: Case) -> CaseItem | None:
    code = request.GET.get(ABOUT, "")
    if not code:
        return None
    items = CaseItem.objects.filter(case_id=case.pk, indicator__code=code)
    day = day_in(request, case)
    item = get_object_or_404(items.select_related("indicator"), reference_date=day)
    item.case = case
    return item


def _url_of(thread: Thread) -> str:
    case = thread.case
    codes = [case.round.code, case.country.code, case.strand.code, thread.number]
    return reverse("review:conversation", args=codes)


def _above(case: Case, standing: Standing) -> tuple[str, str]:
    """Return the step above: the case, and for its expert what the review says."""
    place = place_of(case)
    if standing.side != Side.EXPERT:
        return step_to_case(place)
    title = _("What the review says: %(place)s") % {"place": title_of(place)}
    return title, address("outcome", place)


def _url_about(thread: Thread, standing: Standing) -> str:
    """Return the address of the answer that is talked about; an expert has it in the sheet."""
    if thread.item is None or standing.side == Side.EXPERT:
        return _above(thread.case, standing)[1]
    item = thread.item
    day = None if item.reference_date == cut_off_of(thread.case) else item.reference_date
    return address("item", place_of(thread.case), item.indicator.code, day)


def _title_of(page: ThreadPage) -> str:
    words = {"kind": capfirst(page.line.kind_label), "title": page.line.indicator_title}
    if not words["title"]:
        return _("%(kind)s about the whole case") % words
    return _("%(kind)s: %(title)s") % words
