"""What is written for an edition: findings, notes on countries, the press release.

A text names its figures and says what they are as it is read. Who reviews it reads them so, and
what they were is kept in the entry of that act; once one of them is another, the text is stale.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mipex_site.accounts.models import User
from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries
from mipex_site.base.errors import Refusal, Stale, WrongState
from mipex_site.base.verdict import demand
from questionnaire.enums import Role, RoundState
from questionnaire.models import Round
from questionnaire.rules import has_role_in_round
from questionnaire.services.locking import hold_round
from questionnaire.services.remembering import save_as

from .. import rules
from ..enums import RehearsalState, RevisionState, TextKind, TextState
from ..models import EditionText, FrozenText, Rehearsal, Revision
from . import figures, folders
from .figures import Figures, Values
from .frozen import Frozen, TextFacts

REVIEW = "text.review"
LONGEST = 20_000
"""Characters of a text: some ten printed pages."""

BUILT = (RevisionState.CANDIDATE, RevisionState.SIGNED, RevisionState.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands in an edition. COUNTRY is the code of a note's, and else empty.

    ORDER is the finding's among the findings, from 1; of a note and of the press release it is 1.
    """

    kind: str
    country: str = ""
    order: int = 1

    @property
    def code(self) -> str:
        """What tells the text from the others of its kind, as addresses have it."""
        return self.country or str(self.order)


@dataclass(frozen=True, slots=True)
class Standing:
    """A text with its figures as they are NOW and as they were when it was reviewed, if it was.

    FILLED is the body, TITLE the title with them.
    """

    text: EditionText
    title: str
    filled: str
    now: Values
    then: Values | None
    gaps: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def is_reviewed(self) -> bool:
        return self.text.state == TextState.REVIEWED

    @property
    def changed(self) -> tuple[str, ...]:
        """The references that say something else than when the text was reviewed."""
        if self.then is None:
            return ()
        return tuple(name for name in self.now if self.then.get(name) != self.now[name])

    @property
    def is_stale(self) -> bool:
        lost = bool(self.gaps or self.problems)
        return self.is_reviewed and (self.then is None or lost or bool(self.changed))

    @property
    def facts(self) -> TextFacts:
        text = self.text
        return TextFacts(text.kind, text.country, text.order, self.title, self.filled)


# --- Reading -----------------------------------------------------------------------------


def place_of(text: EditionText) -> Place:
    return Place(text.kind, text.country, text.order)


def subject_of(round_: Round, place: Place) -> str:
    """Return the text's address in the audit; of a country's note the country's place in it."""
    if place.country:
        return f"text/{round_.code}/{place.country}/{place.kind}"
    return f"text/{round_.code}/{place.kind}/{place.order}"


def figures_now(round_: Round) -> Figures | None:
    """Return the figures of the newest candidate, or else of the newest rehearsal that is kept.

    None while nothing is built, or where its folder is gone.
    """
    built = Revision.objects.filter(edition__round=round_, state__in=BUILT).exclude(folder="")
    rehearsed = Rehearsal.objects.filter(round=round_, state=RehearsalState.READY)
    newest = (
        built.order_by("-number").first()
        or rehearsed.exclude(folder="").order_by("-number").first()
    )
    if newest is None or not (folders.root() / newest.folder).is_dir():
        return None
    return figures.of_folder(folders.root() / newest.folder, newest.hash)


def standings(round_: Round, now: Figures | None) -> list[Standing]:
    """Return every text of the round with its figures, sorted by its place. Two queries."""
    texts = list(EditionText.objects.filter(round=round_).select_related("written_by"))
    for text in texts:
        text.round = round_
    reviewed = _reviewed_figures(round_, texts)
    return [_standing(text, now, reviewed) for text in texts]


def standing(text: EditionText, now: Figures | None) -> Standing:
    return _standing(text, now, _reviewed_figures(text.round, [text]))


