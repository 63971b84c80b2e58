"""What is coded blind is sealed: no page or door tells a thing of it before one's own coding.

All that lies on the drawn answer holds one word that no text of ours holds. Every address of
the review is asked for by a reviewer before and after coding.
"""

import itertools
from datetime import date

import pytest
from django.urls import URLPattern

from mipex_site.base.errors import DoFirst
from questionnaire.enums import AnswerKind, SourceKind
from questionnaire.services import sources
from review.enums import Audience, DraftOf, ItemState, OpinionKind, Side, ThreadKind
from review.models import Message, Thread
from review.selectors import case_page, dispute_page, workbench
from review.selectors.cases import SEALED
from review.selectors.codings import coding_progress
from review.selectors.reading import item_page
from review.selectors.rulings import rulings_elsewhere
from review.selectors.sealing import is_sealed, sealed_items
from review.services.coding import save_coding
from review.services.opinions import give_opinion
from review.urls import urlpatterns
from review.views.places import demand_coded_first
from tests import world as worlds
from tests.factories.review import CaseItemFactory, reviewer_of

from .clients import HTMX, said, signed_in

WORD = "quixotic"
DAY = date(2014, 12, 31)


def code(item, by):
    option = item.indicator.options.get(points=50)
    return save_coding(item=item, kind=AnswerKind.CHOSEN, option=option, by=by)


def objects(world, item, by):
    give_opinion(
        item=item,
        version=item.version,
        kind=OpinionKind.DISAGREE,
        text=f"A {WORD} objection.",
        suggested_option=world.option("aa1", 0),
        by=by,
    )


@pytest.fixture
def world(db):
    """Give a round whose PT, a, aa1 was answered, objected to, talked about and ruled on."""
    world = worlds.build(blind_share=100, opinions_required=1, opinions_hidden=False)
    sheet = world.sheet("PT", "a")
    law = sources.add_source(
        sheet=sheet,
        by=world.expert(sheet),
        kind=SourceKind.LAW,
        title="Invented Act",
        article="section 4",
        year=2010,
        in_force_from=date(2011, 1, 1),
        url=f"https://{WORD}.example.org/act",
        quote=f"The {WORD} shall be granted.",
        note=f"Read with the {WORD} act.",
    )
    told = {"rationale": f"The {WORD} reason.", "note": f"A {WORD} note.", "sources": [law]}
    worlds.answer(world, sheet, "aa1", earns=100, **told)
    worlds.answer_all(world)
    worlds.submit_all(world)
    item, other = world.item("PT", "aa1"), world["PT_reviewer_2"]
    code(item, other)
    objects(world, item, other)
    talk(item, other)
    worlds.returning.return_case(case=item.case, by=other)
    worlds.answer_the_requests(world, sheet, maintain=True)
    worlds.submit(world, sheet)
    public = f"The {WORD} ruling."
    worlds.rule(world, world.dispute("PT", "aa1"), public_rationale=public, is_precedent=True)
    return world


def talk(item, by):
    thread = Thread.objects.create(
        case=item.case,
        item=item,
        number=1,
        kind=ThreadKind.QUESTION,
        audience=Audience.REVIEW,
        turn=Side.REVIEWERS,
        opened_by=by,
    )
    Message.objects.create(thread=thread, author=by, text=f"A {WORD} question.")


@pytest.fixture
def reviewer(world):
    return world["PT_reviewer_1"]


@pytest.fixture
def item(world):
    return world.item("PT", "aa1")


# --- Every address -----------------------------------------------------------------------

FILLED = {
    "round_code": "2019",
    "country": "PT",
    "strand": "a",
    "indicator": "aa1",
    "number": "1",
    "place": "1",
}


def addresses():
    """Yield every address of the review about the drawn answer, its case or its round."""
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        route = str(pattern.pattern)
        names = pattern.pattern.converters
        if "kind" in names:
            for kind in DraftOf.values:
                yield "/" + filled(route, {**FILLED, "kind": kind, "place": "aa1/2019-12-31"})
            continue
        yield "/" + filled(route, FILLED)


def filled(route, values):
    for part in route.split("/"):
        if part.startswith("<"):
            route = route.replace(part, values[part.strip("<>").split(":")[1]])
    return route


SHOWS = ("", "?show=to_read", "?show=changed", "?day=2019-12-31")


def answers_at(client, url):
    for show, headers in itertools.product(SHOWS, ({}, HTMX)):
        yield client.get(url + show, headers=headers, follow=True)
    yield client.post(url, {"text": "x"}, follow=True)
    yield client.post(url, {"text": "x"}, headers=HTMX)


