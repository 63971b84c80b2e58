"""The pages of corrections: the reader's form and list, and the desk's."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from editions.enums import CorrectionState
from editions.models import CorrectionRequest, Revision
from editions.services import corrections
from tests.editions.correcting import filed, sign_and_publish
from tests.factories.accounts import UserFactory
from tests.factories.editions import publisher_of
from tests.factories.questionnaire import CUT_OFF, coordinator_of

pytestmark = pytest.mark.django_db

NOTE = {
    "country": "PT",
    "indicator": "a1",
    "reference_date": CUT_OFF.isoformat(),
    "text": "Section 3 says more.",
    "evidence": "",
    "name": "Nadia Nobody",
    "email": "nadia@example.org",
    "website": "",
}
FOUND = {
    "findings": "It does.",
    "is_wrong": "1",
    "status": "ok",
    "option": "1",
    "rationale": "The Act was read wrongly.",
    "source_title": "Invented Act of Correction",
    "keeps_sources": "on",
}


@pytest.fixture
def published(candidate) -> Revision:
    cache.clear()
    return sign_and_publish(candidate)


@pytest.fixture
def note(published) -> CorrectionRequest:
    return filed(published)


def at(name, note, *more):
    return reverse(f"desk:{name}", args=[note.edition.round.code, *more])


def test_a_reader_finds_the_form_from_the_edition_and_sends_a_note(client, published):
    page = client.get(reverse("editions:edition-show", args=[published.name]))
    form = reverse("editions:correction", args=[published.name])
    assert form in page.content.decode()
    assert client.get(form).status_code == 200

    sent = client.post(form, NOTE, follow=True)

    assert sent.status_code == 200
    assert "a letter to you is on its way" in sent.content.decode()
    assert CorrectionRequest.objects.get().indicator == "a1"


@pytest.mark.parametrize(
    "said",
    [{"text": ""}, {"email": "x"}, {"country": "XX"}, {"website": "http://spam.example"}],
)
def test_a_note_with_a_fault_is_given_back_and_not_kept(client, published, said):
    form = reverse("editions:correction", args=[published.name])

    sent = client.post(form, NOTE | said)

    assert sent.status_code == 422
    assert "Nadia Nobody" in sent.content.decode()
    assert not CorrectionRequest.objects.exists()


def test_after_many_notes_from_one_place_there_is_a_pause(client, published):
    form = reverse("editions:correction", args=[published.name])
    for _time in range(10):
        assert client.post(form, NOTE).status_code == 302

    assert client.post(form, NOTE).status_code == 409
    assert CorrectionRequest.objects.count() == 10


def test_what_is_not_published_takes_no_note(client, candidate):
    assert client.get(reverse("editions:correction", args=[candidate.name])).status_code == 404


def test_the_public_list_has_the_decision_and_no_name(client, note, published):
    by = coordinator_of(note.edition.round)
    corrections.look_into(request=note, findings="Nothing.", cell=None, by=by)
    for _time in range(2):
        corrections.decide(
            request=note,
            accepts=False,
            words="It stands.",
            public_words="The Act came later.",
            by=publisher_of(note.edition.round),
        )

    page = client.get(reverse("editions:corrections", args=[published.name])).content.decode()

    assert "The Act came later." in page
    assert "Portugal: " in page
    assert "PT a1" in page
    assert "Nadia" not in page
    assert "example.org" not in page


def test_a_note_becomes_a_revision_on_the_pages(client, note):
    round_ = note.edition.round
    finder = coordinator_of(round_)
    client.force_login(finder)
    listed = client.get(at("corrections", note)).content.decode()
    assert "Portugal: " in listed
    assert "PT a1" in listed
    assert client.get(at("correction", note, note.key)).status_code == 200
    sent = client.post(at("correction-look-into", note, note.key), FOUND)
    assert sent.status_code == 302
    for public in ("", "The Act says more."):
        client.force_login(publisher_of(round_))
        said = {"accepts": "1", "words": "I read it.", "public_words": public}
        assert client.post(at("correction-decide", note, note.key), said).status_code == 302
    note.refresh_from_db()
    assert note.state == CorrectionState.ACCEPTED
    client.force_login(finder)
    assert "Issue a new revision" in client.get(at("corrections", note)).content.decode()

    said = {"requests": [note.pk], "erratum": "One answer was wrong."}
    assert client.post(at("corrections-issue", note), said).status_code == 302

    note.refresh_from_db()
    assert note.issued_in.reason == "One answer was wrong."


def test_a_form_with_a_fault_is_given_back_with_what_was_written(client, note):
    client.force_login(coordinator_of(note.edition.round))

    sent = client.post(at("correction-look-into", note, note.key), FOUND | {"rationale": ""})

    assert sent.status_code == 422
    assert "It does." in sent.content.decode()


def test_nobody_else_reads_a_note(client, note):
    for stranger in (UserFactory(), UserFactory(is_superuser=True, is_staff=True)):
        client.force_login(stranger)
        assert client.get(at("corrections", note)).status_code == 403
        assert client.get(at("correction", note, note.key)).status_code == 403
        assert client.post(at("correction-decide", note, note.key), {}).status_code == 403
    client.logout()
    assert client.get(at("corrections", note)).status_code == 302


def test_the_list_asks_as_much_for_three_notes_as_for_one(
    client, note, django_assert_num_queries, django_assert_max_num_queries
):
    client.force_login(coordinator_of(note.edition.round))
    with django_assert_max_num_queries(30) as one:
        client.get(at("corrections", note))
    for indicator in ("a2", "b1"):
        filed(note.revision, indicator=indicator)

    with django_assert_num_queries(len(one)):
        client.get(at("corrections", note))
