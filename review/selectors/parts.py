"""What lies on the items of one case, one query a kind, ready to be shown to one person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone

from mipex_site.accounts.models import User
from questionnaire.enums import Role
from questionnaire.models import Assignment, ChangeRequest, Participation, Round
from questionnaire.selectors.pseudonyms import pseudonyms

from ..models import Case, CaseItem, Dispute, Opinion, Ruling
from .blind import OpinionView, RequestView, opinion_view, request_view


class Voices:
    """All opinions on some items, and which of them this person may read already.

    Where the round hides opinions from reviewers, those of others on a version are shown only
    to who has spoken on that version. KNOWN is what becomes of a person's key: a pseudonym.
    """

    def __init__(self, items: Iterable[CaseItem], user: User, *, hidden: bool) -> None:
        self.user = user
        self.hidden = hidden
        self.names: dict[object, str] = {}
        self.rows: dict[int, list[Opinion]] = defaultdict(list)
        keys = [item.pk for item in items]
        opinions = Opinion.objects.filter(item_id__in=keys).select_related("suggested_option")
        for opinion in opinions.order_by("version", "text", "kind", "pk"):
            self.rows[opinion.item_id].append(opinion)

    def known_by(self, names: dict[object, str]) -> Voices:
        self.names = names
        return self

    def spoke_on(self, item: CaseItem, version: int) -> bool:
        return any(
            opinion.version == version and opinion.reviewer_id == self.user.pk
            for opinion in self.rows[item.pk]
        )

    def hides(self, item: CaseItem, version: int) -> bool:
        return self.hidden and not self.spoke_on(item, version)

    def readable(self, item: CaseItem) -> tuple[OpinionView, ...]:
        """Return what this person may read, older versions first, under pseudonyms."""
        return tuple(
            opinion_view(
                opinion,
                who=self.names.get(opinion.reviewer_id, ""),
                is_yours=opinion.reviewer_id == self.user.pk,
            )
            for opinion in self.rows[item.pk]
            if not self.hides(item, opinion.version)
        )

    def judged_before(self, item: CaseItem) -> int | None:
        """Return the last version before the present one that anybody spoke on."""
        older = {o.version for o in self.rows[item.pk] if o.version < item.version}
        return max(older, default=None)


def names_in(case: Case) -> dict[object, str]:
    return pseudonyms(case.round, case.country)


def experts_of(case: Case) -> dict[int, str]:
    """Return by coding the pseudonym of the expert, the running one first; one query."""
    held = Assignment.objects.filter(
        role=Role.EXPERT, round_id=case.round_id, country_id=case.country_id
    ).reaching(country_id=case.country_id, strand_id=case.strand_id)
    names: dict[int, str] = {}
    rows = sorted(
        held.values_list("ended_at", "pk", "coding", "pseudonym"),
        key=lambda row: (row[0] is not None, row[1]),
    )
    for _ended, _key, coding, pseudonym in rows:
        names.setdefault(coding or 1, pseudonym)
    return names


def requests_about(
    case: Case,
) -> dict[tuple[int, date], list[RequestView]]:
    """Return what was asked in every return of the case, by indicator and reference date."""
    rows = ChangeRequest.objects.filter(
        assessment__round=case.round_id,
        assessment__country=case.country_id,
        assessment__strand=case.strand_id,
        assessment__coding=1,
    )
    found: dict[tuple[int, date], list[RequestView]] = defaultdict(list)
    for row in rows.order_by("version"):
        found[row.indicator_id, row.reference_date].append(request_view(row))
    return found


def disputes_on(items: Iterable[CaseItem]) -> dict[int, Dispute]:
    """Return the latest dispute of each item, its ruling loaded where there is one."""
    rows = Dispute.objects.filter(item_id__in=[item.pk for item in items])
    loaded = rows.select_related("ruling__option").order_by("pk")
    return {dispute.item_id: dispute for dispute in loaded}


def ruling_of(dispute: Dispute | None) -> Ruling | None:
    return getattr(dispute, "ruling", None) if dispute else None


def cut_off_of(case: Case) -> date:
    """Return the day whose law the case is about: the country's own, or the round's."""
    own = Participation.objects.filter(round_id=case.round_id, country_id=case.country_id)
    return own.values_list("own_cut_off", flat=True).first() or case.round.cut_off


def review_due_on(round_: Round) -> date:
    """Return the day on which the review is due, in the round's own time zone."""
    zone = ZoneInfo(round_.zone)
    return timezone.localtime(round_.review_due_at, zone).date()
