"""What differs between two methods, in sentences that a consortium can vote on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..engine.method_changes import DEFAULTS, TITLE, Change
from ..engine.versions import Bump

KEYS = {
    "aggregation": gettext_lazy("How parts are put together at the level “%(part)s”"),
    "counting": gettext_lazy("What coverage counts"),
    "coverage": gettext_lazy("The coverage that “%(part)s” needs"),
    "estimated_cap": gettext_lazy("The share of coverage that estimates may give"),
    "positive_scale": gettext_lazy(
        "Where the positive scale of geometric and harmonic means begins"
    ),
    "rank_on": gettext_lazy("What countries are ranked on"),
    "rounding": gettext_lazy("The rounding"),
    "weights": gettext_lazy("The weight of “%(part)s”"),
    TITLE: gettext_lazy("The title of the method"),
}
VALUES = {
    ("rank_on", "shown"): gettext_lazy("the shown score"),
    ("rank_on", "exact"): gettext_lazy("the exact score"),
    ("counting", "weight"): gettext_lazy("weights"),
    ("counting", "count"): gettext_lazy("the number of parts"),
    ("aggregation", "arithmetic"): gettext_lazy("the arithmetic mean"),
    ("aggregation", "geometric"): gettext_lazy("the geometric mean"),
    ("aggregation", "harmonic"): gettext_lazy("the harmonic mean"),
    ("coverage", "any"): gettext_lazy("any part"),
    ("coverage", "every"): gettext_lazy("every part"),
}
LISTS = {
    ("indexes",): (
        gettext_lazy(
            "The method names the indices itself, in place of the framework’s: %(codes)s."
        ),
        gettext_lazy("The indices are those of the framework again."),
    ),
    ("ranked",): (
        gettext_lazy("The method says itself which levels are ranked: %(codes)s."),
        gettext_lazy("Ranked are again the indices and the tops of the tree."),
    ),
}
"""What it means that a list came, and that it went."""
WITHOUT = {
    "aggregation": gettext_lazy("as the framework says"),
    "weights": gettext_lazy("as the framework says"),
}
"""What holds for a part that a block does not name."""

DEMANDS = {
    Bump.NONE: gettext_lazy("Nothing differs."),
    Bump.PATCH: gettext_lazy("Only words differ: the last number of the version rises."),
    Bump.MINOR: gettext_lazy(
        "Figures come beside those there were: the middle number of the version rises."
    ),
    Bump.MAJOR: gettext_lazy(
        "Figures are no longer comparable: the first number of the version rises."
    ),
}


Titles = Mapping[str, str]
"""What codes of bands, indices and nodes are called; a code that is not there stays as it is."""


def sentences(changes: Iterable[Change], titles: Titles) -> list[str]:
    """Return one sentence for each change, with its full stop."""
    return [sentence(change, titles) for change in changes]


def titles_in(*blocks: Mapping[str, Any]) -> dict[str, str]:
    """Return the titles that methods themselves give to bands and indices, by code."""
    named = [
        each for block in blocks for each in (*block["bands"], *(block.get("indexes") or ()))
    ]
    return {each["code"]: each["title"] for each in named if each.get("title")}


def sentence(change: Change, titles: Titles) -> str:
    """Say one change: what it is about, how it was, and how it is now."""
    key = change.path[0]
    if change.path in LISTS:
        return str(LISTS[change.path][change.new is None]) % {"codes": change.new}
    if key in SPOKEN:
        return SPOKEN[key](change, titles)
    about = KEYS.get(key) or _("The key “%(key)s”")
    code = change.path[-1]
    return _was(about % {"part": titles.get(code, code), "key": ".".join(change.path)}, change)


def _of_band(change: Change, titles: Titles) -> str:
    code = change.path[1]
    words = {"band": titles.get(code, code), "scores": change.new or change.old}
    if change.path[-1] == TITLE:
        return _was(_("The title of the band “%(band)s”") % {"band": code}, change)
    if change.old is None:
        return _("The band “%(band)s” is new: %(scores)s.") % words
    if change.new is None:
        return _("The band “%(band)s” is gone: %(scores)s.") % words
    return _was(_("The scores of the band “%(band)s”") % words, change)


def _of_index(change: Change, titles: Titles) -> str:
    code, part = change.path[1], change.path[-1]
    words = {
        "index": titles.get(code, code),
        "part": titles.get(part, part),
        "parts": change.new or change.old,
    }
    if change.path[2:] == ():
        if change.old is None:
            return _("The index “%(index)s” is new, of %(parts)s.") % words
        return _("The index “%(index)s” is gone.") % words
    if part == "headline":
        if change.new == "yes":
            return _("The index “%(index)s” becomes the headline.") % words
        return _("The index “%(index)s” is no longer the headline.") % words
    about = {
        "of": _("What the index “%(index)s” is of"),
        TITLE: _("The title of the index “%(index)s”"),
        "rule": _("The mean of the index “%(index)s”"),
    }.get(change.path[2], _("The weight of “%(part)s” in the index “%(index)s”"))
    return _was(about % words, change)


def _of_ranking(change: Change, _titles: Titles) -> str:
    level = {"level": change.path[1]}
    if change.old is None:
        return _("Countries are ranked at the level “%(level)s” too.") % level
    return _("Countries are no longer ranked at the level “%(level)s”.") % level


SPOKEN = {"bands": _of_band, "indexes": _of_index, "ranked": _of_ranking}


def _was(about: str, change: Change) -> str:
    words = {
        "about": about,
        "old": _value(change.path[0], change.old),
        "new": _value(change.path[0], change.new),
    }
    return _("%(about)s: was %(old)s, becomes %(new)s.") % words


def _value(key: str, text: str | None) -> str:
    """Return a value in words; what holds where the block says none."""
    if text is None:
        return str(WITHOUT.get(key) or DEFAULTS.get(key) or _("nothing"))
    return str(VALUES.get((key, text), text))
