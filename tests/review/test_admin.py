import pytest
from django.contrib import admin
from django.test import RequestFactory

from review import models
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import head_coordinator

SHOWN = (
    models.Case,
    models.CaseItem,
    models.Consent,
    models.Dispute,
    models.Opinion,
    models.PrecedentMet,
    models.Ruling,
    models.SecondLook,
    models.SettledAnswer,
)


def asked_by(person):
    request = RequestFactory().get("/admin/")
    request.user = person
    return request


@pytest.mark.parametrize("model", SHOWN)
def test_a_superuser_who_does_not_coordinate_sees_no_row_of_the_review(db, model):
    """Otherwise a technician who is also an expert could read who reviewed the sheet."""
    person = UserFactory(is_staff=True, is_superuser=True)
    page = admin.site.get_model_admin(model)

    assert not page.has_view_permission(asked_by(person))
    assert not page.has_module_permission(asked_by(person))


@pytest.mark.parametrize("model", SHOWN)
def test_a_coordinator_of_the_portal_looks_and_changes_nothing(db, model):
    person = head_coordinator(UserFactory(is_staff=True, is_superuser=True))
    page = admin.site.get_model_admin(model)
    request = asked_by(person)

    assert page.has_view_permission(request)
    assert not page.has_add_permission(request)
    assert not page.has_change_permission(request)
    assert not page.has_delete_permission(request)


@pytest.mark.parametrize("model", SHOWN)
def test_the_lists_of_the_review_open(client, db, model):
    person = head_coordinator(UserFactory(is_staff=True, is_superuser=True))
    client.force_login(person)

    response = client.get(f"/admin/review/{model._meta.model_name}/")

    assert response.status_code == 200
