"""Make an answer of what was typed: the way of the page, of the door and of the quiet task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import Stale
from mipex_site.base.forms import attempt

from ..models import Answer, Assessment, Draft
from ..selectors.recorded import as_fields
from ..selectors.sheet import Parts, parts_of
from ..selectors.spot import Spot
from ..services.answers import record_answer
from ..services.drafts import (
    TRIES,
    Kept,
    Typed,
    demand_open,
    keep_typed,
    merged,
    read_again,
    set_aside,
)
from ..services.merging import Merge, same, texts_of, unfinished_source
from .answers import AnswerForm


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of it: the ANSWER, or the FORM that says what is missing and the draft KEPT.

    MERGED names the fields that somebody else had changed and that are in it, too.
    """

    form: AnswerForm
    parts: Parts
    answer: Answer | None
    kept: Kept | None
    merged: tuple[str, ...]


def form_of(parts: Parts, content: Mapping[str, Any], **read: Any) -> AnswerForm:
    """Return the form of one answer, filled with a draft's fields."""
    return AnswerForm(
        {**content, **read},
        options=parts.options,
        pool=parts.pool,
        answer=parts.answer,
        asks_what_happened=parts.request is not None,
        earlier=parts.earlier,
    )


def record_typed(*, sheet: Assessment, spot: Spot, typed: Typed, by: User) -> Saved:
    """Record what was typed, merged with what others did meanwhile; else keep it as a draft.

    Raises what keep_typed raises.
    """
    for _try in range(TRIES):
        demand_open(spot)
        found = merged(spot=spot, typed=typed, by=by)
        cited = found.content.get("sources", ())
        parts = parts_of(sheet, spot, cited=cited)
        draft = spot.draft.version if spot.draft else 0
        form = form_of(parts, found.content, version=spot.version, draft=draft)
        try:
            answer = _record(form, parts, sheet, spot, by)
        except Stale:
            spot = read_again(spot=spot, by=by)
            continue
        if answer is None:
            kept = keep_typed(spot=spot, typed=typed, by=by)
            # Whoever sends the form again has read the draft that was kept just now.
            form.data |= {"version": kept.version, "draft": kept.draft}
            return Saved(form, parts, None, kept, found.merged)
        _set_aside_the_rest(parts, spot, typed, found, by)
        return Saved(form, parts, answer, None, found.merged)
    raise Stale(_("Too many people write here just now. Save again in a moment."))


def read_draft(draft: Draft, spot: Spot) -> dict[str, Any]:
    """Return what record_answer takes of a draft. Raises ValidationError by field."""
    content = spot.draft.content
    cited = content.get("sources", ())
    parts = parts_of(draft.assessment, spot, cited=cited)
    form = form_of(parts, content, version=spot.version, draft=draft.version)
    if not form.is_valid():
        raise ValidationError(dict(form.errors.as_data()))
    return form.cleaned_data


def _record(
    form: AnswerForm, parts: Parts, sheet: Assessment, spot: Spot, by: User
) -> Answer | None:
    saved: list[Answer] = []
    known = {"sheet": sheet, "indicator": parts.indicator, "by": by, "reference_date": spot.day}
    attempt(form, lambda **given: saved.append(record_answer(**given)), **known)
    return saved[0] if saved else None


def _set_aside_the_rest(parts: Parts, spot: Spot, typed: Typed, found: Merge, by: User) -> None:
    """Keep what was typed and is not in the answer, and the text that lost against it."""
    rest = {**typed.set_aside, **unfinished_source(found.content)}
    if spot.draft and spot.draft.based_on < spot.version and parts.answer:
        options = [one.pk for one in parts.options]
        lost = texts_of(as_fields(parts.answer, options, ()))
        rest |= {
            name: text
            for name, text in lost.items()
            if not same(text, found.content.get(name, ""))
        }
    set_aside(spot=spot, content=rest, by=by)
