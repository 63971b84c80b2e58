"""Requests to correct an edition: filed by anyone, looked into, decided by two others, issued."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mipex_site.accounts.models import User
from mipex_site.accounts.services.erasing import is_nobodys
from mipex_site.accounts.services.people import portal_robot
from mipex_site.audit.services import entries
from mipex_site.base.errors import Refusal, WrongState
from mipex_site.base.verdict import demand
from mipex_site.mail.enums import LetterKind
from mipex_site.mail.services import letters
from questionnaire.enums import TEXT_LIMIT, Role
from questionnaire.services.remembering import save_as
from scoring.engine.missing import Status
from scoring.engine.options import on_scale

from .. import rules
from ..enums import CorrectionState, EditionKind, RevisionKind, RevisionState
from ..models import Correction, CorrectionRequest, CorrectionVote, Edition, Revision
from ..signals import revision_queued
from . import successors
from .editions import hold_edition, letter_language, record

VOTES = 2
"""So many people of one mind decide about a request."""

FILED = gettext_lazy(
    "Thank you. Two people who had no part in this answer will decide about what you wrote,"
    " and we will tell you how."
)
ISSUED = gettext_lazy("A new revision is public. The earlier one stays at its address.")

UNDECIDED = (CorrectionState.FILED, CorrectionState.IN_TRIAGE)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it ought to be. OPTION is its place from 1; POINTS are exceptional ones."""

    status: str
    rationale: str
    option: int | None = None
    points: Fraction | None = None
    sources: list[dict[str, Any]] = field(default_factory=list)


@transaction.atomic
def file_request(
    *,
    revision: Revision,
    country: str,
    indicator: str,
    reference_date: date,
    name: str,
    email: str,
    text: str,
    evidence: str = "",
) -> CorrectionRequest:
    """Keep what somebody says is wrong in a published revision, and write to them that we have it.

    Raises Refusal where nothing can be corrected here, ValidationError by field.
    """
    _demand_open(revision)
    cell = {"country": country, "indicator": indicator, "reference_date": reference_date}
    if not revision.answers.filter(**cell).exists():
        raise Refusal(
            _("This edition has no such answer: look at the country and the question.")
        )
    _demand_words("text", text)
    request = CorrectionRequest(
        edition_id=revision.edition_id,
        revision=revision,
        **cell,
        name=name.strip(),
        email=email.strip(),
        text=text.strip(),
        evidence=evidence.strip(),
    )
    request.full_clean(validate_constraints=False)
    save_as(request, portal_robot())
    # The name and the address of who wrote are no part of a record that outlives them.
    _write(request, "correction.file", None, new={"evidence": request.evidence})
    _say(request, "filed", gettext_lazy("We have your note"), FILED)
    return request


@transaction.atomic
def look_into(
    *, request: CorrectionRequest, findings: str, cell: Cell | None, by: User
) -> CorrectionRequest:
    """Write what was found and, where something is wrong, the CELL as it ought to be.

    May be done again until somebody decides. Raises NotAllowed, WrongState, Refusal.
    """
    request = _hold(request)
    demand(rules.may_look_into(by, request))
    if request.state not in UNDECIDED or request.votes.exists():
        raise WrongState(_("This is being decided about, so what was found stands."))
    _demand_words("findings", findings)
    old = {"state": request.state, "findings": request.findings}
    request.state, request.findings = CorrectionState.IN_TRIAGE, findings.strip()
    request.triaged_by, request.triaged_at = by, timezone.now()
    save_as(request, by)
    _propose(request, cell, by)
    new = {"findings": request.findings, "cell": _plain(cell)}
    _write(request, "correction.look_into", by, old=old, new=new)
    return request


