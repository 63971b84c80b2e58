"""What the tests of a sheet's pages share: somebody's browser, addresses, a filled form."""

import json
import re
from itertools import count

from django.test import Client
from django.utils import timezone

from questionnaire.enums import AssessmentState
from questionnaire.models import Answer, Draft
from tests.factories.questionnaire import ChangeRequestFactory

HTMX = {"HX-Request": "true"}
KEYS = count()


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(sheet, end="") -> str:
    """Return the address of a sheet, or of what lies at its END."""
    place = (sheet.round.code, sheet.country.code, sheet.strand.code, sheet.coding)
    return f"/sheets/{'/'.join(map(str, place))}/{end}"


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def filled(desk, **fields) -> dict[str, object]:
    """Return what a browser sends for the best option with the law, or what the test says."""
    usual = {
        "act": "stay",
        "version": 0,
        "option": "1",
        "rationale": "Section 4 says so.",
        "sources": [str(desk.law.key)],
    }
    return usual | fields


def opened(desk):
    """Give the desk its question's address and its expert's browser."""
    desk.url = at(desk.sheet, f"{desk.indicator.code}/")
    desk.client = signed_in(desk.expert)
    return desk


def sent_back(desk):
    """Record the desk's answer and let the review ask something about it."""
    desk.record(rationale="As the act says.")
    desk.sheet.state = AssessmentState.RETURNED
    desk.sheet.submitted_at = timezone.now()
    desk.sheet.save()
    desk.request = ChangeRequestFactory(
        assessment=desk.sheet, indicator=desk.indicator, text="Which sentence of section 4?"
    )
    return desk


def answer_of(desk) -> Answer:
    return Answer.objects.get(indicator=desk.indicator)


def send(client, url, fields=None, **more):
    """Send what a browser sends whose draft is new, or what the test says instead."""
    usual = {
        "key": f"key-{next(KEYS)}",
        "based_on": 0,
        "draft": 0,
        "fields": fields or {},
        "base": {},
    }
    return client.post(url, json.dumps(usual | more), content_type="application/json")


def kept(door) -> dict:
    return Draft.objects.get(indicator=door.indicator).content
