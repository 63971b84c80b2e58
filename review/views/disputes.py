"""The dispute file: all positions on one page, the ruling that ends it, and a second look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mipex_site.accounts.models import User
from mipex_site.base.htmx import is_htmx, render_page_or_part
from mipex_site.base.verdict import demand

from ..enums import DisputeCause, DisputeState, DraftOf
from ..forms import RulingForm, SecondLookForm
from ..forms.overruling import attempt
from ..models import Dispute, Ruling
from ..rules import may_look_again, may_rule
from ..selectors import DisputePage, dispute_page
from ..selectors.lists import disputes_of, rulings_of
from ..selectors.parts import review_due_on
from ..selectors.queue import Order, beside
from ..selectors.rulings import STANDS
from ..services.copies import copy_ruling
from ..services.disputes import look_again, rule
from ..services.drafts import on_item
from .choices import value_rows, verdict_rows
from .drafts import Typing, act_on_draft, context_of, keep_what_came, typing_at
from .moves import Possible, moves_of_dispute
from .places import address, dispute_at, frame, step_to_case
from .queue import url_of
from .threads import talk_about
from .values import words_of


@require_http_methods(["GET", "POST"])
@never_cache
def dispute(request: HttpRequest, **codes: str) -> HttpResponse:
    """Show the file and keep the ruling. htmx swaps the file for the one with the ruling."""
    found = dispute_at(request, **codes)
    page = dispute_page(found, request.user)
    if request.method == "GET":
        return _show(request, found, page)
    demand(may_rule(request.user, found))
    spot = on_item(found.item, DraftOf.RULING)
    done = act_on_draft(request, spot)
    if done:
        return done
    form = RulingForm(request.POST, options=page.options, precedents=page.precedents)
    if attempt(form, rule, dispute=found, by=request.user):
        found.refresh_from_db(fields=["state"])
        messages.success(request, _kept_words(found))
        return redirect(_here(page))
    keep_what_came(request, spot)
    return _show(request, found, page, form=form)


def _kept_words(found: Dispute) -> str:
    if found.state == DisputeState.SECOND_LOOK:
        return _("Your ruling is kept. It stands once another consortium reviewer concurs.")
    return _("Your ruling is kept. It ends the dispute.")


@require_POST
@never_cache
def look(request: HttpRequest, **codes: str) -> HttpResponse:
    """Keep a second look at the ruling that was read: concur, or say why not."""
    found = dispute_at(request, **codes)
    demand(may_look_again(request.user, found))
    page = dispute_page(found, request.user)
    spot = on_item(found.item, DraftOf.SECOND_LOOK)
    done = act_on_draft(request, spot, page=_here(page))
    if done:
        return done
    form = SecondLookForm(request.POST)
    if form.is_valid():
        numbered = Ruling.objects.filter(dispute__item_id=found.item_id)
        ruling = get_object_or_404(numbered, pk=form.cleaned_data.pop("ruling"))
        if attempt(form, look_again, ruling=ruling, by=request.user):
            return _looked(request, page, concurs=form.cleaned_data["concurs"])
    keep_what_came(request, spot)
    return _show(request, found, page, look_form=form)


def _looked(request: HttpRequest, page: DisputePage, *, concurs: bool) -> HttpResponse:
    words = _("You concur. The ruling stands and ends the dispute.")
    if not concurs:
        words = _("Your second look is kept. The dispute is open for another ruling.")
    messages.success(request, words)
    return redirect(_here(page))


@require_POST
@never_cache
def draft(request: HttpRequest, **codes: str) -> HttpResponse:
    """Lay a ruling of another country here as the person's own draft."""
    found = dispute_at(request, **codes)
    demand(may_rule(request.user, found))
    number = request.POST.get("ruling", "")
    known = Ruling.objects.select_related(
        "option", "dispute__item__case__round", "dispute__item__case__country"
    )
    ruling = get_object_or_404(known, pk=int(number) if number.isdecimal() else 0)
    copy_ruling(ruling=ruling, to=found, by=request.user)
    words = _("The ruling lies in the form as your draft. Nothing is ruled here yet.")
    messages.success(request, words)
    return redirect(_here(dispute_page(found, request.user)))


