from __future__ import annotations

import shutil
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from editions.models import Revision
from mipex_site.desk import serving
from mipex_site.desk.demo import play, practice, report
from mipex_site.desk.demo.cast import Cast
from mipex_site.desk.demo.stage import set_stage


class Command(BaseCommand):
    help = (
        "Play a whole round on the real MIPEX data, in the demonstration's own database only."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--serve", choices=("yes", "no"), default="yes")

    def handle(self, *, serve: str, **options: Any) -> None:
        if not getattr(settings, "DEMONSTRATION", False):
            raise CommandError("The demonstration runs with mipex_site.settings.demo alone.")
        began = time.monotonic()
        self._start_anew()
        stage = set_stage()
        play.play(stage)
        if left := play.unfinished(stage):
            raise CommandError(f"{left} cases are not cleared: the play went wrong.")
        with serving.worker():
            play.sign_and_close(stage)
            revision = self._published()
            practice.prepare(stage)
            agreeing = self._print(revision, stage.cast, time.monotonic() - began)
            if serve == "yes":
                serving.serve_until_stopped()
        if not agreeing:
            raise CommandError("The figures differ from the official ones.")

    def _start_anew(self) -> None:
        """Remove what an earlier demonstration left in its own folder, and say so."""
        connection.close()
        left = [
            path
            for name in ("portal.sqlite3*", "editions", "timed-tasks*", "cache", "mail")
            for path in settings.VAR.glob(name)
        ]
        if left:
            self.stdout.write(f"Starting the demonstration in {settings.VAR} anew.")
        for path in left:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        for message in settings.QUEUE.rglob("*.msg"):
            message.unlink()
        settings.EDITIONS_ROOT.mkdir(parents=True)
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)

    def _published(self) -> Revision:
        try:
            return report.wait_for_edition()
        except report.NotPublishedError as error:
            raise CommandError(str(error)) from error

    def _print(self, revision: Revision, cast: Cast, seconds: float) -> bool:
        agreeing, total, differences = report.agreement(revision)
        scenes = (
            f"Played by {len(cast.everybody()) + 1} invented people in {seconds:.0f} seconds."
        )
        lines = [
            "",
            f"DEMONSTRATION edition {revision.name}: opinions and rulings are invented.",
            scenes,
            *report.top_ten(revision),
            "Files:",
            *report.files(revision),
            f"Edition hash: sha256 {revision.hash}",
            *(f"  differs: {difference}" for difference in differences),
            f"{agreeing} of {total} official figures of 2019 reproduced",
            f"Address: http://{serving.HOST}:{serving.PORT}/",
            "Demonstration logins:",
            *report.logins(cast),
        ]
        self.stdout.write("\n".join(lines))
        return agreeing == total and not differences
