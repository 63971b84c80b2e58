"""What stands beside an answer so that no text gets lost: a clash, and texts not taken."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from mipex_site.accounts.models import User

from ..enums import EXPERT_SIDE
from ..forms.labels import clashing_rows, label_of, values_in_words
from ..models import SetAside
from ..selectors.set_aside import texts_not_taken
from ..selectors.sheet import QuestionPage
from ..services.drafts import Clash

NOT_READ = frozenset({"sources", "change_reason"})
"""Fields that say nothing by themselves."""


def two_drafts(clash: Clash | None) -> dict[str, Any] | None:
    """Return both texts where neither is recorded; a recorded one has a notice of its own."""
    if clash is None or clash.spot.draft is None:
        return None
    who = _("By you, in another window.") if clash.is_mine else _("By a colleague.")
    return {"rows": clashing_rows(clash), "who": who, "at": clash.at, "mine": clash.is_mine}


def not_taken(question: QuestionPage, user: User) -> list[dict[str, Any]]:
    """Return the texts not taken that say something else than the answer; its own side's only."""
    page, row = question.strand.page, question.row
    if page.role not in EXPERT_SIDE:
        return []
    kept = texts_not_taken(page.sheet, row.indicator, page.cut_off)
    said = {row.answer.rationale, row.answer.note} if row.answer else set()
    shown = [_as_read(one, said, user) for one in kept]
    return [one for one in shown if one["texts"]]


def _as_read(kept: SetAside, said: set[str], user: User) -> dict[str, Any]:
    names = [name for name in kept.content if name not in NOT_READ]
    words = values_in_words(kept.indicator_id, names)
    texts = [
        {"label": label_of(name), "text": words.get(text, text)}
        for name, text in kept.content.items()
        if name in names and isinstance(text, str) and text.strip() not in said
    ]
    return {
        "at": kept.at,
        "because": kept.get_because_display(),
        "who": _("By you.") if kept.author_id == user.pk else _("By a colleague."),
        "texts": texts,
    }
