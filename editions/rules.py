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
from mipex_site.base.clock import present
from mipex_site.base.verdict import YES, Verdict, no
from questionnaire.enums import EXPERT_SIDE, Role, RoundState
from questionnaire.models import Answer, Assignment, Country, Round, Source
from questionnaire.rules import has_role_in_round, may_manage_round
from review.models import BlindCoding, Consent, LastWord, Opinion, Ruling, SecondLook
from review.rules import countries_lost_by

from .enums import RevisionState, TextState
from .models import CorrectionRequest, Edition, EditionText, Mandate, Revision

SIGNATURES = 2
TO_COME = (
    RevisionState.QUEUED,
    RevisionState.BUILDING,
    RevisionState.FAILED,
    RevisionState.CANDIDATE,
    RevisionState.SIGNED,
)
SIDES = (*EXPERT_SIDE, Role.REVIEWER, Role.ADJUDICATOR)
WRITERS = (Role.COORDINATOR, Role.PUBLISHER)


def may_prepare(user: User, round_: Round) -> Verdict:
    if round_.extends_id:
        return no(_("The countries of this round join an edition; it has none of its own."))
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
    if is_overtaken(revision):
        return no(_("It starts from a revision that is no longer in force, and would undo it."))
    if revision.joining is not None and _took_part(user, revision.joining):
        return no(_("You had a part in the countries that join, so somebody else signs."))
    signed = set(revision.signatures.values_list("signer_id", flat=True))
    return _may_be_signatory(user, revision.edition, signed)


def may_publish(user: User, revision: Revision) -> Verdict:
    """A publisher may; the portal itself may where the round or a publisher has said so."""
    round_ = revision.edition.round
    if round_ is None:
        return no(_("An archive is published as it is imported."))
    joining = revision.joining
    if RoundState.CANCELLED in {round_.state, joining.state if joining else ""}:
        return no(_("The round was cancelled, so nothing of it is published."))
    if not is_green(revision):
        return no(_("A check is red, so this is not published. Ask the coordinator."))
    if is_overtaken(revision):
        return no(_("It starts from a revision that is no longer in force, and would undo it."))
    if user.is_robot and publishes_by_itself(revision):
        return YES
    return _may_as_publisher(user, round_)


def publishes_by_itself(revision: Revision) -> bool:
    """Whether its instant has come, or its round publishes itself and no instant is chosen."""
    if revision.publish_at is None:
        return bool(revision.edition.round and revision.edition.round.publishes_itself)
    return revision.publish_at <= present()


def may_schedule(user: User, revision: Revision) -> Verdict:
    """Who may publish may also say when; until it is published, and for nobody's archive."""
    round_ = revision.edition.round
    if round_ is None:
        return no(_("An archive is published as it is imported."))
    if revision.state not in TO_COME:
        return no(_("This revision is no longer to come, so it has no instant to choose."))
    return _may_as_publisher(user, round_)


def may_invite_reader(user: User, edition: Edition) -> Verdict:
    """Who runs or publishes the round says who reads its edition under embargo."""
    round_ = edition.round
    if round_ is None or not has_role_in_round(user, round_, *WRITERS):
        return no(_("Readers are invited by those who run or publish the round. Ask one."))
    return YES


def may_explain(user: User, revision: Revision) -> Verdict:
    """A coordinator, of a candidate: what is signed stands as it is."""
    round_ = revision.edition.round
    if round_ is None or revision.state != RevisionState.CANDIDATE:
        return no(_("Only what a candidate stopped at is explained here."))
    return may_manage_round(user, round_)


def may_ask_to_withdraw(user: User, revision: Revision) -> Verdict:
    """Who runs or publishes the round asks; a publisher, another person, does it."""
    round_ = revision.edition.round
    if round_ is None:
        return no(_("An archive stands as it was published elsewhere."))
    if not has_role_in_round(user, round_, *WRITERS):
        return no(_("Only those who run or publish this round ask for that. Ask one of them."))
    return YES


def may_withdraw(user: User, revision: Revision) -> Verdict:
    round_ = revision.edition.round
    if round_ is None:
        return no(_("An archive stands as it was published elsewhere."))
    return _may_as_publisher(user, round_)


def may_be_second_to_withdraw(user: User, revision: Revision, asked_by: UUID) -> Verdict:
    if user.pk == asked_by:
        return no(_("You asked for this, so somebody else does it. Ask another publisher."))
    return may_withdraw(user, revision)


def may_refuse_to_withdraw(user: User, revision: Revision, asked_by: UUID) -> Verdict:
    if user.pk == asked_by:
        return no(_("You asked for this. Take it back, or let somebody else decide."))
    return may_ask_to_withdraw(user, revision)


def may_take_back_withdrawal(user: User, asked_by: UUID) -> Verdict:
    if user.pk != asked_by:
        return no(_("Only who asked for this takes it back."))
    return YES


