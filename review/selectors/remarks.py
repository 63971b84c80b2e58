"""The remarks that the expert may read: sent with a return, or once every answer is settled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from ..enums import SETTLED, OpinionKind
from ..models import CaseItem, Opinion


def remarks_sent(
    items: Iterable[CaseItem], *, returned_at: datetime | None
) -> dict[int, tuple[str, ...]]:
    """Return the remarks on each item, by its key, in the order of the alphabet. One query.

    They go out as one message and never answer by answer, which would tell who spoke when: with
    the last return, at RETURNED_AT, those of before; all of them once the case is settled.
    """
    rows = list(items)
    is_settled = all(item.state in SETTLED for item in rows)
    if returned_at is None and not is_settled:
        return {}
    remarks = Opinion.objects.filter(
        item_id__in=[item.pk for item in rows], kind=OpinionKind.AGREE_WITH_REMARK
    )
    if not is_settled:
        remarks = remarks.filter(at__lte=returned_at)
    found: dict[int, set[str]] = defaultdict(set)
    for item_id, text in remarks.order_by().values_list("item_id", "text"):
        found[item_id].add(text.strip())
    return {key: tuple(sorted(texts)) for key, texts in found.items()}
