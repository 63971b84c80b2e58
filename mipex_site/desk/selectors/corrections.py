"""What readers say is wrong in the edition of a round, and what may be done about each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from editions import rules as edition_rules
from editions.enums import CorrectionState
from editions.models import (
    Correction,
    CorrectionRequest,
    CorrectionVote,
    Edition,
    FrozenAnswer,
)
from editions.selectors import Note, notes_of
from editions.services.corrections import options_of
from mipex_site.accounts.models import User
from mipex_site.base.verdict import Verdict
from questionnaire.models import Country, Round
from review.rules import countries_lost_by


@dataclass(frozen=True, slots=True)
class CorrectionsPage:
    """All that the list shows, without what a tie keeps back. ACCEPTED are to be issued."""

    round: Round
    edition: Edition | None
    notes: tuple[Note, ...]
    accepted: tuple[Note, ...]
    may_issue: Verdict | None


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    """One request: what was published, what is proposed, what was decided so far."""

    round: Round
    request: CorrectionRequest
    note: Note
    published: FrozenAnswer
    options: tuple[tuple[int, str], ...]
    proposal: Correction | None
    votes: tuple[CorrectionVote, ...]
    may_look_into: Verdict
    may_decide: Verdict
    can_look_into: bool
    can_decide: bool

    def words_of(self, option: int | None) -> str:
        return dict(self.options).get(option, "") if option else ""

    @property
    def published_words(self) -> str:
        return self.words_of(self.published.option)

    @property
    def proposed_words(self) -> str:
        return self.words_of(self.proposal.option) if self.proposal else ""


def corrections_page(round_: Round, user: User) -> CorrectionsPage:
    edition = Edition.objects.select_related("round").filter(round=round_).first()
    if edition is None:
        return CorrectionsPage(round_, None, (), (), None)
    notes = tuple(notes_of(_open_to(round_, user, edition)))
    waiting = [
        one
        for one in notes
        if one.request.state == CorrectionState.ACCEPTED and one.request.issued_in_id is None
    ]
    may_issue = edition_rules.may_issue_corrections(user, edition)
    return CorrectionsPage(round_, edition, notes, tuple(waiting), may_issue)


def accepted_of(edition: Edition) -> QuerySet[CorrectionRequest]:
    """Return what is accepted and in no revision yet."""
    accepted = CorrectionRequest.objects.filter(edition=edition, issued_in__isnull=True)
    accepted = accepted.select_related("revision__edition")
    return accepted.filter(state=CorrectionState.ACCEPTED).order_by("pk")


def _open_to(round_: Round, user: User, edition: Edition) -> QuerySet[CorrectionRequest]:
    lost = Country.objects.filter(pk__in=countries_lost_by(user, round_)).values("code")
    requests = CorrectionRequest.objects.filter(edition=edition).exclude(country__in=lost)
    return requests.select_related("issued_in__edition", "revision__edition")


def correction_page(round_: Round, user: User, key: Any) -> CorrectionPage | None:
    """Return the page of a request; None if there is none that the person may read."""
    edition = Edition.objects.filter(round=round_).first()
    found = _open_to(round_, user, edition).filter(key=key).first() if edition else None
    if found is None:
        return None
    found.edition = edition
    edition.round = round_
    votes = tuple(found.votes.all())
    return CorrectionPage(
        round=round_,
        request=found,
        note=next(notes_of([found])),
        published=found.revision.answers.get(
            country=found.country,
            indicator=found.indicator,
            reference_date=found.reference_date,
        ),
        options=tuple(options_of(found)),
        proposal=Correction.objects.filter(request=found).first(),
        votes=votes,
        may_look_into=edition_rules.may_look_into(user, found),
        may_decide=edition_rules.may_decide_correction(user, found),
        can_look_into=found.decided_at is None and not votes,
        can_decide=found.state == CorrectionState.IN_TRIAGE,
    )