@pytest.mark.crawl
def test_no_page_or_door_tells_of_it_before_it_is_coded(world, reviewer):
    client = signed_in(reviewer)

    telling = {
        url
        for url in addresses()
        for response in answers_at(client, url)
        if response.status_code >= 500 or WORD in body_of(response).lower()
    }

    assert telling == set()
    # The test of the test: to who has coded it, pages at these addresses tell it.
    told = {url for url in addresses() if WORD in body_of(reads(world["PT_reviewer_2"], url))}
    assert told >= {
        "/reviews/2019/PT/a/",
        "/reviews/2019/PT/a/aa1/",
        "/disputes/2019/PT/a/aa1/",
    }


def reads(person, url):
    return signed_in(person).get(url, follow=True)


def body_of(response):
    return b"".join(response).decode(errors="replace")


def test_my_work_and_the_case_count_nothing_of_it(world, reviewer, item):
    client = signed_in(reviewer)

    assert WORD not in said(client.get("/my-work/")).lower()
    (line,) = [line for line in workbench(reviewer).cases if line.place.strand_code == "a"]
    assert (line.spoken, line.to_speak, line.to_code, line.objections) == (0, 1, 1, 0)


def test_the_answer_is_read_once_it_is_coded(world, reviewer, item):
    """The test of the test: the same addresses tell it then. It was coded before its ruling."""
    item.state = ItemState.DISPUTED
    item.save()
    code(item, reviewer)

    page = said(signed_in(reviewer).get("/reviews/2019/PT/a/aa1/"))

    for told in ("reason", "note", "objection", "ruling", "act"):
        assert f"{WORD} {told}" in page
    assert f"https://{WORD}.example.org/act" in page
    assert f"{WORD} shall be granted" in page


# --- What the pages are made of ----------------------------------------------------------


def test_a_sealed_row_is_empty_but_for_the_question_and_bare_citations(world, reviewer, item):
    row = case_page(item.case, reviewer).row("aa1")

    assert row.is_sealed
    assert (row.state, row.state_label, row.version) == (SEALED, "to be coded", 0)
    assert (row.before, row.own, row.ruling, row.expert_point) == (None, None, None, "")
    assert row.opinions == row.earlier == row.requests == ()
    assert row.indicator.question
    assert row.options
    assert (
        row.may_speak.reason == "Code this question first: then you see what the expert said."
    )
    reading = row.reading
    assert (reading.kind, reading.option, reading.points) == ("", None, None)
    assert (reading.rationale, reading.note, reading.version) == ("", "", 0)
    (source,) = reading.sources
    assert (source.title, source.article, source.year) == ("Invented Act", "section 4", 2010)
    told = (source.url, source.quote, source.quote_translated, source.note, source.language)
    assert set(told) == {""}
    assert source.files == ()
    days = (source.in_force_from, source.in_force_until, source.published_on, source.checked_on)
    assert set(days) == {None}


@pytest.mark.parametrize("state", ItemState.values)
def test_a_sealed_row_is_the_same_wherever_the_answer_stands(world, reviewer, item, state):
    before = case_page(item.case, reviewer).row("aa1")
    item.state = state
    item.save()

    row = case_page(item.case, reviewer).row("aa1")

    assert (row.state, row.may_speak, row.reading) == (SEALED, before.may_speak, before.reading)


def test_the_page_of_a_sealed_answer_has_no_other_sheet_no_consent_and_no_last_edition(
    world, reviewer, item
):
    page = item_page(item, reviewer)

    assert (page.codings, page.consent, page.last) == ((), None, None)


def test_a_reviewer_in_two_countries_reads_no_precedent_of_what_is_sealed(world, item):
    """The ruling in Portugal guides Estonia; who has yet to code it there does not read it."""
    estonian = world.item("EE", "aa1")
    reviewer = reviewer_of(item.case)

    assert rulings_elsewhere(estonian, precedents_only=True)
    assert not rulings_elsewhere(estonian, precedents_only=True, sealed_for=reviewer)
    assert rulings_elsewhere(estonian, precedents_only=True, sealed_for=world["stranger"])


def test_only_who_codes_is_kept_from_reading(world, reviewer, item):
    for key in ("adjudicator", "coordinator", "observer"):
        assert not sealed_items(world[key], item.case)
        assert not case_page(item.case, world[key]).row("aa1").is_sealed
    assert is_sealed(reviewer, item)
    assert not is_sealed(world["PT_reviewer_2"], item)


