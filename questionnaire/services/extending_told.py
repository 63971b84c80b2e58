"""Who is told of more time: coordinators in their daily letter, who asked for it at once."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.templatetags.house import both_words
from mipex_site.mail.enums import LetterKind, NoticeKind
from mipex_site.mail.services.letters import queue
from mipex_site.mail.services.links import absolute
from mipex_site.mail.services.notices import tell

from ..enums import ExtensionState, Role
from ..models import Assignment, Extension, Round
from ..rules import gains_nothing


def tell_coordinators(wish: Extension, *, second: User | None = None) -> None:
    """Tell those who can decide that more time is asked for; nobody is named.

    SECOND is the coordinator who gave it already where it takes two: the others are told.
    """
    for person in _coordinators(wish.round):
        if person != second and gains_nothing(person, wish):
            with translation.override(person.language), timezone.override(_zone(person)):
                _tell(person, wish, is_second=second is not None)


def _coordinators(round_: Round) -> Iterable[User]:
    held = Assignment.objects.running().in_round(round_).filter(role=Role.COORDINATOR)
    whole = held.filter(country__isnull=True, strand__isnull=True)
    return User.objects.filter(pk__in=whole.values("person_id"), is_active=True).order_by("pk")


def _tell(person: User, wish: Extension, *, is_second: bool) -> None:
    words = (
        _("%(round)s, %(place)s: more time until %(moment)s waits for a second person.")
        if is_second
        else _("%(round)s, %(place)s: the expert asks for more time, until %(moment)s.")
    )
    told = {
        "round": wish.round.title,
        "place": place_words(wish),
        "moment": both_words(wish.wished_until),
    }
    turn = "second" if is_second else "asked"
    tell(
        key=f"extension/{wish.pk}/{turn}/{person.pk}",
        person=person,
        kind=NoticeKind.TURN,
        words=words % told,
        address=reverse("desk:extension", args=[wish.round.code, wish.pk]),
        round_code=wish.round.code,
    )


def place_words(wish: Extension) -> str:
    """Say what it is about: a country, and the strand where it is one."""
    if wish.strand is None:
        return wish.country.name
    return f"{wish.country.name}, {wish.strand.title}"


def tell_asker(wish: Extension) -> None:
    """Write to who asked: what was decided and why, or that nobody decided in time."""
    person = wish.asked_by
    if not person.is_active:
        return
    with translation.override(person.language), timezone.override(_zone(person)):
        subject, text = _letter(wish)
        queue(
            key=f"extension/{wish.pk}/{wish.state}",
            kind=LetterKind.DEADLINE,
            address=person.email,
            subject=subject,
            text=text,
            person=person,
            language=person.language,
            round_code=wish.round.code,
        )


def _letter(wish: Extension) -> tuple[str, str]:
    about = {
        "round": wish.round.title,
        "place": place_words(wish),
        "words": wish.words,
        "wished": both_words(wish.wished_until),
        "moment": both_words(wish.granted_until) if wish.granted_until else "",
        "address": absolute(reverse("desk:work")),
    }
    if wish.state == ExtensionState.GRANTED:
        return _("More time: %(place)s") % about, _granted() % about
    if wish.state == ExtensionState.DENIED:
        return _("No more time: %(place)s") % about, _denied() % about
    return _("Nobody decided in time: %(place)s") % about, _lapsed() % about


def _granted() -> str:
    return _(
        "Good day,\n\n"
        "you have more time for %(place)s (%(round)s). It is due on %(moment)s, and entry is"
        " open until then at least.\n\n"
        "The coordinator writes: %(words)s\n\n"
        "%(address)s"
    )


def _denied() -> str:
    return _(
        "Good day,\n\n"
        "you asked for more time for %(place)s (%(round)s), until %(wished)s. It was not"
        " granted: the dates stay as they are.\n\n"
        "The coordinator writes: %(words)s\n\n"
        "%(address)s"
    )


def _lapsed() -> str:
    return _(
        "Good day,\n\n"
        "you asked for more time for %(place)s (%(round)s), until %(wished)s. Nobody decided in"
        " time, so the dates stay as they are. Ask again, or write to your coordinator.\n\n"
        "%(address)s"
    )


def _zone(person: User) -> ZoneInfo:
    return ZoneInfo(person.zone)
