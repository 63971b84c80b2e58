"""Who reads an edition before it appears: by a link of one's own, once the terms are agreed to.

A reader has no account. The link holds 256 random bits, of which the portal keeps a hash; it is
written into one letter and nowhere else. A letter's link may be opened by a machine on its way,
so opening agrees to nothing: pressing the button does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.clock import present
from mipex_site.base.errors import Refusal, WrongState
from mipex_site.base.verdict import demand
from mipex_site.mail.enums import LetterKind
from mipex_site.mail.services import letters, links
from questionnaire.enums import Role
from questionnaire.rules import has_role_in_round

from .. import rules
from ..enums import RevisionState
from ..models import Edition, EmbargoReader, Revision
from .editions import hold_edition, letter_language, record

BYTES = 32
BUILT = (RevisionState.CANDIDATE, RevisionState.SIGNED)
A_WHILE = timedelta(minutes=1)
"""How exact the last reading is kept: a page and its pictures are one reading."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a link leads to: the reader, and the revision to read or None while there is none."""

    reader: EmbargoReader
    revision: Revision | None


@transaction.atomic
def invite(*, edition: Edition, name: str, email: str, house: str, by: User) -> EmbargoReader:
    """Invite somebody to read the candidate, and queue the letter with the link.

    Raises NotAllowed, Refusal where nothing can be read yet or the address is invited already,
    or ValidationError.
    """
    edition = hold_edition(edition.pk)
    demand(rules.may_invite_reader(by, edition))
    if readable(edition) is None:
        raise Refusal(
            _("There is nothing to read yet. Invite when a candidate’s checks are all green.")
        )
    running = EmbargoReader.objects.filter(edition=edition, ended_at__isnull=True)
    if running.filter(email__iexact=email).exists():
        raise Refusal(
            _("%(email)s is invited already. Send a new link instead.") % {"email": email}
        )
    token = token_urlsafe(BYTES)
    reader = EmbargoReader(
        edition=edition,
        name=name,
        email=email,
        house=house,
        token_hash=_hash(token),
        invited_by=by,
    )
    reader.full_clean()
    reader.save()
    _write_to(reader, token, by=by)
    _record(reader, "embargo.invite", by=by)
    return reader


@transaction.atomic
def send_again(*, reader: EmbargoReader, by: User) -> EmbargoReader:
    """Write to the reader with a new link. The old one opens nothing from now on.

    Who opens the new one agrees to the terms anew.
    """
    reader = _hold(reader, by=by)
    token = token_urlsafe(BYTES)
    reader.token_hash, reader.agreed_at = _hash(token), None
    reader.save(update_fields=["token_hash", "agreed_at", "updated_at"])
    _write_to(reader, token, by=by)
    _record(reader, "embargo.send_again", by=by)
    return reader


@transaction.atomic
def end(*, reader: EmbargoReader, by: User) -> EmbargoReader:
    """Close the link for good."""
    reader = _hold(reader, by=by)
    reader.ended_at = present()
    reader.save(update_fields=["ended_at", "updated_at"])
    _record(reader, "embargo.end", by=by)
    return reader


def void_hash() -> str:
    """Return the hash of a link that nobody has."""
    return _hash(token_urlsafe(BYTES))


def end_all(edition: Edition) -> int:
    """End the embargo of an edition whose lock is held: it is public. Return for how many."""
    readers = EmbargoReader.objects.filter(edition=edition, ended_at__isnull=True)
    return readers.update(ended_at=present(), updated_at=present())


def reading_by(token: str) -> Reading | None:
    """Return what a link leads to, or None for one that opens nothing or no longer."""
    readers = EmbargoReader.objects.select_related("edition__round__framework")
    reader = readers.filter(token_hash=_hash(token)).first()
    return Reading(reader, readable(reader.edition)) if reader else None


def readable(edition: Edition) -> Revision | None:
    """Return the revision that is read under embargo: the newest, built and with no red check."""
    newest = Revision.objects.filter(edition=edition).order_by("-number").first()
    if newest is None or newest.state not in BUILT or not rules.is_green(newest):
        return None
    newest.edition = edition
    return newest


