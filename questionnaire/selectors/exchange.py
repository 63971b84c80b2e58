"""What somebody may take away as a table, and what the rows of one that comes in are about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from mipex_site.accounts.models import User

from ..enums import EXPERT_SIDE, Role
from ..models import (
    Answer,
    Assessment,
    Assignment,
    Citation,
    Indicator,
    Invitation,
    Option,
    Participation,
    Round,
    Source,
)
from ..rules import LOOKERS, RIGHTS_OF
from ..rules.standing import untied

Place = tuple[int, int, int]
"""Round, country and coding: what a source shares with the sheets that can cite it."""


class Ties:
    """Which countries a tie keeps from somebody who runs rounds; each is asked about once."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.known: dict[tuple[int, int, str], bool] = {}

    def keep(self, round_id: int, country_id: int, role: str = Role.COORDINATOR) -> bool:
        place = (round_id, country_id, role)
        if place not in self.known:
            at = {"round_id": round_id, "country_id": country_id}
            self.known[place] = not untied(self.user, role, **at)
        return self.known[place]


def without_tied(rows: QuerySet[Assignment], user: User) -> QuerySet[Assignment]:
    """Return the rights but for those in countries that a tie keeps from USER."""
    ties = Ties(user)
    placed = rows.filter(round__isnull=False, country__isnull=False).order_by()
    places = placed.values_list("round_id", "country_id").distinct()
    kept = Q()
    for round_id, country_id in places:
        if ties.keep(round_id, country_id):
            kept |= Q(round_id=round_id, country_id=country_id)
    return rows.exclude(kept) if kept else rows


def sheets_of(user: User, round_: Round | None = None) -> list[Assessment]:
    """Return the sheets whose answers USER may take away: their own, and those they look after.

    Somebody's role as the expert goes first: a tie takes nothing of their own work away.
    """
    rights = [(role, scope) for role, _by, *scope in RIGHTS_OF.rows(user.pk, timezone.now())]
    rows = Assessment.objects.filter(round=round_) if round_ else Assessment.objects.all()
    ties = Ties(user)
    return [
        sheet
        for sheet in rows.for_page().order_by("country__code", "coding", "strand__order", "pk")
        if _opens(sheet, rights, ties)
    ]


def _opens(sheet: Assessment, rights: Iterable[tuple[str, list]], ties: Ties) -> bool:
    place = (sheet.round_id, sheet.country_id, sheet.strand_id, sheet.coding)
    roles = [
        role
        for role, scope in rights
        if all(part in {None, whole} for part, whole in zip(scope, place, strict=True))
    ]
    if any(role in EXPERT_SIDE for role in roles):
        return True
    looks = next((role for role in roles if role in LOOKERS), "")
    return bool(looks) and not ties.keep(sheet.round_id, sheet.country_id, looks)


def at_these(sheets: Iterable[Assessment]) -> Exists:
    """Return the condition for sources of the countries and codings of these sheets."""
    same = {name: OuterRef(name) for name in ("round_id", "country_id", "coding")}
    return Exists(Assessment.objects.filter(pk__in=[one.pk for one in sheets], **same))


def option_places(frameworks: Iterable[int]) -> dict[int, int]:
    """Return the place of each option among its question's, counted from 1, by its key."""
    rows = Option.objects.filter(indicator__framework__in=set(frameworks))
    places: dict[int, int] = {}
    counted: dict[int, int] = {}
    for pk, indicator in rows.order_by("order").values_list("pk", "indicator_id"):
        counted[indicator] = counted.get(indicator, 0) + 1
        places[pk] = counted[indicator]
    return places


def cited_by(answers: QuerySet[Answer]) -> dict[int, list[str]]:
    """Return the keys of the sources of the present versions, by the answer's key."""
    rows = Citation.objects.filter(answer__in=answers, version=F("answer__version"))
    found: dict[int, list[str]] = {}
    for answer, key in rows.values_list("answer_id", "source__key"):
        found.setdefault(answer, []).append(str(key))
    return {answer: sorted(keys) for answer, keys in found.items()}


class Desk:
    """The sheets that somebody may see, with all that rows of a table can be about."""

    def __init__(self, user: User, round_: Round | None) -> None:
        self.sheets = sheets_of(user, round_)
        self.by_place: dict[Place, list[Assessment]] = {}
        self.codes: dict[tuple[str, str, int], Place] = {}
        for sheet in self.sheets:
            place = (sheet.round_id, sheet.country_id, sheet.coding)
            self.by_place.setdefault(place, []).append(sheet)
            self.codes[sheet.round.code, sheet.country.code, sheet.coding] = place

    def at(self, round_code: str, country: str, coding: int) -> list[Assessment]:
        """Return the person's sheets of a country and coding, or none."""
        return self.by_place.get(self.codes.get((round_code, country, coding)), [])

    def sheet(self, sheets: list[Assessment], indicator: Indicator) -> Assessment | None:
        return next((one for one in sheets if one.strand_id == indicator.strand_id), None)

    @cached_property
    def indicators(self) -> dict[tuple[int, str], Indicator]:
        """By framework and code, with their options in their order."""
        frameworks = {sheet.round.framework_id for sheet in self.sheets}
        rows = Indicator.objects.filter(framework__in=frameworks).prefetch_related("options")
        return {(one.framework_id, one.code): one for one in rows}

    @cached_property
    def cut_offs(self) -> dict[tuple[int, int], date]:
        rounds = {sheet.round_id for sheet in self.sheets}
        rows = Participation.objects.filter(round__in=rounds).select_related("round")
        return {(one.round_id, one.country_id): one.cut_off for one in rows}

    @cached_property
    def answers(self) -> dict[tuple[int, int, date], Answer]:
        rows = answers_on(self.sheets)
        return {(one.assessment_id, one.indicator_id, one.reference_date): one for one in rows}

    @cached_property
    def sources(self) -> dict[str, Source]:
        rows = sources_on(self.sheets)
        return {str(one.key): one for one in rows}


def answers_on(sheets: Iterable[Assessment]) -> QuerySet[Answer]:
    """Return the recorded answers of these sheets, in the order of a table."""
    rows = Answer.objects.filter(assessment__in=[one.pk for one in sheets])
    return rows.select_related(
        "assessment__round", "assessment__country", "indicator", "option"
    ).order_by(
        "assessment__round__code",
        "assessment__country__code",
        "assessment__coding",
        "indicator__order",
        "reference_date",
        "pk",
    )


def sources_on(sheets: Iterable[Assessment]) -> QuerySet[Source]:
    """Return the sources of the countries and codings of these sheets."""
    rows = Source.objects.filter(at_these(sheets)).select_related("round", "country")
    return rows.order_by("round__code", "country__code", "coding", "pk")


def has_part(*, email: str, part: dict[str, object]) -> bool:
    """Whether who has that address has the part, or was invited to it, whatever came of it.

    PART has round, role, country, strand and coding.
    """
    if part["role"] in EXPERT_SIDE:
        part = part | {"coding": part["coding"] or 1}
    held = Assignment.objects.running().filter(person__email=email, **part)
    return held.exists() or Invitation.objects.filter(email=email, **part).exists()


def people_kept() -> QuerySet[User]:
    """Return who has an account: not the portal itself, and nobody who is erased or closed."""
    rows = User.objects.filter(is_active=True, is_robot=False, erased_as__isnull=True)
    return rows.order_by("name", "email")
