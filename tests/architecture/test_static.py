"""Every style and script is linked, every link leads somewhere, no page asks another site."""

import re

import pytest

from mipex_site.base.templatetags.house import PUBLIC_SCRIPTS, PUBLIC_STYLES
from questionnaire.views.offline import WORKER
from tests.architecture import source

STATIC = source.ROOT / "static"
TEMPLATES = source.files(".html", below=("templates",))
LINKED = re.compile(r"""static\s+['"]([^'"]+)['"]|assets/((?:css|js)/[^"'{]+)""")
ELSEWHERE = re.compile(r"""(?:src|href|action)="(?:https?:)?//""")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
TOKEN = re.compile(r"var\((--[a-z0-9-]+)\)")


def linked() -> set[str]:
    """Return what templates, the edition's own list and a view ask for, relative to static/."""
    names = {*PUBLIC_STYLES, *PUBLIC_SCRIPTS, WORKER}
    for path in TEMPLATES:
        for named, asset in LINKED.findall(path.read_text(encoding="utf-8")):
            names.add(named or asset)
    return names


def test_every_linked_file_is_there():
    assert sorted(name for name in linked() if not (STATIC / name).is_file()) == []


def test_every_style_and_script_is_used():
    ours = {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.*")}
    ours = {name for name in ours if name.endswith((".css", ".js"))}
    assert sorted(ours - linked()) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=source.name_of)
def test_a_page_asks_no_other_site(path):
    assert ELSEWHERE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", source.files(".css", below=("static",)), ids=source.name_of)
def test_a_style_uses_only_tokens_that_exist_and_loads_nothing(path):
    text = COMMENT.sub("", path.read_text(encoding="utf-8"))
    tokens = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    known = set(re.findall(r"(--[a-z0-9-]+):", tokens))
    assert set(TOKEN.findall(text)) - known == set()
    assert "@import" not in text
    assert "url(" not in text
