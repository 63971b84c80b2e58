"""The expert's last word: what is shown, said once, given, or let pass."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mipex_site.accounts.services.people import portal_robot
from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal, WrongState
from questionnaire.enums import Attribution, Role
from questionnaire.models import Assignment, Invitation
from review.enums import CaseState, ItemState
from review.models import Case, LastWord, NamingConsent, ReviewDraft
from review.selectors.drafts import drafts_waiting
from review.services.drafts import Typed, keep_review_draft, on_last_word
from review.services.last_word import comment, give_last_word, let_last_word_pass, say_naming
from review.tasks import end_what_is_over
from tests import world as worlds
from tests.factories.accounts import UserFactory

from .clients import said, signed_in
from .windows import change, open_for, pass_time

PAGE = "/reviews/2019/PT/a/last-word/"


@pytest.fixture
def world(db):
    """Give the small round with five days for the last word."""
    return worlds.build(last_word_days=5)


@pytest.fixture
def settled(reviewed):
    """Give the world with Portugal's strand a waiting for the last word."""
    worlds.approve(reviewed, reviewed.item("PT", "aa1"))
    worlds.rule(reviewed, worlds.split(reviewed, "PT", "aa2"))
    return reviewed


def let_days_pass(case):
    Case.objects.filter(pk=case.pk).update(last_word_until=timezone.now())


def test_a_settled_case_is_with_the_expert_for_some_days(settled):
    case = settled.case("PT", "a")

    assert case.state == CaseState.LAST_WORD
    days = case.last_word_until - timezone.now()
    assert timedelta(days=4, hours=23) < days <= timedelta(days=5)


def test_the_expert_reads_public_rationales_and_nothing_internal(settled):
    page = said(signed_in(settled["PT_a_1"]).get(PAGE))

    assert "The act was in force on the day." in page
    assert "The source that the expert cites decides." not in page
    assert "You said" in page
    assert not [t for t in settled.traces_of(worlds.REVIEW_SIDE) if t in page]


@pytest.mark.parametrize(
    "key", ["PT_b_1", "EE_a_1", "PT_reviewer_1", "adjudicator", "coordinator", "stranger"]
)
def test_it_is_the_lead_experts_alone(settled, key):
    client = signed_in(settled[key])

    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"is_named": "yes"}).status_code == 403
    assert client.post(f"{PAGE}aa1/", {"text": "Fine."}).status_code == 403
    with pytest.raises(NotAllowed):
        comment(item=settled.item("PT", "aa1"), text="Fine.", by=settled[key])
    with pytest.raises(NotAllowed):
        give_last_word(case=settled.case("PT", "a"), is_named=True, by=settled[key])
    assert settled.case("PT", "a").state == CaseState.LAST_WORD


def test_a_superuser_has_no_last_word(settled):
    root = UserFactory(is_superuser=True, is_staff=True)

    assert signed_in(root).get(PAGE).status_code == 403
    with pytest.raises(NotAllowed):
        give_last_word(case=settled.case("PT", "a"), is_named=True, by=root)


def test_a_comment_is_kept_once_and_changes_nothing(settled):
    client = signed_in(settled["PT_a_1"])

    response = client.post(f"{PAGE}aa1/", {"text": "The act has a new number."}, follow=True)

    assert "Your comment is kept." in said(response)
    assert "The act has a new number." in said(response)
    assert settled.item("PT", "aa1").state == ItemState.APPROVED
    entry = AuditEntry.objects.get(act="last_word.comment")
    assert (entry.subject, entry.role) == ("item/2019/PT/a/aa1", "expert")
    with pytest.raises(WrongState, match="already"):
        comment(item=settled.item("PT", "aa1"), text="Again.", by=settled["PT_a_1"])
    assert LastWord.objects.count() == 1


