"""May this person read a conversation, begin it, write in it, close it, remove a message?

A conversation has its readers from the beginning: its audience says which sides they are. On
top of that a reviewer reads nothing about an answer that is sealed from them, and nothing that
reviewers say among themselves about it before their own opinion, where opinions are hidden.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.base.verdict import YES, Verdict, no
from questionnaire.enums import EXPERT_SIDE, Role
from questionnaire.rules import RIGHTS_OF

from ..enums import Audience, Side
from ..models import Case, CaseItem, Message, Thread
from .interests import LOOKERS, may_look_at
from .judging import may_adjudicate, may_review, writers
from .sealing import sealed_from

FIRST = 1
"""The coding under review: its expert is the one whom reviewers talk with."""

WRITE_IN = {
    Audience.EXPERT_AND_REVIEW: (Side.EXPERT, Side.REVIEWERS, Side.ADJUDICATORS),
    Audience.REVIEW: (Side.REVIEWERS, Side.ADJUDICATORS),
    Audience.CONSORTIUM: (Side.ADJUDICATORS, Side.COORDINATOR),
}
"""Which sides write in a conversation. They read it too; who runs or observes the round reads."""


@dataclass(frozen=True, slots=True)
class Standing:
    """On which side somebody stands in a case: one side, or none. LOOKS reads every side's."""

    side: str = ""
    role: str = ""
    on_behalf_of: UUID | None = None
    looks: bool = False

    def __bool__(self) -> bool:
        return bool(self.side) or self.looks

    @property
    def audiences(self) -> tuple[Audience, ...]:
        """The audiences among which the person writes."""
        return tuple(audience for audience, sides in WRITE_IN.items() if self.side in sides)

    def reads(self, audience: str) -> bool:
        return self.looks or self.side in WRITE_IN[Audience(audience)]

    def writes_in(self, audience: str) -> bool:
        return self.side in WRITE_IN[Audience(audience)]


NOWHERE = Standing()


def standing_in(user: User, case: Case) -> Standing:
    """Return the one side on which the person stands; who answers there is on no other."""
    held = _rights_in(user, case)
    for role in EXPERT_SIDE:
        if role in held:
            return Standing(Side.EXPERT, role, held[role])
    if Role.REVIEWER in held and may_review(user, case):
        return Standing(Side.REVIEWERS, Role.REVIEWER)
    if Role.ADJUDICATOR in held and may_adjudicate(user, case):
        return Standing(Side.ADJUDICATORS, Role.ADJUDICATOR)
    for role in LOOKERS:
        if role in held:
            return _looking(user, case, role)
    return NOWHERE


def _looking(user: User, case: Case, role: str) -> Standing:
    place = {"round_id": case.round_id, "country_id": case.country_id}
    if not may_look_at(user, role=role, **place) or user.pk in writers(case):
        return NOWHERE
    side = Side.COORDINATOR if role == Role.COORDINATOR else ""
    return Standing(side, role, looks=True)


def _rights_in(user: User, case: Case) -> dict[str, UUID | None]:
    """Return the person's running roles that reach the case, with on whose behalf."""
    place = (case.round_id, case.country_id, case.strand_id, FIRST)
    return {
        role: granted_by
        for role, granted_by, *scope in RIGHTS_OF.rows(user.pk, timezone.now())
        if all(part in {None, whole} for part, whole in zip(scope, place, strict=True))
    }


@dataclass(frozen=True, slots=True)
class Unread:
    """The keys of items SEALED from somebody, and of those on which others' words are HIDDEN."""

    sealed: frozenset[int]
    hidden: frozenset[int]

    def holds(self, item_id: int | None, audience: str) -> bool:
        return item_id in self.sealed or (
            audience == Audience.REVIEW and item_id in self.hidden
        )


def unread_by(user: User, case: Case, standing: Standing) -> Unread:
    """Return what this person may not read yet; two queries for a reviewer, else one."""
    rows = sealed_from(user).filter(case_id=case.pk).order_by()
    sealed = frozenset(rows.values_list("pk", flat=True))
    if standing.side != Side.REVIEWERS or not case.round.opinions_hidden:
        return Unread(sealed, frozenset())
    items = CaseItem.objects.filter(case_id=case.pk).order_by()
    spoken = items.spoken_on_by(user).values("pk")
    silent = items.exclude(pk__in=spoken).values_list("pk", flat=True)
    return Unread(sealed, frozenset(silent))


