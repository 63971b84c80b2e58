"""What a return would send to the expert, as far as the person who returns may read it."""

from __future__ import annotations

from dataclasses import dataclass

from questionnaire.models import Option

from ..enums import ItemState, OpinionKind
from .cases import CasePage, CaseRow


@dataclass(frozen=True, slots=True)
class Objection:
    """One answer that would go back: the texts that the expert reads, under no name.

    They stand in the order of the alphabet, as they are sent: another order would tell who
    spoke first.
    """

    row: CaseRow
    texts: tuple[str, ...]
    suggested: tuple[Option, ...]


def objections_in(page: CasePage) -> tuple[Objection, ...]:
    """Return the answers that the next return takes back; no query."""
    found = []
    for row in page.rows:
        against = [view for view in row.opinions if view.kind == OpinionKind.DISAGREE]
        if row.state == ItemState.UNDER_REVIEW and against:
            suggested = {
                view.suggested.order: view.suggested for view in against if view.suggested
            }
            found.append(
                Objection(
                    row=row,
                    texts=tuple(sorted({view.text.strip() for view in against})),
                    suggested=tuple(option for _order, option in sorted(suggested.items())),
                )
            )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Remarked:
    """One answer that somebody agrees with, and the remarks on it, under no name."""

    row: CaseRow
    texts: tuple[str, ...]


def remarks_in(page: CasePage) -> tuple[Remarked, ...]:
    """Return the remarks that go with the next return; they ask for no reply. No query."""
    found = []
    for row in page.rows:
        remarks = [view for view in row.opinions if view.kind == OpinionKind.AGREE_WITH_REMARK]
        if remarks:
            texts = tuple(sorted({view.text.strip() for view in remarks}))
            found.append(Remarked(row=row, texts=texts))
    return tuple(found)
