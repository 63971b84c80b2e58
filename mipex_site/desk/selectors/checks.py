"""One check of a candidate: every fault that it found, where each is mended, and by whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editions import rules as edition_rules
from editions.models import Revision
from editions.services import jumps
from mipex_site.accounts.models import User
from mipex_site.base.verdict import Verdict
from questionnaire.models import Country, Indicator, Round

from ..rules import may_see_board, may_see_closing

TITLES = {
    "shown": gettext_lazy("Figures are rounded right"),
    "scale": gettext_lazy("Figures lie on the scale"),
    "coverage": gettext_lazy("Every question is settled"),
    "rationales": gettext_lazy("Disputes have public rationales"),
    "sources": gettext_lazy("Answers have sources"),
    "jumps": gettext_lazy("Jumps are explained"),
    "texts": gettext_lazy("Texts are reviewed and true"),
    "files": gettext_lazy("Files are as they were written"),
    "recomputed": gettext_lazy("An independent recomputation agrees"),
    "draws": gettext_lazy("A replay of the draws gives the same ranks"),
    "older_editions": gettext_lazy("Older editions still verify"),
    "follows": gettext_lazy("It starts from the revision in force"),
    "unchanged_answers": gettext_lazy("No answer changed but those that are named"),
    "unchanged_scores": gettext_lazy("Other countries’ scores are unchanged"),
}

_ENGINE = gettext_lazy(
    "Nobody mends a figure by hand. A coordinator builds the edition again; if it is red once"
    " more, the program is at fault: tell whoever runs the portal, with this page."
)
_ROWS = gettext_lazy(
    "It is mended in the review: two people take the round back to it, each sheet that is named"
    " is opened again, and its answer is settled anew. Then a coordinator closes the review, and"
    " the edition is built by itself."
)
MENDED = {
    "shown": _ENGINE,
    "scale": _ENGINE,
    "recomputed": _ENGINE,
    "draws": _ENGINE,
    "coverage": _ROWS,
    "rationales": _ROWS,
    "sources": _ROWS,
    "jumps": gettext_lazy(
        "A coordinator says below what happened to each answer that is named. The answer stays;"
        " the explanation goes into the audit. Then a coordinator builds the edition again."
    ),
    "texts": gettext_lazy(
        "Those who run or publish the round write the text again, and somebody else reviews it."
        " Then a coordinator builds the edition again."
    ),
    "files": gettext_lazy(
        "A coordinator builds the edition again. If files still change under the portal’s hands,"
        " tell whoever runs it: something else writes into the folder of the editions."
    ),
    "follows": gettext_lazy(
        "Another revision was published, or the one before was withdrawn, since this one was"
        " queued. It cannot be published; begin anew from the revision in force."
    ),
    "unchanged_answers": _ENGINE,
    "unchanged_scores": _ENGINE,
    "older_editions": gettext_lazy(
        "Whoever runs the portal puts the folder of the named edition back from a backup and"
        " tries it with verify_edition. Then a coordinator builds the edition again."
    ),
}


IN_THE_REVIEW = frozenset(name for name, words in MENDED.items() if words is _ROWS)
"""Checks whose faults lie in answers: they are mended where answers are."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing found: in words, and where to look. EXPLAINED is what was said about a jump."""

    words: str
    country: str
    indicator: str
    links: tuple[tuple[str, str], ...]
    explained: str = ""


@dataclass(frozen=True, slots=True)
class CheckPage:
    """All that the page of one check shows. SEEN is what was found in order.

    BACK is the address where the round is taken back to its review, where that mends it.
    """

    round: Round
    revision: Revision
    name: str
    title: str
    ok: bool
    text: str
    mended: str
    address: str
    back: str
    faults: tuple[Line, ...]
    seen: tuple[Line, ...]
    may_explain: Verdict | None
    may_retry: Verdict | None


def check_page(round_: Round, revision: Revision, name: str, user: User) -> CheckPage | None:
    """Return one check with all its faults, in a fixed number of queries; None for no check."""
    check = next((each for each in revision.checks if each["name"] == name), None)
    if check is None:
        return None
    revision.edition.round = round_
    stops = not check["ok"] and revision.state == "candidate"
    places = _Places(round_, revision, user)
    explained = jumps.explanations(round_) if name == jumps.CHECK else {}
    return CheckPage(
        round=round_,
        revision=revision,
        name=name,
        title=str(TITLES.get(name, name)),
        ok=check["ok"],
        text=check["text"],
        mended=str(MENDED.get(name, _ENGINE)),
        address=reverse("desk:texts", args=[round_.code]) if name == "texts" else "",
        back=_back(round_, user) if name in IN_THE_REVIEW else "",
        faults=tuple(_lines(check.get("faults", ()), places, explained)),
        seen=tuple(_lines(check.get("seen", ()), places, {})),
        may_explain=edition_rules.may_explain(user, revision)
        if stops and name == jumps.CHECK
        else None,
        may_retry=edition_rules.may_retry(user, revision) if stops else None,
    )


def _back(round_: Round, user: User) -> str:
    """Return where it is asked that the review goes on; empty for who cannot ask."""
    address = reverse("desk:closing", args=[round_.code])
    return f"{address}#back" if may_see_closing(user, round_) else ""


class _Places:
    """Where an answer is read: in the review by who looks on, in the candidate by everybody."""

    def __init__(self, round_: Round, revision: Revision, user: User) -> None:
        self.round, self.revision = round_, revision
        self.looks_on = bool(may_see_board(user, round_))
        asked = Indicator.objects.filter(framework_id=round_.framework_id)
        self.strands = dict(asked.values_list("code", "strand__code"))
        self.countries = set(Country.objects.values_list("code", flat=True))

    def links(self, country: str, indicator: str) -> Iterable[tuple[str, str]]:
        if country not in self.countries:
            return
        if self.looks_on and indicator in self.strands:
            codes = [self.round.code, country, self.strands[indicator], indicator]
            yield _("The answer in the review"), reverse("review:item", args=codes)
            question = reverse("review:consistency-question", args=[codes[0], indicator])
            yield _("The question in all countries"), question
        if self.revision.state in {"candidate", "signed"}:
            at = [self.round.code, self.revision.number, f"countries/{country.lower()}.html"]
            yield _("The country in the candidate"), reverse("desk:preview-file", args=at)


def _lines(
    found: Iterable[Mapping[str, Any]],
    places: _Places,
    explained: Mapping[tuple[str, str], str],
) -> Iterable[Line]:
    for each in found:
        country, indicator = each["country"], each["indicator"]
        yield Line(
            words=each["words"],
            country=country,
            indicator=indicator,
            links=tuple(places.links(country, indicator)),
            explained=explained.get((country, indicator), ""),
        )
