from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from review import workflow

PAGE = Path(settings.BASE_DIR) / "docs" / "reference" / "states.md"


def test_the_page_of_states_is_in_step_with_the_table():
    """To mend it: manage.py print_states, and put what it prints into the page."""
    assert workflow.state_diagrams() in PAGE.read_text(encoding="utf-8")


def test_the_command_prints_the_diagrams_in_english():
    out = StringIO()

    call_command("print_states", stdout=out)

    assert out.getvalue() == workflow.state_diagrams()


def test_every_move_has_its_arrow():
    arrows = workflow.state_diagrams()

    for move in workflow.MOVES:
        for source in move.sources:
            assert f"    {source} --> {move.target}: {move.name}\n" in arrows
