"""What every page of the review begins with: the thing by its codes, and the way back up.

Whoever may not see a case is told so before it is looked for: whether there is a case, or a
dispute in it, is nobody else's to know.
"""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import DoFirst
from mipex_site.base.verdict import demand
from questionnaire.models import Assessment, Round

from ..models import Case, CaseItem, Dispute
from ..rules import may_see_case, may_see_unblindings, must_declare
from ..selectors.blind import Place, place_of
from ..selectors.parts import cut_off_of
from ..selectors.sealing import code_first, is_sealed

DAY = "day"
"""In an address: the reference date, where it is not the cut-off."""


def case_at(request: HttpRequest, round_code: str, country: str, strand: str) -> Case:
    """Return the case, or one that is not yet begun. Raises Http404 and NotAllowed."""
    case = find_case(round_code, country, strand)
    demand_seen(request.user, case)
    return case


def find_case(round_code: str, country: str, strand: str) -> Case:
    """Return the case, or one that is not yet begun, to nobody in particular yet."""
    codes = (round_code, country, strand)
    return Case.objects.at(*codes).for_page().first() or _not_begun(*codes)


def demand_seen(user: User, case: Case) -> None:
    """Raise NotAllowed unless the person sees the case; DoFirst where a declaration is due."""
    verdict = may_see_case(user, case)
    due = {"round_id": case.round_id, "country_id": case.country_id}
    if not verdict and must_declare(user, **due):
        codes = [case.round.code, case.country.code]
        raise DoFirst(verdict.reason, reverse("review:interests", args=codes))
    demand(verdict)


def _not_begun(round_code: str, country: str, strand: str) -> Case:
    sheets = Assessment.objects.at(round_code, country, strand).for_page()
    sheet = get_object_or_404(sheets)
    return Case(round=sheet.round, country=sheet.country, strand=sheet.strand)


def item_at(request: HttpRequest, indicator: str, **codes: str) -> CaseItem:
    """Return one answer of a case, at the day of the address or else at the cut-off."""
    case = case_at(request, **codes)
    items = CaseItem.objects.filter(case_id=case.pk, indicator__code=indicator)
    item = get_object_or_404(
        items.select_related("indicator", "answer__option"),
        reference_date=day_in(request, case),
    )
    item.case = case
    return item


def dispute_at(request: HttpRequest, **codes: str) -> Dispute:
    """Return the latest dispute about one answer."""
    item = item_at(request, **codes)
    demand_coded_first(request.user, item)
    dispute = Dispute.objects.filter(item_id=item.pk).order_by("pk").last()
    if dispute is None:
        raise Http404
    dispute.item = item
    return dispute


def demand_coded_first(user: User, item: CaseItem) -> None:
    """Lead to the coding who must code the question before anything of it is read."""
    if is_sealed(user, item):
        raise DoFirst(code_first(), address("item", place_of(item.case), item.indicator.code))


def day_in(request: HttpRequest, case: Case) -> date:
    """Return the reference date of the address, or the cut-off. Raises Http404 for no day."""
    asked = request.GET.get(DAY, "")
    try:
        return (parse_date(asked) if asked else None) or cut_off_of(case)
    except ValueError as error:  # well formed, and yet no day of the calendar
        raise Http404 from error


def codes_of(place: Place) -> list[str]:
    return [place.round_code, place.country_code, place.strand_code]


def address(name: str, place: Place, indicator: str = "", day: date | None = None) -> str:
    """Return the address of a page of the review; DAY only where it is not the cut-off."""
    codes = [*codes_of(place), indicator] if indicator else codes_of(place)
    path = reverse(f"review:{name}", args=codes)
    return f"{path}?{DAY}={day.isoformat()}" if day else path


def title_of(place: Place) -> str:
    return _("%(country)s, %(strand)s") % {
        "country": place.country_name,
        "strand": place.strand_title,
    }


def frame(round_: Round, *steps: tuple[str, str]) -> dict[str, object]:
    """Return what the frame of the page needs: its strip and the steps above it."""
    crumbs = [(_("My work"), reverse("desk:work")), *steps]
    return {
        "demonstration": round_.is_demonstration,
        "crumbs": [{"title": title, "url": url} for title, url in crumbs],
    }


def step_to_board(round_: Round) -> tuple[str, str]:
    """Return the step to the round's board, for those who run or observe the round."""
    title = _("Board of %(round)s") % {"round": round_}
    return title, reverse("desk:board", args=[round_.code])


def steps_to_board(user: User, round_: Round) -> list[tuple[str, str]]:
    """As step_to_board, and nothing for whom the board is shut to; one query."""
    return [step_to_board(round_)] if may_see_unblindings(user, round_) else []


def step_to_case(place: Place) -> tuple[str, str]:
    title = _("Review: %(place)s") % {"place": title_of(place)}
    return title, address("case", place)