def _standing(
    text: EditionText, now: Figures | None, reviewed: dict[str, dict[str, Any]]
) -> Standing:
    title, body = figures.fill(text.title, now), figures.fill(text.body, now)
    then = reviewed.get(subject_of(text.round, place_of(text)), {})
    return Standing(
        text=text,
        title=title.text,
        filled=body.text,
        now=title.values | body.values,
        then=then.get("figures") if then.get("version") == text.version else None,
        gaps=tuple(dict.fromkeys((*title.gaps, *body.gaps))),
        problems=(*title.problems, *body.problems),
    )


def _reviewed_figures(round_: Round, texts: Iterable[EditionText]) -> dict[str, dict[str, Any]]:
    """Return what the last review of each text wrote down, by the text's subject."""
    subjects = [
        subject_of(round_, place_of(text)) for text in texts if text.state == TextState.REVIEWED
    ]
    if not subjects:
        return {}
    acts = AuditEntry.objects.filter(stream=round_.stream, subject__in=subjects, act=REVIEW)
    return dict(acts.order_by("number").values_list("subject", "new"))


# --- Acts --------------------------------------------------------------------------------


@transaction.atomic
def write_text(
    *, round_: Round, place: Place, title: str, body: str, version: int, by: User
) -> EditionText:
    """Write a text, or another version of it; what was reviewed is a draft again.

    VERSION is the one that the person read, 0 for a text that was not there. Raises NotAllowed,
    WrongState, Stale if somebody wrote another version meanwhile, or ValidationError, also for a
    reference to a figure that cannot be.
    """
    now = figures_now(round_)
    round_ = hold_round(round_)
    demand(rules.may_write_text(by, round_))
    if round_.state == RoundState.CANCELLED:
        raise WrongState(_("The round is cancelled: there will be no edition to write for."))
    held = _held(round_, place)
    _demand_version(held, version, by)
    title, body = title.strip(), body.replace("\r\n", "\n").strip()
    if held and (held.title, held.body) == (title, body):
        return held
    old = _words(held) if held else None
    text = held or EditionText(round=round_, version=0, **_columns(place))
    text.title, text.body, text.version = title, body, version + 1
    text.state, text.written_by = TextState.DRAFT, by
    text.reviewed_by = text.reviewed_at = None
    text.full_clean()
    _demand_place(round_, place)
    _demand_references(title, body, now)
    save_as(text, by)
    _record(text, act="text.write", by=by, old=old, new=_words(text))
    return text


@transaction.atomic
def review_text(*, text: EditionText, version: int, by: User) -> EditionText:
    """Stand behind this version of a text with the figures that it shows now.

    Raises NotAllowed, Stale if it is another version by now, Refusal where a figure is not
    there, or WrongState if it is reviewed and its figures are still the same.
    """
    now = figures_now(text.round)
    text = _held_again(text)
    demand(rules.may_review_text(by, text))
    _demand_version(text, version, by)
    found = standing(text, now)
    if found.is_reviewed and not found.is_stale:
        raise WrongState(_("This text is reviewed, and its figures are still the same."))
    if found.problems:
        raise Refusal(" ".join(found.problems))
    if found.gaps:
        raise Refusal(
            _("There is no figure yet for %(names)s. Build a rehearsal when there is one.")
            % {"names": ", ".join(found.gaps)}
        )
    old = {"state": text.state}
    text.state, text.reviewed_by, text.reviewed_at = TextState.REVIEWED, by, timezone.now()
    save_as(text, by)
    new = {"state": text.state, "version": text.version, "figures": found.now}
    _record(text, act=REVIEW, by=by, old=old, new=new | {"of": now.source if now else ""})
    return text


@transaction.atomic
def remove_text(*, text: EditionText, version: int, by: User) -> None:
    """Take a text away; its versions stay in the history and in the audit."""
    text = _held_again(text)
    demand(rules.may_write_text(by, text.round))
    _demand_version(text, version, by)
    old, place = _words(text), text
    text._history_user = by  # noqa: SLF001 (the name by which simple-history asks)
    text.delete()
    _record(place, act="text.remove", by=by, old=old)


def _held(round_: Round, place: Place) -> EditionText | None:
    """Return the text of that place; the round is held, so nobody else makes or changes it."""
    found = EditionText.objects.filter(round=round_, **_columns(place)).first()
    if found:
        found.round = round_
    return found


