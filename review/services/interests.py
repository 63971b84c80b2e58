"""Declare a tie, decide on one, and learn the names of a country's people for a day."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import WrongState
from mipex_site.base.verdict import demand
from questionnaire.enums import EXPERT_SIDE, TEXT_LIMIT, Role, RoundState
from questionnaire.models import Assignment, Country, Round
from questionnaire.services.remembering import save_as
from questionnaire.services.rights import end_right

from ..enums import Interest
from ..models import Declaration, Unblinding
from ..rules import JUDGES, LOOKERS, may_decide, may_declare, may_unblind, standing_ties
from ..rules.interests import NAMES_ARE_SHOWN_FOR
from .addresses import interests_of
from .moving import Diary


@transaction.atomic
def declare_interest(
    *, round_: Round, country: Country, interest: str, by: User, text: str = ""
) -> Declaration:
    """Keep what a person declares about a country, and shut or open its content to them.

    No tie and nothing found by the standing rules opens the country at once. A possible tie, a
    tie that was found, and one that is taken back, wait for a coordinator. A tie ends what the
    person judges in that country. Raises NotAllowed, ValidationError.
    """
    # Of two declarations at once the later must see the earlier; assign waits here, too.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    demand(may_declare(by, round_, country))
    held = Declaration.objects.filter(person=by, round=round_, country=country).first()
    old = _as_kept(held) if held else None
    declared = held or Declaration(person=by, round=round_, country=country)
    flags = standing_ties(by, round_, country)
    cleared = _cleared_by_itself(interest, flags, before=held)
    declared.interest, declared.text, declared.flags = interest, _checked(interest, text), flags
    if cleared is None or old is None or cleared != held.is_cleared:
        declared.decided_by, declared.decision, declared.decided_at = None, "", None
    declared.is_cleared = cleared
    declared.declared_at = timezone.now()
    save_as(declared, by)
    rights = _rights_to_judge(by, round_, country) if interest == Interest.YES else []
    diary = Diary(by=by, role=_role_of(by, round_), stream=round_.stream)
    subject = interests_of(round_, country)
    diary.note("interests.declare", subject, old=old, new=_as_kept(declared))
    diary.write()
    for right in rights:
        end_right(held=right, role=right.role, reason=declared.text, by=by)
    return declared


@transaction.atomic
def decide_interest(
    *, declaration: Declaration, is_cleared: bool, text: str, by: User
) -> Declaration:
    """Decide in writing whether a declared or found tie keeps the country from the person.

    It can be decided again, as long as the person does not declare anew. A no ends what the
    person judges there. Raises NotAllowed, WrongState, ValidationError.
    """
    rows = Declaration.objects.select_related("person", "round", "country")
    held = rows.select_for_update(of=("self",)).get(pk=declaration.pk)
    demand(may_decide(by, held))
    if held.interest == Interest.NONE and held.is_cleared and held.decided_at is None:
        raise WrongState(_("No tie was declared and none was found: nothing is to be decided."))
    old = _as_kept(held)
    held.is_cleared, held.decision = is_cleared, _text(text, "text")
    held.decided_by, held.decided_at = by, timezone.now()
    save_as(held, by)
    rights = [] if is_cleared else _rights_to_judge(held.person, held.round, held.country)
    diary = Diary(by=by, role=Role.COORDINATOR, stream=held.round.stream)
    subject = interests_of(held.round, held.country)
    diary.note("interests.decide", subject, old=old, new=_as_kept(held), reason=held.decision)
    diary.write()
    for right in rights:
        end_right(held=right, role=Role.COORDINATOR, reason=held.decision, by=by)
    return held


@transaction.atomic
def recheck_ties(*, round_: Round, country: Country, by: User) -> list[Declaration]:
    """Ask the standing rules anew about everybody who declared; return whom they now hold up.

    What they find new shuts the country to the person until it is decided. Raises NotAllowed.
    """
    demand(may_unblind(by, round_, country))
    rows = Declaration.objects.filter(round=round_, country=country).exclude(person=by)
    return _recheck(round_, rows, role=Role.COORDINATOR, by=by)


@transaction.atomic
def recheck_ties_of(*, person: User, by: User) -> list[Declaration]:
    """Ask the standing rules anew about a person who works elsewhere now, in every open round.

    Both ways: about the countries that the person declared about, and about everybody who
    declared about a country for which the person answers. Returns whom they now hold up.
    """
    found = []
    declared = Declaration.objects.filter(round__state=RoundState.OPEN)
    answered = Assignment.objects.of(person, *EXPERT_SIDE).filter(country__isnull=False)
    theirs = Q(person=person)
    for round_id, country_id in answered.values_list("round_id", "country_id").distinct():
        theirs |= Q(round_id=round_id, country_id=country_id)
    there = Round.objects.filter(pk__in=declared.filter(theirs).values("round"))
    for round_ in there.order_by("pk"):
        found += _recheck(round_, declared.filter(theirs, round=round_), role="", by=by)
    return found


def _recheck(
    round_: Round, rows: QuerySet[Declaration], *, role: str, by: User
) -> list[Declaration]:
    diary = Diary(by=by, role=role, stream=round_.stream)
    found = []
    held_rows = rows.select_for_update(of=("self",)).select_related("person", "country")
    for held in held_rows.order_by("pk"):
        flags = standing_ties(held.person, round_, held.country)
        if set(flags) <= set(held.flags):
            continue
        old = _as_kept(held)
        held.flags = flags
        if held.interest != Interest.YES:
            held.is_cleared, held.decided_by, held.decision = None, None, ""
            held.decided_at = None
        save_as(held, by)
        subject = interests_of(round_, held.country)
        diary.note("interests.recheck", subject, old=old, new=_as_kept(held))
        found.append(held)
    diary.write()
    return found


@transaction.atomic
def unblind(*, round_: Round, country: Country, reason: str, by: User) -> Unblinding:
    """Show a coordinator the names of a country's people for a day, on record.

    Raises NotAllowed, ValidationError without a reason.
    """
    demand(may_unblind(by, round_, country))
    now = timezone.now()
    learned = Unblinding.objects.create(
        by=by,
        round=round_,
        country=country,
        reason=_text(reason, "reason"),
        until=now + NAMES_ARE_SHOWN_FOR,
    )
    diary = Diary(by=by, role=Role.COORDINATOR, stream=round_.stream)
    diary.note(
        "names.unblind",
        interests_of(round_, country),
        new={"until": learned.until.isoformat()},
        reason=learned.reason,
    )
    diary.write()
    return learned


def _cleared_by_itself(
    interest: str, flags: list[str], *, before: Declaration | None
) -> bool | None:
    """Return what follows from a declaration alone: open, shut, or None for a coordinator."""
    if interest == Interest.YES:
        return False
    if interest == Interest.POSSIBLE:
        return None
    if before is None or (before.interest == Interest.NONE and not before.flags):
        return None if flags else True
    # A tie that is taken back, or was found, opens nothing that a coordinator has not opened.
    return True if before.is_cleared and set(flags) <= set(before.flags) else None


def _rights_to_judge(person: User, round_: Round, country: Country) -> list[Assignment]:
    """Lock and return what the person judges in that country alone."""
    held = Assignment.objects.running().of(person, *JUDGES)
    there = held.filter(round=round_, country=country).order_by("pk")
    return list(there.select_for_update(of=("self",)))


def _role_of(person: User, round_: Round) -> str:
    """Return the role in which somebody declares, for the audit."""
    held = Assignment.objects.running().of(person, *JUDGES, *LOOKERS).in_round(round_)
    return held.order_by("pk").values_list("role", flat=True).first() or ""


def _checked(interest: str, text: str) -> str:
    if interest not in Interest.values:
        raise ValidationError({"interest": _("Choose one of the three.")})
    if interest == Interest.NONE and not text.strip():
        return ""
    return _text(text, "text")


def _text(text: str, field: str) -> str:
    text = text.strip()
    if not text:
        raise ValidationError({field: _("Say it in a sentence.")})
    if len(text) > TEXT_LIMIT:
        limit = {"limit": number_format(TEXT_LIMIT, force_grouping=True)}
        raise ValidationError({field: _("Shorten it to %(limit)s characters.") % limit})
    return text


def _as_kept(declared: Declaration) -> dict[str, object]:
    return {
        "person": declared.person_id,
        "interest": str(declared.interest),
        "text": declared.text,
        "flags": list(declared.flags),
        "is_cleared": declared.is_cleared,
    }
