"""A small published edition to try methods on: three countries, two dates, two strands."""

import json
from datetime import date
from fractions import Fraction
from pathlib import Path

from editions.enums import EditionKind, RevisionState
from editions.models import FrozenAnswer, Revision
from scoring.models import Method
from tests.factories.editions import EditionFactory, RevisionFactory
from tests.factories.scoring import BLOCK, MethodFactory
from tests.scoring.small import two_strands

NAMES = {"EE": "Estonia", "PT": "Portugal", "SE": "Sweden"}
GIVEN = {
    "EE": (100, 100, 100, 0, 0),
    "PT": (50, 50, 50, 50, None),
    "SE": (100, 100, 50, 100, 50),
}
"""Points for i1 to i5 in 2019, of which i4 and i5 are strand t; None where it is unknown."""
DAYS = {date(2014, 12, 31): dict.fromkeys(GIVEN, (0,) * 5), date(2019, 12, 31): GIVEN}


def changed(**said) -> dict:
    """Return a draft that follows the method in force."""
    return BLOCK | {"code": "ours", "version": "2.0.0"} | said


def in_force() -> Method:
    return MethodFactory(code="ours", version="1.0.0")


def publish(root: Path) -> Revision:
    """Publish the edition; what a build leaves behind lies in ROOT, as far as it is read."""
    folder = root / "small"
    folder.mkdir()
    titled = two_strands(method=BLOCK)
    for entry in titled["aggregates"]:
        entry["title"] = f"Strand {entry['code']}"
    (folder / "methodology.json").write_text(json.dumps(titled), encoding="utf-8")
    lines = ["country,name", *(f"{code},{name}" for code, name in NAMES.items())]
    (folder / "countries.csv").write_text("\n".join(lines), encoding="utf-8")
    edition = EditionFactory(run=None, round=None, kind=EditionKind.ARCHIVE, code="small")
    revision = RevisionFactory(
        edition=edition, number=1, run=None, state=RevisionState.PUBLISHED, folder="small"
    )
    FrozenAnswer.objects.bulk_create(
        FrozenAnswer(
            revision=revision,
            country=country,
            indicator=f"i{at}",
            reference_date=day,
            status="unknown" if points is None else "ok",
            points=points if points is None else Fraction(points),
        )
        for day, given in DAYS.items()
        for country, of_country in given.items()
        for at, points in enumerate(of_country, start=1)
    )
    return revision
