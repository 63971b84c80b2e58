"""Keys, sizes, templates and words: what neither ruff nor the import contracts can see."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps

from tests.architecture import source

ORDER = (
    "base",
    "audit",
    "accounts",
    "mail",
    "questionnaire",
    "review",
    "scoring",
    "editions",
    "desk",
)
LINES_A_FILE = 400
LINES_A_FUNCTION = 40
LINES_A_TEMPLATE = 120
# Written so that the pattern does not find itself.
LEFT_FOR_LATER = re.compile(r"\b(?:T[O]DO|F[I]XME|X[X]X|H[A]CK)\b")

everywhere = pytest.mark.parametrize("path", source.modules(), ids=source.name_of)
templates = source.files(".html", ".txt", below=("templates",))
every_template = pytest.mark.parametrize("path", templates, ids=source.name_of)


def crossing_keys():
    """Yield every foreign key whose two ends live in different apps of ours."""
    for label in ORDER:
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.get_fields():
                there = getattr(field.related_model, "_meta", None)
                if (
                    field.concrete
                    and there
                    and there.app_label in ORDER
                    and there.app_label != label
                ):
                    yield pytest.param(field, there.app_label, id=str(field))


@pytest.mark.parametrize(("field", "target"), list(crossing_keys()))
def test_keys_between_apps_point_upstream_and_hide_their_reverse(field, target):
    """A key written as a string escapes the import contracts; it does not escape this."""
    assert ORDER.index(target) < ORDER.index(field.model._meta.app_label)
    assert field.remote_field.hidden


@pytest.mark.parametrize(
    "path",
    source.files(".py", ".js", ".css", below=(*source.CODE, "static")),
    ids=source.name_of,
)
def test_a_file_is_short_enough_to_be_read_at_once(path: Path):
    if "migrations" not in path.parts:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_A_FILE


@everywhere
def test_a_function_fits_on_one_screen(path: Path):
    lengths = [(node.name, source.length(node)) for node in source.functions(path)]
    assert [each for each in lengths if each[1] > LINES_A_FUNCTION] == []


@every_template
def test_a_template_is_short(path: Path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_A_TEMPLATE


@pytest.mark.parametrize(
    "path", [path for path in templates if path.name.startswith("_")], ids=source.name_of
)
def test_a_fragment_says_what_it_needs(path: Path):
    """The contract stands above the first element: who uses the fragment, and with what."""
    head = path.read_text(encoding="utf-8").partition("<")[0]
    comment = re.search(r"{% comment %}(.+?){% endcomment %}|{#(.+?)#}", head, re.DOTALL)
    assert comment, "no contract comment before the first element"
    assert "Needs" in comment[0]


@every_template
def test_a_template_holds_no_script_and_no_style_of_its_own(path: Path):
    """The Content-Security-Policy would switch it off, silently."""
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|javascript:", text) == []
    assert re.findall(r"<[^>]*\s(?:style|on[a-z]+)=", text) == []


@pytest.mark.parametrize("path", source.modules("tests"), ids=source.name_of)
def test_no_test_is_skipped_or_expected_to_fail(path: Path):
    ways_out = {"skip", "skipif", "xfail", "importorskip", "skipTest", "expectedFailure"}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert attributes & ways_out == set()


@pytest.mark.parametrize(
    "path",
    source.files(".py", ".html", ".txt", ".md", ".js", ".css", ".yaml", ".toml"),
    ids=source.name_of,
)
def test_nothing_is_left_for_later_and_no_address_is_real(path: Path):
    text = path.read_text(encoding="utf-8")
    assert LEFT_FOR_LATER.findall(text) == []
    domains = re.findall(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)", text)
    assert {domain for domain in domains if not domain.endswith("example.org")} == set()


@pytest.mark.parametrize(
    "path",
    [path for path in source.modules() if path.name in {"helpers.py", "utils.py", "misc.py"}]
    or [None],
    ids=str,
)
def test_no_module_is_named_after_nothing(path: Path | None):
    assert path is None


@pytest.mark.parametrize(
    "path",
    [path for path in source.modules() if source.in_room(path, "models")],
    ids=source.name_of,
)
def test_no_model_overrides_save(path: Path):
    """A write goes through a service; what must always hold is a constraint."""
    assert [
        node.name for node in source.functions(path) if node.name in {"save", "delete"}
    ] == []


def without_a_type(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """Return what a signature leaves open: its parameters without a type, and its result."""
    people = {"self", "cls", "user", "by"}
    typed = source.parameters(node)
    bare = [name for name, type_ in typed.items() if type_ is None and name not in people]
    return bare if node.returns else [*bare, "its result"]


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in source.modules()
        if source.in_room(path, "services", "rules", "tasks", "engine", "workflow")
    ],
    ids=source.name_of,
)
def test_services_rules_tasks_and_engine_say_their_types(path: Path):
    bare = [(node.name, without_a_type(node)) for node in source.functions(path)]
    assert [each for each in bare if each[1]] == []


@pytest.mark.parametrize(
    "path",
    [path for path in source.modules() if source.in_room(path, "services")],
    ids=source.name_of,
)
def test_a_service_takes_its_arguments_by_name(path: Path):
    """What is done by a person is written out at each call, so that it reads as a sentence."""
    public = [node for node in source.functions(path) if not node.name.startswith("_")]
    acts = [node for node in public if "by" in source.parameters(node)]
    assert [node.name for node in acts if node.args.posonlyargs + node.args.args] == []
