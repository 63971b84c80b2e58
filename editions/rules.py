"""Who may prepare, sign, publish and withdraw an edition.

Two different persons sign. Neither of them wrote, reviewed or ruled on an answer of the round,
and the second is a publisher. A superuser without an assignment gets nothing here.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, Value
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import YES, Verdict, no
from questionnaire.enums import EXPERT_SIDE, Role
from questionnaire.models import Answer, Assignment, Round, Source
from questionnaire.rules import has_role_in_round, may_manage_round
from review.models import BlindCoding, Consent, LastWord, Opinion, Ruling, SecondLook

from .enums import RevisionState
from .models import Edition, Mandate, Revision

SIGNATURES = 2


def may_prepare(user: User, round_: Round) -> Verdict:
    return may_manage_round(user, round_)


def may_sign_in_advance(user: User, edition: Edition) -> Verdict:
    running = edition.mandates.filter(withdrawn_at__isnull=True)
    return _may_be_signatory(user, edition, set(running.values_list("signer_id", flat=True)))


def may_withdraw_mandate(user: User, mandate: Mandate) -> Verdict:
    if mandate.signer_id != user.pk:
        return no(_("Only who signed in advance can take that signature back."))
    return YES


def may_sign(user: User, revision: Revision) -> Verdict:
    if not is_green(revision):
        return no(_("A check is red, so this cannot be signed. Ask the coordinator."))
    signed = set(revision.signatures.values_list("signer_id", flat=True))
    return _may_be_signatory(user, revision.edition, signed)


def may_publish(user: User, revision: Revision) -> Verdict:
    """A publisher may; the portal itself may where the round says that it publishes itself."""
    round_ = revision.edition.round
    if round_ is None:
        return no(_("An archive is published as it is imported."))
    if user.is_robot and round_.publishes_itself:
        return YES
    return _may_as_publisher(user, round_)


def may_withdraw(user: User, revision: Revision) -> Verdict:
    round_ = revision.edition.round
    if round_ is None:
        return no(_("An archive stands as it was published elsewhere."))
    return _may_as_publisher(user, round_)


def may_retry(user: User, revision: Revision) -> Verdict:
    round_ = revision.edition.round
    if round_ is None:
        return no(_("An archive is imported again, not built again."))
    if revision.state == RevisionState.CANDIDATE and is_green(revision):
        return no(_("All checks of this candidate are green: there is nothing to try again."))
    return may_manage_round(user, round_)


def is_green(revision: Revision) -> bool:
    """Say whether checks were made and none of them is red."""
    return bool(revision.checks) and all(check["ok"] for check in revision.checks)


def _may_as_publisher(user: User, round_: Round) -> Verdict:
    if not has_role_in_round(user, round_, Role.PUBLISHER):
        return no(_("Only a publisher of this round can do that. Ask one of them."))
    return YES


def _may_be_signatory(user: User, edition: Edition, others: Collection[UUID]) -> Verdict:
    """OTHERS are the persons whose signatures are there already."""
    round_ = edition.round
    if round_ is None:
        return no(_("An archive was signed by those who published it."))
    if user.pk in others:
        return no(_("You have signed already. The second signature must be somebody else's."))
    if len(others) >= SIGNATURES:
        return no(_("Two people have signed already; nobody else is needed."))
    if _took_part(user, round_):
        return no(
            _(
                "You answered, reviewed or ruled in this round, so somebody else signs its"
                " edition. Ask another publisher."
            )
        )
    return _may_by_role(user, round_, is_first=not others)


def _may_by_role(user: User, round_: Round, *, is_first: bool) -> Verdict:
    if has_role_in_round(user, round_, Role.PUBLISHER):
        return YES
    if not has_role_in_round(user, round_, Role.COORDINATOR):
        return no(_("Only publishers and coordinators of this round sign its edition."))
    if not is_first:
        return no(_("The second signature is a publisher's. Ask one of them."))
    return YES


def _took_part(user: User, round_: Round) -> bool:
    """Whether the person had a side in the round: by assignment, ended ones too, or by deed.

    Who lent a right to a delegate had one. One query. What a coordinator writes in a
    conversation or decides about a reopening belongs to running the round.
    """
    sides = (*EXPERT_SIDE, Role.REVIEWER, Role.ADJUDICATOR)
    stood = Q(person_id=user.pk, role__in=sides) | Q(granted_by_id=user.pk)
    wrote = Q(answered_by_id=user.pk) | Q(history_user_id=user.pk)
    item = "dispute__item__case__round"
    deeds = (
        Assignment.objects.filter(stood, round=round_),
        Answer.history.filter(wrote, assessment__round=round_),
        Source.objects.filter(entered_by=user, round=round_, carried_from=""),
        Opinion.objects.filter(reviewer=user, item__case__round=round_),
        BlindCoding.objects.filter(coder=user, item__case__round=round_),
        Consent.objects.filter(adjudicator=user, item__case__round=round_),
        Ruling.objects.filter(adjudicator=user, **{item: round_}),
        SecondLook.objects.filter(adjudicator=user, **{f"ruling__{item}": round_}),
        LastWord.objects.filter(author=user, item__case__round=round_),
    )
    first, *others = (rows.order_by().values_list(Value(1)) for rows in deeds)
    return first.union(*others).exists()
