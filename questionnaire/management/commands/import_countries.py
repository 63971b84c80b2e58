from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from questionnaire.services.countries import load_countries

from .._acting import ActingCommand


class Command(ActingCommand):
    help = (
        "Load countries, and their dated groups, from CSV files. Removes nothing; a bad file"
        " changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE", type=Path, help="code, alpha3, name")
        parser.add_argument(
            "--groups", metavar="FILE", type=Path, help="group, title, country, from, to"
        )

    def act(self, *, by: Any, file: Path, groups: Path | None, **options: Any) -> None:
        loaded = load_countries(path=file, groups_path=groups, by=by)
        self.stdout.write(
            f"{loaded.countries} countries and {loaded.memberships} memberships changed"
        )
