"""The certificate of reviewing: who, how much, when; and no word on where."""

from datetime import UTC, datetime

import pytest

from mipex_site.audit.models import AuditEntry
from mipex_site.base.pdf import NoPdf
from questionnaire.services.assignments import end_assignment
from review.models import NamingConsent, Opinion, Ruling
from review.selectors.certificate import certificate_of
from review.views import certificate
from tests import world as worlds
from tests.factories.accounts import UserFactory
from tests.review.clients import said, signed_in

PAGE = "/reviews/2019/certificate/"
PDF = "/reviews/2019/certificate/pdf/"
WORK = "/my-work/"
WHERE = ("Estonia", "Portugal", "Strand a", "Strand b", "EE", "PT", "aa1")


@pytest.fixture
def closed(reviewed):
    """Give the round with its review closed; one dispute of Estonia was ruled on."""
    worlds.split(reviewed, "EE", "aa1")
    worlds.approve_all(reviewed)
    worlds.rule_all(reviewed)
    worlds.close(reviewed)
    return reviewed


def words_of(response):
    """Return what the certificate itself says."""
    return (
        said(response).partition('<article class="certificate">')[2].partition("</article>")[0]
    )


# --- When it is there ---------------------------------------------------------------------


def test_before_the_review_is_closed_the_page_says_when_it_will_be_there(reviewed):
    worlds.agree(reviewed, reviewed.item("EE", "aa1"), reviewed["EE_reviewer_1"])
    client = signed_in(reviewed["EE_reviewer_1"])

    page = said(client.get(PAGE))

    assert "will be here once the review of Round 2019 is closed" in page
    assert "<article" not in page
    assert client.get(PDF).status_code == 404


def test_a_reviewer_is_certified_what_was_reviewed(closed):
    person = closed["EE_reviewer_1"]
    given = Opinion.objects.filter(reviewer=person).count()

    words = words_of(signed_in(person).get(PAGE))

    assert person.name in words
    assert "Round 2019" in words
    assert f"{given} opinions on answers" in words
    assert "blind peer review" in words
    assert "ruling" not in words


def test_an_adjudicator_is_certified_what_was_ruled(closed):
    person = closed["adjudicator"]
    assert Ruling.objects.filter(adjudicator=person).count() == 1

    words = words_of(signed_in(person).get(PAGE))

    assert "1 ruling on a dispute" in words
    assert "opinion" not in words


def test_the_period_is_told_by_month_and_no_more_exactly(closed, monkeypatch):
    person = closed["EE_reviewer_1"]
    first = Opinion.objects.filter(reviewer=person).first()
    given = datetime(2019, 3, 7, 12, tzinfo=UTC)
    monkeypatch.setattr(
        "review.selectors.certificate._acts",
        lambda user, round_: {
            "opinions": [given, first.at],
            "codings": [],
            "rulings": [],
            "second_looks": [],
        },
    )

    words = words_of(signed_in(person).get(PAGE))

    assert f"From March 2019 to {first.at:%B %Y}." in words
    assert "7 March" not in words


def test_who_was_released_keeps_what_was_done(closed):
    person = closed["EE_reviewer_2"]
    for held in closed.round.assignments.filter(person=person):
        end_assignment(assignment=held, by=closed["head"], reason="Moved.")

    assert person.name in words_of(signed_in(person).get(PAGE))


def test_who_did_nothing_gets_none(closed):
    person = closed["EE_reviewer_3"]
    assert not Opinion.objects.filter(reviewer=person).exists()

    assert "Nothing to certify" in said(signed_in(person).get(PAGE))
    assert certificate_of(person, closed.round) is None


# --- What it keeps to itself --------------------------------------------------------------


@pytest.mark.parametrize("who", ["EE_reviewer_1", "PT_reviewer_1", "adjudicator"])
def test_it_names_no_country_no_strand_no_pseudonym_and_nobody_else(closed, who):
    others = [key for key in worlds.NAMES if key != who]
    traces = closed.traces_of(others)
    traces |= set(closed.round.assignments.values_list("pseudonym", flat=True))

    response = signed_in(closed[who]).get(PAGE)

    words = words_of(response)
    assert not {trace for trace in traces if trace and trace in words}
    assert not {where for where in WHERE if where in words}
    for where in ("Estonia", "Portugal", "Strand a"):
        assert where not in said(response)


