"""Where the tests of invariants begin: the small round, some way on, and rows to compare.

Each ground is made once a process and then put back; see tests/remembering.py.
"""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.db.models import Model, QuerySet

from questionnaire.models import Source, SourceFile
from tests import world as worlds
from tests.desk.crawling import LEFT_OUT, PART, routes
from tests.remembering import built_once


@built_once
def reviewed():
    """Return the small round with every sheet submitted: all answers earn 100, codings agree."""
    world = worlds.build()
    worlds.answer_all(world)
    worlds.submit_all(world)
    return world


@built_once
def cleared():
    """Return it with Portugal's strand b cleared, each answer approved."""
    world = reviewed()
    for code in worlds.STRANDS["b"]:
        worlds.approve(world, world.item("PT", code))
    return world


def rows_of(models: Sequence[type[Model]]) -> dict[str, list[dict[str, Any]]]:
    """Return every row of these tables, in the order of their keys."""
    return {
        model._meta.label: list(QuerySet(model).order_by("pk").values()) for model in models
    }


def changed(before: dict[str, list], after: dict[str, list]) -> set[str]:
    """Return the names of the tables that are not what they were."""
    return {name for name in before | after if before.get(name) != after.get(name)}


def one_of_each(world, sheet) -> list[str]:
    """Return one address of each route of the site map: that of this sheet where it has one."""
    indicator = worlds.STRANDS[sheet.strand.code][0]
    source = Source.objects.of_sheet(sheet).first()
    file = SourceFile.objects.filter(source=source).first()
    place = {
        "round_code": world.round.code,
        "country": sheet.country.code,
        "strand": sheet.strand.code,
        "coding": sheet.coding,
        "indicator": indicator,
        "code": world.round.code,
        "key": source.key if source else uuid4(),
        "file": file.key if file else uuid4(),
        "number": 1,
        "place": indicator,
        "pk": 1,
        "kind": "opinion",
        "day": worlds.CUT_OFF.isoformat(),
        "name": "2020",
        "path": "index.html",
        "token": "no-token-of-anybody",
    }
    ours = [f"/{route}" for route in routes() if not f"/{route}".startswith(LEFT_OUT)]
    return [PART.sub(lambda part: str(place[part[1]]), route) for route in ours]
