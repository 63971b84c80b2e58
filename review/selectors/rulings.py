"""Rulings to be read: those on one answer, and those on the same indicator elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mipex_site.accounts.models import User

from ..enums import DisputeState
from ..models import CaseItem, PrecedentMet, Ruling
from ..rules.sealing import sealed_from
from .blind import RulingView, ruling_view
from .parts import names_in

STANDS, WAITS, NOT_CONCURRED, EARLIER = "stands", "waits", "not_concurred", "earlier"
STANDING_WORDS = {
    STANDS: gettext_lazy("It stands"),
    WAITS: gettext_lazy("Waits for a second look"),
    NOT_CONCURRED: gettext_lazy("Not concurred with"),
    EARLIER: gettext_lazy("On an earlier version"),
}


@dataclass(frozen=True, slots=True)
class Precedent:
    """A ruling on the same question elsewhere that stands. NUMBER is its key in the form."""

    number: int
    country_name: str
    round_title: str
    ruling: RulingView

    @property
    def words(self) -> str:
        return _("%(country)s, %(round)s: %(value)s") % {
            "country": self.country_name,
            "round": self.round_title,
            "value": self.ruling.value_label,
        }


@dataclass(frozen=True, slots=True)
class LookView:
    """What another adjudicator said of a ruling, under a pseudonym."""

    who: str
    is_yours: bool
    concurs: bool
    text: str
    day: date


@dataclass(frozen=True, slots=True)
class MetView:
    """A precedent that the ruling follows, or departs from, and why."""

    country_name: str
    round_title: str
    value_label: str
    follows: bool
    text: str


@dataclass(frozen=True, slots=True)
class RulingEntry:
    """A ruling on the file, for those alone who may rule there. STANDING: see STANDING_WORDS."""

    number: int
    ruling: RulingView
    internal_rationale: str
    who: str
    is_yours: bool
    version: int
    standing: str
    look: LookView | None
    met: tuple[MetView, ...]

    @property
    def standing_label(self) -> str:
        return str(STANDING_WORDS[self.standing])


def rulings_on(item: CaseItem, user: User) -> tuple[RulingEntry, ...]:
    """Return every ruling ever made on one answer, the oldest first; three queries."""
    rows = Ruling.objects.filter(dispute__item_id=item.pk)
    loaded = rows.select_related("option", "dispute", "second_look").order_by("pk")
    rulings = list(loaded)
    if not rulings:
        return ()
    names = names_in(item.case)
    met = _met_by(rulings)
    return tuple(
        RulingEntry(
            number=ruling.pk,
            ruling=ruling_view(ruling),
            internal_rationale=ruling.internal_rationale,
            who=names.get(ruling.adjudicator_id, ""),
            is_yours=ruling.adjudicator_id == user.pk,
            version=ruling.dispute.version,
            standing=_standing(ruling, item),
            look=_look(ruling, user, names),
            met=tuple(met.get(ruling.pk, ())),
        )
        for ruling in rulings
    )


def _standing(ruling: Ruling, item: CaseItem) -> str:
    look = getattr(ruling, "second_look", None)
    if look is not None and not look.concurs:
        return NOT_CONCURRED
    if ruling.dispute.state == DisputeState.SECOND_LOOK:
        return WAITS
    return STANDS if ruling.dispute.version == item.version else EARLIER


def _look(ruling: Ruling, user: User, names: dict[object, str]) -> LookView | None:
    look = getattr(ruling, "second_look", None)
    if look is None:
        return None
    return LookView(
        who=names.get(look.adjudicator_id, ""),
        is_yours=look.adjudicator_id == user.pk,
        concurs=look.concurs,
        text=look.text,
        day=timezone.localdate(look.at),
    )


def _met_by(rulings: Iterable[Ruling]) -> dict[int, list[MetView]]:
    place = "precedent__dispute__item__case"
    rows = PrecedentMet.objects.filter(ruling__in=[ruling.pk for ruling in rulings])
    loaded = rows.select_related(f"{place}__country", f"{place}__round", "precedent__option")
    found: dict[int, list[MetView]] = {}
    for row in loaded.order_by("pk"):
        case = row.precedent.dispute.item.case
        view = MetView(
            country_name=case.country.name,
            round_title=case.round.title,
            value_label=ruling_view(row.precedent).value_label,
            follows=row.follows,
            text=row.text,
        )
        found.setdefault(row.ruling_id, []).append(view)
    return found


def rulings_elsewhere(
    item: CaseItem, *, precedents_only: bool = False, sealed_for: User | None = None
) -> tuple[Precedent, ...]:
    """Return what stands on the same indicator in other countries and earlier rounds.

    Precedents come first, then the newest. One query. What guides is for everybody who reads
    the answer; what does not, for those who rule. Rulings on what is SEALED_FOR a person, who has
    yet to code it in another country, are left out.
    """
    rows = Ruling.objects.standing().elsewhere_on(item)
    if sealed_for is not None:
        rows = rows.exclude(dispute__item__in=sealed_from(sealed_for).order_by().values("pk"))
    if precedents_only:
        rows = rows.filter(is_precedent=True)
    case = "dispute__item__case"
    loaded = rows.select_related("option", f"{case}__country", f"{case}__round")
    ordered = loaded.order_by("-is_precedent", f"-{case}__round__cut_off", "-pk")
    return tuple(precedent_of(ruling) for ruling in ordered)


def precedent_of(ruling: Ruling) -> Precedent:
    """Return the ruling as it is read elsewhere. Its dispute's case must be loaded."""
    case = ruling.dispute.item.case
    return Precedent(
        number=ruling.pk,
        country_name=case.country.name,
        round_title=case.round.title,
        ruling=ruling_view(ruling),
    )
