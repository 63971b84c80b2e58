from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from editions.models import Revision
from editions.services import building


class Command(BaseCommand):
    help = (
        "Build the queued revision of an edition now and print its hash."
        " Signs nothing and publishes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="REVISION", help="its name, such as 2027.1")

    def handle(self, *, name: str, **options: Any) -> None:
        revision = _revision(name)
        building.build(revision.pk)
        revision.refresh_from_db()
        self.stdout.write(f"revision {name}: {revision.state} {revision.hash}".rstrip())
        if revision.error:
            raise CommandError(revision.error)


def _revision(name: str) -> Revision:
    code, _point, number = name.rpartition(".")
    if not code or not number.isdigit():
        raise CommandError(f"{name!r} is no revision; write one such as 2027.1.")
    try:
        return Revision.objects.select_related("edition").get(
            edition__code=code, number=int(number)
        )
    except Revision.DoesNotExist as error:
        raise CommandError(f"There is no revision {name!r}.") from error
