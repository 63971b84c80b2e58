"""Make a person, and find the portal's own account."""

from __future__ import annotations

from django.db import transaction

from mipex_site.audit.services import entries

from ..models import User

ROBOT_EMAIL = "robot@portal.example.org"


@transaction.atomic
def create_person(
    *, email: str, name: str, password: str | None, by: User | None, is_staff: bool = False
) -> User:
    """Make somebody who can sign in. BY is None only for the first person of a portal.

    IS_STAFF lets them open the administration; what they see there still asks the rules.

    Raises ValidationError when the address is malformed or already known.
    """
    person = User.objects.create_user(email, name, password, is_staff=is_staff)
    entries.write(
        stream="accounts",
        act="person.create",
        subject=f"person/{person.pk}",
        by=by.pk if by else person.pk,
    )
    return person


def portal_robot() -> User:
    """Return the account that timed work acts as; it cannot sign in."""
    robot = User.objects.filter(is_robot=True).first()
    if robot is None:
        robot, _made = User.objects.get_or_create(
            is_robot=True,
            defaults={"email": ROBOT_EMAIL, "name": "Portal robot", "is_active": False},
        )
    return robot