@transaction.atomic
def decide(
    *, request: CorrectionRequest, accepts: bool, words: str, public_words: str = "", by: User
) -> CorrectionRequest:
    """Say yes or no, as one of two who have the same mind; PUBLIC_WORDS go with the last one.

    Accepting needs a cell as it ought to be. Raises NotAllowed, WrongState, Refusal.
    """
    request = _hold(request)
    demand(rules.may_decide_correction(by, request))
    if request.state != CorrectionState.IN_TRIAGE:
        raise WrongState(_("Only what was looked into is decided about, and only once."))
    if accepts and not Correction.objects.filter(request=request).exists():
        raise Refusal(_("Nobody has written yet what the answer ought to be."))
    _demand_words("words", words)
    CorrectionVote.objects.create(
        request=request, person=by, accepts=accepts, words=words.strip()
    )
    if request.votes.filter(accepts=accepts).count() >= VOTES:
        _end(request, by, accepts=accepts, public_words=public_words)
    _write(
        request,
        "correction.decide",
        by,
        new={"accepts": accepts, "state": request.state, "public": request.public_words},
        reason=words.strip(),
    )
    return request


@transaction.atomic
def issue(
    *, edition: Edition, requests: Sequence[CorrectionRequest], erratum: str, by: User
) -> Revision:
    """Queue a revision in which the accepted REQUESTS are carried out, with the ERRATUM.

    It starts from the published revision and changes nothing else. Raises NotAllowed, WrongState
    while another revision is on its way, Refusal.
    """
    edition = hold_edition(edition.pk)
    demand(rules.may_issue_corrections(by, edition))
    _demand_words("erratum", erratum)
    before = edition.revisions.filter(state=RevisionState.PUBLISHED).first()
    if before is None:
        raise WrongState(_("Nothing of this edition is published, so nothing is corrected."))
    if edition.revisions.filter(state__in=rules.TO_COME).exists():
        raise WrongState(_("Another revision of this edition is on its way. Publish it first."))
    held = _to_issue(edition, requests)
    number = edition.revisions.order_by("-number").first().number + 1
    act = record(
        edition=edition,
        number=number,
        act="revision.correct",
        by=by,
        role=Role.COORDINATOR,
        new={"based_on": before.name, "requests": [str(one.key) for one in held]},
        reason=erratum.strip(),
    )
    revision = Revision.objects.create(
        edition=edition,
        number=number,
        kind=RevisionKind.CORRECTION,
        based_on=before,
        reason=erratum.strip(),
        cut_off=before.cut_off,
        audit_length=act.number,
        audit_head=act.hash,
    )
    for one in held:
        one.issued_in = revision
        save_as(one, by)
    revision_queued.send(sender=Revision, revision=revision)
    return revision


def mark_issued(*, revision: Revision) -> None:
    """Say of what a revision corrected that it is public now. Called as it is published."""
    accepted = CorrectionRequest.objects.filter(
        issued_in=revision, state=CorrectionState.ACCEPTED
    )
    for request in accepted.order_by("pk"):
        request.state = CorrectionState.ISSUED
        save_as(request, portal_robot())
        _say(request, "issued", gettext_lazy("The edition was corrected"), ISSUED)


def _demand_open(revision: Revision) -> None:
    if revision.edition.kind == EditionKind.ARCHIVE:
        raise Refusal(
            _("This is the archive of a release that others published: ask its publisher.")
        )
    if revision.state != RevisionState.PUBLISHED:
        raise WrongState(_("This revision is not in force. Look at the newest one first."))


def _demand_words(name: str, text: str) -> None:
    if not text.strip():
        raise ValidationError({name: _("Write a sentence here.")})
    if len(text) > TEXT_LIMIT:
        words = _("At most %(limit)s characters.") % {"limit": TEXT_LIMIT}
        raise ValidationError({name: words})


def _hold(request: CorrectionRequest) -> CorrectionRequest:
    """Lock the edition, then the request: in this order, whatever is done to them."""
    edition = hold_edition(request.edition_id)
    held = CorrectionRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    held.edition = edition
    return held


def _propose(request: CorrectionRequest, cell: Cell | None, by: User) -> None:
    known = Correction.objects.filter(request=request).first()
    if cell is None:
        if known:
            known.delete()
        return
    cell = _with_points(request, cell)
    proposed = known or Correction(request=request)
    proposed.proposed_by = by
    for name, value in asdict(cell).items():
        setattr(proposed, name, value)
    if known_cell := _same_as_published(request, proposed):
        raise Refusal(_("This is what %(revision)s says already.") % {"revision": known_cell})
    proposed.full_clean()
    save_as(proposed, by)


