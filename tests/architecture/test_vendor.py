"""What we did not write is what its authors published, and its licence lies beside it."""

import hashlib
import re

import pytest

from tests.architecture import source

VENDOR = source.ROOT / "static" / "vendor"
TOLD = dict(
    re.findall(
        r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$",
        (VENDOR / "README.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
)
SCRIPTS = sorted(VENDOR.glob("*.js"))


def test_every_vendored_file_is_told_and_nothing_else_is():
    there = {path.name for path in VENDOR.iterdir()} - {"README.md"}
    assert there
    assert set(TOLD) == there


@pytest.mark.parametrize("name", TOLD)
def test_a_vendored_file_has_the_hash_it_is_told_to_have(name):
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == TOLD[name]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_vendored_script_names_its_version_and_has_its_licence_beside_it(path):
    named = re.fullmatch(r"(.+-\d+\.\d+\.\d+)\.min\.js", path.name)
    assert named
    assert (VENDOR / f"{named[1]}.LICENSE").is_file()
