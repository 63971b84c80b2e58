"""The letters of a round: what went out, what did not, and writing to its people."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mipex_site.mail.enums import LetterKind
from mipex_site.mail.models import Letter
from mipex_site.mail.selectors import outbox_alarm
from mipex_site.mail.services.messages import NAME
from questionnaire.models import Round
from review.rules import countries_lost_by

from .. import rules
from ..forms.mail import LetterForm
from ..selectors.mail.outbox import Asked, letter_page, outbox_page
from ..selectors.mail.recipients import (
    PLACEHOLDERS,
    Chosen,
    Recipient,
    filled,
    fingerprint,
    part_of,
    recipients,
)
from ..services import mailing
from .places import crumbs_to, open_round

SHOWN = 3
"""How many letters a preview shows as they would read."""

SEND = "send"


@require_GET
@never_cache
def outbox(request: HttpRequest, code: str) -> HttpResponse:
    """List the letters of the round, the newest first."""
    round_ = _open(request, code)
    data = outbox_page(round_, request.user, Asked.from_query(request.GET))
    context = {
        "round": round_,
        "page": data,
        "alarm": outbox_alarm(codes=[round_.code]),
        "kinds": [(value, str(capfirst(label))) for value, label in LetterKind.choices],
        "crumbs": crumbs_to(round_, with_board=True),
    }
    return render(request, "desk/mail/outbox.html", context)


@require_GET
@never_cache
def letter(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Show one letter as the history has it."""
    round_ = _open(request, code)
    data = letter_page(round_, request.user, number)
    if data is None:
        raise Http404
    context = {"round": round_, "page": data, "crumbs": _crumbs(round_)}
    return render(request, "desk/mail/letter.html", context)


@require_POST
def withdraw(request: HttpRequest, code: str, number: int) -> HttpResponse:
    return _look_after(
        request,
        code,
        number,
        mailing.withdraw,
        _("The letter is withdrawn. It does not leave."),
    )


@require_POST
def send_again(request: HttpRequest, code: str, number: int) -> HttpResponse:
    words = _("The letter waits again. It leaves within a minute.")
    return _look_after(request, code, number, mailing.send_again, words)


@require_POST
def lay_aside(request: HttpRequest, code: str, number: int) -> HttpResponse:
    words = _("The letter is laid aside. It raises no alarm any more.")
    return _look_after(request, code, number, mailing.lay_aside, words)


def _look_after(
    request: HttpRequest, code: str, number: int, act: Callable[..., object], words: str
) -> HttpResponse:
    round_ = _open(request, code)
    data = letter_page(round_, request.user, number)
    if data is None:
        raise Http404
    act(round_=round_, letter=data.letter, by=request.user)
    messages.success(request, words)
    return redirect("desk:letter", code, number)


@require_POST
def withdraw_batch(request: HttpRequest, code: str, key: UUID) -> HttpResponse:
    """Keep what has not left of a batch from leaving."""
    round_ = _open(request, code)
    number = mailing.withdraw_batch(round_=round_, batch=key, by=request.user)
    words = ngettext("%(n)d letter is withdrawn.", "%(n)d letters are withdrawn.", number)
    messages.success(request, words % {"n": number})
    return redirect(_address_of_batch(round_, key))


@require_http_methods(["GET", "POST"])
@never_cache
def write(request: HttpRequest, code: str) -> HttpResponse:
    """Choose whom to write to and what, look at it, and send it."""
    round_ = _open(request, code)
    form = _form(request, round_)
    found: list[Recipient] = []
    if request.method == "POST" and form.is_valid():
        if request.POST.get("act") == SEND:
            return _send(request, round_, form)
        found = recipients(round_, request.user, form.chosen)
        if not found:
            form.add_error(None, _("Nobody fits. Choose others."))
    context = {
        "round": round_,
        "form": form,
        "one": _called(round_, request, form),
        "marks": PLACEHOLDERS.items(),
        "preview": _preview(round_, form, found) if found else None,
        "crumbs": _crumbs(round_),
    }
    status = 422 if request.method == "POST" and not found else 200
    return render(request, "desk/mail/write.html", context, status=status)


def _form(request: HttpRequest, round_: Round) -> LetterForm:
    asked = request.POST if request.method == "POST" else request.GET
    key = asked.get("to", "")
    one = part_of(round_, request.user, int(key)) if key.isdecimal() else None
    if key and one is None and request.method == "GET":
        raise Http404
    lost = countries_lost_by(request.user, round_)
    first = {"to": one.pk} if one else {}
    return LetterForm(request.POST or None, round_=round_, lost=lost, one=one, initial=first)


def _called(round_: Round, request: HttpRequest, form: LetterForm) -> str:
    """Return what the coordinator calls the one person the letter is to; empty for several."""
    if form.one is None:
        return ""
    found = recipients(round_, request.user, Chosen(to=form.one.pk))
    return found[0].called if found else ""


def _send(request: HttpRequest, round_: Round, form: LetterForm) -> HttpResponse:
    known = form.cleaned_data
    letters: list[Letter] = mailing.write(
        round_=round_,
        chosen=form.chosen,
        subject=known["subject"],
        text=known["text"],
        batch=known["batch"],
        seen=known["seen"],
        by=request.user,
    )
    words = ngettext(
        "%(n)d letter is on its way.", "%(n)d letters are on their way.", len(letters)
    )
    messages.success(request, words % {"n": len(letters)})
    return redirect(_address_of_batch(round_, known["batch"]))


def _preview(round_: Round, form: LetterForm, found: list[Recipient]) -> dict[str, object]:
    """Return the count, and the first letters as they would read under pseudonyms."""
    known = form.cleaned_data

    def shown(words: str, one: Recipient) -> str:
        return filled(words, one, round_).replace(NAME, _("[name]"))

    return {
        "number": len(found),
        "letters": [
            {
                "to": one.called,
                "subject": shown(known["subject"], one),
                "text": shown(known["text"], one),
            }
            for one in found[:SHOWN]
        ],
        "more": max(len(found) - SHOWN, 0),
        "sent": {
            name: known[name]
            for name in ("role", "country", "sheet", "subject", "text", "batch")
        }
        | {"to": form.one.pk if form.one else "", "seen": fingerprint(found)},
    }


def _open(request: HttpRequest, code: str) -> Round:
    request.round_at_hand = open_round(code, request.user, rules.may_see_mail)
    return request.round_at_hand


def _crumbs(round_: Round) -> list[dict[str, str]]:
    letters = {"title": _("Letters"), "url": reverse("desk:mail", args=[round_.code])}
    return [*crumbs_to(round_, with_board=True), letters]


def _address_of_batch(round_: Round, batch: UUID) -> str:
    return f"{reverse('desk:mail', args=[round_.code])}?batch={batch}"
