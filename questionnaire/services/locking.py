"""The order in which rows are locked: round, its sheets by key, review's cases, the audit.

Whoever writes on a sheet holds its row. Who closes a round holds the round and all its sheets,
so a write that began before is finished and one that begins after finds the round closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mipex_site.base.prepared import Prepared

from ..models import Assessment, Participation, Round

SHEET = Prepared(lambda sheet: Assessment.objects.select_for_update().filter(pk=sheet))
PARTICIPATION = Prepared(
    lambda round_, country: Participation.objects.select_related("round").filter(
        round_id=round_, country_id=country
    )
)


@dataclass(frozen=True, slots=True)
class HeldSheet:
    """A sheet that is ours until commit, and the day whose law it describes."""

    sheet: Assessment
    cut_off: date


def hold_sheet(sheet: Assessment) -> HeldSheet:
    """Lock one sheet, then read its round: the other way a wait would leave the round stale.

    PostgreSQL reads a locked row anew after a wait, but not the rows joined to it. So nothing is
    joined here, and the round's state comes from a statement of its own. A sheet stays with
    its country and its strand, so these are taken over from the caller's.
    """
    held = SHEET.get(sheet.pk)
    held.country, held.strand = sheet.country, sheet.strand
    participation = PARTICIPATION.get(held.round_id, held.country_id)
    held.round = participation.round
    return HeldSheet(sheet=held, cut_off=participation.cut_off)


def hold_sheets(**scope: object) -> list[Assessment]:
    """Lock the sheets of that scope in the order of their keys, so that two never cross."""
    return list(Assessment.objects.select_for_update().filter(**scope).order_by("pk"))


def hold_round(round_: Round) -> Round:
    """Lock a round. Its key stays free: who adds a source to a sheet of it need not wait."""
    return Round.objects.select_for_update(no_key=True).get(pk=round_.pk)
