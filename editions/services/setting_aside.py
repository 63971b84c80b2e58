"""Set aside what was built of a round that goes back to its review.

A revision that is set aside stays as it is, with its number and its folder, and was never shown
to the public; the next one has another number. Signatures lapse with it, those in advance too.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.mail.enums import NoticeKind
from mipex_site.mail.services.notices import tell
from questionnaire.enums import Role
from questionnaire.models import Round

from ..models import Edition, Mandate, Revision, Signature
from .editions import record
from .moves import SET_ASIDE


@transaction.atomic
def was_published(round_: Round) -> bool:
    """Say whether a revision with answers of this round was ever public.

    The round is held. Its editions are held from here on, so nobody publishes meanwhile.
    """
    _hold(round_)
    return Revision.objects.filter(_of(round_), published_at__isnull=False).exists()


@transaction.atomic
def set_aside(*, round_: Round, by: User) -> list[Revision]:
    """Set aside each revision to come of a held round, and let its signatures lapse.

    A worker that is building one finds its claim void. Return what was set aside.
    """
    held = {edition.pk: edition for edition in _hold(round_)}
    to_come = Revision.objects.filter(_of(round_), state__in=SET_ASIDE.sources)
    revisions = list(to_come.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    _tell_signers(round_, revisions, held.values())
    for revision in revisions:
        revision.edition = held[revision.edition_id]
        old, revision.state, revision.receipt = revision.state, SET_ASIDE.target, None
        revision.save(update_fields=["state", "receipt", "updated_at"])
        record(
            edition=revision.edition,
            number=revision.number,
            act="revision.set_aside",
            by=by,
            role=Role.COORDINATOR,
            old={"state": old, "hash": revision.hash},
            new={"state": revision.state, "signatures_lapsed": revision.signatures.count()},
        )
    for edition in held.values():
        if edition.round_id == round_.pk:
            _let_lapse(edition, by)
    return revisions


def _tell_signers(
    round_: Round, revisions: Iterable[Revision], editions: Iterable[Edition]
) -> None:
    """Let everybody whose signature lapses read so in the next daily letter."""
    over = Q(pk__in=Signature.objects.filter(revision__in=revisions).values("signer_id"))
    given = Mandate.objects.filter(withdrawn_at__isnull=True, edition__round_id=round_.pk)
    ahead = Q(pk__in=given.filter(edition__in=editions).values("signer_id"))
    at = timezone.now().isoformat()
    for person in User.objects.filter(over | ahead, is_active=True).order_by("pk"):
        with translation.override(person.language):
            words = _("%(round)s: the review goes on again, so your signature has lapsed.")
            tell(
                key=f"signature-lapsed/{round_.pk}/{at}/{person.pk}",
                person=person,
                kind=NoticeKind.NEWS,
                words=words % {"round": round_.title},
                address=reverse("desk:publishing", args=[round_.code]),
                round_code=round_.code,
            )


def _let_lapse(edition: Edition, by: User) -> None:
    """End the signatures given in advance: who gave one knew the round as it was closed then."""
    running = Mandate.objects.filter(edition=edition, withdrawn_at__isnull=True)
    number = running.update(withdrawn_at=timezone.now())
    if number:
        lapsed = {"signatures_lapsed": number}
        act = "edition.lapse_mandates"
        record(edition=edition, act=act, by=by, role=Role.COORDINATOR, new=lapsed)


def _hold(round_: Round) -> list[Edition]:
    """Lock the edition of the round, and the one that its countries join."""
    editions = Edition.objects.select_for_update(no_key=True, of=("self",))
    ours = editions.filter(round_id__in=[round_.pk, round_.extends_id])
    return list(ours.select_related("round").order_by("pk"))


def _of(round_: Round) -> Q:
    return Q(edition__round_id=round_.pk) | Q(joining_id=round_.pk)