def _show(
    request: HttpRequest,
    found: Dispute,
    page: DisputePage,
    *,
    form: RulingForm | None = None,
    look_form: SecondLookForm | None = None,
) -> HttpResponse:
    moves = moves_of_dispute(found, request.user)
    wrong = form is not None or look_form is not None
    typing = _typing(request, found, moves)
    if typing and not wrong and typing.kind == DraftOf.RULING:
        form = _ruling_form(page, typing.initial)
    if typing and not wrong and typing.kind == DraftOf.SECOND_LOOK:
        look_form = _look_form(page, typing.initial)
    filled_in = form or look_form
    context = {
        "page": page,
        "form": form,
        "look_form": look_form,
        "here": _here(page),
        "as_part": is_htmx(request),
        "moves": _shown(found, moves),
        "may_rule": moves["close"].verdict,
        "may_look": moves["concur"].verdict,
        "cause": _cause_words(page),
        **context_of(typing.of(filled_in) if typing and filled_in else None),
        **_parties(page),
        **_choices(form, page),
        **_rulings(found, page, request.user),
        **talk_about(found.item.case, request.user, found.item),
        **_around(found, page),
    }
    return render_page_or_part(
        request,
        page="review/dispute.html",
        part="review/_dispute.html",
        context=context,
        status=422 if wrong else 200,
    )


def _typing(
    request: HttpRequest, found: Dispute, moves: Mapping[str, Possible]
) -> Typing | None:
    """Return where what is typed is kept: a ruling, or a second look; None where neither may."""
    if moves["close"].verdict:
        kind = DraftOf.RULING
    elif moves["concur"].verdict:
        kind = DraftOf.SECOND_LOOK
    else:
        return None
    named = found.item.indicator
    return typing_at(request, on_item(found.item, kind), code=named.code, title=named.title)


def _ruling_form(page: DisputePage, typed: Mapping[str, str]) -> RulingForm:
    initial = {**typed, "version": page.version}
    return RulingForm(initial=initial, options=page.options, precedents=page.precedents)


def _look_form(page: DisputePage, typed: Mapping[str, str]) -> SecondLookForm:
    number = page.waiting.number if page.waiting else None
    return SecondLookForm(initial={**typed, "ruling": number})


def _shown(found: Dispute, moves: Mapping[str, Possible]) -> list[Possible]:
    if found.state == DisputeState.SECOND_LOOK:
        return [moves["concur"], moves["dissent"]]
    return [moves["close"]]


def _here(page: DisputePage, name: str = "dispute") -> str:
    return address(name, page.place, page.indicator.code, _day(page))


def _day(page: DisputePage) -> Any:
    return None if page.reference_date == page.cut_off else page.reference_date


def _around(found: Dispute, page: DisputePage) -> dict[str, Any]:
    url = address("item", page.place, page.indicator.code, _day(page))
    steps = (step_to_case(page.place), (page.indicator.title, url))
    return frame(found.item.case.round, *steps)


def _cause_words(page: DisputePage) -> str:
    return {
        DisputeCause.MAINTAINED: _("Disputed: the expert maintains the answer"),
        DisputeCause.SPLIT: _("Disputed: the reviewers differ"),
        DisputeCause.CODINGS: _("Disputed: the two sheets differ"),
        DisputeCause.EXHAUSTED: _("Disputed: the objection stands after the last return"),
    }[DisputeCause(page.cause)]


def _parties(page: DisputePage) -> dict[str, Any]:
    """Return the positions on the disputed version, and what was said of earlier ones."""
    present = [view for view in page.opinions if view.version == page.version]
    return {
        "codings": [(coding, words_of(coding.reading)) for coding in page.codings],
        "opinions": present,
        "earlier": [view for view in page.opinions if view.version != page.version],
        "earlier_readings": [(read, words_of(read)) for read in page.earlier_readings],
    }


def _choices(form: RulingForm | None, page: DisputePage) -> dict[str, Any]:
    if form is None:
        return {}
    return {
        "verdict_rows": list(verdict_rows(form, page)),
        "value_rows": list(value_rows(form, page)),
    }


def _rulings(found: Dispute, page: DisputePage, user: User) -> dict[str, Any]:
    """Return where a ruling may serve as a draft, and the way through the person's queue.

    SIBLINGS are open disputes on the same question, COPYABLE the numbers of rulings elsewhere
    that may be laid here; both are empty for who may not rule.
    """
    code = page.indicator.code
    queued = disputes_of(user) if page.may_rule else ()
    stands = any(entry.standing == STANDS for entry in page.rulings)
    may_lie_here = page.elsewhere and page.may_rule and found.state == DisputeState.OPEN
    before, after = beside(queued, _place_in_queue(found, page))
    return {
        "copyable": {one.pk for one in rulings_of(user, [code])} if may_lie_here else set(),
        "siblings": [
            (line.place.country_name, url_of(line, "ruling-draft"))
            for line in queued
            if stands and line.indicator_code == code and line.state == DisputeState.OPEN
        ],
        "look_url": _here(page, "look"),
        "draft_url": _here(page, "ruling-draft"),
        "before_url": url_of(before) if before else "",
        "after_url": url_of(after) if after else "",
    }


def _place_in_queue(found: Dispute, page: DisputePage) -> Order:
    question = (page.indicator.order, page.indicator.code)
    due = review_due_on(found.item.case.round)
    return (*question, due, page.opened_on, page.place.country_name)
