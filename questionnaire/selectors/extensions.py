"""More time as it is asked for and given: which sheets it is about, until when one may give it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from mipex_site.accounts.models import User

from ..enums import AssessmentState, ExtensionState, JointActKind, JointActState, Role
from ..models import Assessment, Assignment, Extension, JointAct, Round

FURTHEST = timedelta(days=366)
"""After the day on which the review is due: what lies beyond is a slip of the keyboard."""

NO_STRAND = "-"


@dataclass(frozen=True, slots=True)
class OwnExtension:
    """One wish for more time as who asked for it reads it. MAY_WITHDRAW while it waits."""

    row: Extension
    standing: str
    may_withdraw: bool


def one_alone_until(round_: Round) -> datetime:
    """Return until when one coordinator gives more time: what is left belongs to the review."""
    return round_.review_due_at - timedelta(days=round_.review_days)


def furthest_of(round_: Round) -> datetime:
    return round_.review_due_at + FURTHEST


def extension_subject(extension: Extension) -> str:
    """Return extension/ROUND/COUNTRY/STRAND/NUMBER; the strand is - where it is the country."""
    strand = extension.strand.code if extension.strand else NO_STRAND
    place = (extension.round.code, extension.country.code, strand, str(extension.pk))
    return "/".join(("extension", *place))


def sheets_of(extension: Extension) -> list[Assessment]:
    """Return the sheets it would move: never handed in, and answered by who asked for it.

    A second coding has an expert of its own, who asks alone. Rights that ended count too: who
    took the sheet over meanwhile has the time that was asked for.
    """
    return open_sheets_of(
        extension.asked_by_id,
        round_id=extension.round_id,
        country_id=extension.country_id,
        strand_id=extension.strand_id,
    )


def open_sheets_of(
    person_id: object, *, round_id: int, country_id: int, strand_id: int | None = None
) -> list[Assessment]:
    """Return the sheets of a country that somebody answers and has never handed in, by key."""
    held = Assignment.objects.filter(person_id=person_id, role=Role.EXPERT, round_id=round_id)
    reach = list(held.values_list("country_id", "strand_id", "coding"))
    sheets = Assessment.objects.filter(
        round_id=round_id, country_id=country_id, state=AssessmentState.OPEN
    )
    if strand_id is not None:
        sheets = sheets.filter(strand_id=strand_id)
    found = sheets.select_related("round", "country", "strand").order_by("pk")
    return [sheet for sheet in found if any(_reaches(each, sheet) for each in reach)]


def _reaches(scope: tuple[int | None, ...], sheet: Assessment) -> bool:
    place = (sheet.country_id, sheet.strand_id, sheet.coding)
    return all(part in {None, whole} for part, whole in zip(scope, place, strict=True))


def is_asked_already(person_id: object, *, sheet: Assessment, whole: bool = False) -> bool:
    """Whether somebody's wish about this sheet, or about any of the country, waits already."""
    asked = Extension.objects.filter(
        round_id=sheet.round_id,
        country_id=sheet.country_id,
        asked_by_id=person_id,
        state=ExtensionState.ASKED,
    )
    here = Q(strand=None) | Q(strand_id=sheet.strand_id)
    return (asked if whole else asked.filter(here)).exists()


def waiting_act(extension: Extension) -> JointAct | None:
    """Return the act by which a first coordinator gave it and that waits for a second one."""
    acts = JointAct.objects.filter(round_id=extension.round_id, kind=JointActKind.EXTEND)
    waiting = acts.filter(subject=extension_subject(extension), state=JointActState.ASKED)
    return waiting.select_related("round").first()


def waiting_acts(round_: Round) -> dict[str, JointAct]:
    """Return the waiting acts of a round by what they concern; one query."""
    acts = JointAct.objects.filter(round=round_, kind=JointActKind.EXTEND)
    return {act.subject: act for act in acts.filter(state=JointActState.ASKED)}


def undecided_extensions() -> QuerySet[Extension]:
    """Return what waits for a first decision: not what one has granted, asking a second one."""
    granted_by_one = JointAct.objects.filter(
        round_id=OuterRef("round_id"),
        kind=JointActKind.EXTEND,
        state=JointActState.ASKED,
        subject__endswith=Concat(Value("/"), Cast(OuterRef("pk"), CharField())),
    )
    asked = Extension.objects.filter(state=ExtensionState.ASKED)
    return asked.exclude(Exists(granted_by_one))


def standing_of_extension(extension: Extension, *, now: datetime) -> str:
    """Return the one word for where it stands, a state that the badges know."""
    if extension.state == ExtensionState.GRANTED:
        return "running" if extension.granted_until > now else "over"
    if extension.state == ExtensionState.WITHDRAWN:
        lapsed = extension.decided_by_id not in {None, extension.asked_by_id}
        return "lapsed" if lapsed else "taken_back"
    return "denied" if extension.state == ExtensionState.DENIED else "waiting"


def own_extensions(sheet: Assessment, user: User, *, now: datetime) -> list[OwnExtension]:
    """Return what the person asked for about this sheet, the newest first; one query."""
    asked = Extension.objects.filter(
        round_id=sheet.round_id, country_id=sheet.country_id, asked_by=user
    )
    rows = asked.select_related("round", "country", "strand")
    return [
        _own(row, now) for row in _about(rows.order_by("-created_at", "-pk"), sheet.strand_id)
    ]


def _about(rows: Iterable[Extension], strand_id: int) -> list[Extension]:
    return [row for row in rows if row.strand_id in {None, strand_id}]


def _own(row: Extension, now: datetime) -> OwnExtension:
    return OwnExtension(
        row=row,
        standing=standing_of_extension(row, now=now),
        may_withdraw=row.state == ExtensionState.ASKED,
    )
