"""What a method says, key by key, in words; a key that it leaves out is told where it counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scoring.engine.method import DEFAULT, GROUP
from scoring.engine.missing import COUNT

LEVELS = {
    "composite": gettext_lazy("A composite"),
    "dimension": gettext_lazy("A dimension"),
    "strand": gettext_lazy("A strand"),
    "index": gettext_lazy("An index"),
    DEFAULT: gettext_lazy("Whatever is not named"),
}
SENTENCES = {
    "any": gettext_lazy("%(what)s needs one part that has a score."),
    "every": gettext_lazy("%(what)s needs a score of every part."),
}
OF_GROUPS = {
    "any": gettext_lazy("The mean of a group needs one country that has a score."),
    "every": gettext_lazy("The mean of a group needs a score of every country."),
}
MEANS = {
    "arithmetic": gettext_lazy("the arithmetic mean"),
    "geometric": gettext_lazy("the geometric mean"),
    "harmonic": gettext_lazy("the harmonic mean"),
}
Block = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Term:
    """What a method says of one thing, in one line or more."""

    name: str
    lines: tuple[str, ...]


def terms_of(block: Block) -> tuple[Term, ...]:
    """Return what the block says, without the ranking; what it leaves out has no term."""
    found = (
        (_("Coverage"), _coverage(block)),
        (_("Means"), _means(block)),
        (_("Weights"), _weights(block.get("weights") or {})),
        (_("Indices"), _indexes(block)),
        (_("Levels that are ranked"), iter(block.get("ranked") or ())),
        (_("Words for scores"), _bands(block)),
    )
    terms = (Term(name, tuple(lines)) for name, lines in found)
    return tuple(term for term in terms if term.lines)


def _coverage(block: Block) -> Iterator[str]:
    shares = block["coverage"]
    named = [level for level in LEVELS if level in shares]
    for level in [*named, *(each for each in shares if each not in {*LEVELS, GROUP})]:
        what = LEVELS.get(level) or _("A part at the level “%(level)s”") % {"level": level}
        yield _threshold(shares[level], block) % {"what": what, "share": shares[level]}
    share = shares.get(GROUP, shares.get(DEFAULT))
    of_groups = OF_GROUPS.get(share) or _(
        "The mean of a group needs scores of %(share)s of its countries."
    )
    yield of_groups % {"share": share}
    if "estimated_cap" in block:
        cap = {"share": block["estimated_cap"]}
        yield _("Estimates count as covered up to %(share)s of what applies.") % cap


def _threshold(share: str, block: Block) -> str:
    if share in SENTENCES:
        return str(SENTENCES[share])
    if block.get("counting") == COUNT:
        return _("%(what)s needs scores of %(share)s of its parts, by their number.")
    return _("%(what)s needs scores of %(share)s of its parts, by weight.")


def _means(block: Block) -> Iterator[str]:
    for level, family in (block.get("aggregation") or {}).items():
        words = {"what": LEVELS.get(level, level), "mean": MEANS.get(family, family)}
        yield _("%(what)s is %(mean)s of its parts.") % words
    lowest = (block.get("positive_scale") or {}).get("lowest")
    if lowest is not None:
        scale = {"lowest": lowest}
        yield _("Geometric and harmonic means are taken from %(lowest)s to 100.") % scale


def _weights(weights: Block) -> Iterator[str]:
    for code, weight in weights.items():
        yield f"{code}: {weight}"


def _indexes(block: Block) -> Iterator[str]:
    for index in block.get("indexes") or ():
        parts = index.get("of") or index.get("strands", ())
        own = index.get("weights") or {}
        words = {
            "title": index.get("title") or index["code"],
            "parts": ", ".join(f"{one} × {own[one]}" if one in own else one for one in parts),
        }
        if index.get("headline"):
            yield _("%(title)s, the headline: %(parts)s") % words
        else:
            yield f"{words['title']}: {words['parts']}"


def _bands(block: Block) -> Iterator[str]:
    for band in block["bands"]:
        ends = dict.fromkeys((band["from"], band["to"]))
        yield f"{'–'.join(map(str, ends))}: {band.get('title') or band['code']}"
