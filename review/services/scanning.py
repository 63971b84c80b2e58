"""Before a text is sent: hold it up where it may name somebody.

It must not become a way to ask who takes part. So it looks for everybody of the portal alike,
on whichever side they stand, for authors, publishers and ministries, and says of all of them
the same sentence; whoever sends may overrule it, which the audit keeps.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mipex_site.accounts.models import User
from mipex_site.base.errors import Refusal
from questionnaire.models import Organisation, Source

from ..enums import HitKind

SHORTEST = 4
"""Letters of the shortest surname, or name of an organisation, that is looked for by itself."""
NAMED = 12
"""How many hits a warning names before it only counts them."""
LONGEST = 80
"""Characters of a hit that a warning shows."""

WORD = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f])+")
AUTHOR = re.compile(r"([^\W\d_][\w'’-]{3,40}),\s(?=[^\W\d_]\.)")
DAY = re.compile(r"\b\d{1,4}([./-])\d{1,2}\1\d{1,4}\b")
NUMBER = re.compile(r"(?:\+|(?<![\d.,/-])0(?![.,]))[\d ().\-\u00a0]{7,30}")
DIGITS = range(9, 17)
TITLES = frozenset("dr mr mrs ms prof professor".split())
MINISTRIES = frozenset(
    "ministry ministries ministere ministerio ministero ministerium ministerie ministeriet"
    " ministerstwo ministerstvo ministarstvo ministerul bundesministerium".split()
)
LINKS = frozenset("de del della dell der des do da du for fur of".split())
ARTICLES = frozenset("das der die el la las le los the".split())
INVISIBLE = "Cf"
AROUND = "<>()[]{},;:.!?*_\"'“”‘’„«»… "
"""What stands around a hit and is none of it, such as the full stop after an address."""
WITHOUT_A_MARK = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "\u0131": "i"}
    | {"æ": "ae", "œ": "oe", "þ": "th"}
)
SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A stretch of a text that may name somebody, as it stands there."""

    kind: str
    words: str


class Held(Refusal):
    """The text was not sent: it may name somebody. Sent again with `overruled`, it passes."""

    def __init__(self, hits: tuple[Hit, ...]) -> None:
        super().__init__(words_of_hits(hits))
        self.hits = hits


def hold_up(*texts: str, country_id: int, overruled: bool) -> dict[str, list[str]]:
    """Raise Held where one of TEXTS may name somebody, unless that is OVERRULED.

    Return what the audit keeps beside the act: nothing, or the kinds of what was found, never
    the words. Three queries; none where there is no text.
    """
    hits = names_found("\n".join(texts), country_id=country_id)
    if hits and not overruled:
        raise Held(hits)
    return {"overruled": sorted({hit.kind for hit in hits})} if hits else {}


def words_of_hits(hits: tuple[Hit, ...]) -> str:
    """Return the warning. It is the same whoever is found, so it tells nothing of anybody."""
    shown = ", ".join(f"“{hit.words}”" for hit in hits[:NAMED])
    more = len(hits) - NAMED
    if more > 0:
        shown = ngettext("%(shown)s and %(n)d more", "%(shown)s and %(n)d more", more) % {
            "shown": shown,
            "n": more,
        }
    return _(
        "This may name somebody: %(shown)s. It may as well be an author, a publisher or a"
        " ministry: this tells nothing about who takes part. Nothing is sent yet."
    ) % {"shown": shown}


def names_found(text: str, *, country_id: int) -> tuple[Hit, ...]:
    """Return what may name somebody in TEXT, in its order, each wording once.

    Looked for are the surnames of everybody of the portal and of the authors of the country's
    sources, organisations, publishers, ministries, addresses and telephone numbers, whatever
    their case, accents and punctuation. No expression is built from a name: the text is taken
    apart into words once, so that its length and the number of names do not multiply.
    """
    text = _visible(text)
    if not text.strip():
        return ()
    found = [*_addresses(text), *_numbers(text)]
    words = [(match.start(), match.end()) for match in WORD.finditer(text)]
    folded = [fold(text[start:end]) for start, end in words]
    for first, last, kind in (
        *_known(folded, _names_to_look_for(country_id)),
        *_ministries(folded),
        *_titled(text, words, folded),
    ):
        found.append((words[first][0], words[last][1], kind))
    hits: dict[str, Hit] = {}
    for start, end, kind in _apart(found):
        shown = " ".join(text[start:end].split()).strip(AROUND)
        hits.setdefault(fold(shown), Hit(kind, shown[:LONGEST]))
    return tuple(hits.values())


