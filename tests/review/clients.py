"""Clients that are somebody of the small world, and the addresses of the review's pages."""

import re

from django.test import Client

from tests.factories.review import CaseFactory, CaseItemFactory, reviewer_of

HTMX = {"HX-Request": "true"}
CASE = "/reviews/2019/EE/a/"
ITEM = "/reviews/2019/EE/a/aa1/"
RETURN = "/reviews/2019/EE/a/return/"
CONSENT = "/reviews/2019/EE/a/aa1/consent/"
OUTCOME = "/reviews/2019/EE/a/outcome/"
DISPUTE = "/disputes/2019/EE/a/aa1/"


def signed_in(person):
    """Return a client that this person has signed in with."""
    client = Client()
    client.force_login(person)
    return client


def said(response):
    """Return what a page says, with its white space folded and quotes as they are typed."""
    text = re.sub(r"\s+", " ", response.content.decode())
    return text.replace("&#x27;", "'").replace("&quot;", '"')


def case_of(number):
    """Return a case with so many answers under review, and somebody who reviews it."""
    case = CaseFactory()
    for _place in range(number):
        CaseItemFactory(case=case)
    return case, reviewer_of(case)


def address_of(case, indicator=""):
    """Return the address of the case, or of one answer in it."""
    path = f"/reviews/{case.round.code}/{case.country.code}/{case.strand.code}/"
    return f"{path}{indicator}/" if indicator else path