@transaction.atomic
def agree(*, reader: EmbargoReader) -> EmbargoReader:
    """Keep that the reader agreed to the terms; again changes nothing.

    Raises WrongState once the embargo is over, or the link.
    """
    edition = hold_edition(reader.edition_id)
    seen = reader.token_hash
    reader = EmbargoReader.objects.select_for_update(no_key=True).get(pk=reader.pk)
    reader.edition = edition
    if reader.ended_at or reader.token_hash != seen:
        raise WrongState(_("This link is closed. Ask who invited you."))
    if reader.agreed_at:
        return reader
    reader.agreed_at = present()
    reader.save(update_fields=["agreed_at", "updated_at"])
    _record(reader, "embargo.agree", by=None)
    return reader


@transaction.atomic
def note_reading(*, reader: EmbargoReader, revision: Revision) -> bool:
    """Keep when the reader read last; the first reading of a day (UTC) is in the audit too.

    Return whether this was one. Two pages asked for at once are one reading.
    """
    now = present()
    day = datetime.combine(now.astimezone(UTC).date(), datetime.min.time(), tzinfo=UTC)
    running = EmbargoReader.objects.filter(pk=reader.pk, ended_at__isnull=True)
    today = running.filter(Q(last_read_at__isnull=True) | Q(last_read_at__lt=day))
    if today.update(last_read_at=now):
        _record(reader, "embargo.read", by=None, revision=revision.name)
        return True
    running.filter(last_read_at__lt=now - A_WHILE).update(last_read_at=now)
    return False


def _hold(reader: EmbargoReader, *, by: User) -> EmbargoReader:
    edition = hold_edition(reader.edition_id)
    demand(rules.may_invite_reader(by, edition))
    reader = EmbargoReader.objects.select_for_update(no_key=True).get(pk=reader.pk)
    reader.edition = edition
    if reader.ended_at:
        raise WrongState(_("This reader’s link is closed already."))
    return reader


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _write_to(reader: EmbargoReader, token: str, *, by: User) -> None:
    """Queue the letter. Its link is the letter's secret: it is forgotten when that has left."""
    edition = reader.edition
    language = letter_language(edition)
    with translation.override(language):
        subject = _("Read before it appears: %(title)s") % {"title": edition.title}
        text = _text_for(edition)
    letters.queue(
        key=f"embargo/{reader.pk}/{reader.token_hash[:16]}",
        kind=LetterKind.EMBARGO,
        address=reader.email,
        subject=subject,
        text=text,
        language=language,
        secret=links.absolute(reverse("editions:embargo", args=[token])),
        round_code=edition.round.code,
        by=by,
    )


def _text_for(edition: Edition) -> str:
    return _(
        "You are invited to read %(title)s before it is published.\n\n"
        "Until then it is under embargo: %(until)s. Nothing of it may be published, passed on or"
        " quoted before. The page asks you to agree to that first.\n\n"
        "The link is yours alone. Do not pass it on:\n\n%(link)s\n\n"
        "The portal notes on which days it is used."
    ) % {"title": edition.title, "until": until_words(edition), "link": letters.LINK}


def until_words(edition: Edition) -> str:
    """Say until when the embargo holds: the instant in UTC, or the publication.

    An instant that has come ends nothing while what it was chosen for is not published.
    """
    newest = Revision.objects.filter(edition=edition).order_by("-number").first()
    if newest is None or newest.publish_at is None or newest.publish_at <= present():
        return _("until it is published")
    instant = newest.publish_at.astimezone(UTC)
    words = {"day": date_format(instant, "j F Y"), "time": f"{instant:%H:%M}"}
    return _("until %(day)s, %(time)s UTC") % words


def _record(reader: EmbargoReader, act: str, *, by: User | None, revision: str = "") -> None:
    """Write the act down. Who reads is known by a key: a name could not be taken out again."""
    edition = reader.edition
    new = {"reader": reader.pk, "house": reader.house}
    record(
        edition=edition,
        act=act,
        by=by,
        role=_role(by, edition) if by else "",
        new=new | ({"revision": revision} if revision else {}),
    )


def _role(user: User, edition: Edition) -> str:
    is_publisher = has_role_in_round(user, edition.round, Role.PUBLISHER)
    return Role.PUBLISHER if is_publisher else Role.COORDINATOR
