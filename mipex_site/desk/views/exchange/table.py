"""One table: taken away, and brought in after a look at what it would change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mipex_site.base.errors import NotAllowed, Refusal
from mipex_site.base.verdict import demand
from questionnaire.models import Round
from questionnaire.resources.files import ROWS, TYPES, Rows, read_rows, written
from questionnaire.resources.trying import CHANGED, NEW, SAME, Changed, Trial, taken, tried
from questionnaire.services.people import note_export
from questionnaire.services.problems import BadFile

from ...forms.exchange import TableForm
from .places import address_of, crumbs_of
from .things import Open, opened

SALT = "table"
VALID_FOR = 24 * 60 * 60
"""Seconds for which a look at a table can be followed by taking it."""
CARRIED_LIMIT = 2_000_000
"""Characters that the page may carry from the look to the taking."""
SHOWN = 200
"""How many rows a page shows of a kind; the rest is counted."""


@require_http_methods(["GET", "POST"])
@never_cache
def page(request: HttpRequest, kind: str, code: str = "") -> HttpResponse:
    """Offer a table: ``?file=csv`` or ``xlsx`` is the table itself, ``?empty=`` its headings.

    A POST with a file shows what it would change; one with ``take`` takes a noted table away.
    """
    round_, one = _open(request, kind, code)
    if asked := request.GET.get("empty"):
        return _empty(one, asked)
    if asked := _asked_for(request, one):
        return _away(request, round_, one, asked)
    if request.method == "GET":
        return _show(request, round_, one, TableForm())
    demand(one.brings)
    return _look(request, round_, one)


@require_POST
def take(request: HttpRequest, kind: str, code: str = "") -> HttpResponse:
    """Save what was shown: all of it or nothing, and nothing where it would now be other."""
    round_, one = _open(request, kind, code)
    demand(one.brings)
    carried = _carried(request, round_, one)
    rows = [(line, row) for line, row in carried["rows"]]
    resource = one.thing.resource(round_=round_)
    try:
        trial = taken(resource, rows, seen=carried["seen"], by=request.user)
    except Changed as changed:
        looked = {"trial": changed.trial, "rows": rows, "refused": changed.reason}
        return _show_trial(request, round_, one, name=carried["name"], status=409, **looked)
    number = len(trial.changing)
    said = ngettext("%(n)d row is saved.", "%(n)d rows are saved.", number)
    messages.success(request, said % {"n": number})
    return redirect(address_of(round_, one.thing.slug))


def _open(request: HttpRequest, kind: str, code: str) -> tuple[Round | None, Open]:
    """Return the round and the table. Raises Http404, or NotAllowed with the rule's reason."""
    rounds = Round.objects.select_related("framework")
    round_ = get_object_or_404(rounds, code=code) if code else None
    one = opened(kind, request.user, round_)
    if one is None:
        raise Http404
    if not one.is_open:
        demand(one.takes)
    return round_, one


def _asked_for(request: HttpRequest, one: Open) -> str:
    """Return the kind of file that is asked for; what is noted takes a button, not an address."""
    by_address = "" if one.thing.is_noted else request.GET.get("file", "")
    return request.POST.get("take", "") or by_address


# --- away -----------------------------------------------------------------------------------


def _away(request: HttpRequest, round_: Round | None, one: Open, kind: str) -> HttpResponse:
    demand(one.takes)
    if kind not in TYPES:
        raise Http404
    data = one.thing.resource(by=request.user, round_=round_).export()
    content = written(data.headers, data, kind=kind)
    if one.thing.is_noted:
        note_export(rows=len(data), kind=kind, by=request.user)
    return _file(content, _name(round_, one), kind)


def _empty(one: Open, kind: str) -> HttpResponse:
    if kind not in TYPES:
        raise Http404
    content = written(one.thing.resource.blank(), (), kind=kind)
    return _file(content, f"{one.thing.slug}-empty", kind)


def _name(round_: Round | None, one: Open) -> str:
    return f"{one.thing.slug}-{round_.code}" if round_ else one.thing.slug


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    headers = {
        "Content-Type": TYPES[kind],
        "Content-Disposition": f'attachment; filename="{name}.{kind}"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, headers=headers)


# --- in -------------------------------------------------------------------------------------


def _look(request: HttpRequest, round_: Round | None, one: Open) -> HttpResponse:
    form = TableForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, round_, one, form)
    file, resource = form.cleaned_data["file"], one.thing.resource
    try:
        rows = read_rows(file=file, name=file.name, size=file.size, resource=resource)
        trial = tried(resource(round_=round_), rows, by=request.user)
        return _show_trial(request, round_, one, name=file.name, trial=trial, rows=rows)
    except NotAllowed:
        raise
    except BadFile as bad:
        form.add_error("file", [problem.message for problem in bad.problems])
    except Refusal as refusal:
        form.add_error("file", refusal.reason)
    return _show(request, round_, one, form)


def _carried(request: HttpRequest, round_: Round | None, one: Open) -> Mapping[str, Any]:
    """Return what the page carried. Raises Refusal unless it is this person's, of this table."""
    try:
        said = signing.loads(request.POST.get("carried", ""), salt=SALT, max_age=VALID_FOR)
    except signing.BadSignature as error:
        raise Refusal(_("Look at the table once more: this page is too old.")) from error
    if said["of"] != [str(request.user.pk), round_.code if round_ else "", one.thing.slug]:
        raise Refusal(_("This was looked at elsewhere or by somebody else. Look at it here."))
    return said


def _show(
    request: HttpRequest, round_: Round | None, one: Open, form: TableForm
) -> HttpResponse:
    required = one.thing.resource.required()
    context = {
        "form": form,
        "one": one,
        "columns": [(name, name in required) for name in one.thing.resource.blank()],
        "limit": ROWS,
    }
    status = 422 if form.is_bound else 200
    context |= _framed(round_)
    return render(request, "desk/exchange/table.html", context, status=status)


def _show_trial(
    request: HttpRequest,
    round_: Round | None,
    one: Open,
    *,
    name: str,
    trial: Trial,
    rows: Rows,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show what the rows would do, and carry them in the page, signed."""
    of = [str(request.user.pk), round_.code if round_ else "", one.thing.slug]
    said = {"of": of, "name": name, "rows": rows, "seen": trial.print}
    carried = signing.dumps(said, salt=SALT, compress=True)
    if len(carried) > CARRIED_LIMIT:
        raise Refusal(_("This table is too long to be looked at as a whole. Split it."))
    context = _framed(round_) | {
        "one": one,
        "name": name,
        "trial": trial,
        "refused": refused,
        "counts": {kind: trial.count(kind) for kind in (NEW, CHANGED, SAME)},
        "shown": trial.changing[:SHOWN],
        "more": max(len(trial.changing) - SHOWN, 0),
        "faulty": trial.refused[:SHOWN],
        "carried": carried,
        "url": address_of(round_, one.thing.slug),
        "take_url": address_of(round_, one.thing.slug, "take"),
    }
    return render(request, "desk/exchange/trial.html", context, status=status)


def _framed(round_: Round | None) -> dict[str, Any]:
    framed: dict[str, Any] = {"round": round_, "crumbs": crumbs_of(round_, below=True)}
    return framed | ({"demonstration": round_.is_demonstration} if round_ else {})
