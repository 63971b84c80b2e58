"""While a worker is busy: the build step by step, and a passphrase that is asked all the same."""

import re

import pytest

from editions.enums import RevisionState
from editions.models import Mandate, Revision
from tests.factories.editions import EditionFactory, MandateFactory, SignatureFactory

from .test_publishing_more import PAGE, revision_in, words_of

pytestmark = pytest.mark.usefixtures("empty_cache")


def test_the_present_step_is_marked_and_the_page_needs_no_script_for_it(world, as_person):
    revision_in(world, RevisionState.BUILDING, step="Writing pages", attempt=2)

    page = words_of(as_person("publisher_1").get(PAGE))

    [present] = re.findall(r'aria-current="step">.*?</li>', page)
    assert "Writing pages" in present
    assert page.count("segments__part--done") == 3
    assert "Attempt 2: a worker fell silent" in page
    assert f'href="{PAGE}">Look again' in page


def test_the_steps_alone_are_asked_for_until_the_work_is_done(world, as_person):
    """So that a passphrase half typed is not wiped away every two seconds."""
    revision = revision_in(world, RevisionState.BUILDING)
    client = as_person("publisher_1")

    def asked():
        return client.get(PAGE, headers={"HX-Request": "true"})

    assert 'hx-select="#publishing-now"' in asked().content.decode()
    assert "HX-Retarget" not in asked()
    Revision.objects.filter(pk=revision.pk).update(state=RevisionState.FAILED, error="Why.")
    assert asked()["HX-Retarget"] == asked()["HX-Reselect"] == "#publishing"


def test_htmx_gets_the_part_under_its_one_id(world, as_person):
    revision_in(world, RevisionState.CANDIDATE)

    response = as_person("publisher_1").get(PAGE, headers={"HX-Request": "true"})

    page = response.content.decode()
    assert "<html" not in page
    assert page.count('id="publishing"') == 1


def test_signing_in_advance_asks_for_the_passphrase_too(world, as_person):
    EditionFactory(round=world.round)
    client = as_person("publisher_1")

    for said in ({}, {"password": "wrong words"}):
        response = client.post(f"{PAGE}in-advance/", said)
        assert response.status_code == 422
    assert "This is not your passphrase. Nothing was signed." in response.content.decode()
    assert not Mandate.objects.exists()


def test_a_mandate_that_became_a_signature_waits_for_no_later_revision(world, as_person):
    revision = revision_in(world, RevisionState.CANDIDATE)
    older = revision.edition.revisions.create(
        number=9, cut_off=revision.cut_off, state=RevisionState.SUPERSEDED, hash="ef" * 32
    )
    revision.number, older.number = 10, 1
    revision.save()
    for key in ("publisher_1", "publisher_2"):
        MandateFactory(edition=revision.edition, signer=world[key])
        SignatureFactory(revision=older, signer=world[key], in_advance=True)

    page = words_of(as_person("publisher_1").get(PAGE))

    assert page.count("Waits for a signature") == 2
    assert "hx-get" not in page
    assert "Take back my signature" not in page
