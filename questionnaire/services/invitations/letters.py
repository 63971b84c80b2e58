"""The letter that brings an invitation's link."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.mail.enums import LetterKind, NoticeKind
from mipex_site.mail.models import LINK
from mipex_site.mail.services.letters import queue
from mipex_site.mail.services.notices import tell

from ...models import Invitation
from ...selectors.people import letter_key

PORTAL_PAGE = "/portal/people/"


def send(*, invitation: Invitation, link: str, by: User) -> None:
    """Put the letter into the outbox, in the language that the coordinator chose.

    It does not say which part is asked: letters are read by others, and kept. The page behind
    the link says it.
    """
    round_ = invitation.round
    zone = ZoneInfo(round_.zone if round_ else by.zone)
    with translation.override(invitation.language):
        ends = date_format(timezone.localtime(invitation.expires_at, zone), "j F Y")
        words = {"round": round_.title if round_ else _("the whole portal"), "day": ends}
        queue(
            key=letter_key(invitation),
            kind=LetterKind.INVITATION,
            address=invitation.email,
            subject=_("Your invitation to %(round)s") % words,
            text=_text() % words,
            language=invitation.language,
            secret=link,
            round_code=round_.code if round_ else "",
            by=by,
        )


def _text() -> str:
    """Return the text with the mark where its link comes."""
    said = _(
        "Good day,\n\n"
        "you are invited to take a part in %(round)s. This page says in which, and takes your"
        " yes or your no:\n\n"
        "%(link)s\n\n"
        "The link is yours alone and works until %(day)s. Nothing is decided by opening it."
    )
    return said.replace("%(link)s", LINK)


def tell_of_decline(invitation: Invitation, *, address: str) -> None:
    """Let who invited read in the next daily letter that it was declined; nobody is named."""
    person = invitation.invited_by
    if not person.is_active:
        return
    with translation.override(person.language):
        role = invitation.get_role_display()
        if invitation.round is None:
            words = _("Somebody declined to be %(role)s of the whole portal.") % {"role": role}
        elif invitation.country:
            words = _("Somebody declined to be %(role)s for %(country)s.")
            words = words % {"role": role, "country": invitation.country.name}
        else:
            words = _("Somebody declined to be %(role)s in this round.") % {"role": role}
    tell(
        key=f"invitation-declined/{invitation.pk}",
        person=person,
        kind=NoticeKind.NEWS,
        words=words,
        address=address,
        round_code=invitation.round.code if invitation.round else "",
    )


def ask_to_confirm(invitation: Invitation, person: User) -> None:
    """Let another coordinator of the portal read that an invitation waits for them."""
    with translation.override(person.language):
        words = _(
            "An invitation to the whole portal waits until a second coordinator confirms it."
        )
    tell(
        key=f"invitation-waits/{invitation.pk}/{person.pk}",
        person=person,
        kind=NoticeKind.NEWS,
        words=words,
        address=PORTAL_PAGE,
    )