def may_read_thread(user: User, thread: Thread, standing: Standing | None = None) -> Verdict:
    """STANDING is standing_in(), where it is known."""
    standing = standing or standing_in(user, thread.case)
    if not standing.reads(thread.audience):
        return no(_("This conversation is not open to you. Ask the coordinator of the round."))
    if thread.item_id is None:
        return YES
    return _unsealed(unread_by(user, thread.case, standing), thread.item_id, thread.audience)


def may_post(user: User, thread: Thread) -> Verdict:
    standing = standing_in(user, thread.case)
    return may_read_thread(user, thread, standing) and may_post_as(standing, thread)


def may_post_as(standing: Standing, thread: Thread) -> Verdict:
    """As may_post, where it is known that the person reads it: it asks the database nothing."""
    return YES if standing.writes_in(thread.audience) else _not_among_you(standing)


def may_open_thread(
    user: User,
    case: Case,
    *,
    audience: str,
    is_blocking: bool,
    item: CaseItem | None = None,
) -> Verdict:
    """Among the person's own audiences; only who judges or runs the round may block."""
    standing = standing_in(user, case)
    verdict = may_open_as(standing, audience=audience, is_blocking=is_blocking)
    if not verdict or item is None:
        return verdict
    return _unsealed(unread_by(user, case, standing), item.pk, audience)


def may_open_as(standing: Standing, *, audience: str, is_blocking: bool) -> Verdict:
    """As may_open_thread, but for what is sealed: it asks the database nothing."""
    if not standing:
        return no(_("Only who takes part in this review talks about it. Ask the coordinator."))
    if not standing.writes_in(audience):
        return _not_among_you(standing)
    if is_blocking and standing.side == Side.EXPERT:
        return no(_("Only reviewers and coordinators can let a conversation block an answer."))
    return YES


def may_close_thread(user: User, thread: Thread) -> Verdict:
    """Who began it, a consortium reviewer, or the coordinator; never the other party alone."""
    standing = standing_in(user, thread.case)
    return may_read_thread(user, thread, standing) and may_close_as(standing, user, thread)


def may_close_as(standing: Standing, user: User, thread: Thread) -> Verdict:
    """As may_close_thread, where it is known that the person reads it."""
    if standing.side in {Side.ADJUDICATORS, Side.COORDINATOR}:
        return YES
    if standing.side and thread.opened_by_id == user.pk:
        return YES
    return no(
        _("Who began this conversation closes it, or a consortium reviewer or the coordinator.")
    )


def may_redact(user: User, message: Message) -> Verdict:
    """The coordinator of the round, and whoever wrote the message; in a closed round as well.

    Whoever is named in a message by mistake has a right to have it taken out of sight (Regulation
    (EU) 2016/679, articles 5(1)(c) and 17), and that right does not end with the review. Nothing
    that was frozen changes by it: a removal is a row of its own, the message and its
    conversation stay as they are, and no edition is made of them.
    """
    thread = message.thread
    standing = standing_in(user, thread.case)
    return may_read_thread(user, thread, standing) and may_redact_as(standing, user, message)


def may_redact_as(standing: Standing, user: User, message: Message) -> Verdict:
    """As may_redact, where it is known that the person reads the conversation."""
    if standing.side == Side.COORDINATOR:
        return YES
    if standing.side and message.author_id == user.pk:
        return YES
    return no(_("Only who wrote a message and the coordinator can remove it. Ask one of them."))


def _not_among_you(standing: Standing) -> Verdict:
    if standing.side == Side.COORDINATOR:
        return no(_("Coordinators write only among the consortium: they know the names."))
    return no(_("You do not write in conversations with these readers."))


def _unsealed(unread: Unread, item_id: int, audience: str) -> Verdict:
    """Whether nothing hides the answer, or what is said of it, from the person."""
    if item_id in unread.sealed:
        return no(_("Code this question yourself first: its answer is sealed from you."))
    if unread.holds(item_id, audience):
        return no(_("Give your own opinion first, so that nobody sways you."))
    return YES
