"""Two people sign: in advance, by a mandate, or over the hash of a candidate."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.errors import Stale, WrongState
from mipex_site.base.verdict import demand
from questionnaire.enums import Role
from questionnaire.rules import has_role_in_round

from .. import rules
from ..enums import RevisionState
from ..models import Edition, Mandate, Revision, Signature
from .editions import hold_edition, hold_revision, record
from .moves import SIGN

NOT_YET_BUILT = (
    RevisionState.QUEUED,
    RevisionState.BUILDING,
    RevisionState.FAILED,
    RevisionState.SET_ASIDE,
)


@transaction.atomic
def sign_in_advance(*, edition: Edition, by: User) -> Mandate:
    """Sign the first candidate of the edition whose checks are green, before there is one.

    Raises NotAllowed, or WrongState once something is built: that is read before it is signed.
    """
    edition = hold_edition(edition.pk)
    demand(rules.may_sign_in_advance(by, edition))
    if edition.revisions.exclude(state__in=NOT_YET_BUILT).exists():
        raise WrongState(_("The edition is built already. Read the candidate and sign it."))
    mandate = Mandate.objects.create(edition=edition, signer=by)
    record(edition=edition, act="edition.sign_in_advance", by=by, role=_role(by, edition))
    return mandate


@transaction.atomic
def withdraw_mandate(*, mandate: Mandate, by: User) -> Mandate:
    """Take back a signature given in advance, as long as it stands on nothing."""
    edition = hold_edition(mandate.edition_id)
    mandate = Mandate.objects.select_for_update().get(pk=mandate.pk)
    demand(rules.may_withdraw_mandate(by, mandate))
    if mandate.withdrawn_at:
        raise WrongState(_("This signature was taken back already."))
    if _is_used(mandate):
        raise WrongState(_("The edition is signed already; this cannot be taken back."))
    mandate.withdrawn_at = timezone.now()
    mandate.save(update_fields=["withdrawn_at"])
    record(edition=edition, act="edition.withdraw_mandate", by=by, role=_role(by, edition))
    return mandate


@transaction.atomic
def sign(*, revision: Revision, hash: str, by: User) -> Signature:  # noqa: A002 (its name in the model and on the page)
    """Sign the candidate with this hash; the second signature makes it signed.

    Raises NotAllowed, WrongState if it is no candidate, or Stale if it is not the hash that the
    person has read.
    """
    revision = hold_revision(revision.pk)
    if revision.state not in SIGN.sources:
        raise WrongState(_("Only a candidate can be signed; this revision is not one now."))
    demand(rules.may_sign(by, revision))
    if hash != revision.hash:
        raise Stale(_("The edition was built anew since you read it. Read it again."))
    return _sign(revision, by, in_advance=False)


@transaction.atomic
def apply_mandates(revision_id: int) -> bool:
    """Turn signatures given in advance into signatures, if every check is green.

    Each signer is judged anew as of now: who took part meanwhile, or lost the role, does not
    sign. Return whether the candidate is signed by this. Safe to call again.
    """
    revision = hold_revision(revision_id)
    if revision.state != RevisionState.CANDIDATE or not rules.is_green(revision):
        return False
    running = revision.edition.mandates.filter(withdrawn_at__isnull=True)
    for mandate in running.select_related("signer").order_by("at", "pk"):
        may = revision.state == RevisionState.CANDIDATE and not _is_used(mandate)
        if may and rules.may_sign(mandate.signer, revision):
            _sign(revision, mandate.signer, in_advance=True)
    return revision.state == RevisionState.SIGNED


def _sign(revision: Revision, by: User, *, in_advance: bool) -> Signature:
    signature = Signature.objects.create(
        revision=revision, signer=by, hash=revision.hash, in_advance=in_advance
    )
    if revision.signatures.count() >= rules.SIGNATURES:
        revision.state = SIGN.target
        revision.save(update_fields=["state", "updated_at"])
    record(
        edition=revision.edition,
        number=revision.number,
        act="revision.sign",
        by=by,
        role=_role(by, revision.edition),
        new={"hash": revision.hash, "in_advance": in_advance, "state": revision.state},
    )
    return signature


def _is_used(mandate: Mandate) -> bool:
    """A mandate signs once: the first revision that it can."""
    return Signature.objects.filter(
        revision__edition_id=mandate.edition_id,
        signer_id=mandate.signer_id,
        in_advance=True,
        at__gte=mandate.at,
    ).exists()


def _role(user: User, edition: Edition) -> str:
    is_publisher = has_role_in_round(user, edition.round, Role.PUBLISHER)
    return Role.PUBLISHER if is_publisher else Role.COORDINATOR