@pytest.mark.parametrize("text", ["", "  ", "a" * 1_000_000])
def test_a_comment_says_something_and_not_too_much(settled, text):
    response = signed_in(settled["PT_a_1"]).post(f"{PAGE}aa1/", {"text": text})

    assert response.status_code == 422
    with pytest.raises(ValidationError, match="text"):
        comment(item=settled.item("PT", "aa1"), text=text, by=settled["PT_a_1"])
    assert not LastWord.objects.exists()


def test_a_comment_that_may_name_somebody_is_held_up(settled):
    client = signed_in(settled["PT_a_1"])
    text = {"text": "Thylacinek had it wrong."}

    held = client.post(f"{PAGE}aa1/", text)
    assert held.status_code == 422
    assert said(held).count("may name somebody") == 1

    client.post(f"{PAGE}aa1/", text | {"overruled": "on"})
    assert LastWord.objects.exists()


DOOR = "/reviews/2019/PT/a/drafts/message/last_word/aa1/2019-12-31/"


def type_in(client, text, **body):
    sent = {"key": "k1", "based_on": 0, "draft": 0, "fields": {"text": text}} | body
    return client.post(DOOR, json.dumps(sent), content_type="application/json")


def test_a_comment_that_is_being_typed_lies_in_its_form_until_it_is_kept(settled):
    client = signed_in(settled["PT_a_1"])

    assert type_in(client, "The act has a new").json()["state"] == "kept"

    page = said(client.get(PAGE))
    assert f'data-door="{DOOR}"' in page
    assert "The act has a new</textarea>" in page
    assert page.count("lies here. Nobody else can read it.") == 1
    (line,) = drafts_waiting(settled["PT_a_1"])
    assert (line.code, line.where) == ("aa1", "last_word/aa1/2019-12-31")

    client.post(f"{PAGE}aa1/", {"text": "The act has a new number."})
    assert not ReviewDraft.objects.exists()
    late = type_in(client, "More.", key="k2")
    assert late.status_code == 423
    assert "commented on this answer already" in late.json()["words"]


def test_without_a_script_a_comment_is_kept_by_a_button_and_discarded(settled):
    client = signed_in(settled["PT_a_1"])

    kept = client.post(f"{PAGE}aa1/", {"text": "Not yet", "act": "keep"})

    assert (kept.status_code, kept.url) == (302, PAGE)
    assert ReviewDraft.objects.get().content == {"text": "Not yet"}
    client.post(f"{PAGE}aa1/", {"act": "discard"})
    assert not ReviewDraft.objects.exists()
    assert not LastWord.objects.exists()


def test_a_comment_that_is_held_up_is_kept_as_a_draft(settled):
    client = signed_in(settled["PT_a_1"])

    client.post(f"{PAGE}aa1/", {"text": "Thylacinek had it wrong."})

    assert ReviewDraft.objects.get().content["text"] == "Thylacinek had it wrong."


@pytest.mark.parametrize(
    "key", ["PT_b_1", "EE_a_1", "PT_reviewer_1", "adjudicator", "coordinator", "stranger"]
)
def test_nobody_else_types_or_reads_there(settled, key):
    type_in(signed_in(settled["PT_a_1"]), "Mine alone.")
    client = signed_in(settled[key])

    assert type_in(client, "Mine too.").status_code == 404
    assert client.get(DOOR).status_code == 404
    assert ReviewDraft.objects.get().content == {"text": "Mine alone."}


def test_a_draft_of_a_comment_is_taken_while_the_last_word_is_open(settled):
    client = signed_in(settled["PT_a_1"])
    give_last_word(case=settled.case("PT", "a"), is_named=True, by=settled["PT_a_1"])

    assert type_in(client, "Too late.").status_code == 423
    assert not ReviewDraft.objects.exists()


def test_the_drafts_of_all_answers_are_read_at_once(settled, django_assert_max_num_queries):
    client = signed_in(settled["PT_a_1"])
    with CaptureQueriesContext(connection) as without:
        client.get(PAGE)
    for code in ("aa1", "aa2"):
        spot = on_last_word(settled.item("PT", code))
        typed = Typed(fields={"text": code}, based_on=0, draft=0)
        keep_review_draft(spot=spot, typed=typed, by=settled["PT_a_1"])

    with django_assert_max_num_queries(len(without)):
        client.get(PAGE)


