"""The administration shows, keeps names from who may not read them, and imports one table."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from mipex_site.audit.models import AuditEntry, Channel
from questionnaire import models
from questionnaire.admin import StaffLook
from questionnaire.enums import FileKind, Role
from questionnaire.models import Country
from questionnaire.services.links import watch_link
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    AnswerFactory,
    AssignmentFactory,
    ChangeRequestFactory,
    CountryFactory,
    SourceFactory,
    head_coordinator,
)

pytestmark = pytest.mark.django_db
OURS = [model for model in admin.site._registry if model.__module__.startswith("questionnaire")]
BLIND = (
    models.Answer,
    models.Assessment,
    models.Assignment,
    models.ChangeRequest,
    models.Invitation,
    models.Source,
    models.SourceFile,
    models.LinkCheck,
    models.UpcomingChange,
)


def page_of(model, page="changelist", *args):
    return reverse(f"admin:questionnaire_{model._meta.model_name}_{page}", args=args)


def coordinator():
    return head_coordinator(UserFactory(is_staff=True))


def upload(client, text):
    file = SimpleUploadedFile("countries.csv", text.encode(), content_type="text/csv")
    return client.post(page_of(Country, "import"), {"import_file": file, "format": "0"})


@pytest.fixture
def everything():
    """Give one row and more of each table that holds people's work."""
    answer = AnswerFactory()
    source = SourceFactory(sheet=answer.assessment, url="https://law.example.org/kin")
    watch_link(source)
    file = {"name": "law.pdf", "kind": FileKind.PDF, "size": 1, "hash": "0" * 64}
    models.SourceFile.objects.create(source=source, uploaded_by=source.entered_by, **file)
    place = {"round": source.round, "country": source.country}
    asked = {"name": "Ada Invented", "email": "ada@example.org", "role": Role.REVIEWER}
    models.Invitation.objects.create(
        **place, **asked, invited_by=source.entered_by, expires_at=timezone.now()
    )
    models.UpcomingChange.objects.create(title="An act", entered_by=source.entered_by, **place)
    ChangeRequestFactory(assessment=answer.assessment, indicator=answer.indicator)
    AssignmentFactory(round=answer.assessment.round)
    return answer


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_a_coordinator_sees_every_table_and_changes_none(client, everything, model):
    client.force_login(coordinator())
    assert client.get(page_of(model)).status_code == 200
    row = model._default_manager.first()
    if row:
        assert client.get(page_of(model, "change", row.pk)).status_code == 200
        assert client.post(page_of(model, "change", row.pk), {}).status_code == 403
        assert client.post(page_of(model, "delete", row.pk), {}).status_code == 403
    assert client.get(page_of(model, "add")).status_code == 403


def test_the_history_of_a_row_is_shown(client, everything):
    client.force_login(coordinator())
    for row in (everything, everything.assessment.country, everything.assessment.round):
        response = client.get(page_of(type(row), "history", row.pk))
        assert response.status_code == 200


@pytest.mark.parametrize("model", BLIND, ids=lambda model: model.__name__)
def test_who_answered_what_is_kept_even_from_a_superuser(client, everything, model):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert client.get(page_of(model)).status_code == 403
    row = model._default_manager.first()
    assert client.get(page_of(model, "change", row.pk)).status_code == 403
    assert client.get(page_of(model, "history", row.pk)).status_code == 403


def test_no_table_that_names_a_person_is_open_to_staff():
    named = [
        model
        for model in OURS
        if any(
            field.is_relation and field.related_model.__name__ == "User"
            for field in model._meta.fields
        )
    ]
    assert set(named) <= set(BLIND)
    assert not any(isinstance(admin.site._registry[model], StaffLook) for model in BLIND)


def test_a_good_file_is_shown_first_and_then_imported(client):
    person = coordinator()
    client.force_login(person)
    response = upload(client, "code,alpha3,name\nEE,EST,Estonia\nLV,LVA,Latvia\n")
    assert not Country.objects.exists()
    confirm = response.context["confirm_form"].initial

    client.post(page_of(Country, "process_import"), confirm)

    assert set(Country.objects.values_list("code", flat=True)) == {"EE", "LV"}
    entries = AuditEntry.objects.filter(act="country.put")
    assert {(entry.actor, entry.channel) for entry in entries} == {(person.pk, Channel.ADMIN)}
    assert entries.count() == 2


def test_a_bad_row_is_shown_by_its_number_and_cannot_be_confirmed(client):
    client.force_login(coordinator())
    response = upload(client, "code,alpha3,name\nEE,EST,Estonia\nLV,LATVIA,Latvia\n")
    assert [row.number for row in response.context["result"].invalid_rows] == [2]
    assert "confirm_form" not in response.context
    assert not Country.objects.exists()


@pytest.mark.parametrize("page", ["import", "process_import"])
@pytest.mark.parametrize("superuser", [True, False])
def test_staff_without_the_role_import_nothing(client, superuser, page):
    staff = UserFactory(is_staff=True, is_superuser=superuser)
    staff.user_permissions.set(Permission.objects.filter(content_type__model="country"))
    client.force_login(staff)
    assert client.get(page_of(Country)).status_code == 200
    assert client.post(page_of(Country, page), {}).status_code == 403


@pytest.mark.parametrize("page", ["changelist", "import", "process_import", "export"])
def test_a_stranger_does_not_enter(client, page):
    client.force_login(UserFactory())
    response = client.get(page_of(Country, page))
    assert response.status_code == 302
    assert response.url.startswith(reverse("admin:login"))


def test_the_countries_are_exported_as_csv(client):
    CountryFactory(code="EE", alpha3="EST", name="Estonia")
    client.force_login(coordinator())
    fields = {f"countryresource_{name}": "on" for name in ("code", "alpha3", "name")}
    response = client.post(
        page_of(Country, "export"), {"format": "0", "resource": "0", **fields}
    )
    assert response.content.decode() == "code,alpha3,name\r\nEE,EST,Estonia\r\n"
