"""Where the edition of a round stands: its steps, checks, signatures, and what may be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from editions import rules as edition_rules
from editions.enums import RevisionState
from editions.models import Edition, Mandate, Revision, Signature
from editions.services.moves import verdicts_for
from mipex_site.accounts.models import User
from mipex_site.base.verdict import Verdict, no
from questionnaire.enums import RoundState
from questionnaire.models import Round
from scoring import rules as scoring_rules
from scoring.enums import RunState
from scoring.models import ScoreRun

from ..rules import BUILT

WORKING_RUN = (RunState.QUEUED, RunState.RUNNING)
WORKING_REVISION = (RevisionState.QUEUED, RevisionState.BUILDING)
SHOWN = (RevisionState.PUBLISHED, RevisionState.SUPERSEDED, RevisionState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the chain: its state's code, what it is, more words, and when it was done."""

    state: str
    what: str
    more: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """One of the two signatures, given or in advance."""

    who: str
    at: datetime
    in_advance: bool
    hash: str = ""


@dataclass(frozen=True, slots=True)
class PublishingPage:
    """All that the publishing page shows. MOVES are titles with verdicts for this person."""

    round: Round
    edition: Edition | None
    revision: Revision | None
    run: ScoreRun | None
    steps: tuple[Step, ...]
    checks: tuple[dict[str, Any], ...]
    signatures: tuple[Signed, ...]
    mandates: tuple[Signed, ...]
    own_mandate: Mandate | None
    may: dict[str, Verdict]
    error: str
    is_working: bool
    older: tuple[Revision, ...]

    @property
    def missing(self) -> range:
        """The places of signatures that nobody has given yet."""
        return range(edition_rules.SIGNATURES - len(self.signatures or self.mandates))

    @property
    def red(self) -> int:
        return sum(not check["ok"] for check in self.checks)

    @property
    def preview(self) -> bool:
        return bool(self.revision and self.revision.state in BUILT)

    @property
    def public(self) -> bool:
        return bool(self.revision and self.revision.state == RevisionState.PUBLISHED)


def publishing_page(round_: Round, user: User) -> PublishingPage:
    """Return the page's data, in a number of queries that does not grow with signatures."""
    edition = Edition.objects.filter(round=round_).first()
    if edition:
        edition.round = round_
    revisions = _revisions(edition)
    revision = revisions[0] if revisions else None
    run = ScoreRun.objects.filter(round=round_).order_by("-pk").first()
    if run:
        run.round = round_
    mandates = _running_mandates(edition)
    signatures = _signatures(revision)
    return PublishingPage(
        round=round_,
        edition=edition,
        revision=revision,
        run=run,
        steps=_steps(round_, run, revision, len(signatures)),
        checks=tuple(revision.checks) if revision else (),
        signatures=tuple(_signed(each) for each in signatures),
        mandates=tuple(Signed(each.signer.name, each.at, in_advance=True) for each in mandates),
        own_mandate=next((each for each in mandates if each.signer_id == user.pk), None),
        may=_may(user, round_, edition, revision, run),
        error=_error(run, revision),
        is_working=_is_working(run, revision, len(mandates)),
        older=tuple(revisions[1:]),
    )


def _revisions(edition: Edition | None) -> list[Revision]:
    """The newest first, each knowing its edition."""
    if edition is None:
        return []
    revisions = list(Revision.objects.filter(edition=edition).order_by("-number"))
    for revision in revisions:
        revision.edition = edition
    return revisions


def _running_mandates(edition: Edition | None) -> list[Mandate]:
    if edition is None:
        return []
    running = Mandate.objects.filter(edition=edition, withdrawn_at__isnull=True)
    return list(running.select_related("signer").order_by("at"))


def _signatures(revision: Revision | None) -> list[Signature]:
    if revision is None:
        return []
    given = Signature.objects.filter(revision=revision)
    return list(given.select_related("signer").order_by("at"))


def _signed(signature: Signature) -> Signed:
    return Signed(
        signature.signer.name, signature.at, signature.in_advance, hash=signature.hash
    )


def _may(
    user: User,
    round_: Round,
    edition: Edition | None,
    revision: Revision | None,
    run: ScoreRun | None,
) -> dict[str, Verdict]:
    """Return a verdict for each act that makes sense now, by its name."""
    may: dict[str, Verdict] = {}
    if edition is None:
        may["prepare"] = edition_rules.may_prepare(user, round_)
    elif revision is None or revision.state not in (*BUILT, *SHOWN):
        may["sign_in_advance"] = edition_rules.may_sign_in_advance(user, edition)
    if run and run.state == RunState.FAILED:
        may["retry_run"] = scoring_rules.may_retry(user, run)
    if revision:
        may |= {move.name: verdict for move, verdict in verdicts_for(user, revision)}
    if may.get("retry") and revision.state == RevisionState.CANDIDATE and not revision.checks:
        may["retry"] = no(_("The candidate has not been checked yet."))
    return may