@pytest.mark.parametrize("key", ["PT_reviewer_1", "adjudicator", "coordinator"])
def test_the_review_reads_the_comment_on_the_case_and_the_answer(settled, key):
    comment(item=settled.item("PT", "aa1"), text="A new number.", by=settled["PT_a_1"])
    client = signed_in(settled[key])

    for path in ("/reviews/2019/PT/a/", "/reviews/2019/PT/a/aa1/"):
        page = said(client.get(path))
        assert "A new number." in page
        if key != "coordinator":
            assert settled["PT_a_1"].name not in page


@pytest.mark.parametrize("is_named", [True, False])
def test_nothing_more_clears_the_case_and_says_whether_one_is_named(settled, is_named):
    client = signed_in(settled["PT_a_1"])

    response = client.post(PAGE, {"is_named": "yes" if is_named else "no"}, follow=True)

    assert "Your last word is kept." in said(response)
    case = settled.case("PT", "a")
    assert case.state == CaseState.CLEARED
    assert case.last_word_given_at is not None
    consent = NamingConsent.objects.get()
    assert (consent.person, consent.is_named) == (settled["PT_a_1"], is_named)
    assert consent.country == settled.country("PT")
    acts = list(AuditEntry.objects.order_by("-number").values_list("act", flat=True)[:3])
    assert acts == ["case.clear", "last_word.give", "naming.say"]


def test_what_was_said_of_being_named_is_changed_afterwards(settled):
    client = signed_in(settled["PT_a_1"])
    client.post(PAGE, {"is_named": "yes"})
    assert "The edition may name you." in said(client.get(PAGE))

    response = client.post(PAGE, {"is_named": "no", "act": "naming"}, follow=True)

    assert "The edition does not name you." in said(response)
    assert not NamingConsent.objects.get().is_named
    assert AuditEntry.objects.filter(act="naming.say").count() == 2
    assert AuditEntry.objects.filter(act="last_word.give").count() == 1


def test_what_was_asked_at_the_acceptance_is_chosen_and_says_what_a_yes_means(settled):
    person, country = settled["PT_a_1"], settled.country("PT")
    Invitation.objects.create(
        round=settled.round,
        email=person.email,
        role=Role.EXPERT,
        country=country,
        invited_by=settled["head"],
        token_hash="0" * 64,
        expires_at=timezone.now(),
        accepted_at=timezone.now(),
        attribution=Attribution.WITHOUT_SCORES,
        person=person,
    )

    page = said(signed_in(person).get(PAGE))

    assert "apart from any country and score?" in page
    assert 'value="yes" id="id_is_named_0" checked' in page


def test_one_says_yes_or_no_to_being_named(settled):
    response = signed_in(settled["PT_a_1"]).post(PAGE, {})

    assert response.status_code == 422
    assert "Choose yes or no." in said(response)
    assert settled.case("PT", "a").state == CaseState.LAST_WORD


def test_after_the_days_nothing_is_said_any_more_and_the_portal_clears_the_case(settled):
    case = settled.case("PT", "a")
    assert end_what_is_over() == 0
    with pytest.raises(Refusal):
        let_last_word_pass(case=case, by=portal_robot())
    let_days_pass(case)
    with pytest.raises(NotAllowed, match="was open until"):
        give_last_word(case=case, is_named=True, by=settled["PT_a_1"])

    assert (end_what_is_over(), end_what_is_over()) == (1, 0)

    case = settled.case("PT", "a")
    assert (case.state, case.last_word_given_at) == (CaseState.CLEARED, None)
    entries = AuditEntry.objects.filter(act__in=("last_word.lapse", "case.clear"))
    assert {(e.actor, e.role, e.channel) for e in entries} == {(portal_robot().pk, "", "task")}
    assert not NamingConsent.objects.exists()
    client = signed_in(settled["PT_a_1"])
    client.post(PAGE, {"is_named": "yes", "act": "naming"})
    assert NamingConsent.objects.get().is_named, "being named can be said still"


