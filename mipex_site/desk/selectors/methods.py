"""The methods of the portal, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scoring.enums import MethodState
from scoring.models import Method
from scoring.selectors import newest_method

LEVELS = {
    "composite": gettext_lazy("A composite"),
    "dimension": gettext_lazy("A dimension"),
    "strand": gettext_lazy("A strand"),
    "index": gettext_lazy("An index"),
}
SENTENCES = {
    "any": gettext_lazy("%(what)s needs one part that has a score."),
    "every": gettext_lazy("%(what)s needs a score of every part."),
}
OF_GROUPS = {
    "any": gettext_lazy("The mean of a group needs one country that has a score."),
    "every": gettext_lazy("The mean of a group needs a score of every country."),
}


@dataclass(frozen=True, slots=True)
class MethodLine:
    """One method: whether it is in force, what must be covered, and its words for scores."""

    method: Method
    is_in_force: bool
    coverage: tuple[str, ...]
    bands: tuple[tuple[str, str], ...]

    @property
    def is_draft(self) -> bool:
        return self.method.state == MethodState.DRAFT


def method_lines() -> list[MethodLine]:
    """Return every method, what was touched last before the others."""
    in_force = newest_method()
    return [
        MethodLine(method, method == in_force, tuple(_coverage(method)), tuple(_bands(method)))
        for method in Method.objects.order_by("-updated_at", "-pk")
    ]


def _coverage(method: Method) -> Iterator[str]:
    shares = method.settings["coverage"]
    for level, what in LEVELS.items():
        share = shares[level]
        sentence = SENTENCES.get(share) or _(
            "%(what)s needs scores of %(share)s of its parts, by weight."
        )
        yield sentence % {"what": what, "share": share}
    of_groups = OF_GROUPS.get(shares["group"]) or _(
        "The mean of a group needs scores of %(share)s of its countries."
    )
    yield of_groups % {"share": shares["group"]}


def _bands(method: Method) -> Iterator[tuple[str, str]]:
    for band in method.settings["bands"]:
        ends = dict.fromkeys((band["from"], band["to"]))
        yield "–".join(map(str, ends)), band.get("title") or band["code"]
