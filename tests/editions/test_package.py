import csv
import hashlib
import json
import subprocess
import sys
from dataclasses import replace

import pytest
from django.utils import translation

from editions.services import package
from editions.services.verify import sums_in

from .made import nothing, one_date, small_frozen

TABLES = (
    "answers.csv",
    "results.csv",
    "group_results.csv",
    "contributions.csv",
    "framework.csv",
    "options.csv",
    "countries.csv",
    "groups.csv",
    "sources.csv",
    "codebook.csv",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "core.1"
    package.write_folder(folder, small_frozen(), beat=nothing)
    return folder


def table(folder, name):
    with (folder / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_same_facts_give_the_same_bytes_in_another_place_and_language(folder, tmp_path):
    with translation.override("fr"):
        again = package.write_folder(tmp_path / "elsewhere", small_frozen(), beat=nothing)

    assert again == package.sha256(folder / "SHA256SUMS")
    assert package.names_in(tmp_path / "elsewhere") == package.names_in(folder)


def test_the_edition_hash_changes_with_any_fact(folder, tmp_path):
    frozen = small_frozen()
    other = replace(frozen, revision=replace(frozen.revision, audit_head="cd" * 32))

    changed = package.write_folder(tmp_path / "other", other, beat=nothing)

    assert changed != package.sha256(folder / "SHA256SUMS")


def test_the_checksums_name_every_file_and_are_those_of_its_bytes(folder):
    sums = sums_in(folder)

    assert sorted(sums) == [name for name in package.names_in(folder) if name != "SHA256SUMS"]
    for name, checksum in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == checksum


def test_a_folder_is_never_written_over_another(folder):
    with pytest.raises(FileExistsError):
        package.write_folder(folder, small_frozen(), beat=nothing)


def test_what_the_beat_raises_ends_the_build(tmp_path):
    class Lost(Exception):
        pass

    def lose(step):
        raise Lost

    with pytest.raises(Lost):
        package.write_folder(tmp_path / "lost", small_frozen(), beat=lose)


def test_the_beat_is_called_at_least_once_a_page(tmp_path):
    steps = []

    package.write_folder(tmp_path / "made", small_frozen(), beat=steps.append)

    assert len(steps) >= len(list((tmp_path / "made").rglob("*.html")))


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_plain_utf8_with_a_header_and_unix_lines(folder, name):
    content = (folder / name).read_bytes()

    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b"\n")
    assert content.decode("utf-8")


@pytest.mark.parametrize("name", TABLES[:3])
def test_a_table_is_sorted_by_its_key(folder, name):
    with (folder / name).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))[1:]
    date = 2 if name == "answers.csv" else 3
    keys = [(row[0], row[1], row[date]) for row in rows]

    assert keys == sorted(keys)
    assert len(keys) == len(set(keys))


def test_the_codebook_explains_every_column_of_every_table(folder):
    explained = {(row["table"], row["column"]) for row in table(folder, "codebook.csv")}
    there = set()
    for name in TABLES:
        with (folder / name).open(encoding="utf-8", newline="") as lines:
            there |= {(name, column) for column in next(csv.reader(lines))}

    assert explained == there
    assert all(row["meaning"] for row in table(folder, "codebook.csv"))


def test_every_frozen_answer_and_score_is_a_row(folder):
    frozen = small_frozen()

    assert len(table(folder, "answers.csv")) == len(frozen.answers)
    assert len(table(folder, "results.csv")) == len(frozen.scores)
    assert len(table(folder, "group_results.csv")) == len(frozen.group_scores)


def test_an_exceptional_value_has_points_and_no_option(folder):
    rows = table(folder, "answers.csv")
    between = [row for row in rows if row["status"] == "ok" and not row["option"]]

    assert {(row["country"], row["points"]) for row in between} == {("BE", "75")}


def test_a_stranger_recomputes_the_same_bytes_with_the_engine_in_the_folder(folder, tmp_path):
    command = [sys.executable, "-I", "-c", RUN, str(folder / "reproduce"), str(tmp_path)]

    subprocess.run(command, cwd=folder, check=True, capture_output=True)

    for name in ("results.csv", "group_results.csv"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


RUN = (
    "import sys; sys.dont_write_bytecode = True; sys.path.insert(0, sys.argv[1]); "
    "from scoring.engine.__main__ import main; "
    "sys.exit(main(['score', '.', '--out', sys.argv[2]]))"
)


def test_edition_json_says_what_the_edition_is(folder):
    facts = json.loads((folder / "edition.json").read_text(encoding="utf-8"))

    assert facts["name"] == "core.1"
    assert facts["cut_off"] == "2019-12-31"
    assert facts["licence"] == "CC-BY-NC-SA-4.0"
    assert facts["audit"] == {"length": 3, "head": "ab" * 32}
    methodology = (folder / "methodology.json").read_bytes().rstrip(b"\n")
    assert facts["methodology_sha256"] == hashlib.sha256(methodology).hexdigest()


def test_a_demonstration_says_so_on_every_page_and_in_its_files(tmp_path):
    package.write_folder(tmp_path / "demo", one_date(), beat=nothing)

    for path in (tmp_path / "demo").rglob("*.html"):
        assert "DEMONSTRATION" in path.read_text(encoding="utf-8"), path.name
    assert "DEMONSTRATION" in (tmp_path / "demo" / "README.md").read_text(encoding="utf-8")
    facts = json.loads((tmp_path / "demo" / "edition.json").read_text(encoding="utf-8"))
    assert facts["demonstration"] is True


def test_a_published_release_is_no_demonstration(folder):
    for path in folder.rglob("*.html"):
        assert "DEMONSTRATION" not in path.read_text(encoding="utf-8"), path.name


def test_no_file_tells_where_it_was_made(folder):
    for path in folder.rglob("*"):
        if path.is_file():
            assert str(folder.parent).encode() not in path.read_bytes()
