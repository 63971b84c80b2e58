from pathlib import Path

import pytest
import tablib
from django.conf import settings
from django.core.exceptions import ValidationError

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed
from questionnaire.models import Country, GroupMembership
from questionnaire.resources import CountryResource
from questionnaire.services.countries import load_countries, put_country
from questionnaire.services.problems import BadFile
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import RoundFactory, coordinator_of, head_coordinator

pytestmark = pytest.mark.django_db
MIPEX = Path(settings.BASE_DIR) / "data" / "mipex"
HEADER = "code,alpha3,name\n"
GROUPS = "group,title,country,from,to\n"


@pytest.fixture
def files(tmp_path):
    """Give a function that writes the two files and returns their paths."""

    def write(countries, groups=""):
        paths = tmp_path / "countries.csv", tmp_path / "groups.csv"
        for path, text in zip(paths, (HEADER + countries, GROUPS + groups), strict=True):
            path.write_text(text, encoding="utf-8")
        return {"path": paths[0], "groups_path": paths[1]}

    return write


def imported(by, rows, *, dry_run=False):
    data = tablib.Dataset(*rows, headers=["code", "alpha3", "name"])
    return CountryResource().import_data(
        data, user=by, dry_run=dry_run, rollback_on_validation_errors=True
    )


def test_the_real_countries_and_groups_load_and_load_again_without_a_trace():
    head = head_coordinator()
    paths = {"path": MIPEX / "countries.csv", "groups_path": MIPEX / "groups.csv"}
    loaded = load_countries(**paths, by=head)
    lines = {
        name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in paths.items()
    }
    assert loaded.countries == Country.objects.count() == lines["path"] - 1
    assert loaded.memberships == GroupMembership.objects.count() == lines["groups_path"] - 1
    again = load_countries(**paths, by=head)
    assert (again.countries, again.memberships) == (0, 0)
    assert all(country.history.count() == 1 for country in Country.objects.all())


def test_a_membership_gets_its_last_day_later(files):
    head = head_coordinator()
    row = "eu,European Union,GB,1973-01-01,"
    load_countries(**files("GB,GBR,United Kingdom\n", row), by=head)
    load_countries(**files("GB,GBR,United Kingdom\n", row + "2020-01-31"), by=head)
    assert GroupMembership.objects.get().last_day.isoformat() == "2020-01-31"


BAD = {
    "a code in small letters": ("ee,EST,Estonia\n", "", r"countries.csv, line 2: Two capital"),
    "a name twice": (
        "EE,EST,Estonia\nLV,LVA,Estonia\n",
        "",
        r"countries.csv, line 3: .*already exists",
    ),
    "an unknown country": (
        "EE,EST,Estonia\n",
        "eu,European Union,XX,2004-05-01,",
        r"groups.csv, line 2: There is no country with the code “XX”",
    ),
    "a day that is none": (
        "EE,EST,Estonia\n",
        "eu,European Union,EE,1 May 2004,",
        r"groups.csv, line 2: “1 May 2004” is no day",
    ),
    "an end before the beginning": (
        "EE,EST,Estonia\n",
        "eu,European Union,EE,2004-05-01,2003-05-01",
        r"groups.csv, line 2: .*a_membership_ends_after_it_begins",
    ),
}


@pytest.mark.parametrize(("countries", "groups", "message"), BAD.values(), ids=BAD)
def test_one_bad_row_refuses_both_files_by_its_line(files, countries, groups, message):
    with pytest.raises(BadFile, match=message):
        load_countries(**files(countries, groups), by=head_coordinator())
    assert not Country.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_file_without_a_column_is_refused_by_the_columns_name(tmp_path):
    path = tmp_path / "countries.csv"
    path.write_text("code,name\nEE,Estonia\n", encoding="utf-8")
    with pytest.raises(BadFile, match="line 1: The column “alpha3” is missing"):
        load_countries(path=path, by=head_coordinator())


def test_only_a_coordinator_of_the_portal_changes_countries(files):
    for person in (UserFactory(is_superuser=True), coordinator_of(RoundFactory())):
        with pytest.raises(NotAllowed, match="changes countries"):
            load_countries(**files("EE,EST,Estonia\n"), by=person)
        with pytest.raises(NotAllowed, match="changes countries"):
            put_country(code="EE", alpha3="EST", name="Estonia", by=person)


def test_a_country_changes_its_name_and_keeps_its_history():
    head = head_coordinator()
    put_country(code="MK", alpha3="MKD", name="Macedonia", by=head)
    country = put_country(code="MK", alpha3="MKD", name="North Macedonia", by=head)
    entry = AuditEntry.objects.last()
    assert (entry.old["name"], entry.new["name"]) == ("Macedonia", "North Macedonia")
    assert [row.history_user for row in country.history.all()] == [head, head]
    with pytest.raises(ValidationError, match="Three capital letters"):
        put_country(code="MK", alpha3="M", name="North Macedonia", by=head)


def test_a_spreadsheet_comes_in_through_the_service():
    head = head_coordinator()
    put_country(code="EE", alpha3="EST", name="Estonia", by=head)
    result = imported(head, [("EE", "EST", "Estonia"), ("LV", "LVA", "Latvia")])
    assert not result.has_errors()
    assert [row.import_type for row in result.rows] == ["skip", "new"]
    assert Country.objects.get(code="LV").history.get().history_user == head
    assert AuditEntry.objects.count() == 2


def test_one_bad_row_of_a_spreadsheet_refuses_all_and_is_named():
    head = head_coordinator()
    rows = [("EE", "EST", "Estonia"), ("LV", "LV", "Latvia"), ("LT", "LTU", "Lithuania")]
    result = imported(head, rows)
    assert [(row.number, list(row.error_dict)) for row in result.invalid_rows] == [
        (2, ["alpha3"])
    ]
    assert not Country.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_dry_run_leaves_nothing_behind():
    result = imported(head_coordinator(), [("EE", "EST", "Estonia")], dry_run=True)
    assert [row.import_type for row in result.rows] == ["new"]
    assert not Country.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("superuser", [True, False])
def test_a_spreadsheet_of_a_stranger_is_refused_before_its_first_row(superuser):
    result = imported(UserFactory(is_superuser=superuser), [("EE", "EST", "Estonia")])
    assert [type(error.error) for error in result.base_errors] == [NotAllowed]
    assert not Country.objects.exists()


def test_what_goes_out_comes_in_again_without_a_change():
    head = head_coordinator()
    put_country(code="EE", alpha3="EST", name="Estonia", by=head)
    out = CountryResource().export()
    assert out.csv == "code,alpha3,name\r\nEE,EST,Estonia\r\n"
    assert [row.import_type for row in imported(head, list(out)).rows] == ["skip"]
