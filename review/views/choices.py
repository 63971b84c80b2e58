"""The radios of a ruling, each with a hint and with those who hold what it says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext as _

from questionnaire.enums import AnswerKind

from ..enums import VerdictCode
from ..forms import RulingForm
from ..selectors import DisputePage
from ..selectors.blind import OpinionView
from .values import Value, value_behind, value_of, words_of


@dataclass(frozen=True, slots=True)
class Choice:
    """One radio of the ruling: its hint, and who holds what it says."""

    radio: BoundWidget
    text: str
    held_by: tuple[str, ...] = ()


def verdict_rows(form: RulingForm, page: DisputePage) -> Iterator[Choice]:
    experts = {"value": words_of(page.codings[0].reading)}
    hints = {
        VerdictCode.EXPERT_UPHELD: _("The value stays as it is: “%(value)s”") % experts,
        VerdictCode.REVIEWER_UPHELD: _("A value that a reviewer or another sheet named."),
        VerdictCode.THIRD_VALUE: _("A value that nobody named. It waits for a second look."),
        VerdictCode.EVIDENCE_INSUFFICIENT: _(
            "The value becomes “cannot be known”, and leaves the mean."
        ),
        VerdictCode.AFTER_CUT_OFF: _(
            "What is cited came later: say which value held on the cut-off date."
        ),
        VerdictCode.INDICATOR_UNCLEAR: _(
            "The question can be read in two ways: say which reading stands."
        ),
    }
    for radio in form["verdict"]:
        yield Choice(radio, hints[VerdictCode(str(radio.data["value"]))])


def value_rows(form: RulingForm, page: DisputePage) -> Iterator[Choice]:
    """Yield the values with the names of those who hold each."""
    held = _holders(page)
    by_place = {str(option.order): option for option in page.options}
    for radio in form["option"]:
        value = str(radio.data["value"])
        option = by_place.get(value)
        key: Value = (AnswerKind.CHOSEN, option.pk) if option else (value, None)
        yield Choice(radio, option.description if option else "", tuple(held[key]))


def _holders(page: DisputePage) -> dict[Value, list[str]]:
    held: dict[Value, list[str]] = defaultdict(list)
    for coding in page.codings:
        held[value_of(coding.reading)].append(coding.who or _("the expert"))
    for opinion in _present(page):
        value = value_behind(opinion, page.codings[0].reading)
        if value and opinion.who:
            held[value].append(opinion.who)
    return held


def _present(page: DisputePage) -> list[OpinionView]:
    return [view for view in page.opinions if view.version == page.version]