def _held_again(text: EditionText) -> EditionText:
    round_ = hold_round(text.round)
    held = _held(round_, place_of(text))
    if held is None:
        raise Stale(_("Somebody took this text away since you opened it."))
    return held


def _columns(place: Place) -> dict[str, Any]:
    return {field.name: getattr(place, field.name) for field in fields(place)}


def _demand_version(held: EditionText | None, version: int, reader: User) -> None:
    if version == (held.version if held else 0):
        return
    if held is None:
        raise Stale(_("Somebody took this text away since you opened it."))
    if held.written_by_id == reader.pk:
        raise Stale(
            _("You changed this text in another window; what you typed here was not saved.")
        )
    raise Stale(
        _("%(name)s changed this text since you opened it; what you typed was not saved.")
        % {"name": held.written_by.name}
    )


def _demand_place(round_: Round, place: Place) -> None:
    if place.kind != TextKind.COUNTRY_NOTE:
        return
    taking_part = round_.participations.filter(excluded_because="")
    if not taking_part.filter(country__code=place.country).exists():
        raise ValidationError(_("This country does not take part in the round."))


def _demand_references(title: str, body: str, now: Figures | None) -> None:
    found = {
        name: list(figures.fill(said, now).problems)
        for name, said in (("title", title), ("body", body))
    }
    wrong = {name: problems for name, problems in found.items() if problems}
    if wrong:
        raise ValidationError(wrong)


def _words(text: EditionText) -> dict[str, Any]:
    return {
        "version": text.version,
        "title": text.title,
        "body": text.body,
        "state": text.state,
    }


def _record(text: EditionText, *, act: str, by: User, **values: Any) -> None:
    is_coordinator = has_role_in_round(by, text.round, Role.COORDINATOR)
    entries.write(
        stream=text.round.stream,
        act=act,
        subject=subject_of(text.round, place_of(text)),
        by=by.pk,
        role=Role.COORDINATOR if is_coordinator else Role.PUBLISHER,
        **values,
    )


# --- Freezing ----------------------------------------------------------------------------


def facts_for(round_: Round, frozen: Frozen, *, with_drafts: bool) -> tuple[TextFacts, ...]:
    """Return the texts with the figures of FROZEN: those that are reviewed, or all of them."""
    found = standings(round_, figures.of_frozen(frozen))
    return tuple(each.facts for each in found if each.is_reviewed or with_drafts)


def faults(round_: Round, frozen: Frozen) -> Iterator[str]:
    """Name each text that a signature must not stand on, and why."""
    found = standings(round_, figures.of_frozen(frozen))
    for each in found:
        place = words_of(place_of(each.text))
        if not each.is_reviewed:
            yield _("%(place)s is not reviewed") % {"place": place}
        elif each.is_stale:
            names = ", ".join((*each.changed, *each.gaps, *each.problems))
            yield _("%(place)s is stale: %(names)s") % {"place": place, "names": names}
    reviewed = tuple(each.facts for each in found if each.is_reviewed)
    if reviewed != frozen.texts:
        yield _("a text was changed while the edition was built; build it again")


def keep_rows(*, revision: Revision, frozen: Frozen) -> None:
    """Write the frozen texts of a build, in place of those of a build before it.

    Answers and scores are the same in every build of a revision; texts may have been written
    and reviewed between two. Only a build that nobody has signed is ever followed by another.
    """
    FrozenText._base_manager.filter(revision=revision).delete()
    FrozenText.objects.bulk_create(
        FrozenText(
            revision=revision,
            **{field.name: getattr(each, field.name) for field in fields(each)},
        )
        for each in frozen.texts
    )


def words_of(place: Place) -> str:
    """Name a text as people do."""
    return {
        TextKind.FINDING: _("Finding %(place)s"),
        TextKind.COUNTRY_NOTE: _("Note on %(place)s"),
        TextKind.PRESS: _("Press release"),
    }[TextKind(place.kind)] % {"place": place.code}