def test_an_expert_whose_right_has_ended_has_no_last_word_and_the_days_pass(settled):
    held = Assignment.objects.get(person=settled["PT_a_1"])
    held.ended_at = timezone.now()
    held.save()

    assert signed_in(settled["PT_a_1"]).get(PAGE).status_code == 403
    assert settled.case("PT", "a").state == CaseState.LAST_WORD
    let_days_pass(settled.case("PT", "a"))
    assert end_what_is_over() == 1


def test_a_reopened_and_changed_answer_asks_for_the_last_word_anew(settled):
    give_last_word(case=settled.case("PT", "a"), is_named=True, by=settled["PT_a_1"])
    open_for(settled, "aa1")
    change(settled, "aa1")
    worlds.submit(settled, settled.sheet("PT", "a"))
    case = settled.case("PT", "a")
    assert (case.state, case.last_word_given_at) == (CaseState.IN_REVIEW, None)

    worlds.approve(settled, settled.item("PT", "aa1"))

    assert settled.case("PT", "a").state == CaseState.LAST_WORD


@pytest.mark.parametrize("given", [True, False])
def test_a_reopening_that_changed_nothing_leaves_the_last_word_that_was_had(settled, given):
    case = settled.case("PT", "a")
    if given:
        give_last_word(case=case, is_named=True, by=settled["PT_a_1"])
    else:
        let_days_pass(case)
        end_what_is_over()
    open_for(settled, "aa1")

    pass_time()
    end_what_is_over()

    assert settled.case("PT", "a").state == CaseState.CLEARED


def test_a_last_word_that_a_reopening_cut_short_is_asked_for_again(settled):
    window = open_for(settled, "aa1")
    assert not window.needs_two
    worlds.submit(settled, settled.sheet("PT", "a"))

    case = settled.case("PT", "a")
    assert case.state == CaseState.LAST_WORD
    assert case.last_word_until > timezone.now() + timedelta(days=4)


def test_the_last_word_blocks_the_closing_by_name(world):
    worlds.settle_all(world)

    with pytest.raises(Refusal, match="with the expert for the last word"):
        worlds.close(world)

    for case in Case.objects.filter(state=CaseState.LAST_WORD):
        let_days_pass(case)
    end_what_is_over()
    assert worlds.close(world).state == "review_closed"


def test_who_reviews_says_so_too_and_what_was_said_last_holds(settled):
    place = {"round_": settled.round, "country": settled.country("PT")}
    for is_named in (True, False):
        say_naming(**place, is_named=is_named, by=settled["PT_reviewer_1"])

    consent = NamingConsent.objects.get(person=settled["PT_reviewer_1"])
    assert not consent.is_named
    entry = AuditEntry.objects.filter(act="naming.say").latest("number")
    assert (entry.old, entry.new) == ({"is_named": True}, {"is_named": False})
    assert (entry.subject, entry.role) == ("naming/2019/PT", "reviewer")


@pytest.mark.parametrize("key", ["stranger", "coordinator", "EE_a_1"])
def test_who_has_no_part_in_a_country_says_nothing_about_being_named(settled, key):
    place = {"round_": settled.round, "country": settled.country("PT")}

    with pytest.raises(NotAllowed):
        say_naming(**place, is_named=True, by=settled[key])


def test_my_work_asks_the_expert_for_the_last_word(settled):
    page = said(signed_in(settled["PT_a_1"]).get("/my-work/"))

    assert "Your last word: Portugal" in page
    assert PAGE in page
    assert "You have the last word" in said(
        signed_in(settled["PT_a_1"]).get("/reviews/2019/PT/a/outcome/")
    )
