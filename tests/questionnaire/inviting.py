"""A round to invite people to, and what an invited person does."""

import re
from dataclasses import dataclass
from typing import Any

from mipex_site.accounts.models import User
from mipex_site.mail.models import Letter
from questionnaire.enums import Role
from questionnaire.models import Assessment, Invitation
from questionnaire.selectors.people import letter_key
from questionnaire.services import invitations
from questionnaire.services.invitations import Part
from tests.factories.questionnaire import AssessmentFactory, IndicatorFactory, coordinator_of

ADDRESS = "ada.invented@example.org"
PASSPHRASE = "three invented words"


@dataclass
class Desk:
    """A sheet of an open round, and who runs the round."""

    sheet: Assessment
    boss: User

    @property
    def round(self):
        return self.sheet.round

    def part(self, role: str = Role.EXPERT, **more: Any) -> Part:
        usual = {"country": self.sheet.country, "strand": self.sheet.strand}
        return Part(role=role, **usual | more)

    def ask(self, role: str = Role.EXPERT, *, email: str = ADDRESS, **more: Any) -> Invitation:
        said = {"name": "Ada Invented", "part": self.part(role), "by": self.boss} | more
        return invitations.invite(round_=self.round, email=email, **said)

    def ask_to_run(self, role: str = Role.OBSERVER, **more: Any) -> Invitation:
        return self.ask(role, part=Part(role), **more)


def desk() -> Desk:
    sheet = AssessmentFactory()
    IndicatorFactory(strand=sheet.strand)
    return Desk(sheet, coordinator_of(sheet.round))


def token_in(address: str) -> str:
    return re.search(r"/invitation/([^/]+)/", address)[1]


def token_of(invitation: Invitation) -> str:
    """Return the token that the invitation's present letter brings."""
    return token_in(Letter.objects.get(key=letter_key(invitation)).secret)


def newcomer(invitation: Invitation, **more: Any) -> dict[str, Any]:
    """Return what somebody new fills in, and the token."""
    said = {
        "token": token_of(invitation),
        "name": "Ada I. Invented",
        "language": "en",
        "zone": "Europe/Tallinn",
        "password": PASSPHRASE,
    }
    if invitation.role in {Role.EXPERT, Role.REVIEWER, Role.ADJUDICATOR}:
        said["attribution"] = "not_named"
    return said | more
