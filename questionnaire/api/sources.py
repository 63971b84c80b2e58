"""The door by which a browser adds a source, once however often it is sent.

docs/reference/autosave.md says what goes in and out.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from mipex_site.base.doors import another_person, answer, body_of, json_door, refused
from mipex_site.base.errors import NotAllowed
from mipex_site.base.forms import attempt

from ..enums import EXPERT_SIDE
from ..forms.sources import SourceForm
from ..models import Assessment, Source
from ..rules import may_see_sheet, role_on
from ..services.sources import add_source

RANDOM_KEY = 4
"""The version of the UUIDs that a browser makes."""


@json_door
@require_POST
@never_cache
def add(request: HttpRequest, **codes: Any) -> HttpResponse:
    """Add a source under the key that the browser gave it; the same again is the one there."""
    try:
        body = body_of(request)
        key, fields = UUID(body["key"]), body["fields"]
        if key.version != RANDOM_KEY or not _are_texts(fields):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError):
        return refused(_("The portal does not understand what was sent."), status=400)
    if body.get("person") not in {None, request.user.browser_key}:
        return another_person()
    at = {"country": codes.pop("country"), "strand": codes.pop("strand"), **codes}
    sheet = get_object_or_404(Assessment.objects.at(**at).for_page())
    if not may_see_sheet(request.user, sheet):
        raise Http404
    try:
        return _add(request, sheet, key, fields)
    except NotAllowed as no:
        if role_on(request.user, sheet, *EXPERT_SIDE):
            return answer("closed", no.reason, status=HTTPStatus.LOCKED, kept=False)
        raise


def _add(
    request: HttpRequest, sheet: Assessment, key: UUID, fields: dict[str, Any]
) -> HttpResponse:
    is_there = Source.objects.of_sheet(sheet).filter(key=key).exists()
    form = SourceForm(fields, rule=sheet.round.evidence_rule, prefix=None)
    if not attempt(form, add_source, sheet=sheet, by=request.user, key=key):
        errors = {name: [str(one) for one in many] for name, many in form.errors.items()}
        words = _("The source is not added yet: something is missing or wrong.")
        return refused(words, status=HTTPStatus.UNPROCESSABLE_ENTITY, errors=errors)
    status = HTTPStatus.OK if is_there else HTTPStatus.CREATED
    return answer("added", _("The source is added."), status=status, key=str(key))


def _are_texts(fields: object) -> bool:
    """Whether these are fields as a form has them; the form judges what they say."""
    kinds = str | int | bool | None
    return isinstance(fields, dict) and all(isinstance(one, kinds) for one in fields.values())
