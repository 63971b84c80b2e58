"""The page of colleagues, the line that leads to it, and what a colleague meets after the end."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from questionnaire.enums import AssessmentState, Role
from questionnaire.models import Answer, Assignment
from questionnaire.services.delegating import delegate
from review.services.interests import unblind
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import AssessmentFactory, coordinator_of, on_sheet

from .viewing import HTMX, at, filled, opened, signed_in, text_of

NOBODY = "Either no one signs in to the portal with this address, or this person cannot help"


@pytest.fixture
def lead(desk):
    """Give the desk its expert's browser, a colleague, and the address of the page."""
    opened(desk)
    desk.colleague = UserFactory(name="Ambrosia Puduwitz", email="ambrosia@example.org")
    desk.page = at(desk.sheet, "delegates/")
    own = Assignment.objects.get(person=desk.expert)
    desk.expert_pseudonym = own.pseudonym
    return desk


def names_in(lead) -> tuple[str, ...]:
    """Return what tells a coordinator who the people of the expert side are."""
    people = (lead.expert, lead.colleague)
    return tuple(word for one in people for word in (one.name, one.email))


def lent(lead, **fields):
    """Return what a browser sends to lend the desk's strand until tomorrow."""
    usual = {
        "act": "lend",
        "to": lead.colleague.email,
        "strands": [lead.sheet.strand.code],
        "until": (timezone.localdate() + timedelta(days=1)).isoformat(),
        "reason": "I am in court.",
    }
    return usual | fields


def handed_in(lead) -> None:
    lead.sheet.state, lead.sheet.submitted_at = AssessmentState.SUBMITTED, timezone.now()
    lead.sheet.save()


def lend(lead) -> Assignment:
    (row,) = delegate(
        sheet=lead.sheet,
        to=lead.colleague,
        strands=[lead.sheet.strand],
        until=timezone.localdate() + timedelta(days=1),
        reason="I am in court.",
        by=lead.expert,
    )
    return row


def expire(row: Assignment) -> None:
    row.ends_at = timezone.now()
    row.save()


def test_an_expert_lends_a_strand_and_reads_who_helps(lead):
    answer = lead.client.post(lead.page, lent(lead), follow=True)

    shown = text_of(answer)
    assert answer.redirect_chain == [(lead.page, 302)]
    assert "Your colleague can begin" in shown
    assert f"Ambrosia Puduwitz on behalf of {lead.expert.name}." in shown
    assert signed_in(lead.colleague).get(lead.url).status_code == 200


def test_the_form_offers_the_strands_that_the_expert_has(lead):
    more = {"round": lead.sheet.round, "country": lead.sheet.country}
    own, other = AssessmentFactory(**more), AssessmentFactory(**more)
    on_sheet(Role.EXPERT, own, lead.expert)

    shown = text_of(lead.client.get(lead.page))

    assert f'value="{own.strand.code}"' in shown
    assert f'value="{other.strand.code}"' not in shown
    box = f'value="{lead.sheet.strand.code}"[^>]*checked'
    assert re.search(box, shown)


def test_a_strand_that_is_with_the_reviewers_is_not_offered(lead):
    more = {"round": lead.sheet.round, "country": lead.sheet.country}
    own = AssessmentFactory(**more)
    on_sheet(Role.EXPERT, own, lead.expert)
    handed_in(lead)

    shown = text_of(lead.client.get(lead.page))
    answer = lead.client.post(lead.page, lent(lead))

    assert f'value="{own.strand.code}"' in shown
    assert f'value="{lead.sheet.strand.code}"' not in shown
    assert answer.status_code == 422


def test_where_all_is_with_the_reviewers_it_is_said_instead_of_a_form(lead):
    handed_in(lead)

    shown = text_of(lead.client.get(lead.page))

    assert "Your sheets are with the reviewers." in shown
    assert 'name="strands"' not in shown
    assert lead.client.post(lead.page, lent(lead)).status_code == 403


def test_what_is_missing_is_said_beside_each_field_and_nothing_is_lost(lead):
    answer = lead.client.post(
        lead.page, lent(lead, to="", strands=[], until="", reason="A trial in court.")
    )

    shown = text_of(answer)
    assert answer.status_code == 422
    for words in ("Whose help?", "Choose at least one strand.", "Until when?"):
        assert words in shown
    assert "A trial in court." in shown


def test_a_stranger_to_the_portal_and_a_reviewer_get_the_same_page(lead):
    """Byte for byte but for the address that was typed and the tokens of the form."""
    reviewer = on_sheet(Role.REVIEWER, lead.sheet, lead.colleague)

    def answered(address: str) -> str:
        answer = lead.client.post(lead.page, lent(lead, to=address))
        assert answer.status_code == 422
        body = answer.content.decode().replace(address, "ADDRESS")
        return re.sub(r"\b\w{64}\b", "", body)

    first = answered(reviewer.email)
    assert NOBODY in first
    assert first == answered("nobody@example.org")


def test_the_expert_ends_it_with_a_reason(lead):
    row = lend(lead)

    refused = lead.client.post(lead.page, {"act": "end", "delegation": row.pk, "reason": ""})
    done = lead.client.post(
        lead.page, {"act": "end", "delegation": row.pk, "reason": "Back."}, follow=True
    )

    assert refused.status_code == 422
    assert "Say in a sentence why it ends." in text_of(refused)
    assert "It has ended. What your colleague wrote stays." in text_of(done)
    assert signed_in(lead.colleague).get(lead.url).status_code == 404


