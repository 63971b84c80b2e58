"""The audit's page: who may read it, what is filtered, and that nobody is named who is blind."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries, triggers
from mipex_site.audit.tasks import check_new_entries
from mipex_site.desk.selectors.audit import reading
from questionnaire.enums import Role
from questionnaire.services import assignments
from review.enums import Interest
from review.models import Declaration
from tests import world as worlds
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import AssignmentFactory

pytestmark = pytest.mark.django_db
PAGE, PORTAL = "/rounds/2019/audit/", "/audit/"
HIDDEN = [*worlds.EXPERT_SIDE, *worlds.REVIEW_SIDE]


@pytest.fixture
def told(world):
    """Give a world in which experts, reviewers and an adjudicator have acted."""
    worlds.answer_all(world)
    worlds.submit_all(world)
    worlds.return_objections(world, "EE", "aa1")
    worlds.rule(world, worlds.split(world, "PT", "bb1"))
    return world


def lines(response):
    return response.context["page"].lines


def numbers(response):
    return [line.entry.number for line in lines(response)]


def found(client, query=""):
    """Return the entries of all pages, newest first, by going on from page to page."""
    entries_, page = [], client.get(f"{PAGE}?{query}")
    while True:
        entries_ += [line.entry for line in lines(page)]
        older = page.context["page"].older
        if not older:
            return entries_
        page = client.get(f"{PAGE}?{older}")


def test_it_is_open_to_who_runs_or_observes_the_round(told, as_person):
    for key in ("coordinator", "head", "observer"):
        response = as_person(key).get(PAGE)
        assert response.status_code == 200
        assert len(lines(response)) == reading.PAGE


@pytest.mark.parametrize(
    "key",
    ["EE_a_1", "EE_b_delegate", "EE_reviewer_1", "adjudicator", "stranger", "publisher_1"],
)
def test_it_is_closed_to_everybody_else(world, as_person, key):
    client = as_person(key)
    for address in (PAGE, f"{PAGE}?format=csv", f"{PAGE}?format=json", PORTAL):
        assert client.get(address).status_code == 403
    assert not AuditEntry.objects.filter(act="audit.export").exists()


def test_a_superuser_without_an_assignment_reads_nothing(world, client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    assert client.get(PAGE).status_code == 403
    assert client.get(PORTAL).status_code == 403
    assert client.get(f"{PORTAL}?format=json").status_code == 403


def test_an_observer_who_still_reviews_does_not_read_and_one_who_did_may(told, as_person):
    held = AssignmentFactory(
        person=told["observer"],
        role=Role.REVIEWER,
        round=told.round,
        country=told.country("PT"),
        pseudonym="Reviewer Owl",
    )
    response = as_person("observer").get(PAGE)
    assert response.status_code == 403
    assert "its audit is closed to you" in response.content.decode()
    assignments.end_assignment(assignment=held, reason="Moved.", by=told["coordinator"])
    assert as_person("observer").get(PAGE).status_code == 200


def test_the_newest_is_first_and_pages_lead_there_and_back(told, as_person):
    client = as_person("observer")
    length, _head = entries.head_of(told.round.stream)
    first = client.get(PAGE)
    assert numbers(first)[0] == length
    assert first.context["page"].newer == ""
    second = client.get(f"{PAGE}?{first.context['page'].older}")
    assert numbers(second)[0] == numbers(first)[-1] - 1
    back = client.get(f"{PAGE}?{second.context['page'].newer}")
    assert numbers(back) == numbers(first)
    assert [entry.number for entry in found(client)] == list(range(length, 0, -1))


def test_an_act_written_meanwhile_moves_no_entry_to_another_page(told, as_person):
    client = as_person("observer")
    older = client.get(PAGE).context["page"].older
    before = numbers(client.get(f"{PAGE}?{older}"))
    worlds.agree(told, told.item("EE", "bb3"), told["EE_reviewer_1"])
    assert numbers(client.get(f"{PAGE}?{older}")) == before


def test_each_filter_lets_through_its_own_and_nothing_else(told, as_person):
    client = as_person("coordinator")
    whole = list(AuditEntry.objects.filter(stream=told.round.stream).order_by("-number"))

    def expected(wanted):
        return [entry.number for entry in whole if wanted(entry)]

    wanted_of = {
        "country=EE": lambda entry: entry.country == "EE",
        "indicator=bb1": lambda entry: entry.indicator == "bb1",
        "act=opinion.give": lambda entry: entry.act == "opinion.give",
        "act=item.": lambda entry: entry.act.startswith("item."),
        "channel=command": lambda entry: entry.channel == "command",
        "subject=case/2019/EE/a": lambda entry: entry.subject == "case/2019/EE/a",
        "subject=/PT/B": lambda entry: "/PT/b" in entry.subject,
        "country=PT&indicator=bb1&act=ruling.give": lambda entry: (
            (entry.country, entry.indicator, entry.act) == ("PT", "bb1", "ruling.give")
        ),
    }
    for query, wanted in wanted_of.items():
        shown = [entry.number for entry in found(client, query)]
        assert shown == expected(wanted) != [], query
    assert found(client, "country=XX") == found(client, "person=nobody") == []


def test_a_day_is_one_of_the_readers_own_zone(told, as_person):
    client = as_person("coordinator")
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    day = timedelta(days=1)
    assert found(client, f"since={today - day}&until={today + day}")
    assert found(client, f"until={today - 2 * day}") == []
    assert found(client, f"since={today + 2 * day}") == []


def test_an_address_that_makes_no_sense_is_no_error(world, as_person):
    client = as_person("coordinator")
    for query in (
        "since=yesterday", "until=0001-01-01&since=9999-12-31", "older=x",
        "older=" + "9" * 40, "newer=-1", "batch=1", "channel=owl", "person=%00",
        "act=" + "a" * 500, "older=5&newer=5", "country=%00", "subject=%00",
    ):  # fmt: skip
        assert client.get(f"{PAGE}?{query}").status_code == 200, query


def test_who_is_blind_has_a_pseudonym_and_who_runs_the_round_a_name(told, as_person):
    client = as_person("observer")
    named = {
        (line.entry.act, line.who)
        for query in ("", "act=round.", "act=ruling.give", "act=opinion.give")
        for line in lines(client.get(f"{PAGE}?{query}"))
    }
    assert ("round.open", told["head"].name) in named
    reviewers = {who for act, who in named if act == "opinion.give"}
    assert reviewers
    assert all(re.fullmatch(r"Reviewer [A-Z][a-z]+", who) for who in reviewers)
    assert next(who for act, who in named if act == "ruling.give").startswith("Consortium")


@pytest.mark.parametrize("key", ["coordinator", "observer"])
def test_no_name_address_or_key_of_who_is_blind_is_anywhere(told, as_person, key):
    client = as_person(key)
    traces = {trace.lower() for trace in told.traces_of(HIDDEN)}
    for query in ("", "older=50", "act=role.", "format=csv", "format=json"):
        response = client.get(f"{PAGE}?{query}")
        body = b"".join(response.streaming_content) if response.streaming else response.content
        words = f"{response.headers} {body.decode()}".lower()
        assert [trace for trace in traces if trace in words] == [], query


def test_a_pseudonym_filters_by_itself_and_tells_of_no_other_country(told, as_person):
    """One person judges in two countries: the two pseudonyms stay two people."""
    person = told["EE_reviewer_1"]
    AssignmentFactory(
        person=person,
        role=Role.REVIEWER,
        round=told.round,
        country=told.country("PT"),
        pseudonym="Reviewer Secretary",
    )
    for code in ("EE", "PT"):
        with transaction.atomic():
            entries.write(
                stream=told.round.stream, act="opinion.give", by=person.pk, role=Role.REVIEWER,
                subject=f"item/2019/{code}/b/bb3",
            )  # fmt: skip
    client = as_person("coordinator")
    page = client.get(PAGE).context["page"]
    mine = {line.who_query: line.who for line in page.lines if line.entry.actor == person.pk}
    assert len(mine) == len(set(mine.values())) == 2
    for query, who in mine.items():
        shown = lines(client.get(f"{PAGE}?{query}"))
        assert {line.who for line in shown} == {who}
        assert len({line.entry.country for line in shown}) == 1


def test_no_address_on_the_page_holds_the_key_of_a_person(told, as_person):
    body = as_person("coordinator").get(PAGE).content.decode()
    keys = {str(person.pk) for person in told.people.values()}
    assert [key for key in keys if key in body or key.replace("-", "") in body] == []


def test_a_country_with_a_tie_is_left_out_of_page_and_file(told, as_person):
    Declaration.objects.create(
        person=told["coordinator"],
        round=told.round,
        country=told.country("EE"),
        interest=Interest.YES,
        text="A cousin works there.",
        is_cleared=False,
    )
    client = as_person("coordinator")
    left = found(client)
    assert {entry.country for entry in left} == {None, "PT"}
    estonians = {told[key].pk for key in ("EE_a_1", "EE_b_1", "EE_reviewer_1")}
    assert not estonians & {entry.actor for entry in left}
    assert found(client, "country=EE") == []
    page = client.get(PAGE).context["page"]
    assert [code for code, _name in page.countries] == ["PT"]
    assert not any(words.endswith(", EE") for _key, words in page.people)
    exported = b"".join(client.get(f"{PAGE}?format=csv").streaming_content).decode()
    assert "/EE/" not in exported
    assert {entry.country for entry in found(as_person("observer"))} == {None, "EE", "PT"}


def test_all_of_one_batch_and_of_one_request_are_a_link_away(told, as_person):
    client = as_person("coordinator")
    client.post("/rounds/2019/closing/", {"code": "2019"})
    with transaction.atomic():
        both = [
            entries.write(stream=told.round.stream, act="a.b", subject=subject, by=None)
            for subject in ("x", "y")
        ]
    triggers.drop()
    key = "8a3f5f52-7a3c-4a53-9a63-111111111111"
    for entry in both:
        entry.batch, entry.request = key, "abc"
        entry.save()
    triggers.make()
    newest = lines(client.get(PAGE))[0]
    for query in (newest.batch_query, newest.request_query):
        assert {e.number for e in found(client, query)} == {entry.number for entry in both}


def test_an_act_without_words_is_shown_by_its_code_and_one_by_nobody_by_the_portal(
    told, as_person
):
    with transaction.atomic():
        entries.write(stream=told.round.stream, act="owl.hoot", subject="a/b/c", by=None)
    newest = lines(as_person("observer").get(PAGE))[0]
    assert (newest.act, newest.who, newest.what.words) == ("owl.hoot", "The portal", "a/b/c")


def test_what_changed_is_shown_before_and_after(told, as_person):
    body = as_person("observer").get(f"{PAGE}?act=item.rule").content.decode()
    assert re.search(r"<del[^>]*>disputed</del>.*<ins[^>]*>ruled</ins>", body)


def test_what_somebody_wrote_is_text_and_no_markup(told, as_person):
    with transaction.atomic():
        entries.write(
            stream=told.round.stream, act="<b>", subject="<i>", by=None,
            new={"<u>": "<script>alert(1)</script>"}, reason="<s>why</s>",
        )  # fmt: skip
    body = as_person("observer").get(PAGE).content.decode()
    assert not re.search(r"<(?:b|i|u|s)>|<script>alert", body)


def test_the_page_says_how_far_the_chain_was_found_intact(told, as_person):
    client = as_person("observer")
    assert "Not checked yet" in client.get(PAGE).content.decode()
    check_new_entries()
    length, _head = entries.head_of(told.round.stream)
    assert f"Up to #{length}, checked on" in client.get(PAGE).content.decode()


def test_the_page_asks_as_much_of_the_database_whatever_it_holds(
    told, as_person, django_assert_num_queries
):
    client = as_person("observer")
    for query in ("", "country=EE", "act=nothing.at_all", "older=3"):
        with django_assert_num_queries(15):
            client.get(f"{PAGE}?{query}")


def test_the_filter_changes_the_table_alone_when_a_script_asks(told, as_person):
    response = as_person("observer").get(
        PAGE, {"country": "EE"}, headers={"HX-Request": "true"}
    )
    body = response.content.decode()
    assert body.lstrip().startswith('<div id="audit">')
    assert "<html" not in body


# --- The portal's own chains -------------------------------------------------------------


def test_the_portals_chains_are_open_to_its_coordinators_alone(told, as_person):
    assert as_person("head").get(PORTAL).status_code == 200
    assert as_person("coordinator").get(PORTAL).status_code == 403
    assert as_person("observer").get(PORTAL).status_code == 403


def test_a_chain_of_a_round_is_no_chain_of_the_portal(told, as_person):
    response = as_person("head").get(f"{PORTAL}?stream=round/2019")
    assert response.context["page"].ledger.stream == "accounts"


def test_an_attempt_is_listed_without_the_name_of_who_is_blind(told, as_person):
    as_person("EE_reviewer_1").post("/rounds/2019/closing/")
    response = as_person("head").get(f"{PORTAL}?stream=access")
    (line,) = lines(response)
    assert re.fullmatch(r"Person [0-9a-f]{6}", line.who)
    assert line.act == "Tried what is not allowed"
    words = response.content.decode().lower()
    traces = {trace.lower() for trace in told.traces_of(["EE_reviewer_1"])}
    assert [trace for trace in traces if trace in words] == []
    again = as_person("head").get(f"{PORTAL}?stream=access&{line.who_query}")
    assert numbers(again) == numbers(response)


def test_the_round_leads_portal_coordinators_on(told, as_person):
    assert f'href="{PORTAL}"' in as_person("head").get(PAGE).content.decode()
    assert f'href="{PORTAL}"' not in as_person("coordinator").get(PAGE).content.decode()
