"""What the doors of a sheet answer, in data and in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from mipex_site.base.doors import answer, moment, refused, shown

from ..forms.labels import also_changed, clashing_rows
from ..models import Answer, Assessment
from ..services.drafts import Clash, Kept


def kept(result: Kept) -> JsonResponse:
    """What was typed is a draft now, or says what the recorded answer says.

    Who else has the sheet open is left to the pulse: this is asked too often.
    """
    words = _("Saved at %(time)s.") % {"time": shown(result.at)} + also_changed(result.merged)
    return answer(
        "kept" if result.draft else "recorded",
        words,
        **moment(result.at),
        version=result.version,
        draft=result.draft,
        fields=result.content,
        merged=list(result.merged),
        next="",
    )


def recorded(
    recorded_as: Answer,
    fields: dict[str, Any],
    *,
    sheet: Assessment,
    code: str,
    merged: Sequence[str] = (),
) -> JsonResponse:
    """It is an answer now: what it says, and where to go on."""
    place = (sheet.round.code, sheet.country.code, sheet.strand.code, sheet.coding)
    words = _("%(code)s is recorded.") % {"code": code} + also_changed(merged)
    return answer(
        "recorded",
        words,
        **moment(recorded_as.updated_at),
        version=recorded_as.version,
        draft=0,
        fields=fields,
        merged=list(merged),
        next=f"{reverse('questionnaire:sheet', args=place)}?after={code}",
    )


def presence(others: bool) -> dict[str, Any]:  # noqa: FBT001 (one truth, and its words)
    words = _("A colleague has this sheet open.") if others else ""
    return {"others": others, "presence": words}


def clash(found: Clash) -> JsonResponse:
    """Two texts for one field: nothing is saved, and both go back."""
    mine = found.is_mine
    return answer(
        "clash",
        found.reason,
        status=found.status,
        who="you" if mine else "other",
        who_words=_("By you, in another window.") if mine else _("By a colleague."),
        **moment(found.at),
        version=found.spot.version,
        draft=found.spot.draft.version if found.spot.draft else 0,
        clashes=clashing_rows(found),
        fields=found.merge.content,
        merged=list(found.merge.merged),
    )


def missing(errors: dict[str, list[str]], result: Kept) -> JsonResponse:
    """Something is missing before it is an answer; as a draft it is kept."""
    words = _("Kept as a draft, but not recorded: %(why)s") % {"why": _first(errors)}
    return refused(words, status=422, errors=errors, version=result.version, draft=result.draft)


def _first(errors: dict[str, list[str]]) -> str:
    return next((words for many in errors.values() for words in many), "")
