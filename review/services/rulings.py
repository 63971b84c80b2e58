"""What a ruling must be: its value fits its verdict, it gives reasons, it meets precedents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mipex_site.base.errors import Stale
from mipex_site.base.typed import length_of, words_of_limit
from questionnaire.enums import TEXT_LIMIT, AnswerKind
from questionnaire.models import Answer

from ..enums import OpinionKind, VerdictCode
from ..models import CaseItem, FirstCoding, Opinion, PrecedentMet, Ruling
from .weighing import Value, stands_alone

TEXTS = ("internal_rationale", "public_rationale")


def needs_second_look(ruling: Ruling, item: CaseItem) -> bool:
    """Return whether the ruling waits for another adjudicator before it stands; one query."""
    return not stands_alone(
        verdict=ruling.verdict,
        ruled=value_of(ruling),
        experts=value_of(item.answer),
        places=list(item.indicator.options.order_by("order").values_list("pk", flat=True)),
    )


def value_of(thing: Answer | Ruling | FirstCoding) -> Value:
    return Value(thing.kind, thing.option_id, thing.points)


# --- Value and reasons -------------------------------------------------------------------


def check_ruling(ruling: Ruling, item: CaseItem) -> None:
    """Raise ValidationError, by field, for a ruling that cannot be on this item."""
    ruling.clean_fields(exclude=("dispute", "adjudicator", "option"))
    for name in TEXTS:
        check_text(name, getattr(ruling, name))
    _check_value(ruling, item)
    _check_verdict(ruling, item)


def check_text(field: str, text: str) -> None:
    """Raise ValidationError for a text that is too long to be kept."""
    length = length_of(text)
    if length > TEXT_LIMIT:
        raise ValidationError({field: words_of_limit(length, TEXT_LIMIT)})


def _check_value(ruling: Ruling, item: CaseItem) -> None:
    if (ruling.kind == AnswerKind.CHOSEN) != (ruling.option is not None):
        message = _("Choose the option that stands, or say why there is none.")
        raise ValidationError({"option": message})
    if ruling.option and ruling.option.indicator_id != item.indicator_id:
        raise ValidationError({"option": _("This option belongs to another indicator.")})
    if (ruling.kind == AnswerKind.EXCEPTIONAL) != (ruling.points is not None):
        message = _("Give points where the value is exceptional, and only there.")
        raise ValidationError({"points": message})
    if ruling.points is not None and not 0 <= Fraction(ruling.points) <= 100:  # noqa: PLR2004
        raise ValidationError({"points": _("Points lie between 0 and 100.")})


def _check_verdict(ruling: Ruling, item: CaseItem) -> None:
    """A verdict says whose value stands, so the value must be theirs."""
    value = value_of(ruling)
    experts = value_of(item.answer)
    others = set(_values_of_the_others(item)) - {experts}
    sound, message = {
        VerdictCode.EXPERT_UPHELD: (
            value == experts,
            _("The expert is upheld only with the value that the expert gave."),
        ),
        VerdictCode.REVIEWER_UPHELD: (
            value in others,
            _("Nobody suggested this value. Choose a suggested one, or “another option”."),
        ),
        VerdictCode.THIRD_VALUE: (
            value not in others | {experts},
            _("This value is one of the sides'. Say which side is upheld."),
        ),
        VerdictCode.EVIDENCE_INSUFFICIENT: (
            value.kind == AnswerKind.UNKNOWN,
            _("Where the evidence is not enough, the value cannot be known."),
        ),
    }.get(ruling.verdict, (True, ""))
    if not sound:
        raise ValidationError({"verdict": message})


def _values_of_the_others(item: CaseItem) -> Iterator[Value]:
    """What the reviewers suggested for this version, and what the other codings said."""
    suggested = Opinion.objects.filter(
        item_id=item.pk,
        version=item.version,
        kind=OpinionKind.DISAGREE,
        suggested_option__isnull=False,
    )
    for option_id in suggested.values_list("suggested_option_id", flat=True):
        yield Value(AnswerKind.CHOSEN, option_id, None)
    for coding in item.first_codings.exclude(coding=1):
        yield value_of(coding)


# --- Precedents --------------------------------------------------------------------------


def met_by(
    ruling: Ruling, item: CaseItem, said: Mapping[int, tuple[bool, str]]
) -> list[PrecedentMet]:
    """Return how the ruling stands to each precedent on the file, not yet written.

    SAID of one that guides no longer is left out. Raises Stale where one was not spoken of, for
    it came after the file was read; ValidationError for a departure without a reason.
    """
    met = []
    for precedent in _precedents_of(item):
        if precedent.pk not in said:
            raise Stale(
                _("A ruling that guides this indicator was made meanwhile. Read it first.")
            )
        follows, text = said[precedent.pk]
        text = "" if follows else text.strip()
        if not follows and not text:
            message = _("Say why this ruling departs from the precedent.")
            raise ValidationError({"precedents": message})
        check_text("precedents", text)
        met.append(PrecedentMet(ruling=ruling, precedent=precedent, follows=follows, text=text))
    return met


def _precedents_of(item: CaseItem) -> Iterable[Ruling]:
    place = ("dispute__item__case__round", "dispute__item__case__country")
    return Ruling.objects.precedents_for(item).select_related(*place).order_by("pk")


# --- For the audit -----------------------------------------------------------------------


def ruling_facts(ruling: Ruling, item: CaseItem, met: Iterable[PrecedentMet]) -> dict[str, Any]:
    """Return the old and the new value as the audit keeps them: places and texts, no keys."""
    new = {
        "version": ruling.dispute.version,
        "reference_date": item.reference_date,
        "verdict": ruling.verdict,
        **_as_kept(ruling),
        "public_rationale": ruling.public_rationale,
        "is_precedent": ruling.is_precedent,
        "precedents": [_met_as_kept(one) for one in met],
    }
    return {
        "old": _as_kept(item.answer),
        "new": new,
        "reason": ruling.internal_rationale,
    }


def _as_kept(said: Answer | Ruling) -> dict[str, Any]:
    return {
        "kind": str(said.kind),
        "option": said.option.order if said.option else None,
        "points": None if said.points is None else str(said.points),
    }


def _met_as_kept(met: PrecedentMet) -> dict[str, Any]:
    case = met.precedent.dispute.item.case
    return {
        "round": case.round.code,
        "country": case.country.code,
        "follows": met.follows,
        "text": met.text,
    }
