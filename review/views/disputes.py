"""The dispute file: all positions on one page, and the ruling that ends it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms.boundfield import BoundWidget
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mipex_site.base.forms import attempt
from mipex_site.base.htmx import is_htmx, render_page_or_part
from questionnaire.enums import AnswerKind

from ..enums import DisputeCause, VerdictCode
from ..forms import RulingForm
from ..models import Dispute
from ..selectors import DisputePage, dispute_page
from ..selectors.blind import OpinionView
from ..services.disputes import rule
from .moves import ruling_on
from .places import address, dispute_at, frame, step_to_case
from .values import Value, value_behind, value_of, words_of


@dataclass(frozen=True, slots=True)
class Choice:
    """One radio of the ruling: its hint, and who holds what it says."""

    radio: BoundWidget
    text: str
    held_by: tuple[str, ...] = ()


@require_http_methods(["GET", "POST"])
@never_cache
def dispute(request: HttpRequest, **codes: str) -> HttpResponse:
    """Show the file and keep the ruling. htmx swaps the file for the one with the ruling."""
    found = dispute_at(request, **codes)
    options = found.item.indicator.options.all()
    data = request.POST if request.method == "POST" else None
    form = RulingForm(data, options=options)
    if request.method == "POST" and attempt(form, rule, dispute=found, by=request.user):
        messages.success(request, _("Your ruling is kept. It ends the dispute."))
        return redirect(request.get_full_path())
    page = dispute_page(found, request.user)
    move = ruling_on(found, request.user)
    context = {
        "page": page,
        "form": form,
        "here": request.get_full_path(),
        "as_part": is_htmx(request),
        "verdict_rows": list(_verdict_rows(form, page)),
        "value_rows": list(_value_rows(form, page)),
        "moves": [move],
        "may_rule": move.verdict,
        "cause": _cause_words(page),
        **_parties(page),
        **_around(found, page),
    }
    return render_page_or_part(
        request,
        page="review/dispute.html",
        part="review/_dispute.html",
        context=context,
        status=422 if form.is_bound else 200,
    )


def _around(found: Dispute, page: DisputePage) -> dict[str, Any]:
    day = None if page.reference_date == page.cut_off else page.reference_date
    url = address("item", page.place, page.indicator.code, day)
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
    }


def _verdict_rows(form: RulingForm, page: DisputePage) -> Iterator[Choice]:
    experts = {"value": words_of(page.codings[0].reading)}
    hints = {
        VerdictCode.EXPERT_UPHELD: _("The value stays as it is: “%(value)s”") % experts,
        VerdictCode.REVIEWER_UPHELD: _("A value that a reviewer or another sheet named."),
        VerdictCode.THIRD_VALUE: _("A value that nobody named."),
        VerdictCode.EVIDENCE_INSUFFICIENT: _(
            "The value becomes “cannot be known”, and leaves the mean."
        ),
        VerdictCode.AFTER_CUT_OFF: _(
            "What is cited came later: say which value held on the cut-off date."
        ),
        VerdictCode.INDICATOR_UNCLEAR: _(
            "The question can be read in two ways: say which reading stands."
        ),
    }
    for radio in form["verdict"]:
        yield Choice(radio, hints[VerdictCode(str(radio.data["value"]))])


def _value_rows(form: RulingForm, page: DisputePage) -> Iterator[Choice]:
    """Yield the values with the names of those who hold each."""
    held = _holders(page)
    by_place = {str(option.order): option for option in page.options}
    for radio in form["option"]:
        value = str(radio.data["value"])
        option = by_place.get(value)
        key: Value = (AnswerKind.CHOSEN, option.pk) if option else (value, None)
        yield Choice(radio, option.description if option else "", tuple(held[key]))


def _holders(page: DisputePage) -> dict[Value, list[str]]:
    held: dict[Value, list[str]] = defaultdict(list)
    for coding in page.codings:
        held[value_of(coding.reading)].append(coding.who or _("the expert"))
    for opinion in _present(page):
        value = value_behind(opinion, page.codings[0].reading)
        if value and opinion.who:
            held[value].append(opinion.who)
    return held


def _present(page: DisputePage) -> list[OpinionView]:
    return [view for view in page.opinions if view.version == page.version]
