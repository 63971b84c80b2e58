"""What blocks a case and since when, in words."""

from __future__ import annotations

from functools import lru_cache

from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from questionnaire.enums import JointActKind, Role
from review.enums import BlockerKind
from review.selectors.blocking import Talk
from review.selectors.closing import Blocker


def age_words(days: int) -> str:
    """Say how long something stands."""
    if days <= 0:
        return _("today")
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def counted(role: str, number: int) -> str:
    """Say how many people of a role there are."""
    words = {
        Role.EXPERT: ngettext("%(n)d expert", "%(n)d experts", number),
        Role.REVIEWER: ngettext("%(n)d reviewer", "%(n)d reviewers", number),
        Role.ADJUDICATOR: ngettext(
            "%(n)d consortium reviewer", "%(n)d consortium reviewers", number
        ),
        Role.COORDINATOR: ngettext("%(n)d coordinator", "%(n)d coordinators", number),
    }
    return words[Role(role)] % {"n": number}


def why_words(kind: BlockerKind, number: int) -> str:
    """Say in few words what blocks, with its number."""
    return _why_words(kind, number, get_language())


@lru_cache(maxsize=1024)
def _why_words(kind: BlockerKind, number: int, _language: str | None) -> str:
    """Say it once a process and language: a board of many countries says the same ones often."""
    words = {
        BlockerKind.DISPUTED: ngettext("%(n)d dispute", "%(n)d disputes", number),
        BlockerKind.SECOND_LOOK: ngettext("%(n)d second look", "%(n)d second looks", number),
        BlockerKind.THREAD: ngettext(
            "%(n)d blocking conversation", "%(n)d blocking conversations", number
        ),
        BlockerKind.REOPENING: ngettext("%(n)d reopening", "%(n)d reopenings", number),
        BlockerKind.LAST_WORD: ngettext("%(n)d last word", "%(n)d last words", number),
        BlockerKind.EXTENSION: ngettext(
            "%(n)d wish for more time", "%(n)d wishes for more time", number
        ),
        BlockerKind.JOINT_ACT: ngettext(
            "%(n)d act waits for a second person",
            "%(n)d acts wait for a second person",
            number,
        ),
        BlockerKind.NO_REVIEWER: ngettext(
            "%(n)d answer has no reviewer", "%(n)d answers have no reviewer", number
        ),
        BlockerKind.UNDECLARED: ngettext(
            "%(n)d reviewer has not declared", "%(n)d reviewers have not declared", number
        ),
        BlockerKind.DECLARATION: ngettext(
            "%(n)d declaration to decide", "%(n)d declarations to decide", number
        ),
        BlockerKind.CONSENT: ngettext("%(n)d consent", "%(n)d consents", number),
        BlockerKind.RETURNED: ngettext("%(n)d sheet returned", "%(n)d sheets returned", number),
        BlockerKind.TO_RETURN: ngettext(
            "%(n)d objection to send", "%(n)d objections to send", number
        ),
        BlockerKind.OPINIONS: ngettext("%(n)d answer to read", "%(n)d answers to read", number),
        BlockerKind.NOT_SUBMITTED: ngettext(
            "%(n)d sheet to submit", "%(n)d sheets to submit", number
        ),
    }
    return words[kind] % {"n": number}


def words_of_talk(talk: Talk) -> str:
    """Name a conversation by its kind, its number and what it is about."""
    kind = {"kind": capfirst(talk.kind_label), "n": talk.number}
    if not talk.title:
        return _("%(kind)s %(n)d about the whole case") % kind
    return _("%(kind)s %(n)d: %(title)s") % {**kind, "title": talk.title}


def what_of(blocker: Blocker) -> str:
    """Say in a sentence what one blocker is."""
    n = blocker.count
    if blocker.acts:
        return acts_words(blocker.acts)
    words = {
        **_what_answers_wait_for(n),
        **_what_reviewers_wait_for(n),
        **_what_a_case_waits_for(n),
    }
    return words[BlockerKind(blocker.kind)] % {"n": n}


def _what_answers_wait_for(n: int) -> dict[BlockerKind, str]:
    return {
        BlockerKind.DISPUTED: ngettext(
            "%(n)d answer is disputed and waits for a ruling.",
            "%(n)d answers are disputed and wait for a ruling.",
            n,
        ),
        BlockerKind.SECOND_LOOK: ngettext(
            "%(n)d ruling waits for a second look.",
            "%(n)d rulings wait for a second look.",
            n,
        ),
        BlockerKind.NO_REVIEWER: ngettext(
            "%(n)d answer has too few reviewers.", "%(n)d answers have too few reviewers.", n
        ),
        BlockerKind.CONSENT: ngettext(
            "%(n)d exceptional value waits for consent.",
            "%(n)d exceptional values wait for consent.",
            n,
        ),
        BlockerKind.TO_RETURN: ngettext(
            "%(n)d answer is objected to; the case is to be returned.",
            "%(n)d answers are objected to; the case is to be returned.",
            n,
        ),
        BlockerKind.OPINIONS: ngettext(
            "%(n)d answer waits for opinions.", "%(n)d answers wait for opinions.", n
        ),
    }


def _what_reviewers_wait_for(n: int) -> dict[BlockerKind, str]:
    return {
        BlockerKind.UNDECLARED: ngettext(
            "%(n)d reviewer has not declared interests and reads nothing before.",
            "%(n)d reviewers have not declared interests and read nothing before.",
            n,
        ),
        BlockerKind.DECLARATION: ngettext(
            "%(n)d reviewer’s declaration of interests waits for a decision.",
            "%(n)d reviewers’ declarations of interests wait for a decision.",
            n,
        ),
    }


def _what_a_case_waits_for(n: int) -> dict[BlockerKind, str]:
    return {
        BlockerKind.RETURNED: ngettext(
            "The sheet was returned and waits for the expert’s reply.",
            "%(n)d sheets were returned and wait for the experts’ reply.",
            n,
        ),
        BlockerKind.THREAD: ngettext(
            "%(n)d blocking conversation is open.",
            "%(n)d blocking conversations are open.",
            n,
        ),
        BlockerKind.REOPENING: ngettext(
            "%(n)d reopening is asked for or open.",
            "%(n)d reopenings are asked for or open.",
            n,
        ),
        BlockerKind.LAST_WORD: ngettext(
            "The expert has the last word, until the days for it are over.",
            "%(n)d experts have the last word, until the days for it are over.",
            n,
        ),
        BlockerKind.NOT_SUBMITTED: ngettext(
            "The sheet is not submitted.", "%(n)d sheets are not submitted.", n
        ),
        BlockerKind.EXTENSION: ngettext(
            "%(n)d wish for more time waits for a decision.",
            "%(n)d wishes for more time wait for a decision.",
            n,
        ),
    }


def acts_words(kinds: tuple[str, ...]) -> str:
    """Say which acts wait for a second person."""
    named = ", ".join(str(JointActKind(kind).label) for kind in kinds)
    return _("Waits for a second person: %(acts)s.") % {"acts": named}