def test_the_pdf_is_one_and_its_name_tells_nothing(closed):
    response = signed_in(closed["EE_reviewer_1"]).get(PDF)

    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="certificate-2019.pdf"'
    assert response.content.startswith(b"%PDF")


def test_where_no_pdf_can_be_made_the_page_is_there_to_print(closed, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise NoPdf

    monkeypatch.setattr(certificate, "pdf_of", refuse)
    page = said(signed_in(closed["EE_reviewer_1"]).get(PDF))

    assert "Print this page instead." in page
    assert closed["EE_reviewer_1"].name in page


@pytest.mark.parametrize("url", [PAGE, PDF])
@pytest.mark.parametrize(
    "who", ["stranger", "EE_a_1", "coordinator", "observer", "publisher_1"]
)
def test_who_never_reviewed_is_told_so(closed, who, url):
    assert signed_in(closed[who]).get(url).status_code == 403


def test_a_superuser_without_a_part_is_told_so_too(closed):
    root = UserFactory(is_superuser=True, is_staff=True)
    assert signed_in(root).get(PAGE).status_code == 403


def test_a_round_that_is_not_is_not_found(closed):
    client = signed_in(closed["EE_reviewer_1"])
    assert client.get("/reviews/1999/certificate/").status_code == 404


# --- Being named --------------------------------------------------------------------------


def test_one_word_on_being_named_holds_for_all_that_was_reviewed(closed):
    person = closed["EE_reviewer_1"]
    client = signed_in(person)

    response = client.post(PAGE, {"is_named": "yes"}, follow=True)

    assert "Your word is kept." in said(response)
    assert 'value="yes"' in said(response)
    (kept,) = NamingConsent.objects.filter(person=person)
    assert (kept.country.code, kept.is_named) == ("EE", True)
    act = AuditEntry.objects.get(act="naming.say", actor=person.pk)
    assert act.new == {"is_named": True}

    client.post(PAGE, {"is_named": "no"})
    assert NamingConsent.objects.get(person=person).is_named is False


def test_who_has_spoken_says_so_before_the_review_is_closed(reviewed):
    worlds.agree(reviewed, reviewed.item("EE", "aa1"), reviewed["EE_reviewer_1"])
    client = signed_in(reviewed["EE_reviewer_1"])

    assert "Your word is kept." in said(client.post(PAGE, {"is_named": "yes"}, follow=True))

    assert NamingConsent.objects.get().is_named
    idle = said(signed_in(reviewed["EE_reviewer_3"]).get(PAGE))
    assert "May the edition list you" not in idle


def test_an_empty_word_is_asked_for_again(closed):
    response = signed_in(closed["EE_reviewer_1"]).post(PAGE, {})

    assert response.status_code == 422
    assert "Choose yes or no." in said(response)
    assert not NamingConsent.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("EE_reviewer_3", 409), ("stranger", 403)])
def test_who_reviewed_nothing_says_nothing_of_being_named(closed, who, status):
    response = signed_in(closed[who]).post(PAGE, {"is_named": "yes"})

    assert response.status_code == status
    assert not NamingConsent.objects.exists()


# --- The way there ------------------------------------------------------------------------


def test_my_work_leads_there_once_the_review_is_closed(reviewed):
    client = signed_in(reviewed["EE_reviewer_1"])
    assert PAGE not in said(client.get(WORK))

    worlds.approve_all(reviewed)
    worlds.rule_all(reviewed)
    worlds.close(reviewed)

    assert f'href="{PAGE}"' in said(client.get(WORK))
    assert PAGE not in said(signed_in(reviewed["EE_reviewer_3"]).get(WORK))


def test_the_page_costs_a_fixed_number_of_queries(closed, django_assert_num_queries):
    client = signed_in(closed["adjudicator"])
    with django_assert_num_queries(12):
        client.get(PAGE)
