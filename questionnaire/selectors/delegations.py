"""Who helps an expert, until when; and whom a colleague helps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import Verdict, no

from ..enums import EXPERT_SIDE, Role
from ..models import Aggregate, Assessment, Assignment
from ..querysets import OPEN_FOR_ANSWERS, AssignmentQuerySet
from ..rules import (
    has_role_in_round,
    is_told_names,
    may_delegate,
    may_end_delegation_as,
    standing_on,
)
from .pseudonyms import pseudonyms

ReachKey = tuple[int | None, int | None, int | None, int | None]
"""Round, country, strand and coding of a right, by their keys."""


@dataclass(frozen=True, slots=True)
class Delegation:
    """One strand lent to one colleague. UNTIL is when it ended, or will.

    To a coordinator NAME and FOR_WHOM are pseudonyms and EMAIL is empty, but for the day that
    an unblinding of the country lasts.
    """

    row: Assignment
    name: str
    email: str
    strand: str
    for_whom: str
    until: datetime
    reason: str
    runs: bool
    may_end: Verdict


@dataclass(frozen=True, slots=True)
class DelegationsPage:
    """What the page of colleagues shows: those who help now, those who did, and the offer."""

    may_delegate: Verdict
    running: tuple[Delegation, ...]
    over: tuple[Delegation, ...]
    strands: tuple[Aggregate, ...]
    """Those of the expert's strands that can still be answered."""


@dataclass(frozen=True, slots=True)
class Help:
    """For whom somebody answers a sheet, and until when."""

    name: str
    until: datetime


def delegations_page(sheet: Assessment, user: User) -> DelegationsPage:
    """Return what was lent of the sheet's country and coding, in a fixed number of queries.

    An expert reads what was lent on the expert's own sheets, the coordinator what was lent on
    any. The caller has asked ``may_see_delegations``.
    """
    sheets = _sheets_of(sheet, user)
    open_ = tuple(one.strand for one in sheets if one.state in OPEN_FOR_ANSWERS)
    coordinates = has_role_in_round(user, sheet.round, Role.COORDINATOR)
    lent = _lent(sheet)
    if not coordinates:
        lent = lent.filter(Q(granted_by=user) | Q(strand__in=[one.strand_id for one in sheets]))
    called = None
    if coordinates and not sheets and not is_told_names(user, sheet):
        called = pseudonyms(sheet.round, sheet.country)
    rows = [
        _shown(row, user, called, coordinates=coordinates)
        for row in lent.order_by("strand__order", "pk")
    ]
    return DelegationsPage(
        may_delegate=_may_lend(may_delegate(user, sheet), open_),
        running=tuple(row for row in rows if row.runs),
        over=tuple(row for row in rows if not row.runs),
        strands=open_,
    )


def _may_lend(verdict: Verdict, strands: tuple[Aggregate, ...]) -> Verdict:
    """Where nothing can be answered there is nothing to help with."""
    if verdict and not strands:
        return no(
            _("Your sheets are with the reviewers. Ask the coordinator if one must come back.")
        )
    return verdict


def _lent(sheet: Assessment) -> AssignmentQuerySet:
    rows = Assignment.objects.filter(
        role=Role.DELEGATE,
        granted_by__isnull=False,
        round=sheet.round_id,
        country=sheet.country_id,
        coding=sheet.coding,
    )
    return rows.select_related("person", "granted_by", "strand", "round")


def _shown(
    row: Assignment, user: User, called: dict[UUID, str] | None, *, coordinates: bool
) -> Delegation:
    """CALLED are the pseudonyms under which the people stand; None where they are named."""
    ends = [moment for moment in (row.ended_at, row.ends_at) if moment]
    return Delegation(
        row=row,
        name=row.person.name if called is None else row.pseudonym,
        email=row.person.email if called is None else "",
        strand=row.strand.title,
        for_whom=(row.granted_by.name if called is None else called.get(row.granted_by_id, "")),
        until=min(ends),
        reason=row.reason,
        runs=min(ends) > timezone.now(),
        may_end=may_end_delegation_as(user, row, coordinates=coordinates),
    )


def _sheets_of(sheet: Assessment, user: User) -> tuple[Assessment, ...]:
    """Return the sheets of this country and coding that the person is the expert of."""
    held = (
        Assignment.objects.running()
        .of(user, Role.EXPERT)
        .filter(
            Q(country__isnull=True) | Q(country=sheet.country_id),
            Q(coding__isnull=True) | Q(coding=sheet.coding),
            round=sheet.round_id,
        )
    )
    mine = set(held.values_list("strand_id", flat=True))
    sheets = Assessment.objects.filter(
        round=sheet.round_id, country=sheet.country_id, coding=sheet.coding
    )
    rows = sheets.select_related("strand").order_by("strand__order")
    return tuple(row for row in rows if mine & {None, row.strand_id})


def help_on(sheet: Assessment, user: User) -> Help | None:
    """Return for whom a delegate answers the sheet; None for who answers it by own right."""
    standing = standing_on(user, sheet, *EXPERT_SIDE)
    if standing.on_behalf_of is None:
        return None
    running = Assignment.objects.running().of(user, Role.DELEGATE)
    row = _lent(sheet).filter(pk__in=running, granted_by=standing.on_behalf_of).first()
    return Help(row.granted_by.name, row.ends_at) if row else None


def number_who_help(sheet: Assessment) -> int:
    """Return how many colleagues answer this sheet on its expert's behalf now; one query."""
    running = Assignment.objects.running()
    now = _lent(sheet).filter(pk__in=running, strand=sheet.strand_id)
    return now.order_by().values("person").distinct().count()


def sheets_lent_to(user: User) -> dict[ReachKey, Help]:
    """Return whom the person helps, by the reach of each right; one query."""
    lent = Assignment.objects.running().of(user, Role.DELEGATE)
    rows = lent.filter(granted_by__isnull=False).values_list(
        "round_id", "country_id", "strand_id", "coding", "granted_by__name", "ends_at"
    )
    return {tuple(reach): Help(name, until) for *reach, name, until in rows}
