"""What an earlier edition said about the questions of a sheet, and whether an answer differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mipex_site.base.prepared import Prepared
from mipex_site.base.verdict import YES, Verdict, no

from ..models import Answer, Assessment, EarlierAnswer, Indicator, Source
from .standing import carries, is_rechecked

EARLIER = Prepared(
    lambda round_, country, indicator: EarlierAnswer.objects.filter(
        round_id=round_, country_id=country, indicator_id=indicator
    ).select_related("option")
)


def earlier_answers(sheet: Assessment) -> dict[int, EarlierAnswer]:
    """Return the proposals for a sheet's questions by the indicator's key; one query."""
    found = EarlierAnswer.objects.filter(
        round_id=sheet.round_id,
        country_id=sheet.country_id,
        indicator__strand_id=sheet.strand_id,
    )
    return {one.indicator_id: one for one in found.select_related("option")}


def earlier_answer(sheet: Assessment, indicator: Indicator) -> EarlierAnswer | None:
    """Return what the last edition said about one question; None where it had no value."""
    place = {"round_id": sheet.round_id, "country_id": sheet.country_id}
    return said_before(**place, indicator_id=indicator.pk)


def said_before(*, round_id: int, country_id: int, indicator_id: int) -> EarlierAnswer | None:
    """As earlier_answer, for who has no sheet at hand, such as the review."""
    return EARLIER.first(round_id, country_id, indicator_id)


def differs(answer: Answer, earlier: EarlierAnswer) -> bool:
    """Whether an answer says something else than the earlier one: what is chosen, not why."""
    now = (answer.kind, answer.option_id, answer.points)
    return now != (earlier.kind, earlier.option_id, earlier.points)


def carried_keys(earlier: EarlierAnswer) -> list[str]:
    """Return the keys of the round's sources that came over with an earlier answer."""
    return [source["key"] for source in earlier.sources if source.get("key")]


def text_of(frozen: Mapping[str, Any]) -> str:
    """Return a source as its edition names it: title, article, year."""
    parts = [frozen.get(name) for name in ("title", "article", "year")]
    return ", ".join(str(part) for part in parts if part)


def may_confirm(carried: Sequence[Source], day: date) -> Verdict:
    """Whether an earlier answer can be confirmed as of DAY, as far as its CARRIED sources go.

    Each of them must have been checked again; one that no longer carries the day cannot be.
    """
    shown = {"day": date_format(day, "j F Y")}
    if not carried:
        return no(
            _("No source came over with this answer. Add one, and record the answer with it.")
        )
    ended = [source for source in carried if not carries(source, day)]
    if ended:
        words = _("%(sources)s cannot support an answer about %(day)s. Cite another source.")
        return no(words % (shown | {"sources": _listed(ended)}))
    unchecked = [source for source in carried if not is_rechecked(source, day)]
    if unchecked:
        words = _("Not checked yet as of %(day)s: %(sources)s.")
        return no(words % (shown | {"sources": _listed(unchecked)}))
    return YES


def _listed(sources: Sequence[Source]) -> str:
    return "; ".join(f"“{source}”" for source in sources)
