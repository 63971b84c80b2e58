"""The work of those who run rounds and sign editions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from editions import rules as edition_rules
from editions.enums import PUBLIC, RevisionState
from editions.models import Edition, Revision
from mipex_site.accounts.models import User
from mipex_site.base.templatetags.house import in_words
from questionnaire.enums import ExtensionState, JointActState, Role, RoundState
from questionnaire.models import Extension, JointAct, Round
from review.enums import BlockerKind, ReopeningState
from review.models import Declaration, Reopening
from review.selectors.closing import Blocker, blockers
from review.selectors.interests import to_decide
from review.selectors.known import Known
from scoring.enums import RunState
from scoring.models import ScoreRun

from ..people import lost_codes
from . import extensions, interests, joint_acts, windows, withdrawals
from .items import Part, Rank, Waiting, WorkItem
from .scopes import Scopes

OVER = (RoundState.CANCELLED,)


def part(user: User, known: Known, scopes: Scopes) -> Part:
    """Return what running rounds asks of this person; the queries grow with the rounds alone."""
    signed = _rounds(scopes, Role.COORDINATOR, Role.PUBLISHER)
    heads = scopes.rounds_of(Role.COORDINATOR)
    led = [round_ for round_ in signed if {None, round_.pk} & heads]
    items, waiting = [], []
    for round_ in led:
        if _is_open(round_):
            found = blockers(round_)
            lost = lost_codes(user, round_) if found and known.may_have_lost(round_) else ()
            seen = [each for each in found if each.country not in lost]
            items += _moves_of_the_coordinator(round_, seen) if found else [_to_close(round_)]
            waiting += _moves_of_others(round_, seen)
        if round_.last_run == RunState.FAILED:
            items += _failed_scores(round_)
    tied = [round_ for round_ in led if round_.has_undecided_ties]
    items += interests.decisions(to_decide(user, tied) if tied else ())
    asked = [round_ for round_ in led if round_.has_reopenings and _is_open(round_)]
    items += windows.decisions(user, asked) if asked else ()
    wished = [round_ for round_ in led if round_.has_extensions and _is_open(round_)]
    items += extensions.decisions(user, known, wished)
    of_two = joint_acts.part(user, known, [each for each in signed if each.has_joint_acts])
    out = withdrawals.part(user, [each for each in signed if each.has_public])
    for more in (of_two, out):
        items, waiting = [*items, *more.items], [*waiting, *more.waiting]
    leads = {round_.pk for round_ in led}
    for round_ in signed:
        items += _edition(round_, user, leads=round_.pk in leads)
    return Part(tuple(items), tuple(waiting), rounds=tuple(signed), run=tuple(signed))


def _rounds(scopes: Scopes, *roles: str) -> list[Round]:
    """Return the rounds held whole, with what says whether more is to be asked; one query."""
    keys = scopes.rounds_of(*roles)
    if not keys:
        return []
    reached = Q() if None in keys else Q(pk__in=keys)
    of_it = {"round_id": OuterRef("pk")}
    runs = ScoreRun.objects.filter(**of_it).order_by("-pk")
    undecided = Declaration.objects.filter(**of_it, is_cleared__isnull=True)
    asked = Reopening.objects.filter(
        case__round_id=OuterRef("pk"),
        state__in=(ReopeningState.ASKED, ReopeningState.SECONDING),
    )
    of_two = JointAct.objects.filter(**of_it, state=JointActState.ASKED)
    wishes = Extension.objects.filter(**of_it, state=ExtensionState.ASKED)
    public = Revision.objects.filter(edition__round_id=OuterRef("pk"), state__in=PUBLIC)
    told = Round.objects.annotate(
        last_run=Subquery(runs.values("state")[:1]),
        has_undecided_ties=Exists(undecided),
        has_reopenings=Exists(asked),
        has_joint_acts=Exists(of_two),
        has_extensions=Exists(wishes),
        has_edition=Exists(Edition.objects.filter(**of_it)),
        has_public=Exists(public),
    )
    return list(told.filter(reached).exclude(state__in=OVER).order_by("-cut_off", "-pk"))


def _is_open(round_: Round) -> bool:
    return round_.state == RoundState.OPEN


def _to_close(round_: Round) -> WorkItem:
    return WorkItem(
        rank=Rank.TO_CLOSE,
        state="ready",
        title=_("%(round)s: nothing blocks the review") % {"round": round_},
        why=_("Close it. The scores and the edition are then made by themselves."),
        act=_("Close review"),
        url=reverse("desk:closing", args=[round_.code]),
        due=round_.review_due_at,
    )


def _moves_of_the_coordinator(round_: Round, found: list[Blocker]) -> Iterator[WorkItem]:
    without_reviewer = [each for each in found if each.kind == BlockerKind.NO_REVIEWER]
    without_expert = [
        each
        for each in found
        if not each.people and each.kind in {BlockerKind.NOT_SUBMITTED, BlockerKind.RETURNED}
    ]
    if without_reviewer:
        number = len(without_reviewer)
        title = ngettext(
            "%(n)d case has too few reviewers", "%(n)d cases have too few reviewers", number
        )
        yield _to_assign(round_, title % {"n": number}, without_reviewer, "coordinator")
    if without_expert:
        number = len(without_expert)
        title = ngettext("%(n)d sheet has no expert", "%(n)d sheets have no expert", number)
        yield _to_assign(round_, title % {"n": number}, without_expert, "nobody")


def _to_assign(round_: Round, title: str, found: list[Blocker], mover: str) -> WorkItem:
    countries = sorted({each.country_name for each in found})
    return WorkItem(
        rank=Rank.TO_ASSIGN,
        state="warning",
        words=_("To assign"),
        title=title,
        why=_("%(round)s: %(countries)s.") % {"round": round_, "countries": _listed(countries)},
        act=_("Show"),
        url=reverse("desk:board", args=[round_.code]) + f"?mover={mover}",
        due=round_.review_due_at,
    )


NAMED = 4


def _listed(countries: list[str]) -> str:
    more = len(countries) - NAMED
    if more <= 0:
        return ", ".join(countries)
    words = {"countries": ", ".join(countries[:NAMED]), "n": more}
    return _("%(countries)s and %(n)d more") % words


def _moves_of_others(round_: Round, found: list[Blocker]) -> Iterator[Waiting]:
    """Say once a round who holds how many of the blockers."""
    others = [each for each in found if each.next_role != Role.COORDINATOR]
    if not others:
        return
    counts = Counter(each.next_role for each in others)
    held = ", ".join(
        _("%(role)s: %(n)d") % {"role": Role(role).label, "n": number}
        for role, number in counts.most_common()
    )
    title = ngettext("%(round)s: %(n)d blocker", "%(round)s: %(n)d blockers", len(others))
    yield Waiting(
        "blocked",
        title % {"round": round_, "n": len(others)},
        _("Before the review can close. Who moves next is: %(held)s.") % {"held": held},
        reverse("desk:closing", args=[round_.code]),
    )


def _failed_scores(round_: Round) -> Iterator[WorkItem]:
    last = ScoreRun.objects.filter(round=round_).order_by("-pk").first()
    if last and last.state == RunState.FAILED:
        title = _("%(round)s: the scores could not be computed") % {"round": round_}
        yield _at_publishing(round_, Rank.FAILED, "failed", title, _shortened(last.error))


def _edition(round_: Round, user: User, *, leads: bool) -> Iterable[WorkItem]:
    """What the round's edition asks: to be prepared, signed in advance, repaired, signed."""
    edition = Edition.objects.filter(round=round_).first() if round_.has_edition else None
    if edition is None:
        # Countries that join another round's edition have none of their own to prepare.
        return [_to_prepare(round_)] if leads and not round_.extends_id else []
    edition.round = round_
    standing = Revision.objects.filter(edition=edition).exclude(state=RevisionState.SET_ASIDE)
    revision = standing.order_by("-number").first()
    if revision is None:
        return _in_advance(round_, edition, user)
    revision.edition = edition
    by_state = {
        RevisionState.FAILED: _failed,
        RevisionState.CANDIDATE: _candidate,
        RevisionState.SIGNED: _signed,
    }
    look = by_state.get(RevisionState(revision.state))
    return look(round_, revision, user) if look else []


