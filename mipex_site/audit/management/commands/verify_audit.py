from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mipex_site.audit.services import walking

NEWS_EVERY = 50_000
"""Entries between two lines of progress."""


class Command(BaseCommand):
    help = (
        "Walk the audit chains and compare every hash. Changes nothing; fails at a broken link."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "stream", nargs="?", help="one chain, such as round/2019; all if left out"
        )

    def handle(self, *, stream: str | None, **options: Any) -> None:
        streams = [stream] if stream else walking.streams()
        broken = []
        for name in streams:
            walk = walking.walk(name, told=self._say)
            state = f"broken at {walk.broken_at}: {walk.fault}" if walk.fault else "intact"
            self.stdout.write(f"{name}: {walk.length} entries, {state}, head {walk.head}")
            broken += [walk] if walk.fault else []
        if broken:
            first = broken[0]
            raise CommandError(
                f"{len(broken)} of {len(streams)} audit chains are broken."
                f" The first fault is in {first.stream}: {first.fault}."
            )

    def _say(self, done: int, until: int) -> None:
        if done % NEWS_EVERY == 0:
            self.stderr.write(f"  {done} of {until} entries")
