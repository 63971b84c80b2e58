"""Which questions of a country are coded blind: a draw that nobody foresees and all can repeat."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.crypto import salted_hmac

from questionnaire.enums import Relation
from questionnaire.models import Country, Indicator, Round

SALT = "review.drawing"


def drawn_codes(round_: Round, country: Country) -> frozenset[str]:
    """Return the codes of the country's drawn indicators, over the whole framework; one query.

    The same whenever it is asked, so the share is exact whatever the order in which cases open.
    """
    if not round_.blind_share:
        return frozenset()
    asked = Indicator.objects.filter(framework_id=round_.framework_id).order_by()
    return draw(
        dict(asked.values_list("code", "relation")),
        share=round_.blind_share,
        place=f"{round_.code}/{country.code}",
    )


def draw(relations: Mapping[str, str], *, share: int, place: str) -> frozenset[str]:
    """Return every new indicator, and SHARE of 100 of the others, rounded up.

    RELATIONS are the indicators' relations to their forerunners by code. The others stand in
    the order of a hash that is keyed with the site's secret, and the first of them are drawn: a
    larger share draws the same and more. A share of 0 draws none, not even the new ones.
    """
    if not share:
        return frozenset()
    new = {code for code, relation in relations.items() if relation == Relation.NEW}
    others = sorted(relations.keys() - new, key=lambda code: (_rank(place, code), code))
    number = -(-share * len(others) // 100)
    return frozenset(new.union(others[:number]))


def _rank(place: str, code: str) -> str:
    return salted_hmac(SALT, f"{place}/{code}", algorithm="sha256").hexdigest()
