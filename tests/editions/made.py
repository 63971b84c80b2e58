"""A small edition made from real answers: four countries, thirteen years, one group."""

import csv
import shutil
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from editions.services import archive
from editions.services.frozen import Frozen, MembershipFacts, RevisionFacts, SourceFacts
from editions.services.release_files import read_release

DATA = Path(__file__).parents[2] / "data" / "mipex"
COUNTRIES = ("AE", "BE", "EE", "SE")
TABLES = ("answers.csv", "derived.csv", "published.csv", "unissued.csv")
ROUND = {
    "name": "2020.2",
    "edition": "2020",
    "number": 2,
    "kind": "round",
    "is_demonstration": True,
}
LAW = SourceFacts(
    kind="law",
    title="Aliens Act <of an invented land>",
    article="§ 12",
    year=2010,
    publisher="Official Journal",
    url="https://law.example.org/act",
    in_force_from=date(2010, 1, 1),
    in_force_until=None,
    published_on=None,
)


def cut_down(folder: Path, countries: tuple[str, ...] = COUNTRIES) -> Path:
    """Copy the release into FOLDER with the rows of some countries only."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in DATA.iterdir():
        if path.name in TABLES:
            keep(path, folder / path.name, countries)
        elif path.is_file():
            shutil.copyfile(path, folder / path.name)
    return folder


def keep(source: Path, target: Path, countries: tuple[str, ...]) -> None:
    with source.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    with target.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(rows[0])
        writer.writerows(row for row in rows[1:] if row[0] in countries)


@cache
def small_frozen() -> Frozen:
    """Return the whole of it: an archive of several dates, with a group of its own."""
    release = read_release(DATA)
    release = replace(
        release,
        countries=tuple(each for each in release.countries if each.code in COUNTRIES),
        answers=tuple(row for row in release.answers if row.country in COUNTRIES),
        groups=tuple(
            MembershipFacts("four", "The four", code, date(2000, 1, 1), None)
            for code in COUNTRIES
        ),
    )
    facts = RevisionFacts(
        name="core.1",
        edition="core",
        number=1,
        kind="archive",
        title="An index & its <core>",
        cut_off=date(2019, 12, 31),
        licence="CC-BY-NC-SA-4.0",
        publisher="An invented consortium",
        notice="",
        is_demonstration=False,
        audit_length=3,
        audit_head="ab" * 32,
    )
    return archive.frozen_of(facts, release, archive.compute(release))


@cache
def one_date() -> Frozen:
    """Return the edition of a round: one date, a ruling, a law, a value between options."""
    whole = small_frozen()
    day = whole.revision.cut_off
    answers = [each for each in whole.answers if each.reference_date == day]
    answers = [replace(each, basis="approved") for each in answers]
    place = next(
        at
        for at, each in enumerate(answers)
        if (each.country, each.indicator) == ("EE", "ba21")
    )
    answers[place] = replace(
        answers[place], basis="ruled", rationale="The Act names <no> wait.", sources=(LAW,)
    )
    return replace(
        whole,
        revision=replace(whole.revision, **ROUND),
        answers=tuple(answers),
        scores=tuple(each for each in whole.scores if each.reference_date == day),
        group_scores=tuple(each for each in whole.group_scores if each.reference_date == day),
    )


def nothing(step: str) -> None:
    """Beat for nobody."""
