"""Organisations and rights by a spreadsheet in the administration: the services' own rules."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tablib import Dataset

from questionnaire.enums import OrganisationKind, Role
from questionnaire.models import Assignment, Organisation
from questionnaire.resources import AssignmentResource, OrganisationResource
from questionnaire.services.organisations import put_organisation
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    AssessmentFactory,
    coordinator_of,
    expert_of,
    head_coordinator,
)

pytestmark = pytest.mark.django_db

ORGANISATION = ("code", "name", "country", "kind", "consortium_role")
RIGHT = ("email", "role", "round", "country", "strand", "coding")


def brought_in(resource, headings, *rows, by, dry_run=False):
    data = Dataset(*rows, headers=headings)
    return resource().import_data(
        data,
        dry_run=dry_run,
        use_transactions=True,
        rollback_on_validation_errors=True,
        user=by,
    )


def test_organisations_come_in_whole_or_not_at_all():
    head = head_coordinator()
    good, bad = ("lab", "A Laboratory", "", "university", "lead"), ("x", "X", "", "circus", "")

    refused = brought_in(OrganisationResource, ORGANISATION, good, bad, by=head)
    assert [row.number for row in refused.invalid_rows] == [2]
    assert not Organisation.objects.exists()
    seen = brought_in(OrganisationResource, ORGANISATION, good, by=head, dry_run=True)
    assert seen.totals["new"] == 1
    assert not Organisation.objects.exists()

    brought_in(OrganisationResource, ORGANISATION, good, by=head)
    assert Organisation.objects.get().kind == OrganisationKind.UNIVERSITY


def test_what_was_exported_changes_nothing_when_it_comes_in_again():
    head = head_coordinator()
    country = AssessmentFactory().country
    put_organisation(code="lab", name="A Laboratory", kind="ngo", country=country, by=head)
    exported = OrganisationResource().export()

    result = OrganisationResource().import_data(exported, use_transactions=True, user=head)

    assert result.totals["skip"] == 1
    assert Organisation.objects.get().history.count() == 1


def test_rights_come_in_by_the_address_of_an_account_and_by_the_rules_of_sides():
    sheet, head, person = AssessmentFactory(), head_coordinator(), UserFactory()
    expert = expert_of(sheet)
    place = (sheet.round.code, sheet.country.code, "", "")
    rows = [(person.email, "reviewer", *place), (expert.email, "reviewer", *place)]

    refused = brought_in(AssignmentResource, RIGHT, *rows, by=head)
    assert [row.number for row in refused.invalid_rows] == [2]
    assert not Assignment.objects.filter(role=Role.REVIEWER).exists()

    brought_in(AssignmentResource, RIGHT, rows[0], by=head)
    again = brought_in(AssignmentResource, RIGHT, rows[0], by=head)
    assert Assignment.objects.get(role=Role.REVIEWER).person == person
    assert again.totals["skip"] == 1


def test_nobody_without_an_account_gets_a_right_by_a_table():
    sheet, head = AssessmentFactory(), head_coordinator()
    row = ("nobody@example.org", "observer", sheet.round.code, "", "", "")
    result = brought_in(AssignmentResource, RIGHT, row, by=head)
    assert "Invite the person" in str(result.invalid_rows[0].error_dict)


@pytest.mark.parametrize("resource", [AssignmentResource, OrganisationResource])
def test_strangers_bring_nothing_in(resource):
    for person in (UserFactory(), UserFactory(is_superuser=True)):
        headings = RIGHT if resource is AssignmentResource else ORGANISATION
        result = brought_in(resource, headings, ("x",) * len(headings), by=person)
        assert result.base_errors
    assert not Organisation.objects.exists()


def test_what_goes_out_of_rights_names_nobody():
    sheet = AssessmentFactory()
    person = expert_of(sheet)
    text = AssignmentResource().export().csv
    assert Assignment.objects.get().pseudonym in text
    for trace in (person.name, person.email, str(person.pk)):
        assert trace not in text


def test_the_administration_brings_organisations_in_and_rights_for_the_portals_head(client):
    sheet, head = AssessmentFactory(), head_coordinator(UserFactory(is_staff=True))
    client.force_login(head)
    file = SimpleUploadedFile(
        "o.csv", b"code,name,country,kind,consortium_role\nlab,Lab,,ngo,\n"
    )
    page = client.post(
        "/admin/questionnaire/organisation/import/", {"import_file": file, "format": "0"}
    )
    assert page.status_code == 200
    assert not Organisation.objects.exists()
    assert client.get("/admin/questionnaire/assignment/import/").status_code == 200
    runner = coordinator_of(sheet.round, UserFactory(is_staff=True))
    client.force_login(runner)
    assert client.get("/admin/questionnaire/assignment/import/").status_code == 403
