"""The moves of a round that are the review's: its end, and the way back from it."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mipex_site.base.verdict import YES, Verdict, no
from questionnaire.enums import JointActKind, Role, RoundState
from questionnaire.models import Round
from questionnaire.services import rounds as questionnaire_rounds

from ... import rules
from ...selectors.closing import Blocker, blockers, things_that_block
from ...signals import review_closed, review_taken_up
from ..moving import Diary, Move


def _nothing_blocks(round_: Round) -> Verdict:
    found = blockers(round_)
    if not found:
        return YES
    heading = ngettext(
        "The review cannot be closed: %(count)d thing blocks it.",
        "The review cannot be closed: %(count)d things block it.",
        number := things_that_block(found),
    ) % {"count": number}
    return no("\n".join((heading, *(_named(blocker) for blocker in found))))


def _named(blocker: Blocker) -> str:
    """Name a blocker; of a conversation its kind and number, and nothing of what it is about."""
    if blocker.talks:
        about = ", ".join(f"{talk.kind_label} {talk.number}" for talk in blocker.talks)
    elif blocker.acts:
        about = ", ".join(str(JointActKind(act).label) for act in blocker.acts)
    else:
        about = str(blocker.count)
    words = {
        "country": blocker.country_name,
        "strand": blocker.strand_title,
        "kind": blocker.kind_label,
        "about": about,
    }
    if blocker.strand:
        return _("%(country)s, %(strand)s: %(kind)s (%(about)s).") % words
    if blocker.country:
        return _("%(country)s: %(kind)s (%(about)s).") % words
    return _("The whole round: %(kind)s (%(about)s).") % words


def _end_the_review(round_: Round, diary: Diary, reason: str) -> None:
    """Questionnaire saves its round's state; who listens hears it inside the transaction."""
    closed = questionnaire_rounds.mark_review_closed(round_=round_, by=diary.by)
    round_.state, round_.closed_at = closed.state, closed.closed_at
    diary.write()
    review_closed.send(sender=Round, round_=closed, by=diary.by)


def _take_up_again(round_: Round, diary: Diary, reason: str) -> None:
    """Questionnaire saves the state; who made something of the closed review sets it aside."""
    opened = questionnaire_rounds.mark_review_taken_up(round_=round_, by=diary.by)
    round_.state, round_.closed_at = opened.state, opened.closed_at
    diary.write()
    review_taken_up.send(sender=Round, round_=opened, by=diary.by)


CLOSE_REVIEW = Move(
    name="close_review",
    on="round",
    sources=frozenset({RoundState.OPEN}),
    target=RoundState.REVIEW_CLOSED,
    rule=rules.may_close,
    title=gettext_lazy("Close the review"),
    when=gettext_lazy("A review is closed while its round is open."),
    role=Role.COORDINATOR,
    also=_end_the_review,
    ready=_nothing_blocks,
)
BACK_TO_REVIEW = Move(
    name="back_to_review",
    on="round",
    sources=frozenset({RoundState.REVIEW_CLOSED}),
    target=RoundState.OPEN,
    rule=None,
    takes_two=True,
    title=gettext_lazy("Go back to the review"),
    when=gettext_lazy(
        "Two people take a closed round back to its review, while no edition of it was published."
    ),
    role=Role.COORDINATOR,
    also=_take_up_again,
)
