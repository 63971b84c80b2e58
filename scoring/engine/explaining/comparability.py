"""Which indicators of two methodologies ask the same, and which editions may be joined."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from ..faults import Fault
from ..options import exact
from ..tree import Index, Leaf, Methodology
from .pairs import Pair
from .trees import below

DIGITS_OF_KEY = 12
"""So much of the SHA-256 stands in a key: enough that no two lists of concepts share it."""

UNNUMBERED = "0"
"""The first number of a method without a version."""

Entry = Mapping[str, Any]


class Relation(StrEnum):
    """How an indicator stands to the methodology before. Dropped: it stands there no more."""

    IDENTICAL = "identical"
    REWORDED = "reworded"
    RECODED = "recoded"
    MERGED = "merged"
    SPLIT = "split"
    NEW = "new"
    DROPPED = "dropped"


SAID = tuple(each for each in Relation if each != Relation.DROPPED)
"""The relations that an indicator may declare: one that was dropped is in no document."""

CONTINUED = frozenset({Relation.IDENTICAL, Relation.REWORDED, Relation.RECODED})
"""The relations of one question to one other. A recoded one is comparable with its `recode`."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What an edition says of itself: enough to tell what it may be compared with.

    Shape   framework, version: of the framework. major: of the method's version, before the
            first point. declared: its `comparability_key`, empty if it declares none. entries:
            its indicators in the document, by code.
    """

    framework: str
    version: str
    major: str
    declared: str
    methodology: Methodology
    entries: Mapping[str, Entry]

    @property
    def name(self) -> str:
        """How it is called in a sentence."""
        return " ".join(filter(None, (self.framework, self.version))) or "an unnamed framework"

    @property
    def headline(self) -> Index | None:
        """The index that stands for the edition; None if it has no index."""
        indexes = self.methodology.indexes
        return next(
            (each for each in indexes if each.headline), indexes[0] if indexes else None
        )

    def counted(self) -> set[str]:
        """Return the indicators that the headline index rests on; all if there is no index."""
        leaves = set(self.methodology.leaves)
        top = self.headline
        return leaves & set(below(self.methodology, top.code)) if top else leaves


@dataclass(frozen=True, slots=True)
class Link:
    """One indicator's way from the old methodology to the new one.

    Shape   new: its code; empty if it was dropped. old: the codes it comes from. pair: None
            where the two are not comparable.
    """

    concept: str
    relation: Relation
    old: tuple[str, ...]
    new: str
    pair: Pair | None


def edition_of(document: Mapping[str, Any], methodology: Methodology) -> Edition:
    """Return what a methodology document says of its edition.

    Raises Fault on a relation that is none, forerunners that are no list, and a framework that has
    no keys and values.
    """
    framework, method = document.get("framework") or {}, document.get("method") or {}
    if not isinstance(framework, Mapping):
        raise Fault("the framework is no list of keys and values")
    entries = {entry["code"]: entry for entry in document["indicators"]}
    for code, entry in entries.items():
        if entry.get("relation", Relation.NEW) not in SAID:
            raise Fault(f"the relation {entry['relation']!r} of {code} is unknown")
        if not isinstance(entry.get("forerunners") or (), (list, tuple)):
            raise Fault(f"the forerunners of {code} are no list")
    return Edition(
        framework=str(framework.get("code") or ""),
        version=str(framework.get("version") or ""),
        major=str(method.get("version") or UNNUMBERED).partition(".")[0],
        declared=str(document.get("comparability_key") or ""),
        methodology=methodology,
        entries=entries,
    )


def concept_of(entry: Entry) -> str:
    """Return what an indicator measures, by a name that stays the same through all versions.

    The declared `concept`; else the code of its one forerunner, if it continues that; else its
    own code. A forerunner that is only a number is that of an older questionnaire, and no code.

    >>> concept_of({"code": "aa1", "relation": "reworded", "forerunners": ["work1"]})
    'work1'
    >>> concept_of({"code": "aa1", "relation": "reworded", "forerunners": [1]})
    'aa1'
    """
    if entry.get("concept"):
        return str(entry["concept"])
    sources = [str(each) for each in entry.get("forerunners") or ()]
    continues = (entry.get("relation") or Relation.IDENTICAL) in CONTINUED
    if entry.get("relation") == Relation.RECODED and not entry.get("recode"):
        continues = False
    if continues and len(sources) == 1 and not sources[0].isdigit():
        return sources[0]
    return str(entry["code"])


def links_between(old: Edition, new: Edition) -> tuple[Link, ...]:
    """Return how every indicator of two methodologies stands to the other, sorted by concept.

    Within one version of a framework every question is identical to itself. Else its `relation`
    holds, to those of its `forerunners` that the old one has; if it names none there, to the old
    question of its declared concept, or of its own code within one framework, where a code is
    never used for something else. Comparable are identical and reworded questions with as many
    options, and recoded ones whose `recode` gives every old option a new one.

    Raises Fault on a `recode` that names points which no option earns.
    """
    links = [_link(old, new, code) for code in new.methodology.leaves]
    times = Counter(link.pair.old for link in links if link.pair)
    links = [
        Link(link.concept, Relation.SPLIT, link.old, link.new, None)
        if link.pair and times[link.pair.old] > 1
        else link
        for link in links
    ]
    kept = {source for link in links for source in link.old}
    gone = [code for code in old.methodology.leaves if code not in kept]
    links += [
        Link(concept_of(old.entries[code]), Relation.DROPPED, (code,), "", None)
        for code in gone
    ]
    return tuple(sorted(links, key=lambda link: (link.concept, link.new)))


def pairs_of(old: Edition, new: Edition) -> dict[str, Pair]:
    """Return the comparable indicators by their code in NEW."""
    return {link.new: link.pair for link in links_between(old, new) if link.pair}


def key_of(edition: Edition) -> str:
    """Return an edition's comparability key.

    The one it declares; else one made of its framework's code, the first number of its method's
    version, and the concepts that its headline index rests on. Weights and thresholds do not
    enter: whether they break the line is said by the first number.
    """
    if edition.declared:
        return edition.declared
    concepts = sorted(concept_of(edition.entries[code]) for code in edition.counted())
    listed = json.dumps(concepts, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(listed.encode()).hexdigest()[:DIGITS_OF_KEY]
    return "/".join((edition.framework or "-", edition.major, digest))


def joined(old: Edition, new: Edition) -> str:
    """Return the comparability key that two editions share; it is OLD's.

    They share one if both declare the same, or if one declares what the other's is made of. If
    neither declares any, they do if framework and first number agree, and every indicator of
    either headline index has a comparable one in the other's.

    Raises  Fault, which says why, if they share none: no line is drawn through both, and no
            difference between their scores is a change.
    """
    if old.declared or new.declared:
        reasons = _unlike("comparability key", key_of(old), key_of(new))
    else:
        reasons = [
            *_unlike("framework", old.framework, new.framework),
            *_unlike("first number of the method", old.major, new.major),
        ]
        reasons = reasons or _without_counterpart(old, new)
    if reasons:
        raise Fault(
            f"{old.name} and {new.name} share no comparability key, so that their scores cannot"
            f" be compared: {'; '.join(reasons)}"
        )
    return key_of(old)


def _unlike(what: str, old: str, new: str) -> list[str]:
    if old == new:
        return []
    return [f"the {what} is {old or 'none'} in one and {new or 'none'} in the other"]


def _without_counterpart(old: Edition, new: Edition) -> list[str]:
    """Name the indicators that count in one headline index and in the other have no like."""
    first, last = old.counted(), new.counted()
    pairs = pairs_of(old, new).values()
    both = [pair for pair in pairs if pair.old in first and pair.new in last]
    alone = sorted(first - {pair.old for pair in both})
    added = sorted(last - {pair.new for pair in both})
    return [
        f"{len(codes)} of the indicators of {edition.name} ({_some(codes)}) have no comparable one"
        for edition, codes in ((old, alone), (new, added))
        if codes
    ]


def _some(codes: list[str]) -> str:
    few = 3
    return ", ".join(codes[:few]) + (", ..." if len(codes) > few else "")


def _link(old: Edition, new: Edition, code: str) -> Link:
    entry = new.entries[code]
    concept, sources = concept_of(entry), _sources(old, new, code)
    same_version = (old.framework, old.version) == (new.framework, new.version)
    said = Relation(entry.get("relation") or Relation.IDENTICAL)
    if not sources:
        return Link(concept, Relation.NEW, (), code, None)
    relation = Relation.IDENTICAL if same_version else said
    pair = None
    if relation in CONTINUED and len(sources) == 1:
        pair = _pair(old, new, sources[0], code, relation=relation)
    return Link(concept, relation, sources, code, pair)


def _sources(old: Edition, new: Edition, code: str) -> tuple[str, ...]:
    """Return the old indicators that CODE comes from."""
    own = (code,) if code in old.methodology.leaves else ()
    if (old.framework, old.version) == (new.framework, new.version):
        return own
    entry, concept = new.entries[code], concept_of(new.entries[code])
    named = [str(each) for each in entry.get("forerunners") or ()]
    found = tuple(each for each in named if each in old.methodology.leaves)
    if found or entry.get("relation") == Relation.NEW:
        return found
    if entry.get("concept"):
        same = (each for each, was in old.entries.items() if concept_of(was) == concept)
        return tuple(same)
    return own if old.framework == new.framework else ()


def _pair(
    old: Edition, new: Edition, source: str, code: str, *, relation: Relation
) -> Pair | None:
    """Return the two indicators with what each option became; None where that is not known."""
    was, now = old.methodology.leaves[source], new.methodology.leaves[code]
    if relation == Relation.RECODED:
        points = _recoded(new.entries[code].get("recode") or {}, was, now)
        return Pair(source, code, points) if points else None
    if was.options is None or now.options is None:
        alike = (was.options, was.posts) == (now.options, now.posts)
        return Pair(source, code) if alike else None
    earned, earns = was.options.points, now.options.points
    if len(earned) != len(earns):
        return None
    return Pair(
        source, code, None if earned == earns else dict(zip(earned, earns, strict=True))
    )


def _recoded(recode: Entry, was: Leaf, now: Leaf) -> dict[Fraction, Fraction] | None:
    """Read a recode; None unless it gives every old option a new one."""
    try:
        points = {exact(str(old)): exact(new) for old, new in recode.items()}
    except (ValueError, AttributeError) as error:
        raise Fault(f"the recode of {now.code} is no list of points: {error}") from error
    if len(points) < len(recode):
        raise Fault(f"the recode of {now.code} names the same points twice")
    if not points or was.options is None or now.options is None:
        return None
    foreign = set(points) - set(was.options.points) | set(points.values()) - set(
        now.options.points
    )
    if foreign:
        found = min(foreign)
        raise Fault(f"the recode of {now.code} names {found} points, which no option earns")
    return points if set(points) == set(was.options.points) else None