def _with_points(request: CorrectionRequest, cell: Cell) -> Cell:
    """Return the cell with what its option earns. Raises ValidationError by field."""
    if cell.status != Status.OK:
        if cell.option is not None or cell.points is not None:
            raise ValidationError(
                {"option": _("An answer without a value has neither option nor points.")}
            )
        return cell
    if cell.option is None:
        if cell.points is None or not on_scale(cell.points):
            raise ValidationError({"points": _("Choose an option, or give points, 0 to 100.")})
        return cell
    options = _options(request)
    if not 1 <= cell.option <= len(options):
        raise ValidationError({"option": _("This question has no such option.")})
    return replace(cell, points=Fraction(options[cell.option - 1]["points"]))


def options_of(request: CorrectionRequest) -> list[tuple[int, str]]:
    """Return the options of the question as the edition has them: place from 1, and words."""
    return [
        (place, f"{option['label']} ({option['points']})")
        for place, option in enumerate(_options(request), start=1)
    ]


def _options(request: CorrectionRequest) -> list[dict[str, Any]]:
    asked = successors.methodology_of(request.revision)["indicators"]
    return next(one["options"] for one in asked if one["code"] == request.indicator)


def _same_as_published(request: CorrectionRequest, proposed: Correction) -> str:
    """Return the revision's name if the proposed cell says what it says, or the empty string."""
    published = request.revision.answers.get(
        country=request.country,
        indicator=request.indicator,
        reference_date=request.reference_date,
    )
    names = ("status", "option", "points", "rationale", "sources")
    same = all(getattr(published, name) == getattr(proposed, name) for name in names)
    return request.revision.name if same else ""


def _end(request: CorrectionRequest, by: User, *, accepts: bool, public_words: str) -> None:
    _demand_words("public_words", public_words)
    request.state = CorrectionState.ACCEPTED if accepts else CorrectionState.REFUSED
    request.decided_at, request.public_words = timezone.now(), public_words.strip()
    save_as(request, by)
    accepted = gettext_lazy("Your note was accepted")
    heading = accepted if accepts else gettext_lazy("Your note was not accepted")
    _say(request, "decided", heading, request.public_words)


def _to_issue(
    edition: Edition, requests: Sequence[CorrectionRequest]
) -> list[CorrectionRequest]:
    keys = [one.pk for one in requests]
    chosen = CorrectionRequest.objects.select_for_update().filter(
        pk__in=keys, edition=edition, state=CorrectionState.ACCEPTED, issued_in__isnull=True
    )
    held = list(chosen.order_by("pk"))
    if not held or len(held) != len(set(keys)):
        raise Refusal(_("Choose requests that are accepted and not issued yet."))
    cells = {(one.country, one.indicator, one.reference_date) for one in held}
    if len(cells) != len(held):
        raise Refusal(_("Two of these requests change the same answer. Issue one of them."))
    return held


def _say(
    request: CorrectionRequest, moment: str, subject: str | Promise, text: str | Promise
) -> None:
    """Write to who asked, in the language of the edition: it is the one that they read."""
    if is_nobodys(request.email):
        return
    round_ = request.edition.round
    language = letter_language(request.edition)
    with translation.override(language):
        subject, text = str(subject), str(text)
    letters.queue(
        key=f"correction/{request.key}/{moment}",
        kind=LetterKind.CORRECTION,
        address=request.email,
        subject=subject,
        text=text,
        language=language,
        round_code=round_.code if round_ else "",
    )


def _plain(cell: Cell | None) -> dict[str, Any] | None:
    if cell is None:
        return None
    return asdict(cell) | {"points": None if cell.points is None else str(cell.points)}


def _write(request: CorrectionRequest, act: str, by: User | None, **values: Any) -> None:
    edition = request.edition
    entries.write(
        stream=edition.round.stream if edition.round else f"edition/{edition.code}",
        act=act,
        subject=f"correction/{edition.code}/{request.country}/{request.indicator}",
        by=by.pk if by else None,
        role=Role.COORDINATOR if by else "",
        **values,
    )