def _visible(text: str) -> str:
    """Drop what no eye sees, such as soft hyphens, and compose letters with their accents."""
    if text.isascii():
        return text
    seen = "".join(char for char in text if unicodedata.category(char) != INVISIBLE)
    return unicodedata.normalize("NFC", seen)


def fold(word: str) -> str:
    """Return a word without case, accents and ligatures: Żółć as zolc, Straße as strasse."""
    if word.isascii():
        return word.lower()
    bare = unicodedata.normalize("NFKD", word.casefold())
    bare = "".join(char for char in bare if not unicodedata.combining(char))
    return bare.translate(WITHOUT_A_MARK)


def _apart(found: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Yield the stretches in the order of the text, but for those inside another one."""
    reached = 0
    for start, end, kind in sorted(found, key=lambda hit: (hit[0], -hit[1], hit[2])):
        if end > reached:
            reached = end
            yield start, end, kind


# --- What is known by name ---------------------------------------------------------------


def _names_to_look_for(country_id: int) -> dict[str, dict[Words, str]]:
    """Return by its first word each sequence of words that is looked for, with its kind."""
    names: dict[str, dict[Words, str]] = {}

    def add(words: Words, kind: str) -> None:
        if sum(map(len, words)) >= SHORTEST:
            names.setdefault(words[0], {}).setdefault(words, kind)

    people = User.objects.filter(is_robot=False).values_list("name", flat=True)
    for name in people.order_by():
        for words in _ways_to_name(name):
            add(words, HitKind.NAME)
    sources = Source.objects.filter(country_id=country_id).order_by()
    publishers = set(Organisation.objects.order_by().values_list("name", flat=True))
    for title, publisher in sources.values_list("title", "publisher").distinct():
        publishers.add(publisher)
        for author in AUTHOR.findall(title):
            add(_words(author), HitKind.NAME)
    for publisher in publishers:
        add(_words(publisher), HitKind.ORGANISATION)
    return names


def _ways_to_name(name: str) -> Iterator[Words]:
    """Yield the surname, each part of a double one, and the whole name of a short surname."""
    spelt = {name, name.casefold().translate(SPELT_OUT)}
    for spelling in spelt if not name.isascii() else (name,):
        parts = spelling.split()
        surname = parts[-1] if parts else ""
        yield _words(surname)
        if "-" in surname:
            yield from (_words(part) for part in surname.split("-"))
        whole = _words(spelling)
        if len(whole) > 1 and sum(map(len, _words(surname))) < SHORTEST:
            yield whole
            yield (*whole[1:], whole[0])


def _words(text: str) -> Words:
    return tuple(fold(word) for word in WORD.findall(_visible(text)))


def _known(
    folded: list[str], names: dict[str, dict[Words, str]]
) -> Iterator[tuple[int, int, str]]:
    for place, word in enumerate(folded):
        for words, kind in names.get(word, {}).items():
            if tuple(folded[place : place + len(words)]) == words:
                yield place, place + len(words) - 1, kind


# --- What is known by its form -----------------------------------------------------------


def _ministries(folded: list[str]) -> Iterator[tuple[int, int, str]]:
    """Yield each “Ministry of ...”, with the word after."""
    for place, (word, link) in enumerate(pairwise(folded)):
        if word in MINISTRIES and link in LINKS:
            after = folded[place + 2] if place + 2 < len(folded) else ""
            last = place + (3 if after in ARTICLES else 2)
            yield place, min(last, len(folded) - 1), HitKind.ORGANISATION


def _titled(
    text: str, words: list[tuple[int, int]], folded: list[str]
) -> Iterator[tuple[int, int, str]]:
    """Yield who is called Dr or Mrs, known or not: a name that is not known would else tell."""
    for place, word in enumerate(folded[:-1]):
        if word in TITLES and text[words[place + 1][0]].isupper():
            yield place + 1, place + 1, HitKind.NAME


def _addresses(text: str) -> Iterator[tuple[int, int, str]]:
    for match in re.finditer(r"\S+", text):
        name, _at, place = match[0].strip(AROUND).partition("@")
        if name and "." in place.strip("."):
            yield match.start(), match.end(), HitKind.EMAIL


def _numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield what is written as one dials it, from a plus or a nought on; a day is none."""
    for match in NUMBER.finditer(text):
        dialled = match[0] if match[0].startswith("+") else DAY.sub("", match[0])
        if sum(char.isdigit() for char in dialled) in DIGITS:
            end = match.start() + len(match[0].rstrip(" ().-\u00a0"))
            yield match.start(), end, HitKind.TELEPHONE
