"""A code that a locked version had stands for the same thing for ever, or for nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from ...enums import FrameworkState, Relation
from ...models import Aggregate, Framework, Index, Indicator
from .differing import ADDED, CHANGED, Change
from .refusing import Unfit

MODELS = {"aggregates": Aggregate, "indexes": Index, "indicators": Indicator}
"""Sections whose codes are shared: a result is known by its code alone."""


def codes_used_before(code: str, changes: Iterable[Change]) -> list[str]:
    """Say where a change gives a code that a locked version of CODE had to something else.

    A question keeps its code only as the same question, however reworded or recoded; what is
    new has a new code. One query for each of three tables, and none where nothing is added.
    """
    asked = [each for each in changes if each.section in MODELS and _is_asked(each)]
    if not asked:
        return []
    before = dict(_locked(code, {each.code for each in asked}))
    return [
        _(
            "“%(code)s” stood for “%(title)s” in version %(version)s. A code is never used for"
            " something else: give this one of its own."
        )
        % {"code": each.code, "title": before[each.code][1], "version": before[each.code][2]}
        for each in asked
        if each.code in before and _is_something_else(each, before[each.code][0])
    ]


def demand_codes_are_new(framework: Framework, changes: Iterable[Change]) -> None:
    """Raise Unfit with what codes_used_before says, if it says anything."""
    used = codes_used_before(framework.code, changes)
    if used:
        raise Unfit([(("code",), words) for words in used], {"code": used})


def _is_asked(change: Change) -> bool:
    return change.what == ADDED or (change.what == CHANGED and "relation" in change.keys)


def _locked(
    framework: Framework, codes: set[str]
) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Give section, title and version by the codes that a locked version has."""
    for section, model in MODELS.items():
        rows = model.objects.filter(
            framework__code=framework,
            framework__state=FrameworkState.LOCKED,
            code__in=codes,
        ).order_by("framework__created_at")
        for code, title, version in rows.values_list("code", "title", "framework__version"):
            yield code, (section, title, version)


def _is_something_else(change: Change, section: str) -> bool:
    is_new = change.section == "indicators" and change.new["relation"] == Relation.NEW
    return change.section != section or is_new
