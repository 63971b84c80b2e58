from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mipex_site.audit.services import entries


class Command(BaseCommand):
    help = (
        "Walk the audit chains and compare every hash. Changes nothing; fails at a broken link."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "stream", nargs="?", help="one chain, such as round/2019; all if left out"
        )

    def handle(self, *, stream: str | None, **options: Any) -> None:
        walks = [entries.walk(stream)] if stream else list(entries.walk_all())
        broken = [walk for walk in walks if walk.broken_at is not None]
        for walk in walks:
            state = f"broken at {walk.broken_at}: {walk.fault}" if walk in broken else "intact"
            self.stdout.write(
                f"{walk.stream}: {walk.length} entries, {state}, head {walk.head}"
            )
        if broken:
            raise CommandError(f"{len(broken)} of {len(walks)} audit chains are broken.")
