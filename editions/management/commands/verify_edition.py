from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from editions.models import Revision
from editions.services import verify
from editions.services.checks import Check


class Command(BaseCommand):
    help = (
        "Check an edition: its files, its scores computed again, and for one of this portal "
        "its frozen rows and audit record. Ends with status 1 if anything differs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "edition",
            metavar="NAME|FOLDER",
            help="a revision of this portal, such as 2020.1, or the folder of any edition",
        )

    def handle(self, *, edition: str, **options: Any) -> None:
        checks = self._checks(edition)
        for check in checks:
            self.stdout.write(f"{'ok ' if check.ok else 'BAD'} {check.name}: {check.text}")
        if not all(check.ok for check in checks):
            sys.exit(1)

    def _checks(self, edition: str) -> list[Check]:
        code, _dot, number = edition.rpartition(".")
        # A path has a slash in it, a name has none: ./2020.1 is a folder.
        if "/" not in code and number.isascii() and number.isdecimal():
            revisions = Revision.objects.select_related("edition__round")
            revision = revisions.filter(edition__code=code, number=int(number)).first()
            if revision is not None:
                return verify.verify_revision(revision)
        try:
            return verify.verify_folder(Path(edition))
        except FileNotFoundError as error:
            raise CommandError(f"There is no edition and no folder {edition!r}.") from error