def test_a_reviewer_who_runs_the_round_too_is_kept_from_nothing(world, item):
    """Coordinators judge nothing in their own rounds, so they code nothing either."""
    head = reviewer_of(item.case, world["coordinator"])

    assert not is_sealed(head, item)


def test_the_same_question_about_an_earlier_day_is_sealed_with_it(world, reviewer, item):
    earlier = CaseItemFactory(case=item.case, indicator=item.indicator, reference_date=DAY)

    assert sealed_items(reviewer, [earlier]) == {earlier.pk}
    rows = {row.reference_date: row for row in case_page(item.case, reviewer).rows}
    assert rows[DAY].is_sealed
    assert not rows[DAY].may_code

    response = signed_in(reviewer).get("/reviews/2019/PT/a/aa1/?day=2014-12-31")
    assert response.status_code == 302
    assert response["Location"] == "/reviews/2019/PT/a/aa1/"


def test_the_seal_is_asked_of_a_case_or_of_answers_in_one_query(
    world, reviewer, item, django_assert_num_queries
):
    case, both = item.case, {item.pk, world.item("PT", "aa2").pk}
    items = [item, world.item("EE", "aa1")]

    with django_assert_num_queries(1):
        assert sealed_items(reviewer, case) == both
    with django_assert_num_queries(1):
        assert sealed_items(reviewer, items) == {item.pk}


def test_nothing_but_one_s_own_coding_breaks_the_seal(world, reviewer, item):
    assert item.state == ItemState.RULED
    assert is_sealed(reviewer, item)
    world.round.state = "review_closed"
    world.round.save()
    assert is_sealed(reviewer, item)


@pytest.mark.parametrize("page", ["dispute", "consent"])
def test_who_has_yet_to_code_is_led_to_the_coding(world, reviewer, page):
    urls = {"dispute": "/disputes/2019/PT/a/{}/", "consent": "/reviews/2019/PT/a/{}/consent/"}
    client = signed_in(reviewer)
    for indicator in ("aa1", "aa2"):  # the second has no dispute: it looks the same
        response = client.get(urls[page].format(indicator))
        assert response.status_code == 302
        assert response["Location"] == f"/reviews/2019/PT/a/{indicator}/"


def test_an_opinion_that_is_posted_before_is_refused_with_the_reason(world, reviewer, item):
    posted = {"version": 1, "kind": "disagree", "text": "It says otherwise there."}

    response = signed_in(reviewer).post("/reviews/2019/PT/a/aa1/", posted)

    assert response.status_code == 403
    assert "Code this question first" in said(response)
    assert "It says otherwise there." in said(response)
    assert WORD not in said(response)


def test_the_door_of_a_draft_opinion_does_not_say_where_the_answer_stands(world, reviewer):
    url = "/reviews/2019/PT/a/drafts/opinion/aa1/2019-12-31/"
    posted = {"fields": {"text": "It says"}, "draft": 0, "key": "k1"}

    response = signed_in(reviewer).post(url, posted, content_type="application/json")

    assert "Code this question first" in said(response)


def test_a_return_tells_of_no_objection_that_is_sealed(world, reviewer):
    """Where the round hides no opinion, the page would else list what others object to."""
    item = world.item("PT", "aa2")
    other = world["PT_reviewer_2"]
    code(item, other)
    objected = {"version": 1, "kind": OpinionKind.DISAGREE, "text": "No."}
    give_opinion(item=item, by=other, **objected)

    page = said(signed_in(reviewer).get("/reviews/2019/PT/a/return/"))

    assert "You cannot return this case now" in page
    assert "No objection to send" in page


def test_a_page_that_must_wait_says_so_without_looking(world, reviewer, item):
    with pytest.raises(DoFirst, match="Code this question first"):
        demand_coded_first(reviewer, item)
    demand_coded_first(world["PT_reviewer_2"], item)


def test_the_counts_are_for_who_runs_the_round(world, reviewer, item):
    assert coding_progress(item.case, reviewer) is None
    assert coding_progress(item.case, world["adjudicator"]) is None
    counts = coding_progress(item.case, world["coordinator"])
    assert (counts.drawn, counts.saved, counts.asked) == (2, 1, 4)


def test_a_former_coder_s_coding_counts_among_those_asked(world, item):
    held = world.round.assignments.get(person=world["PT_reviewer_2"])
    held.ended_at = held.created_at
    held.save()

    counts = coding_progress(item.case, world["observer"])

    assert (counts.saved, counts.asked) == (1, 3)


def test_who_rules_reads_the_whole_file(world, item):
    dispute = world.dispute("PT", "aa1")

    assert WORD in dispute_page(dispute, world["adjudicator"]).ruling.public_rationale
