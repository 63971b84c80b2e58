import shutil

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from editions.models import FrozenAnswer, FrozenScore, Revision
from editions.services import archive, folders, package, verify
from tests.factories.questionnaire import head_coordinator

from .made import cut_down, nothing, small_frozen


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole") / "core.1"
    package.write_folder(folder, small_frozen(), beat=nothing)
    return folder


@pytest.fixture
def folder(whole, tmp_path):
    shutil.copytree(whole, tmp_path / "core.1")
    return tmp_path / "core.1"


def said(checks):
    return {check.name: check.text for check in checks if not check.ok}


def swap_a_byte(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_an_untouched_folder_is_green_wherever_it_lies(folder):
    checks = verify.verify_folder(folder)

    assert said(checks) == {}
    assert [check.name for check in checks] == ["files", "data", "scores"]


@pytest.mark.parametrize(
    "name",
    [
        "answers.csv",
        "countries/ee.html",
        "assets/css/base.css",
        "reproduce/scoring/engine/tree.py",
    ],
)
def test_one_changed_byte_is_found_and_named(folder, name):
    swap_a_byte(folder / name)

    assert f"{name} was changed" in said(verify.verify_folder(folder))["files"]


def test_a_missing_and_a_foreign_file_are_named(folder):
    (folder / "groups.csv").unlink()
    (folder / "more.txt").write_text("x", encoding="utf-8")

    text = said(verify.verify_folder(folder))["files"]

    assert "groups.csv is missing" in text
    assert "more.txt is not listed" in text


def test_a_forged_score_is_found_with_its_line_even_with_new_checksums(folder):
    path = folder / "results.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[7] = lines[7].replace("AE", "AL", 1)
    path.write_text("".join(lines), encoding="utf-8")
    names = [name for name in package.names_in(folder) if name != "SHA256SUMS"]
    package.write_sums(folder, "SHA256SUMS", names)

    red = said(verify.verify_folder(folder))

    assert "results.csv, line 8: the engine gives AE," in red["scores"]
    assert "files" not in red
    assert "results.csv was changed" in red["data"]


def test_many_faults_are_counted_after_the_first_few(folder):
    for path in (folder / "countries").iterdir():
        path.unlink()
    for path in (folder / "strands").iterdir():
        path.unlink()

    assert "and 8 more" in said(verify.verify_folder(folder))["files"]


def test_a_folder_without_checksums_is_no_edition(tmp_path):
    with pytest.raises(FileNotFoundError):
        verify.verify_folder(tmp_path)


@pytest.fixture
def revision(db, tmp_path):
    release = cut_down(tmp_path / "release", ("EE",))
    return archive.import_release(
        folder=release, code="core", title="An invented archive", by=head_coordinator()
    )


def test_an_imported_revision_verifies_with_its_rows_and_its_audit(revision):
    checks = verify.verify_revision(revision)

    assert said(checks) == {}
    assert [check.name for check in checks[3:]] == [
        "hash",
        "answers",
        "rows",
        "texts",
        "audit",
    ]


def test_a_changed_frozen_row_is_named(revision):
    answer = FrozenAnswer.objects.get(
        revision=revision, indicator="ba21", reference_date="2019-12-31"
    )
    score = FrozenScore.objects.get(revision=revision, node="b", reference_date="2019-12-31")
    tamper(answer, points="0")
    tamper(score, shown="1")

    red = said(verify.verify_revision(revision))

    assert red["answers"] == "answers.csv: EE ba21 2019-12-31 differs"
    assert red["rows"] == "results.csv: EE b 2019-12-31 differs"


def tamper(row, **values):
    """Change a row as somebody with the database's password would."""
    with connection.cursor() as cursor:
        for column, value in values.items():
            table = row._meta.db_table
            cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, row.pk])


def test_another_hash_than_the_recorded_one_is_said(revision):
    Revision.objects.filter(pk=revision.pk).update(hash="cd" * 32)
    revision.refresh_from_db()

    assert said(verify.verify_revision(revision))["hash"].startswith("recorded cdcd")


def test_a_head_that_the_chain_does_not_hold_is_said(revision):
    Revision.objects.filter(pk=revision.pk).update(audit_head="cd" * 32)
    revision.refresh_from_db()

    text = said(verify.verify_revision(revision))["audit"]

    assert "edition.json prints another head" in text
    assert "entry 1 is not the printed head" in text


def test_a_revision_without_its_folder_is_red(revision):
    shutil.rmtree(folders.root() / revision.folder)

    assert said(verify.verify_revision(revision)) == {
        "folder": "The edition's folder is missing."
    }


def test_the_command_says_each_check_and_ends_well(revision, capsys):
    call_command("verify_edition", "core.1")

    assert "ok  scores: The engine gives the same scores again." in capsys.readouterr().out


def test_the_command_ends_with_1_and_the_place(folder, capsys):
    swap_a_byte(folder / "options.csv")

    with pytest.raises(SystemExit) as ended:
        call_command("verify_edition", str(folder))

    assert ended.value.code == 1
    assert "BAD files: options.csv was changed" in capsys.readouterr().out


@pytest.mark.django_db
def test_the_command_does_not_know_what_is_not_there():
    with pytest.raises(CommandError, match=r"no edition and no folder 'core\.7'"):
        call_command("verify_edition", "core.7")
