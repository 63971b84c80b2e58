"""A person's name and address go; what the person did stays, under a number."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from mipex_site.accounts.models import User
from mipex_site.accounts.services import erasing, people
from mipex_site.accounts.services.erasing import erase_person
from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries
from mipex_site.base.errors import WrongState
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
WHY = "Asked for it in writing."


@pytest.fixture
def head():
    return UserFactory(name="Hedwig Narwhalson")


@pytest.fixture
def leaving():
    """Give somebody who has signed in, reads French and may open the administration."""
    return UserFactory(
        name="Serafino Kakapotti",
        email="serafino.kakapotti@example.org",
        language="fr",
        zone="Asia/Tokyo",
        is_staff=True,
    )


def test_nothing_of_the_person_is_left_but_a_number(leaving, head):
    erase_person(person=leaving, reason=WHY, by=head)
    person = User.objects.get(pk=leaving.pk)
    assert (person.name, person.erased_as) == ("Former user 1", 1)
    assert person.email.startswith("former-1@")
    assert (person.language, person.zone) == ("en", "Europe/Brussels")
    assert not person.is_active
    assert not person.is_staff
    assert not person.has_usable_password()
    assert person.last_login is None


def test_each_former_user_has_a_number_of_their_own(head):
    numbers = [erase_person(person=UserFactory(), reason=WHY, by=head) for _ in range(3)]
    assert [person.erased_as for person in numbers] == [1, 2, 3]


def test_the_act_is_in_the_audit_and_every_chain_holds(leaving, head):
    people.create_person(
        email="other@example.org", name="Other Person", password=None, by=leaving
    )
    erase_person(person=leaving, reason=WHY, by=head)
    entry = AuditEntry.objects.get(act="person.erase")
    assert (entry.actor, entry.reason, entry.new) == (head.pk, WHY, {"erased_as": 1})
    assert AuditEntry.objects.get(act="person.create").actor == leaving.pk
    assert entries.walk("accounts").fault == ""


def test_open_sessions_end_and_nobody_signs_in_again(leaving, head):
    client = Client()
    client.force_login(leaving)
    assert client.get("/profile/").status_code == 200
    address = leaving.email
    erase_person(person=leaving, reason=WHY, by=head)
    assert client.get("/profile/").status_code == 302
    for email in (address, User.objects.get(pk=leaving.pk).email):
        sent = {"username": email, "password": PASSWORD}
        assert Client().post("/sign-in/", sent).status_code == 422


@pytest.mark.parametrize(
    "reason",
    ["", "  ", "Serafino asked.", "kakapotti, on paper", "See serafino.kakapotti@example.org."],
)
def test_a_reason_that_is_missing_or_names_the_person_changes_nothing(leaving, head, reason):
    with pytest.raises(ValidationError, match="name") as caught:
        erase_person(person=leaving, reason=reason, by=head)
    assert list(caught.value.message_dict) == ["reason"]
    assert User.objects.get(pk=leaving.pk).name == "Serafino Kakapotti"
    assert not AuditEntry.objects.exists()


def test_nobody_is_erased_twice_and_the_portal_never(leaving, head):
    erase_person(person=leaving, reason=WHY, by=head)
    for person in (leaving, people.portal_robot()):
        with pytest.raises(WrongState):
            erase_person(person=person, reason=WHY, by=head)
    assert User.objects.get(pk=leaving.pk).erased_as == 1


def test_the_address_of_a_former_user_can_be_nobodys():
    assert erasing.NOWHERE.rpartition(".")[2] == "invalid"
