import csv
from fractions import Fraction

import pytest
from django.core.management import CommandError, call_command

from editions.enums import EditionKind, RevisionState
from editions.models import Edition, Revision
from editions.services import archive, folders
from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries
from mipex_site.base.errors import NotAllowed, Refusal, WrongState
from questionnaire.services.problems import BadFile
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import head_coordinator

from .made import DATA, cut_down, one_date

pytestmark = pytest.mark.django_db


@pytest.fixture
def release(tmp_path):
    return cut_down(tmp_path / "release", ("EE",))


def imported(folder, **more):
    by = more.pop("by", None) or head_coordinator()
    return archive.import_release(
        folder=folder, code="core", title="An invented archive", by=by, **more
    )


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(path, begins):
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if line.startswith(begins))


def nothing_was_kept():
    left = list(folders.root().iterdir()) if folders.root().exists() else []
    acts = AuditEntry.objects.filter(stream__startswith="edition/")
    return not (Edition.objects.exists() or Revision.objects.exists() or acts.exists() or left)


def test_a_release_becomes_a_published_archive_with_its_rows_and_folder(release):
    revision = imported(release)

    assert (revision.name, revision.state) == ("core.1", RevisionState.PUBLISHED)
    assert revision.edition.kind == EditionKind.ARCHIVE
    assert not revision.edition.is_demonstration
    assert revision.edition.licence == "CC-BY-NC-SA-4.0"
    assert str(revision.cut_off) == "2019-12-31"
    assert folders.hash_of(revision.folder) == revision.hash
    assert revision.answers.count() == len(table(release / "answers.csv"))
    assert [path.name for path in folders.root().iterdir()] == [revision.folder]


def test_each_answer_cites_its_cell_of_the_workbook(release):
    answer = imported(release).answers.get(indicator="aa1", reference_date="2019-12-31")

    assert [source["article"] for source in answer.sources] == ["EE!E36"]
    assert answer.basis == "published"


def test_an_import_is_in_the_audit_with_the_checksum_of_every_file(release):
    by = head_coordinator()
    revision = imported(release, by=by)

    acts = list(AuditEntry.objects.filter(stream="edition/core").order_by("number"))

    assert [act.act for act in acts] == ["release.import", "revision.publish"]
    assert {act.actor for act in acts} == {by.pk}
    assert set(acts[0].new["files"]) >= {"core.yaml", "answers.csv", "published.csv"}
    assert (revision.audit_length, revision.audit_head) == (1, acts[0].hash)
    assert entries.walk("edition/core").broken_at is None


def test_a_stranger_imports_nothing(release):
    with pytest.raises(NotAllowed, match="Only a coordinator of the whole portal"):
        imported(release, by=UserFactory())

    assert nothing_was_kept()


def test_a_second_import_under_the_same_code_is_refused(release):
    first = imported(release)

    with pytest.raises(WrongState, match="There is an edition core already"):
        imported(release)
    assert list(Revision.objects.all()) == [first]


def test_an_import_that_died_before_it_published_can_be_made_again(release, monkeypatch):
    def die(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(archive.package, "write_folder", die)
        with pytest.raises(KeyboardInterrupt):
            imported(release)
    assert not Revision.objects.exists()

    assert imported(release).state == RevisionState.PUBLISHED


@pytest.mark.parametrize(
    ("name", "begins", "old", "new", "said"),
    [
        ("answers.csv", "EE,aa1,2019", "EE,aa1,2019", "XX,aa1,2019", "XX"),
        ("answers.csv", "EE,aa1,2019", "EE,aa1,2019", "EE,zz9,2019", "zz9"),
        ("answers.csv", "EE,aa1,2019", "chosen,50", "chosen,51", "51"),
        ("core.yaml", "  - {code: a, ", "rule: mean}", "rule: median}", "median"),
        (
            "published.csv",
            "EE,a,strand,2019",
            ",strand,2019-12-31,",
            ",strand,2018-12-31,",
            "twice",
        ),
        ("method.yaml", "rank_on", "rank_on: shown", "rank_on: mood", "mood"),
        ("groups.csv", "eu,European Union,AT", "1995-01-01", "1995-13-01", "1995-13-01"),
    ],
)
def test_bad_input_is_refused_whole_with_file_line_and_reason(
    release, name, begins, old, new, said
):
    path = release / name
    line = line_of(path, begins)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new, 1)
    path.write_text("".join(lines), encoding="utf-8")

    with pytest.raises(BadFile) as refused:
        imported(release)

    problem = refused.value.problems[0]
    assert problem.file == name
    assert problem.line == (1 if name == "method.yaml" else line)
    assert said in str(problem.message)
    assert nothing_was_kept()


