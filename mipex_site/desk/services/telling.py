"""What is told at once, and does not wait for the daily letter: a sheet that came back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.templatetags.house import both_words
from mipex_site.mail.enums import LetterKind
from mipex_site.mail.services.letters import queue
from mipex_site.mail.services.links import absolute
from questionnaire.enums import Role
from questionnaire.models import Assessment, Assignment


@transaction.atomic
def tell_of_return(*, sheet: Assessment, until: datetime | None) -> int:
    """Write to the experts of a sheet that came back; return to how many.

    UNTIL is the end of a reopening; otherwise the reply is due with the review. The letter says
    nothing of who asks, nor what: that is read in the portal.
    """
    experts = list(_experts(sheet))
    for person in experts:
        with translation.override(person.language), timezone.override(ZoneInfo(person.zone)):
            _write(sheet, person, until)
    return len(experts)


def _experts(sheet: Assessment) -> Iterable[User]:
    held = Assignment.objects.running().filter(
        Q(coding__isnull=True) | Q(coding=sheet.coding),
        role=Role.EXPERT,
        round_id=sheet.round_id,
    )
    reaching = held.reaching(country_id=sheet.country_id, strand_id=sheet.strand_id)
    found = User.objects.filter(pk__in=reaching.values("person_id"), is_active=True)
    return found.order_by("pk")


def _write(sheet: Assessment, person: User, until: datetime | None) -> None:
    codes = [sheet.round.code, sheet.country.code, sheet.strand.code, str(sheet.coding)]
    about = {
        "round": sheet.round.title,
        "country": sheet.country.name,
        "strand": sheet.strand.title,
        "moment": both_words(until or sheet.round.review_due_at),
        "address": absolute(reverse("questionnaire:sheet", args=codes)),
    }
    handed_in = (sheet.submitted_at or timezone.now()).isoformat()
    queue(
        # A sheet comes back once after each time it was handed in.
        key="/".join(["returned", str(person.pk), *codes, handed_in]),
        kind=LetterKind.RETURNED,
        address=person.email,
        subject=_("Returned to you: %(country)s, %(strand)s") % about,
        text=(_reopened() if until else _returned()) % about,
        person=person,
        language=person.language,
        round_code=sheet.round.code,
    )


def _returned() -> str:
    return _(
        "Good day,\n\n"
        "your sheet %(country)s, %(strand)s came back from the review (%(round)s). The review"
        " asks about some of your answers. Change each, or say why it stands, and submit the"
        " sheet again.\n\n"
        "Your reply is due on %(moment)s.\n\n"
        "%(address)s"
    )


def _reopened() -> str:
    return _(
        "Good day,\n\n"
        "some answers of your sheet %(country)s, %(strand)s are open again (%(round)s). What you"
        " leave as it is keeps what it had.\n\n"
        "They are open until %(moment)s. Then the sheet goes back by itself.\n\n"
        "%(address)s"
    )