def _to_prepare(round_: Round) -> WorkItem:
    title = _("%(round)s: prepare its edition") % {"round": round_}
    why = _("Name it and its licence, so that two people can sign it in advance.")
    return _at_publishing(round_, Rank.AHEAD_OF_TIME, "pending", title, why, _("Prepare"))


def _in_advance(round_: Round, edition: Edition, user: User) -> Iterator[WorkItem]:
    if edition_rules.may_sign_in_advance(user, edition):
        title = _("%(edition)s: can be signed in advance") % {"edition": edition}
        why = _("The first candidate whose checks are all green then bears your signature.")
        yield _at_publishing(round_, Rank.AHEAD_OF_TIME, "pending", title, why, _("Sign"))


def _failed(round_: Round, revision: Revision, user: User) -> Iterator[WorkItem]:
    if edition_rules.may_retry(user, revision):
        title = _("%(name)s: the edition could not be built") % {"name": revision.name}
        yield _at_publishing(round_, Rank.FAILED, "failed", title, _shortened(revision.error))


def _candidate(round_: Round, revision: Revision, user: User) -> Iterator[WorkItem]:
    words = {"name": revision.name}
    red = [check for check in revision.checks if not check["ok"]]
    if red:
        title = _("%(name)s: a check is red") % words
        yield _at_publishing(round_, Rank.FAILED, "failed", title, _shortened(red[0]["text"]))
    elif edition_rules.may_sign(user, revision):
        title = _("%(name)s: sign the candidate") % words
        why = _("It is built and every check is green. Two people sign it.")
        yield _at_publishing(round_, Rank.TO_SIGN, "candidate", title, why, _("Sign"))


def _signed(round_: Round, revision: Revision, user: User) -> Iterator[WorkItem]:
    if edition_rules.may_publish(user, revision):
        words = {"name": revision.name, "day": in_words(revision.publish_at)}
        title, act = _("%(name)s: signed by two, to be published") % words, _("Publish")
        why = _("A publisher shows it to everybody.")
        if edition_rules.publishes_by_itself(revision):
            title = _("%(name)s: signed by two, and its time has come") % words
            why, act = _("The portal publishes it within a minute."), _("Look")
        elif revision.publish_at:
            title = _("%(name)s: signed by two, appears on %(day)s") % words
            why, act = _("The portal publishes it at that moment, unless you change it."), ""
        why = revision.error or why
        yield _at_publishing(round_, Rank.TO_SIGN, "signed", title, why, act)


LONGEST = 160


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _at_publishing(
    round_: Round, rank: Rank, state: str, title: str, why: str, act: str = ""
) -> WorkItem:
    return WorkItem(
        rank=rank,
        state=state,
        title=title,
        why=why,
        act=act or _("Look"),
        url=reverse("desk:publishing", args=[round_.code]),
    )