def test_a_missing_file_a_missing_column_and_a_broken_encoding_are_told(release):
    original = (release / "published.csv").read_bytes()
    for content, line in (
        (None, 1),
        (original.replace(b"reference_date", b"day", 1), 1),
        (original.replace(b"EE,b,", b"EE,\xff,", 1), None),
    ):
        (release / "published.csv").unlink(missing_ok=True)
        if content is not None:
            (release / "published.csv").write_bytes(content)
        with pytest.raises(BadFile) as refused:
            imported(release)
        problem = refused.value.problems[0]
        assert problem.file == "published.csv"
        assert line is None or problem.line == line
    assert nothing_was_kept()


def test_one_official_figure_that_disagrees_refuses_the_whole(release):
    rows = table(release / "published.csv")
    row = next(
        row for row in rows if (row["node"], row["reference_date"]) == ("b", "2019-12-31")
    )
    change(release / "published.csv", f"EE,b,strand,2019-12-31,{row['score']}", WRONG)

    with pytest.raises(Refusal, match=r"1 figures differ.* EE b 2019-12-31 is "):
        imported(release)
    assert nothing_was_kept()


WRONG = "EE,b,strand,2019-12-31,12.345678"


def table(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("name", ["published.csv", "derived.csv"])
def test_a_key_that_only_one_side_has_refuses_the_whole(release, name):
    path = release / name
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")

    with pytest.raises(Refusal, match="is no official figure"):
        imported(release)
    assert nothing_was_kept()


def test_all_official_figures_of_a_date_are_counted_and_agree(tmp_path):
    published = cut_down(tmp_path, ("AE", "BE", "EE", "SE")) / "published.csv"

    assert archive.official_agreement(one_date().scores, published) == (44, 44, [])


def test_a_missing_or_foreign_figure_counts_as_one_that_does_not_agree(tmp_path):
    published = cut_down(tmp_path, ("AE", "BE", "EE")) / "published.csv"
    agreeing, total, differing = archive.official_agreement(one_date().scores, published)

    assert (agreeing, total) == (33, 44)
    assert differing[0] == "SE a 2019-12-31 is no official figure"


def test_six_decimals_must_agree_and_a_seventh_need_not():
    ours = {("EE", "a", "2019-12-31"): Fraction("12.3456784")}

    assert archive.differences(ours, {("EE", "a", "2019-12-31"): Fraction("12.345678")}) == []
    assert archive.differences(ours, {("EE", "a", "2019-12-31"): Fraction("12.34568")})


def test_the_command_imports_as_a_person_and_prints_the_hash(release, capsys):
    by = head_coordinator()

    call_command("import_release", str(release), "core", "A title", "--as", by.email)

    assert capsys.readouterr().out == f"revision core.1: {Revision.objects.get().hash}\n"


def test_the_command_ends_with_file_line_and_reason(release):
    change(release / "answers.csv", "EE,aa1,2019-12-31", "EE,zz9,2019-12-31")
    by = head_coordinator()

    with pytest.raises(CommandError, match=r"answers\.csv, line 14"):
        call_command("import_release", str(release), "core", "A title", "--as", by.email)


def test_the_whole_published_release_is_reproduced_and_kept():
    revision = imported(DATA)
    official = table(DATA / "published.csv")
    shown = {
        (row.country, row.node): row.shown
        for row in revision.scores.filter(reference_date="2019-12-31")
    }

    assert revision.answers.count() == 35080
    levels = ("strand", "index")
    scored = revision.scores.filter(level__in=levels, exact__isnull=False)
    assert scored.count() == len(official) == 5192
    site = {(row["country"], row["node"]): int(row["display"]) for row in table(SHOWN)}
    assert {key: shown[key] for key in site} == site


SHOWN = DATA / "shown_2019.csv"
