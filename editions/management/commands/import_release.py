from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from editions.services import archive
from questionnaire.management._acting import ActingCommand


class Command(ActingCommand):
    help = (
        "Import a published release whole, as an archive edition, and print its hash. Refused "
        "with file, line and reason, or with every figure that differs; then nothing is kept."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("folder", metavar="FOLDER", type=Path, help="such as data/mipex")
        parser.add_argument(
            "code", metavar="CODE", help="the edition's code, such as core-2019"
        )
        parser.add_argument("title", metavar="TITLE", help="the edition's title, in quotes")

    def act(self, *, by: Any, folder: Path, code: str, title: str, **options: Any) -> None:
        revision = archive.import_release(folder=folder, code=code, title=title, by=by)
        self.stdout.write(f"revision {revision.name}: {revision.hash}")
