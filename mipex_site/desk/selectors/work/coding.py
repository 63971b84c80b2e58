"""A second expert's work: the drawn questions of a case, coded without the first expert's sheet."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mipex_site.accounts.models import User
from questionnaire.models import Round
from review.selectors.blind import Place
from review.selectors.codings import CodingLine, cases_to_code
from review.selectors.known import Known

from .items import Part, Rank, Waiting, WorkItem


def part(user: User, known: Known) -> Part:
    """Return what a second expert has to code, and what is coded already."""
    lines = cases_to_code(user, known=known)
    codes = {line.place.round_code for line in lines}
    rounds = {code: known.rounds[code] for code in sorted(codes)}
    return Part(
        items=tuple(_item(line, rounds[line.place.round_code]) for line in lines if line.left),
        waiting=tuple(_waiting(line) for line in lines if not line.left),
        rounds=tuple(rounds.values()),
    )


def _item(line: CodingLine, round_: Round) -> WorkItem:
    words = ngettext(
        "%(title)s: %(n)d question to code", "%(title)s: %(n)d questions to code", line.left
    ) % {"title": _title(line.place), "n": line.left}
    why = _("You have coded %(done)d of %(all)d, as %(you)s.") % {
        "done": line.saved,
        "all": line.drawn,
        "you": line.you,
    }
    return WorkItem(
        rank=Rank.TO_READ,
        state="to_code",
        title=words,
        why=why,
        act=_("Go on") if line.saved else _("Code"),
        url=_address(line.place),
        due=round_.review_due_at,
    )


def _waiting(line: CodingLine) -> Waiting:
    why = _("Nothing is left for you to code.")
    return Waiting("done", _title(line.place), why, _address(line.place))


def _title(place: Place) -> str:
    words = {"country": place.country_name, "strand": place.strand_title}
    return _("%(country)s: %(strand)s") % words


def _address(place: Place) -> str:
    codes = (place.round_code, place.country_code, place.strand_code)
    return reverse("review:codings", args=codes)
