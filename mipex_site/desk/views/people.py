"""The people of a round: who has which part, who is invited, who is missing."""

from __future__ import annotations

import csv
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from mipex_site.base.errors import Refusal
from mipex_site.base.forms import attempt
from questionnaire.enums import Role
from questionnaire.models import Assignment, Invitation, Round
from questionnaire.rules import may_confirm_invitation
from questionnaire.selectors.people import strands_of
from questionnaire.services import invitations

from .. import rules
from ..forms.people import ExtendForm, InviteForm, SuccessorForm
from ..selectors.inviting import (
    COLUMNS,
    Asked,
    InvitationLine,
    PeoplePage,
    countries_open_to,
    known_people,
    part_line,
    people_page,
    table_of,
)
from ..selectors.inviting.words import STATE_WORDS
from .places import crumbs_to, open_round

FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_GET
@never_cache
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Show the round's people; ``?format=csv`` gives what is shown as a file, and says so."""
    round_ = request.round_at_hand = open_round(code, request.user, rules.may_see_people)
    asked = Asked.from_query(request.GET)
    as_file = request.GET.get("format") == "csv"
    data = people_page(round_, request.user, asked, for_file=as_file)
    if as_file:
        invitations.note_export(round_=round_, asked=asked.as_dict(), by=request.user)
        return _as_csv(data)
    context = {
        "page": data,
        "roles": [(v, capfirst(str(w)), v == asked.role) for v, w in Role.choices],
        "states": [(v, w, v == asked.state) for v, w in STATE_WORDS.items()],
        "countries": [(v, w, v == asked.country) for v, w in data.countries],
        "csv_query": "&".join(part for part in (asked.address(), "format=csv") if part),
        "demonstration": round_.is_demonstration,
        "crumbs": crumbs_to(round_, with_board=True),
    }
    return render(request, "desk/people/people.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def invite(request: HttpRequest, code: str) -> HttpResponse:
    """Invite one person to one part; the address may say which part is meant."""
    round_ = open_round(code, request.user, rules.may_see_people)
    countries = countries_open_to(round_, request.user)
    form = InviteForm(
        request.POST or None,
        round_=round_,
        countries=countries,
        strands=strands_of(round_),
        initial={name: request.GET.get(name, "") for name in ("role", "country", "strand")},
    )
    made: list[Invitation] = []

    def ask(**said: object) -> None:
        made.append(invitations.invite(round_=round_, by=request.user, **said))

    if request.method == "POST" and _tried(form, ask):
        _say_made(request, made[0])
        return redirect("desk:people", round_.code)
    context = _framed(round_, form=form)
    status = 422 if form.is_bound else 200
    return render(request, "desk/people/invite.html", context, status=status)


@require_http_methods(["GET", "POST"])
@never_cache
def replace(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """End somebody's part and invite a successor; what was recorded stays."""
    round_ = open_round(code, request.user, rules.may_see_people)
    people = known_people(round_, request.user)
    held = round_.assignments.running().select_related("person", "country", "strand")
    row = held.filter(pk=pk).first()
    if row is None or (row.country and row.country.code in people.lost):
        raise Http404
    line = part_line(row, request.user, people)
    if not line.can_be_replaced:
        raise Http404
    form = SuccessorForm(request.POST or None)
    made: list[Invitation] = []

    def ask(**said: object) -> None:
        made.append(_replaced(row, round_, request, **said))

    if request.method == "POST" and _tried(form, ask):
        _say_made(request, made[0])
        return redirect("desk:people", round_.code)
    context = _framed(round_, form=form, line=line)
    status = 422 if form.is_bound else 200
    return render(request, "desk/people/replace.html", context, status=status)


def _replaced(
    row: Assignment, round_: Round, request: HttpRequest, **said: object
) -> Invitation:
    row.round = round_
    return invitations.replace(assignment=row, by=request.user, **said)


@require_http_methods(["GET", "POST"])
@never_cache
def invitation(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Show one invitation; a POST says by ``act`` what becomes of it."""
    round_ = open_round(code, request.user, rules.may_see_people)
    line = _line(request, round_, pk)
    form = ExtendForm(request.POST if request.POST.get("act") == "extend" else None)
    act = ACTS.get(request.POST.get("act", ""))
    link = ""
    if request.POST.get("act") == "hand-over":
        link = invitations.hand_over(invitation=line.row, by=request.user)
        line = _line(request, round_, pk)
    elif act:
        service, said = act
        service(invitation=line.row, by=request.user)
        messages.success(request, said())
        return redirect("desk:invitation", round_.code, pk)
    elif form.is_bound and attempt(
        form, invitations.extend, invitation=line.row, by=request.user
    ):
        messages.success(request, _("The link works longer now."))
        return redirect("desk:invitation", round_.code, pk)
    context = _framed(
        round_,
        form=form,
        line=line,
        link=link,
        may_confirm=may_confirm_invitation(request.user, line.row),
    )
    status = 422 if form.errors else 200
    return render(request, "desk/people/invitation.html", context, status=status)


ACTS: dict[str, tuple[Callable[..., object], Callable[[], str]]] = {
    "reissue": (invitations.reissue, lambda: _("A letter with a new link is on its way.")),
    "withdraw": (invitations.withdraw, lambda: _("The invitation is withdrawn.")),
    "confirm": (invitations.confirm, lambda: _("Confirmed: the letter is on its way.")),
}


def _line(request: HttpRequest, round_: Round, pk: int) -> InvitationLine:
    """Return the invitation as this person may know it; Http404 behind a tie."""
    readable = people_page(round_, request.user, Asked()).invitations
    found = next((one for one in readable if one.row.pk == pk), None)
    if found is None:
        raise Http404
    found.row.round = round_
    return found


def _tried(form: InviteForm | SuccessorForm, action: Callable[..., object]) -> bool:
    """Try it; a refusal stands above the form, so that what was filled in is not lost."""
    try:
        return attempt(form, action)
    except Refusal as refusal:
        form.add_error(None, refusal.reason)
        return False


def _say_made(request: HttpRequest, made: Invitation) -> None:
    said = _("The invitation is on its way.")
    if not made.issue:
        said = _("Another coordinator must confirm this invitation. It leaves then.")
    messages.success(request, said)


def _framed(round_: Round, **more: object) -> dict[str, object]:
    people = {"title": _("People"), "url": reverse("desk:people", args=[round_.code])}
    return {
        "round": round_,
        "demonstration": round_.is_demonstration,
        "crumbs": [*crumbs_to(round_, with_board=True), people],
    } | more


def _as_csv(data: PeoplePage) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"people-{data.round.code}-{timezone.localdate().isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")  # Spreadsheets take a file without it for Latin-1.
    writer = csv.writer(response, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in table_of(data):
        writer.writerow([_harmless(value) for value in row])
    return response


def _harmless(value: object) -> object:
    """Keep a text from being run as a formula by the spreadsheet that opens it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