def test_what_is_no_delegation_of_this_page_is_not_ended_here(lead):
    own = Assignment.objects.get(person=lead.expert)
    for key in (own.pk, "so", ""):
        sent = {"act": "end", "delegation": key, "reason": "Enough."}
        assert lead.client.post(lead.page, sent).status_code == 404
    own.refresh_from_db()
    assert own.ended_at is None


def test_the_coordinator_reads_it_and_can_end_it_but_lends_nothing(lead):
    row = lend(lead)
    client = signed_in(coordinator_of(lead.sheet.round))

    shown = text_of(client.get(lead.page))

    assert f"{row.pseudonym} on behalf of {lead.expert_pseudonym}." in shown
    assert "Let this colleague help" not in shown
    assert client.post(lead.page, lent(lead)).status_code == 403
    client.post(lead.page, {"act": "end", "delegation": row.pk, "reason": "A complaint."})
    row.refresh_from_db()
    assert row.ended_at is not None


def test_the_coordinator_reads_pseudonyms_also_of_what_ended(lead):
    row = lend(lead)
    client = signed_in(coordinator_of(lead.sheet.round))

    running = text_of(client.get(lead.page))
    expire(row)
    over = text_of(client.get(lead.page))

    for shown in (running, over):
        assert row.pseudonym in shown
        assert not [word for word in names_in(lead) if word in shown]


def test_a_coordinator_who_asked_for_the_names_reads_them_while_it_lasts(lead, time_machine):
    lend(lead)
    round_, country = lead.sheet.round, lead.sheet.country
    asked, other = coordinator_of(round_), coordinator_of(round_)
    learned = unblind(round_=round_, country=country, reason="A complaint.", by=asked)

    shown = text_of(signed_in(asked).get(lead.page))
    assert f"Ambrosia Puduwitz on behalf of {lead.expert.name}." in shown
    assert lead.colleague.email in shown
    hidden = text_of(signed_in(other).get(lead.page))
    assert not [word for word in names_in(lead) if word in hidden]

    time_machine.move_to(learned.until)
    later = text_of(signed_in(asked).get(lead.page))
    assert not [word for word in names_in(lead) if word in later]


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.DELEGATE, 403),
        (Role.OBSERVER, 403),
        (Role.REVIEWER, 404),
        (Role.ADJUDICATOR, 404),
        (None, 404),
    ],
)
def test_nobody_else_reads_who_helps(lead, role, status):
    lend(lead)
    person = on_sheet(role, lead.sheet) if role else UserFactory(is_superuser=True)

    answer = signed_in(person).get(lead.page)

    assert answer.status_code == status
    assert "Ambrosia" not in text_of(answer)


def test_nothing_but_a_quiet_link_speaks_of_colleagues_until_one_helps(lead):
    whole, link = at(lead.sheet, "?view=all"), "Let a colleague help"
    assert link in text_of(lead.client.get(whole))
    assert link not in text_of(lead.client.get(lead.url))
    boss = signed_in(coordinator_of(lead.sheet.round))
    assert lead.page not in text_of(boss.get(whole))

    lend(lead)

    assert "1 colleague helps with this strand." in text_of(lead.client.get(whole))
    assert lead.page in text_of(boss.get(whole))


def test_a_colleague_reads_for_whom_and_until_when(lead):
    row = lend(lead)
    client = signed_in(lead.colleague)

    whole, work = at(lead.sheet, "?view=all"), "/my-work/"

    assert f"You answer on behalf of {lead.expert.name}, until" in text_of(client.get(whole))
    assert f"For {lead.expert.name}, until" in text_of(client.get(work))
    assert "Let a colleague help" not in text_of(client.get(whole))
    expire(row)
    assert lead.expert.name not in text_of(client.get(work))


def test_an_observer_reads_nothing_of_colleagues(lead):
    lend(lead)
    client = signed_in(on_sheet(Role.OBSERVER, lead.sheet))
    shown = text_of(client.get(at(lead.sheet, "?view=all")))
    assert "colleague" not in shown


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("act", ["stay", "keep", "source"])
def test_after_the_end_nothing_is_saved_and_the_text_is_offered_for_copying(lead, act, headers):
    row = lend(lead)
    client = signed_in(lead.colleague)
    expire(row)
    sent = filled(lead, act=act, rationale="Section 4, second sentence.")

    answer = client.post(lead.url, sent, headers=headers)

    shown = text_of(answer)
    assert answer.status_code == 403
    assert "This page is not open to you, or no longer." in shown
    assert '<blockquote class="kept">Section 4, second sentence.</blockquote>' in shown
    assert not Answer.objects.exists()
    assert client.get(lead.url).status_code == 404


def test_a_form_sent_to_no_sheet_is_answered_as_one_sent_to_anothers(lead):
    stranger = signed_in(UserFactory())
    nowhere = lead.url.replace(f"/{lead.sheet.country.code}/", "/ZZ/")
    answers = [stranger.post(url, filled(lead)) for url in (lead.url, nowhere)]
    assert [answer.status_code for answer in answers] == [403, 403]