def may_retry(user: User, revision: Revision) -> Verdict:
    round_ = revision.edition.round
    if round_ is None:
        return no(_("An archive is imported again, not built again."))
    is_candidate = revision.state == RevisionState.CANDIDATE
    if is_candidate and is_green(revision) and not _texts_moved_on(revision):
        return no(_("All checks of this candidate are green: there is nothing to try again."))
    return may_manage_round(user, round_)


def _texts_moved_on(revision: Revision) -> bool:
    """Whether a text is another than in the candidate, and nobody has signed it yet.

    Three queries. What is signed is not built again: its hash is what was signed.
    """
    texts = EditionText.objects.filter(round_id=revision.edition.round_id)
    standing = list(texts.values_list("state", "updated_at"))
    reviewed = sum(state == TextState.REVIEWED for state, _at in standing)
    if revision.signatures.exists():
        return False
    is_later = any(at > revision.updated_at for _state, at in standing)
    return is_later or reviewed != revision.texts.count()


def is_overtaken(revision: Revision) -> bool:
    """Whether it starts from a revision that is no longer in force: it would undo what came."""
    before = revision.based_on
    return before is not None and before.state != RevisionState.PUBLISHED


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
    stood = Q(person_id=user.pk, role__in=SIDES) | Q(granted_by_id=user.pk)
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


# --- What is rehearsed and written before there is an edition ------------------------------


def may_read_rehearsal(user: User, round_: Round) -> Verdict:
    """Who runs, publishes or observes the whole round and has no side in it, and no tie.

    Who still answers, reviews or rules must not see where it leads; a rehearsal shows every
    country, so while the review is open it is closed to whom a tie keeps one of them from.
    """
    return _may_from_above(user, round_, *WRITERS, Role.OBSERVER)


def may_rehearse(user: User, round_: Round) -> Verdict:
    return _may_from_above(user, round_, Role.COORDINATOR)


def may_write_text(user: User, round_: Round) -> Verdict:
    return _may_from_above(user, round_, *WRITERS)


def may_review_text(user: User, text: EditionText) -> Verdict:
    """Another person than those who wrote it since it was reviewed last."""
    if user.pk in authors_of(text):
        return no(_("You wrote this text, so somebody else reviews it. Ask a colleague."))
    return may_write_text(user, text.round)


def authors_of(text: EditionText) -> set[UUID]:
    """Return who wrote a version of the text since it was reviewed last. One query."""
    written = text.history.order_by("-history_id").values_list("state", "written_by_id")
    authors = {text.written_by_id}
    for state, person in written:
        if state == TextState.REVIEWED:
            break
        authors.add(person)
    return authors


def _may_from_above(user: User, round_: Round, *roles: str) -> Verdict:
    """Two queries; one for somebody without such a role."""
    held = Assignment.objects.running().of(user).in_round(round_)
    rights = list(held.values_list("role", "country_id", "strand_id"))
    if not any(
        role in roles and country is None and strand is None for role, country, strand in rights
    ):
        return no(_("This is open to those who run or publish the round. Ask its coordinator."))
    if any(role in SIDES for role, _country, _strand in rights):
        return no(_("You answer, review or rule in this round, so this is closed to you."))
    if round_.state != RoundState.REVIEW_CLOSED and countries_lost_by(user, round_):
        return no(
            _(
                "A tie keeps a country of this round from you, and this shows them all. It opens"
                " when the review is closed."
            )
        )
    return YES


# --- What was found wrong after publication ------------------------------------------------


def may_look_into(user: User, request: CorrectionRequest) -> Verdict:
    """Who runs or publishes the round, and whom no tie keeps from the country."""
    round_ = request.edition.round
    if round_ is None or not has_role_in_round(user, round_, *WRITERS):
        return no(_("Requests are looked into by those who run or publish the round. Ask one."))
    lost = countries_lost_by(user, round_)
    if Country.objects.filter(pk__in=lost, code=request.country).exists():
        return no(_("A tie keeps this country from you, so somebody else looks into it."))
    return YES


def may_decide_correction(user: User, request: CorrectionRequest) -> Verdict:
    """Two who neither looked into it, nor decided before, nor had a side in the round."""
    verdict = may_look_into(user, request)
    if not verdict:
        return verdict
    if user.pk == request.triaged_by_id:
        return no(_("You looked into this request, so two others decide. Ask a colleague."))
    if request.votes.filter(person=user).exists():
        return no(_("You have decided about this already. Somebody else goes on."))
    if _took_part(user, request.edition.round):
        return no(_("You answered, reviewed or ruled in this round, so somebody else decides."))
    return YES


def may_issue_corrections(user: User, edition: Edition) -> Verdict:
    if edition.round is None:
        return no(_("An archive stands as it was published elsewhere."))
    return may_manage_round(user, edition.round)
