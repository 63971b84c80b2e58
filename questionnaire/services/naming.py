"""Pseudonyms: drawn at random, because any order of giving them out would tell something."""

from __future__ import annotations

import secrets
from collections.abc import Set as AbstractSet

from ..enums import Role

TREES = (
    "Alder Almond Apple Ash Aspen Beech Birch Box Cedar Cherry Chestnut Cypress Elder Elm "
    "Fig Fir Hawthorn Hazel Holly Hornbeam Juniper Larch Laurel Lemon Lime Maple Medlar "
    "Mulberry Myrtle Oak Olive Orange Pear Pine Plane Plum Poplar Quince Rowan Spruce "
    "Sycamore Tamarisk Walnut Whitebeam Willow Yew"
).split()
BIRDS = (
    "Avocet Bittern Bluetit Bunting Bustard Buzzard Chough Coot Cormorant Crane Curlew "
    "Dipper Dotterel Dove Dunlin Egret Falcon Finch Gannet Goldcrest Grebe Gull Heron "
    "Hobby Jackdaw Kestrel Kingfisher Kite Lapwing Lark Linnet Magpie Martin Nightjar "
    "Nuthatch Osprey Oriole Owl Petrel Pipit Plover Puffin Quail Redstart Robin Shrike "
    "Siskin Skylark Snipe Starling Stork Swallow Swift Teal Tern Thrush Wagtail Warbler "
    "Wren"
).split()
STONES = (
    "Agate Amber Basalt Beryl Chalk Coral Flint Garnet Gneiss Granite Jade Jasper Jet "
    "Marble Marl Mica Onyx Opal Pearl Porphyry Quartz Sandstone Schist Slate Topaz Tuff "
    "Zircon"
).split()

KINDS = {
    Role.EXPERT: ("Expert", TREES),
    Role.DELEGATE: ("Delegate", TREES),
    Role.REVIEWER: ("Reviewer", BIRDS),
    Role.ADJUDICATOR: ("Consortium reviewer", STONES),
    Role.COORDINATOR: ("Coordinator", STONES),
    Role.PUBLISHER: ("Publisher", STONES),
    Role.OBSERVER: ("Observer", STONES),
}


def unused_name(role: str, *, taken: AbstractSet[str]) -> str:
    """Return a pseudonym for ROLE that is not among TAKEN, such as "Reviewer Heron".

    It is stored as it is and in every language the same: it is a name. When all words are out,
    they begin again with a number.
    """
    title, words = KINDS[Role(role)]
    turn = 1
    while True:
        ending = "" if turn == 1 else f" {turn}"
        free = [name for word in words if (name := f"{title} {word}{ending}") not in taken]
        if free:
            return secrets.choice(free)
        turn += 1
