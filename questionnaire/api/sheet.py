"""The doors of a sheet: one for what is typed, online and offline alike, and its pulse.

docs/reference/autosave.md says what goes in and out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from mipex_site.base.doors import (
    another_person,
    answer,
    body_of,
    json_door,
    refused,
    still_signed_in,
)
from mipex_site.base.errors import Closed, NotAllowed
from mipex_site.base.typed import NOT_TYPED, TooLong

from ..enums import EXPERT_SIDE, SetAsideBecause
from ..forms.saving import record_typed
from ..models import Assessment, Indicator
from ..rules import had_role, may_see_sheet, role_on
from ..selectors.recorded import recorded_at
from ..selectors.spot import Spot, spot_at, spot_of
from ..services.drafts import (
    Clash,
    Typed,
    demand_open,
    discard_draft,
    keep_typed,
    read_again,
    set_aside,
)
from ..services.earlier import confirm_earlier
from ..services.presence import has_company, mark_presence
from . import replies
from .reading import day_of, typed_of

Act = Callable[[HttpRequest, Spot, Typed], HttpResponse]


@json_door
@require_http_methods(["GET", "POST"])
@never_cache
def draft(request: HttpRequest, indicator: str, **codes: Any) -> HttpResponse:
    """Keep what is typed on one question, record it, or say what lies there."""
    try:
        if request.method == "GET":
            day = day_of(request.GET.get("day"))
            return _there(request, _spot(request, indicator, codes, day))
        body = body_of(request)
        typed, day = typed_of(body)
        act = ACTS[body.get("act", "keep")]
    except TooLong as error:
        return refused(str(error), status=413, errors=error.errors)
    except (ValueError, KeyError, TypeError):
        return refused(_("The portal does not understand what was sent."), status=400)
    if body.get("person") not in {None, request.user.browser_key}:
        return another_person()
    return _act(act, request, _spot(request, indicator, codes, day), typed)


def _act(act: Act, request: HttpRequest, spot: Spot, typed: Typed) -> HttpResponse:
    try:
        return act(request, spot, typed)
    except Clash as clash:
        return replies.clash(clash)
    except Closed as closed:
        late = SetAsideBecause.CLOSED
        kept = set_aside(spot=spot, content=typed.fields, by=request.user, because=late)
        return answer("closed", closed.reason, status=closed.status, kept=kept)


@json_door
@require_GET
@never_cache
def pulse(request: HttpRequest, **codes: Any) -> HttpResponse:
    """Say who is signed in, with a fresh token, and whether somebody else is here, too."""
    at = {"country": codes.pop("country"), "strand": codes.pop("strand"), **codes}
    sheet = get_object_or_404(Assessment.objects.at(**at).for_page())
    person = request.user
    if not may_see_sheet(person, sheet):
        raise Http404
    if role_on(person, sheet, *EXPERT_SIDE):
        others = mark_presence(sheet_id=sheet.pk, by=person)
    else:
        others = has_company(sheet_id=sheet.pk, by=person)
    return still_signed_in(request, **replies.presence(others))


def _spot(
    request: HttpRequest, indicator: str, codes: dict[str, Any], day: date | None
) -> Spot:
    """Return the question at that address. Raises Http404, and NotAllowed whose right ended."""
    sheet = (codes["round_code"], codes["country"], codes["strand"], codes["coding"])
    spot = spot_at((*sheet, indicator), user=request.user, day=day)
    if spot is None:
        raise Http404
    if spot.role or request.method == "GET":
        if spot.role or may_see_sheet(request.user, spot.sheet):
            return spot
        raise Http404
    if had_role(request.user, spot.sheet, *EXPERT_SIDE):
        raise NotAllowed(_("Your right to write here has ended. Ask the expert of this sheet."))
    if not may_see_sheet(request.user, spot.sheet):
        raise Http404
    return spot


def _there(request: HttpRequest, spot: Spot) -> HttpResponse:
    recorded = None if spot.draft else recorded_at(spot, user=request.user)
    if spot.draft:
        state, words, fields = "kept", _("A draft lies here."), spot.draft.content
    elif recorded:
        state, words, fields = "recorded", _("An answer is recorded."), recorded.fields
    else:
        state, words, fields = "blank", _("There is no answer yet."), {}
    draft_version = spot.draft.version if spot.draft else 0
    return answer(state, words, version=spot.version, draft=draft_version, fields=fields)


def _keep(request: HttpRequest, spot: Spot, typed: Typed) -> HttpResponse:
    result = keep_typed(spot=spot, typed=typed, by=request.user)
    return replies.kept(result)


def _record(request: HttpRequest, spot: Spot, typed: Typed) -> HttpResponse:
    person = request.user
    sheet = Assessment.objects.for_page().get(pk=spot.sheet.pk)
    saved = record_typed(sheet=sheet, spot=spot, typed=typed, by=person)
    if saved.answer is None:
        errors = {name: [str(one) for one in many] for name, many in saved.form.errors.items()}
        return replies.missing(errors, saved.kept)
    content = {name: saved.form.data[name] for name in saved.form.data if name not in NOT_TYPED}
    known = {"sheet": sheet, "code": spot.indicator, "merged": saved.merged}
    return replies.recorded(saved.answer, content, **known)


def _confirm(request: HttpRequest, spot: Spot, typed: Typed) -> HttpResponse:
    """Record the earlier edition's answer as it is; a draft that says more is set aside."""
    demand_open(spot)
    person = request.user
    sheet = Assessment.objects.for_page().get(pk=spot.sheet.pk)
    indicator = Indicator.objects.get(pk=spot.indicator_id)
    known = {"sheet": sheet, "indicator": indicator, "expected_version": typed.based_on}
    confirmed = confirm_earlier(**known, by=person)
    now = spot_of(sheet.pk, indicator.pk, user=person)
    fields = recorded_at(now, user=person).fields
    return replies.recorded(confirmed, fields, sheet=sheet, code=spot.indicator)


def _discard(request: HttpRequest, spot: Spot, typed: Typed) -> HttpResponse:
    """Take what is recorded; the draft's text is set aside."""
    discard_draft(spot=spot, by=request.user)
    return _there(request, read_again(spot=spot, by=request.user))


ACTS: dict[str, Act] = {
    "keep": _keep,
    "record": _record,
    "confirm": _confirm,
    "discard": _discard,
}
