"""The expert's last word before a sheet is cleared, and who may be named in the edition."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.accounts.services.people import portal_robot
from mipex_site.base.errors import Refusal, WrongState
from mipex_site.base.verdict import demand
from questionnaire.enums import Role, RoundState
from questionnaire.models import Assignment, Country, Round

from ..enums import CaseState, DraftOf
from ..models import Case, CaseItem, LastWord, NamingConsent
from ..rules import may_be_named, may_have_last_word, may_say_naming
from ..rules.last_word import NAMED
from .addresses import address_of
from .drafts import drop_draft, place_of_last_word
from .moves.endings import finish, waits
from .moving import Diary, demand_open_round, lock, where_it_stands
from .scanning import hold_up
from .threads import checked


@transaction.atomic
def comment(*, item: CaseItem, text: str, by: User, overruled: bool = False) -> LastWord:
    """Keep what the expert says of one settled answer, once; the answer stays as it is.

    Raises NotAllowed, WrongState unless the case is with the expert for the last word or where
    it was said already, ValidationError without a text, and Held.
    """
    item = lock(item)
    _demand_last_word(item.case, by)
    if LastWord.objects.filter(item_id=item.pk).exists():
        raise WrongState(_("You have commented on this answer already."))
    text = checked(text)
    held = hold_up(text, country_id=item.case.country_id, overruled=overruled)
    said = LastWord.objects.create(item=item, author=by, text=text)
    place = place_of_last_word(item)
    drop_draft(case=item.case, kind=DraftOf.MESSAGE, place=place, by=by)
    diary = _diary(item.case, by)
    new = {"version": item.version, "reference_date": item.reference_date, "text": said.text}
    diary.note("last_word.comment", address_of(item), new=new | held)
    diary.write()
    return said


@transaction.atomic
def give_last_word(*, case: Case, is_named: bool, by: User) -> Case:
    """Say that there is nothing more, and whether the edition may name the person.

    The case is cleared with it, unless a blocking conversation is open. Raises NotAllowed,
    WrongState.
    """
    case = lock(case)
    _demand_last_word(case, by)
    diary = _diary(case, by)
    _say_naming(case.round, case.country, diary, is_named=is_named)
    case.last_word_given_at = timezone.now()
    case.save(update_fields=["last_word_given_at", "updated_at"])
    diary.note("last_word.give", address_of(case), new={"is_named": is_named})
    finish(case, diary)
    diary.write()
    return case


@transaction.atomic
def say_naming(*, round_: Round, country: Country, is_named: bool, by: User) -> NamingConsent:
    """Say whether the edition may name a person who answered or reviewed a country.

    What was said last holds. Raises NotAllowed for who has no part there, and for a yes once the
    edition is built; a no is kept then for a later revision.
    """
    demand(may_say_naming(by, round_, country))
    role = _role(by, round_, country)
    diary = Diary(by=by, role=role, stream=round_.stream)
    consent = _say_naming(round_, country, diary, is_named=is_named)
    diary.write()
    return consent


@transaction.atomic
def let_last_word_pass(*, case: Case, by: User) -> Case:
    """Clear a case whose days for the last word are over, without it.

    It stays while a blocking conversation is open. Raises WrongState, Refusal before its time.
    """
    case = lock(case)
    demand_open_round(case)
    if case.state != CaseState.LAST_WORD:
        raise WrongState(where_it_stands(case))
    if case.last_word_until > timezone.now() or waits(case):
        raise Refusal(_("The days for the last word are not over, or something waits in it."))
    diary = Diary(by=by, role="", stream=case.round.stream)
    if case.last_word_given_at is None:
        diary.note("last_word.lapse", address_of(case), new={"until": case.last_word_until})
    finish(case, diary)
    diary.write()
    return case


def clear_what_is_over() -> int:
    """Clear each case whose days are over, in the portal's own name; return how many."""
    over = Case.objects.filter(
        state=CaseState.LAST_WORD,
        last_word_until__lte=timezone.now(),
        round__state=RoundState.OPEN,
    )
    return sum(_clear_quietly(case) for case in over.order_by("pk"))


def _clear_quietly(case: Case) -> bool:
    try:
        let_last_word_pass(case=case, by=portal_robot())
    except Refusal:
        return False
    return True


def _demand_last_word(case: Case, by: User) -> None:
    demand_open_round(case)
    demand(may_have_last_word(by, case))
    if case.state != CaseState.LAST_WORD:
        raise WrongState(where_it_stands(case))


def _diary(case: Case, by: User) -> Diary:
    return Diary(by=by, role=Role.EXPERT, stream=case.round.stream)


def _say_naming(
    round_: Round, country: Country, diary: Diary, *, is_named: bool
) -> NamingConsent:
    """The row is locked: of two answers at once the audit knows which came first."""
    # Asked of a no as well: whoever freezes the names waits until it is kept.
    built = may_be_named(round_, hold=True)
    if is_named:
        demand(built)
    rows = NamingConsent.objects.select_for_update()
    place = {"person": diary.by, "round_id": round_.pk, "country_id": country.pk}
    consent = rows.filter(**place).first() or NamingConsent(**place)
    old = None if consent.pk is None else {"is_named": consent.is_named}
    consent.is_named = is_named
    consent._history_user = diary.by  # noqa: SLF001 (the name by which simple-history asks)
    consent.save()
    subject = f"naming/{round_.code}/{country.code}"
    diary.note("naming.say", subject, old=old, new={"is_named": is_named})
    return consent


def _role(person: User, round_: Round, country: Country) -> str:
    held = Assignment.objects.of(person, *NAMED).filter(round_id=round_.pk)
    there = held.filter(country__isnull=True) | held.filter(country_id=country.pk)
    roles = set(there.values_list("role", flat=True))
    return next(role for role in NAMED if role in roles)
