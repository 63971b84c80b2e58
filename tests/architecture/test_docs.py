"""What can be set or commanded has its line in docs/reference, and nothing else has."""

import ast
import re

import pytest
from django.core.management import get_commands

from tests.architecture import source

REFERENCE = source.ROOT / "docs" / "reference"
READERS = {"text", "flag", "number", "words", "one_of", "folder"}


def settings_in_code() -> set[str]:
    """Return every name that the settings ask the environment for."""
    names = set()
    for path in [source.ROOT / "mipex_site" / "env.py", *source.modules("mipex_site/settings")]:
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and call.args and _reader(call.func) in READERS:
                name = call.args[0]
                if isinstance(name, ast.Constant) and name.value != "DJANGO_SETTINGS_MODULE":
                    names.add(name.value)
    return names


def _reader(function: ast.expr) -> str:
    return getattr(function, "attr", None) or getattr(function, "id", "")


def lines_of(page: str, pattern: str) -> set[str]:
    """Return the first cells of a reference page's tables that look like PATTERN."""
    text = (REFERENCE / page).read_text(encoding="utf-8")
    return set(re.findall(rf"^\| `({pattern})[^`]*` \|", text, re.MULTILINE))


def test_every_setting_has_its_line_and_no_line_is_of_the_past():
    assert lines_of("settings.md", r"[A-Z_]+") == settings_in_code()


def test_every_management_command_has_its_line():
    ours = {"base", "audit", "accounts", "mail", "desk", *source.APPS}
    commands = {name for name, app in get_commands().items() if app.split(".")[-1] in ours}
    assert lines_of("commands.md", r"manage\.py [a-z_]+") == {
        f"manage.py {c}" for c in commands
    }


def test_every_make_target_has_its_line():
    makefile = (source.ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    assert lines_of("commands.md", r"make [a-z-]+") == {f"make {target}" for target in targets}


@pytest.mark.parametrize("path", source.files(".md", below=("docs",)), ids=source.name_of)
def test_a_link_between_our_pages_leads_somewhere(path):
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_no_two_decision_records_have_one_number():
    numbers = [path.name[:4] for path in (source.ROOT / "docs" / "decisions").glob("[0-9]*.md")]
    assert len(numbers) == len(set(numbers)) > 0
