"""Withdraw a revision that must no longer be shown: one person asks, a publisher does it.

Who asks writes the public reason; the second person reads it and lets it stand or says no. What
waits is the last act about it in the audit: there is no row that could say something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import Refusal, Stale, WrongState
from mipex_site.base.verdict import demand
from mipex_site.mail.enums import NoticeKind
from mipex_site.mail.services import notices
from questionnaire.enums import Role
from questionnaire.models import Assignment, Round
from questionnaire.rules import has_role_in_round

from .. import rules
from ..models import Revision
from .editions import hold_revision, record
from .moves import WITHDRAW

ASK = "revision.ask_to_withdraw"
DO = "revision.withdraw"
REFUSE = "revision.refuse_to_withdraw"
TAKE_BACK = "revision.take_back_withdrawal"
ACTS = (ASK, DO, REFUSE, TAKE_BACK)

LONGEST = 1000
"""Characters of the public reason: it is a paragraph of a page."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What waits for a second person. NUMBER is the entry in which it was asked for."""

    number: int
    by: UUID
    at: datetime
    reason: str


def waiting_for(revision: Revision) -> Asked | None:
    """Return what was asked for and not decided yet; None where nothing waits. One query."""
    edition = revision.edition
    if edition.round is None:
        return None
    acts = AuditEntry.objects.filter(
        stream=edition.round.stream, subject=f"edition/{revision.name}", act__in=ACTS
    )
    last = acts.order_by("-number").first()
    if last is None or last.act != ASK:
        return None
    return Asked(last.number, last.actor, last.at, last.reason)


def waiting_in(rounds: Iterable[Round]) -> Iterator[tuple[Revision, Asked]]:
    """Give the public revisions of these rounds for which it waits, with what was asked for.

    Two queries, one where nothing waits, and none without a round.
    """
    by_key = {round_.pk: round_ for round_ in rounds}
    streams = [round_.stream for round_ in by_key.values()]
    acts = AuditEntry.objects.filter(stream__in=streams, act__in=ACTS) if streams else ()
    last = {act.subject: act for act in sorted(acts, key=lambda act: act.number)}
    asked = {subject: act for subject, act in last.items() if act.act == ASK}
    if not asked:
        return
    public = Revision.objects.filter(edition__round__in=by_key, state__in=WITHDRAW.sources)
    for revision in public.select_related("edition").order_by("pk"):
        revision.edition.round = by_key[revision.edition.round_id]
        if act := asked.get(f"edition/{revision.name}"):
            yield revision, Asked(act.number, act.actor, act.at, act.reason)


@transaction.atomic
def ask(*, revision: Revision, reason: str, by: User) -> Asked:
    """Ask a publisher to withdraw a public revision; REASON is what its readers will be told.

    Raises NotAllowed, WrongState for what is not public, Refusal while it is asked for already.
    """
    revision = _hold(revision)
    demand(rules.may_ask_to_withdraw(by, revision))
    if waiting_for(revision):
        raise Refusal(_("This is asked for already; it waits for a second person."))
    _write(revision, ASK, by, reason=_public(reason))
    asked = waiting_for(revision)
    _tell(revision, asked)
    return asked


@transaction.atomic
def withdraw(*, revision: Revision, seen: int, by: User) -> Revision:
    """Show the revision no longer, as the second person; its rows and files stay as they are.

    SEEN is the number of what was asked for, as it was read. Raises NotAllowed, WrongState where
    nothing waits, Stale where something else was asked for since.
    """
    revision = _hold(revision)
    demand(rules.may_withdraw(by, revision))
    asked = _waiting(revision, seen)
    demand(rules.may_be_second_to_withdraw(by, revision, asked.by))
    old, revision.state = revision.state, WITHDRAW.target
    erratum, revision.reason = revision.reason, asked.reason
    revision.save(update_fields=["state", "reason", "updated_at"])
    _write(
        revision,
        DO,
        by,
        old={"state": old, "reason": erratum},
        new={"asked_by": str(asked.by), "state": revision.state},
        reason=asked.reason,
    )
    return revision


@transaction.atomic
def refuse(*, revision: Revision, seen: int, words: str, by: User) -> Revision:
    """Say no to what somebody else asked for: the revision stays public. WORDS say why."""
    revision = _hold(revision)
    asked = _waiting(revision, seen)
    demand(rules.may_refuse_to_withdraw(by, revision, asked.by))
    if not words.strip():
        raise Refusal(_("Say in a sentence why not."))
    _write(revision, REFUSE, by, old={"asked_by": str(asked.by)}, reason=words.strip())
    return revision


@transaction.atomic
def take_back(*, revision: Revision, seen: int, by: User) -> Revision:
    """Take back what one asked for, while it waits."""
    revision = _hold(revision)
    asked = _waiting(revision, seen)
    demand(rules.may_take_back_withdrawal(by, asked.by))
    _write(revision, TAKE_BACK, by)
    return revision


def _hold(revision: Revision) -> Revision:
    """Lock the edition and the revision, which must be public."""
    revision = hold_revision(revision.pk)
    if revision.state not in WITHDRAW.sources:
        raise WrongState(_("Only what was published can be withdrawn."))
    return revision


def _waiting(revision: Revision, seen: int) -> Asked:
    asked = waiting_for(revision)
    if asked is None:
        raise WrongState(
            _(
                "Nobody asks for this revision to be withdrawn. One person asks, another does it."
            )
        )
    if asked.number != seen:
        raise Stale(_("Something else was asked for since you read it. Read it again."))
    return asked


def _public(reason: str) -> str:
    """Return the reason as one paragraph."""
    reason = " ".join(reason.split())
    if not reason:
        raise Refusal(_("Say in a sentence why the revision is withdrawn."))
    if len(reason) > LONGEST:
        words = {"n": LONGEST, "has": len(reason)}
        raise Refusal(_("It has %(has)d characters; %(n)d are the most.") % words)
    return reason


def _tell(revision: Revision, asked: Asked) -> None:
    """Put a line into the daily letter of every publisher who may be the second person."""
    round_ = revision.edition.round
    publishers = Assignment.objects.running().filter(
        Q(round=round_) | Q(round__isnull=True),
        role=Role.PUBLISHER,
        country__isnull=True,
        strand__isnull=True,
        person__is_active=True,
    )
    held = publishers.exclude(person_id=asked.by).select_related("person").order_by("pk")
    for person in {part.person_id: part.person for part in held}.values():
        with translation.override(person.language):
            words = _("%(name)s: somebody asks for it to be withdrawn. You decide.")
        notices.tell(
            key=f"withdrawal/{revision.name}/{asked.number}/{person.pk}",
            person=person,
            kind=NoticeKind.TURN,
            words=words % {"name": revision.name},
            address=reverse("desk:withdrawal", args=[round_.code, revision.number]),
            round_code=round_.code,
        )


def _write(revision: Revision, act: str, by: User, **values: Any) -> None:
    edition = revision.edition
    is_publisher = has_role_in_round(by, edition.round, Role.PUBLISHER)
    record(
        edition=edition,
        number=revision.number,
        act=act,
        by=by,
        role=Role.PUBLISHER if is_publisher else Role.COORDINATOR,
        **values,
    )
