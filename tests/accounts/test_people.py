import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from mipex_site.accounts.models import User
from mipex_site.accounts.services.people import create_person, portal_robot
from mipex_site.audit.models import AuditEntry
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def test_a_person_is_made_with_a_record_that_holds_no_name():
    by = UserFactory()
    person = create_person(
        email="ADA@example.org ", name="Invented Ada", password=PASSWORD, by=by
    )
    assert (person.email, person.is_staff, person.is_superuser) == (
        "ada@example.org",
        False,
        False,
    )
    assert person.check_password(PASSWORD)
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.subject) == (by.pk, f"person/{person.pk}")
    assert "Ada" not in str([entry.old, entry.new, entry.reason])


def test_the_first_person_of_a_portal_makes_themselves():
    person = create_person(email="a@example.org", name="Ada", password=PASSWORD, by=None)
    assert AuditEntry.objects.get().actor == person.pk


def test_staff_may_open_the_administration_and_no_more():
    person = create_person(
        email="a@example.org", name="Ada", password=PASSWORD, by=None, is_staff=True
    )
    assert (person.is_staff, person.is_superuser) == (True, False)


@pytest.mark.parametrize("email", ["no address", "", "ada@example.org"])
def test_an_address_is_sound_and_belongs_to_one_person(email):
    UserFactory(email="ada@example.org")
    with pytest.raises(ValidationError, match="email") as caught:
        create_person(email=email, name="Bo", password=PASSWORD, by=None)
    assert list(caught.value.message_dict) == ["email"]
    assert User.objects.count() == 1


def test_signing_in_does_not_mind_capitals():
    person = UserFactory(email="ada@example.org")
    assert User.objects.get_by_natural_key(" ADA@example.org") == person


def test_the_portal_is_one_account_that_cannot_sign_in(client):
    robot = portal_robot()
    assert portal_robot() == robot
    assert not robot.is_active
    assert not client.login(username=robot.email, password="")
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(is_robot=True)


def test_a_superuser_opens_the_administration():
    person = User.objects.create_superuser("a@example.org", "Ada", PASSWORD)
    assert (person.is_staff, person.is_superuser) == (True, True)