def _is_working(run: ScoreRun | None, revision: Revision | None, mandates: int) -> bool:
    """Whether a worker has something to do, so that the page is worth looking at again."""
    if revision is None:
        return bool(run and run.state in WORKING_RUN)
    return revision.state in WORKING_REVISION or _moves_by_itself(revision, mandates)


def _moves_by_itself(revision: Revision, mandates: int) -> bool:
    """A green candidate with two mandates, or a signed revision that publishes itself."""
    if revision.state == RevisionState.CANDIDATE:
        return edition_rules.is_green(revision) and mandates >= edition_rules.SIGNATURES
    will_be_published = revision.edition.round.publishes_itself and not revision.error
    return revision.state == RevisionState.SIGNED and will_be_published


def _error(run: ScoreRun | None, revision: Revision | None) -> str:
    """Return why the chain stands still, as it was kept; empty if nothing failed."""
    if revision:
        return revision.error
    return run.error if run and run.state == RunState.FAILED else ""


def _steps(
    round_: Round, run: ScoreRun | None, revision: Revision | None, signatures: int
) -> tuple[Step, ...]:
    return (
        _closing(round_),
        _scoring(run),
        _building(revision),
        _checking(revision),
        _signing(revision, signatures),
        _publishing(revision),
    )


def _closing(round_: Round) -> Step:
    what = _("The review is closed")
    if round_.state == RoundState.REVIEW_CLOSED:
        return Step("done", what, at=round_.closed_at)
    return Step("pending", what, _("A coordinator closes it when nothing blocks it."))


def _scoring(run: ScoreRun | None) -> Step:
    what = _("The scores are computed")
    if run is None:
        return Step("pending", what, _("Starts by itself when the review is closed."))
    if run.state == RunState.DONE:
        figures = run.scores.count()
        more = ngettext("%(n)d figure.", "%(n)d figures.", figures) % {"n": figures}
        return Step("done", what, more, run.done_at)
    more = {
        RunState.QUEUED: _("Waits for a worker to take it."),
        RunState.RUNNING: _("A worker is computing them."),
        RunState.FAILED: _("It failed; why stands above."),
    }
    return Step(run.state, what, more[RunState(run.state)])


def _building(revision: Revision | None) -> Step:
    what = _("The edition is built")
    if revision is None:
        return Step("pending", what, _("Starts by itself when the scores are there."))
    if revision.hash and revision.state not in WORKING_REVISION:
        return Step("done", what, _("Revision %(name)s.") % {"name": revision.name})
    more = {
        RevisionState.QUEUED: _("Waits for a worker to take it."),
        RevisionState.BUILDING: _("Now: %(step)s.") % {"step": revision.step or _("starting")},
        RevisionState.FAILED: _("It failed; why stands above."),
    }
    return Step(revision.state, what, more.get(RevisionState(revision.state), ""))


def _checking(revision: Revision | None) -> Step:
    what = _("Every check is green")
    if revision is None or not revision.checks or revision.state in WORKING_REVISION:
        return Step("pending", what)
    red = sum(not check["ok"] for check in revision.checks)
    if red:
        more = ngettext("%(n)d check is red.", "%(n)d checks are red.", red) % {"n": red}
        return Step("blocked", what, more)
    number = len(revision.checks)
    return Step("done", what, _("%(n)d of %(n)d.") % {"n": number})


def _signing(revision: Revision | None, signatures: int) -> Step:
    what = _("Two people have signed")
    if revision and revision.state in (RevisionState.SIGNED, *SHOWN):
        return Step("done", what)
    if signatures:
        return Step("pending", what, _("One has, a second one is awaited."))
    return Step("pending", what)


def _publishing(revision: Revision | None) -> Step:
    what = _("It is published")
    if revision is None or revision.state not in SHOWN:
        return Step("pending", what)
    state = "published" if revision.state == RevisionState.PUBLISHED else revision.state
    return Step(state, what, at=revision.published_at)


def revision_of(round_: Round, number: int) -> Revision | None:
    """Return one revision of the round's edition with its edition and round, or None."""
    revisions = Revision.objects.select_related("edition__round")
    return revisions.filter(edition__round=round_, number=number).first()
