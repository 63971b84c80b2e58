"""The doors of the review: one for what is typed, by its kind and place, and a pulse.

docs/reference/autosave.md says what goes in and out.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from mipex_site.base.doors import (
    another_person,
    answer,
    body_of,
    json_door,
    moment,
    refused,
    shown,
    still_signed_in,
)
from mipex_site.base.errors import Closed, NotAllowed
from mipex_site.base.typed import TooLong, demand_short, fields_of, key_of, number_of
from questionnaire.enums import TEXT_LIMIT

from ..enums import DraftOf
from ..forms.labels import label_of
from ..models import Case
from ..selectors.drafts import draft_of, fields_in
from ..services.drafts import (
    AlreadySaid,
    Clash,
    Kept,
    Spot,
    Typed,
    demand_person,
    discard_review_draft,
    keep_review_draft,
)

Act = Callable[[HttpRequest, Spot, Typed], HttpResponse]


@json_door
@require_http_methods(["GET", "POST"])
@never_cache
def draft(request: HttpRequest, kind: str, place: str, **codes: str) -> HttpResponse:
    """Keep what is typed at one place, or say what lies there; to its own person alone."""
    if request.method == "GET":
        return _closed_to_others(_there, request, _spot(kind, place, codes), _nothing())
    try:
        body = body_of(request)
        typed = _typed_of(body)
        act = ACTS[body.get("act", "keep")]
    except TooLong as error:
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return refused(str(error), status=status, errors=error.errors)
    except (ValueError, KeyError, TypeError):
        words = _("The portal does not understand what was sent.")
        return refused(words, status=HTTPStatus.BAD_REQUEST)
    if body.get("person") not in {None, request.user.browser_key}:
        return another_person()
    return _closed_to_others(act, request, _spot(kind, place, codes), typed)


@json_door
@require_GET
@never_cache
def pulse(request: HttpRequest) -> HttpResponse:
    """Say who is signed in, with a fresh token."""
    return still_signed_in(request)


def _typed_of(body: dict[str, Any]) -> Typed:
    """Return what was typed. Raises ValueError for another shape, and TooLong."""
    fields, lost = fields_of(body, "fields"), fields_of(body, "set_aside")
    demand_short(fields, limit=TEXT_LIMIT)
    demand_short(lost, limit=TEXT_LIMIT)
    return Typed(
        fields=fields,
        base=fields_of(body, "base"),
        based_on=number_of(body, "based_on"),
        draft=number_of(body, "draft"),
        key=key_of(body),
        set_aside=lost,
    )


def _nothing() -> Typed:
    return Typed(fields={}, based_on=0, draft=0)


def _spot(kind: str, place: str, codes: dict[str, str]) -> Spot:
    if kind not in DraftOf.values:
        raise Http404
    at = (codes["round_code"], codes["country"], codes["strand"])
    return Spot(get_object_or_404(Case.objects.at(*at).for_page()), kind, place)


def _closed_to_others(act: Act, request: HttpRequest, spot: Spot, typed: Typed) -> HttpResponse:
    """Act. Whether there is a case, an answer or a draft is nobody's to know who may not write."""
    try:
        return act(request, spot, typed)
    except Clash as clash:
        return _clash(spot, clash)
    except AlreadySaid as said:
        return answer("said", said.reason, status=said.status, kept=True)
    except Closed as closed:
        return answer(
            "closed", closed.reason, status=closed.status, kept=False, fields=dict(typed.fields)
        )
    except (NotAllowed, ObjectDoesNotExist) as no:
        raise Http404 from no


def _there(request: HttpRequest, spot: Spot, _typed: Typed) -> HttpResponse:
    demand_person(spot=spot, by=request.user)
    found = draft_of(request.user, spot.case, spot.kind, spot.place)
    if found is None:
        words = _("Nothing is being typed here.")
        return answer("blank", words, version=0, draft=0, fields={})
    numbers = {"version": found.based_on, "draft": found.version}
    words = _("A draft lies here.")
    return answer("kept", words, fields=fields_in(found), **numbers, **moment(found.updated_at))


def _keep(request: HttpRequest, spot: Spot, typed: Typed) -> HttpResponse:
    return _kept(spot, keep_review_draft(spot=spot, typed=typed, by=request.user))


def _discard(request: HttpRequest, spot: Spot, typed: Typed) -> HttpResponse:
    discard_review_draft(spot=spot, by=request.user)
    return _there(request, spot, typed)


def _kept(spot: Spot, kept: Kept) -> HttpResponse:
    return answer(
        "kept",
        _("Saved at %(time)s.") % {"time": shown(kept.at)} + _also(spot.kind, kept),
        **moment(kept.at),
        version=kept.version,
        draft=kept.draft,
        fields=kept.content,
        merged=list(kept.merged),
    )


def _also(kind: str, kept: Kept) -> str:
    labels = list(dict.fromkeys(label_of(kind, name) for name in kept.merged))
    if not labels:
        return ""
    words = _("Changed elsewhere meanwhile, and both are kept: %(fields)s.")
    return " " + words % {"fields": get_text_list(labels, _("and"))}


def _clash(spot: Spot, found: Clash) -> HttpResponse:
    """Two texts for one field: nothing is saved, and both go back."""
    clashes = [
        {
            "field": one.field,
            "label": label_of(spot.kind, one.field),
            "base": one.base,
            "yours": one.yours,
            "theirs": one.theirs,
        }
        for one in found.merge.clashes
    ]
    return answer(
        "clash",
        found.reason,
        status=found.status,
        who="you",
        who_words=_("By you, in another window."),
        **moment(found.draft.updated_at),
        version=found.draft.based_on,
        draft=found.draft.version,
        clashes=clashes,
        fields=found.merge.content,
        merged=list(found.merge.merged),
    )


ACTS: dict[str, Act] = {"keep": _keep, "discard": _discard}
