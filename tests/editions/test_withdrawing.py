"""Withdrawing what was published: asked for by one person, done by a publisher, told to all."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from editions import selectors
from editions.enums import RevisionState
from editions.models import Revision
from editions.services import corrections, withdrawing
from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal, Stale, WrongState
from mipex_site.mail.models import Notice
from tests.editions.correcting import filed, sign_and_publish, withdrawn
from tests.factories.accounts import UserFactory
from tests.factories.editions import publisher_of
from tests.factories.questionnaire import coordinator_of

pytestmark = pytest.mark.django_db

REASON = "A court said so."


@pytest.fixture
def published(candidate) -> Revision:
    cache.clear()
    return sign_and_publish(candidate)


@pytest.fixture
def asked(published):
    return withdrawing.ask(
        revision=published, reason=REASON, by=coordinator_of(published.edition.round)
    )


def acts_of(revision):
    rows = AuditEntry.objects.filter(
        subject=f"edition/{revision.name}", act__contains="ithdraw"
    )
    return list(rows.order_by("number").values_list("act", flat=True))


def test_two_people_withdraw_a_revision_and_both_are_in_the_audit(published, asked):
    publisher = publisher_of(published.edition.round)

    withdrawing.withdraw(revision=published, seen=asked.number, by=publisher)

    published.refresh_from_db()
    assert (published.state, published.reason) == (RevisionState.WITHDRAWN, REASON)
    act = AuditEntry.objects.get(act=withdrawing.DO)
    assert (act.actor, act.new["asked_by"], act.reason) == (publisher.pk, str(asked.by), REASON)


def test_nobody_withdraws_alone(published):
    publisher = publisher_of(published.edition.round)
    asked = withdrawing.ask(revision=published, reason=REASON, by=publisher)

    with pytest.raises(NotAllowed, match="somebody else"):
        withdrawing.withdraw(revision=published, seen=asked.number, by=publisher)

    published.refresh_from_db()
    assert published.state == RevisionState.PUBLISHED


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 1001])
def test_the_public_reason_is_a_paragraph(published, reason):
    with pytest.raises(Refusal):
        withdrawing.ask(
            revision=published, reason=reason, by=coordinator_of(published.edition.round)
        )

    assert acts_of(published) == []


def test_a_stranger_and_a_superuser_ask_for_nothing(published):
    for person in (UserFactory(), UserFactory(is_superuser=True)):
        with pytest.raises(NotAllowed, match="run or publish"):
            withdrawing.ask(revision=published, reason=REASON, by=person)


def test_it_is_asked_for_once(published, asked):
    with pytest.raises(Refusal, match="already"):
        withdrawing.ask(
            revision=published, reason="Once more.", by=coordinator_of(published.edition.round)
        )


def test_who_read_another_reason_is_told_so(published, asked):
    by = coordinator_of(published.edition.round)
    withdrawing.refuse(revision=published, seen=asked.number, words="Say more.", by=by)
    withdrawing.ask(revision=published, reason="Another one.", by=by)

    with pytest.raises(Stale, match="Read it again"):
        withdrawing.withdraw(
            revision=published,
            seen=asked.number,
            by=publisher_of(published.edition.round),
        )


def test_what_is_refused_or_taken_back_waits_no_more(published):
    first, second = (coordinator_of(published.edition.round) for _time in range(2))
    one = withdrawing.ask(revision=published, reason=REASON, by=first)
    with pytest.raises(NotAllowed, match="Take it back"):
        withdrawing.refuse(revision=published, seen=one.number, words="No.", by=first)
    with pytest.raises(NotAllowed, match="Only who asked"):
        withdrawing.take_back(revision=published, seen=one.number, by=second)
    withdrawing.take_back(revision=published, seen=one.number, by=first)
    two = withdrawing.ask(revision=published, reason=REASON, by=first)
    withdrawing.refuse(revision=published, seen=two.number, words="No court did.", by=second)

    assert withdrawing.waiting_for(published) is None
    assert acts_of(published) == [
        withdrawing.ASK,
        withdrawing.TAKE_BACK,
        withdrawing.ASK,
        withdrawing.REFUSE,
    ]
    with pytest.raises(WrongState, match="Nobody asks"):
        withdrawing.withdraw(
            revision=published, seen=two.number, by=publisher_of(published.edition.round)
        )


def test_the_publishers_are_told_that_it_waits_for_one_of_them(published):
    round_ = published.edition.round
    first, second = publisher_of(round_), publisher_of(round_)

    withdrawing.ask(revision=published, reason=REASON, by=first)

    told = Notice.objects.filter(key__startswith=f"withdrawal/{published.name}/")
    assert second in {notice.person for notice in told}
    assert first not in {notice.person for notice in told}


def test_its_address_stays_and_says_when_and_why(client, published):
    name = published.name
    withdrawn(published, publisher_of(published.edition.round), reason=REASON)

    behind = client.get(reverse("editions:edition-show", args=[name]))
    page = client.get(f"/e/{name}/countries/ee.html")
    data = client.get(f"/e/{name}/results.csv")

    assert behind.status_code == 200
    assert (page.status_code, data.status_code) == (410, 410)
    for text in (behind, page, data):
        assert REASON in text.content.decode()
        assert str(selectors.withdrawal_of(selectors.shown_revision(name)).at.year) in (
            text.content.decode()
        )
    assert data["Content-Type"].startswith("text/plain")
    assert "no-store" in page["Cache-Control"]


def test_its_checksums_stay_and_its_files_are_kept_on_the_disk(
    client, published, editions_root
):
    withdrawn(published, publisher_of(published.edition.round), reason=REASON)

    sums = client.get(f"/e/{published.name}/SHA256SUMS")

    assert sums.status_code == 200
    kept = editions_root / published.folder
    assert b"".join(sums.streaming_content) == (kept / "SHA256SUMS").read_bytes()
    assert (kept / "results.csv").is_file()


def test_it_is_listed_as_withdrawn_and_leads_nobody_to_its_pages(client, published):
    withdrawn(published, publisher_of(published.edition.round), reason=REASON)

    listed = client.get("/editions/").content.decode()

    assert published.name in listed
    assert f"/e/{published.name}/" not in listed
    assert "No edition is published yet." in client.get("/").content.decode()


def test_nothing_is_told_about_it_any_more(client, published):
    note = filed(published)
    withdrawn(published, publisher_of(published.edition.round), reason=REASON)

    form = client.get(reverse("editions:correction", args=[published.name]))

    assert form.status_code == 409
    assert "was withdrawn" in form.content.decode()
    assert client.get(reverse("editions:corrections", args=[published.name])).status_code == 200
    with pytest.raises(WrongState, match="Nothing of this edition is published"):
        corrections.issue(
            edition=published.edition,
            requests=[note],
            erratum="One.",
            by=coordinator_of(published.edition.round),
        )
