"""What a form of the review needs so that what is typed in it is kept, and kept without a script.

Without a script the button "Save as a draft" posts the form to its own page with ``act=keep``,
and "Discard it" with ``act=discard``.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from mipex_site.base.errors import Refusal
from mipex_site.base.typed import NOT_TYPED, length_of, without_nul, words_of_limit
from questionnaire.enums import TEXT_LIMIT

from ..forms.labels import label_of
from ..models import CaseItem, ReviewDraft
from ..selectors.blind import place_of
from ..selectors.drafts import draft_of, fields_in, not_taken_in, texts_in
from ..services.drafts import Spot, Typed, discard_review_draft, keep_review_draft
from .places import codes_of

NOT_KEPT = NOT_TYPED | {"then", "overruled", "concurs", "ruling"}
"""What is pressed or said for once, and what the page was made for: no part of a draft."""


@dataclass(frozen=True, slots=True)
class Typing:
    """One form: the door of its draft, and the draft that lies there.

    AT is when it was last typed on, or None; TYPED_ON the version of the answer it was begun
    on. NOT_TAKEN are texts of another window: a moment, and pairs of a label and a text.
    """

    door: str
    pulse: str
    kind: str
    round: str
    fields: str
    code: str
    title: str
    limit: int
    draft: int
    at: datetime | None
    typed_on: int
    initial: dict[str, str]
    not_taken: tuple[tuple[datetime, tuple[tuple[str, str], ...]], ...]

    def of(self, form: Form) -> Typing:
        """Return the same with the fields that a person fills in on FORM."""
        names = (bound.name for bound in form.visible_fields())
        return replace(self, fields=" ".join(name for name in names if name not in NOT_KEPT))


def typing_at(
    request: HttpRequest,
    spot: Spot,
    *,
    fields: Iterable[str] = (),
    code: str = "",
    title: str = "",
) -> Typing:
    """Return what a form of FIELDS needs; CODE and TITLE name what it is about. One query."""
    found = draft_of(request.user, spot.case, spot.kind, spot.place)
    return typing_on(spot, found, fields=fields, code=code, title=title)


def typing_on(
    spot: Spot,
    found: ReviewDraft | None,
    *,
    fields: Iterable[str] = (),
    code: str = "",
    title: str = "",
) -> Typing:
    """As typing_at, where the draft is known: it asks the database nothing."""
    place = place_of(spot.case)
    return Typing(
        door=reverse("review:draft", args=[*codes_of(place), spot.kind, spot.place]),
        pulse=reverse("review:pulse"),
        kind=spot.kind,
        round=place.round_code,
        fields=" ".join(name for name in fields if name not in NOT_KEPT),
        code=code,
        title=title or f"{place.country_name}, {place.strand_title}",
        limit=TEXT_LIMIT,
        draft=found.version if found else 0,
        at=found.updated_at if found and texts_in(found) else None,
        typed_on=found.based_on if found else 0,
        initial=fields_in(found) if found else {},
        not_taken=tuple(
            (one.at, tuple((label_of(spot.kind, n), t) for n, t in one.texts.items()))
            for one in (not_taken_in(found) if found else ())
        ),
    )


def typing_about(request: HttpRequest, spot: Spot, item: CaseItem | None) -> Typing:
    """As typing_at, named after the answer that it is about, or else after the case."""
    named = item.indicator if item else None
    code, title = (named.code, named.title) if named else ("", "")
    return typing_at(request, spot, code=code, title=title)


def act_on_draft(request: HttpRequest, spot: Spot, *, page: str = "") -> HttpResponse | None:
    """Keep or discard the draft if that is what was pressed, and show the page again.

    PAGE is its address where it is not the one that was posted to. Raises Clash where another
    window wrote since: the refusal gives the text back.
    """
    act = request.POST.get("act")
    if act == "keep":
        keep_review_draft(spot=spot, typed=typed_whole(request.POST), by=request.user)
        messages.success(request, _("Your draft is kept. Nobody else can read it."))
    elif act == "discard":
        discard_review_draft(spot=spot, by=request.user)
        messages.success(request, _("Your draft is discarded."))
    else:
        return None
    return redirect(page or request.get_full_path())


def keep_what_came(request: HttpRequest, spot: Spot) -> None:
    """Keep a form that was refused as a draft, so that closing its page loses nothing.

    Where even that is too late the page that says so has the text.
    """
    with suppress(Refusal):
        keep_review_draft(spot=spot, typed=typed_whole(request.POST), by=request.user)


def keep_if_sent(request: HttpRequest, spot: Spot) -> None:
    """As keep_what_came, where one address shows a form and takes it."""
    if request.method == "POST":
        keep_what_came(request, spot)


def typed_whole(post: QueryDict) -> Typed:
    """Return what a form sent: all its fields, and which versions were read.

    Raises Refusal for a text that is too long.
    """
    fields = {name: without_nul(post[name]) for name in post if name not in NOT_KEPT}
    for length in (length_of(text) for text in fields.values()):
        if length > TEXT_LIMIT:
            raise Refusal(words_of_limit(length, TEXT_LIMIT))
    return Typed(
        fields=fields,
        based_on=_number(post.get("version", "")),
        draft=_number(post.get("draft", "")),
        base=dict.fromkeys(fields, ""),
        whole=True,
    )


def _number(text: str) -> int:
    """Return a version's number; 0 for what is none: then all that lies there is news."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004


def context_of(typing: Typing | None) -> dict[str, Any]:
    """Return what the page around the form needs; nothing is kept where there is no form."""
    return {"typing": typing, "text_limit": TEXT_LIMIT}
