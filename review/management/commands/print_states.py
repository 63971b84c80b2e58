from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from review.workflow import state_diagrams


class Command(BaseCommand):
    help = "Print the states of the review as Mermaid diagrams, from the table of moves itself."

    def handle(self, **options: Any) -> None:
        with translation.override("en"):
            self.stdout.write(state_diagrams())
