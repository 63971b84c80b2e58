"""What is certified of somebody's reviewing: how much and when, and nothing of where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from mipex_site.accounts.models import User
from questionnaire.enums import RoundState
from questionnaire.models import Country, Round

from ..models import BlindCoding, Opinion, Ruling, SecondLook


@dataclass(frozen=True, slots=True)
class Certificate:
    """A person's reviewing in one round. FIRST and LAST are first days of months.

    No field is a country, a strand, a pseudonym or a day.
    """

    name: str
    round_title: str
    closed_on: date
    opinions: int
    codings: int
    rulings: int
    second_looks: int
    first: date
    last: date


def certificate_of(user: User, round_: Round) -> Certificate | None:
    """Return the certificate; None before the review is closed, or where nothing was done."""
    if round_.closed_at is None or round_.state != RoundState.REVIEW_CLOSED:
        return None
    done = {name: list(rows) for name, rows in _acts(user, round_).items()}
    moments = [moment for rows in done.values() for moment in rows]
    if not moments:
        return None
    return Certificate(
        name=user.name,
        round_title=round_.title,
        closed_on=timezone.localdate(round_.closed_at),
        first=_month(min(moments)),
        last=_month(max(moments)),
        **{name: len(rows) for name, rows in done.items()},
    )


def _acts(user: User, round_: Round) -> dict[str, Iterable[datetime]]:
    rows: dict[str, QuerySet] = {
        "opinions": Opinion.objects.filter(reviewer_id=user.pk, item__case__round_id=round_.pk),
        "codings": BlindCoding.objects.filter(coder_id=user.pk, item__case__round_id=round_.pk),
        "rulings": Ruling.objects.filter(
            adjudicator_id=user.pk, dispute__item__case__round_id=round_.pk
        ),
        "second_looks": SecondLook.objects.filter(
            adjudicator_id=user.pk, ruling__dispute__item__case__round_id=round_.pk
        ),
    }
    return {name: found.order_by().values_list("at", flat=True) for name, found in rows.items()}


def _month(moment: datetime) -> date:
    return timezone.localdate(moment).replace(day=1)


def certified_rounds(user: User) -> tuple[Round, ...]:
    """Return the closed rounds in which the person reviewed or ruled; one query."""
    spoke = Opinion.objects.filter(
        reviewer_id=user.pk, item__case__round_id=OuterRef("pk")
    ).order_by()
    ruled = Ruling.objects.filter(
        adjudicator_id=user.pk, dispute__item__case__round_id=OuterRef("pk")
    ).order_by()
    closed = Round.objects.filter(state=RoundState.REVIEW_CLOSED, closed_at__isnull=False)
    found = closed.filter(Q(Exists(spoke)) | Q(Exists(ruled)))
    return tuple(found.order_by("-closed_at", "-pk"))


def countries_judged_by(user: User, round_: Round) -> list[Country]:
    """Return where the person gave an opinion or ruled; for acts on them, never for a page."""
    spoke = Opinion.objects.filter(reviewer_id=user.pk, item__case__round_id=round_.pk)
    ruled = Ruling.objects.filter(
        adjudicator_id=user.pk, dispute__item__case__round_id=round_.pk
    )
    keys = set(spoke.order_by().values_list("item__case__country_id", flat=True))
    keys |= set(ruled.order_by().values_list("dispute__item__case__country_id", flat=True))
    return list(Country.objects.filter(pk__in=keys).order_by("code"))
