"""The MIPEX core set and its real answers, scored once for all tests of the engine."""

import csv
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from scoring.engine.missing import Status
from scoring.engine.score import Cell, Results, score
from scoring.engine.tree import Methodology

DATA = Path(__file__).parents[2] / "data" / "mipex"


def table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="session")
def mipex_document() -> dict:
    """The core set with its method: what an edition's methodology.json holds."""
    document = yaml.safe_load((DATA / "core.yaml").read_text(encoding="utf-8"))
    method = yaml.safe_load((DATA / "method.yaml").read_text(encoding="utf-8"))
    return {**document, "method": method}


@pytest.fixture(scope="session")
def mipex(mipex_document: dict) -> Methodology:
    return Methodology.from_document(mipex_document)


@pytest.fixture(scope="session")
def release(mipex_document: dict) -> Methodology:
    """The core set as it was published for 2007-2019, with the figures it left out."""
    return Methodology.from_document({**mipex_document, "unissued": table("unissued.csv")})


@pytest.fixture(scope="session")
def real_cells() -> list[Cell]:
    return [
        Cell(
            row["country"],
            row["indicator"],
            row["reference_date"],
            Status.OK,
            Fraction(row["points"]),
        )
        for row in table("answers.csv")
    ]


@pytest.fixture(scope="session")
def real_results(release: Methodology, real_cells: list[Cell]) -> Results:
    return score(release, real_cells)


@pytest.fixture(scope="session")
def mipex_table():
    """A table of data/mipex by its file name, as dictionaries."""
    return table


@pytest.fixture(scope="session")
def mipex_lines():
    """The lines of a table of data/mipex by its file name."""

    def lines(name: str) -> list[str]:
        return (DATA / name).read_text(encoding="utf-8").splitlines(keepends=True)

    return lines
