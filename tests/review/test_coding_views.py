"""The pages on which questions are coded blind: a reviewer's, a second expert's, the counts."""

import pytest

from questionnaire.enums import AnswerKind, Role
from questionnaire.services import assignments
from review.enums import DraftOf, ItemState
from review.models import BlindCoding, Opinion, ReviewDraft
from review.selectors import case_page
from review.selectors.codings import cases_to_code, first_codings, own_coding
from review.services.coding import save_coding
from tests import world as worlds
from tests.factories.accounts import UserFactory
from tests.factories.review import CaseFactory, CaseItemFactory, reviewer_of

from .clients import HTMX, address_of, said, signed_in
from .drawn import build_drawn

CASE = "/reviews/2019/PT/a/"
ITEM = "/reviews/2019/PT/a/aa1/"
LIST = "/codings/2019/PT/a/"
CODING = "/codings/2019/PT/a/aa1/"
CODED = {"option": "1", "text": "Section 7 says so."}


@pytest.fixture
def world(db):
    """Give the small round with every sheet submitted and every question drawn."""
    return build_drawn()


@pytest.fixture
def client(world):
    return signed_in(world["PT_reviewer_1"])


@pytest.fixture
def second(world):
    """Give a second expert of PT, a: no second sheet is there."""
    person = UserFactory()
    place = {"country": world.country("PT"), "strand": world.strand("a"), "coding": 2}
    given = {"person": person, "role": Role.EXPERT, "round_": world.round}
    assignments.assign(**given, **place, by=world["head"])
    return person


# --- A reviewer --------------------------------------------------------------------------


def test_a_reviewer_finds_the_question_to_code_in_place_of_the_answer(client):
    page = said(client.get(ITEM))

    assert "Save coding, then read the answer" in page
    assert "Invented Act, section 4" in page
    assert f'action="{CODING}"' in page
    assert "Your opinion" not in page
    assert "The act says so." not in page


def test_the_options_are_picked_by_keys(client):
    page = said(client.get(ITEM))

    for place in range(1, 7):
        assert f'data-key="{place}"' in page


def test_a_coding_that_is_saved_stands_beside_what_the_expert_said(world, client):
    response = client.post(CODING, CODED, follow=True)

    kept = BlindCoding.objects.get()
    assert kept.option.order == 1
    page = said(response)
    assert response.redirect_chain == [(ITEM, 302)]
    assert f'<dd class="facts__value">{kept.option.label}</dd>' in page
    expert = world.item("PT", "aa1").answer.option
    assert f'<dd class="facts__value">{expert.label}</dd>' in page
    assert "Your opinion" in page
    assert "The act says so." in page


def test_what_is_coded_stays_beside_the_answer(client):
    client.post(CODING, CODED)

    assert "Your blind coding" in said(client.get(ITEM))


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_empty_coding_comes_back_with_its_error_and_what_was_typed(client, headers):
    response = client.post(CODING, {"text": "Section 7."}, headers=headers)

    assert response.status_code == 422
    assert "Choose an option, or say why there is none." in said(response)
    assert "Section 7." in said(response)
    assert ("<html" in said(response)) == (not headers)
    assert not BlindCoding.objects.exists()


def test_points_are_read_where_the_value_is_exceptional(client):
    posted = {"option": "exceptional", "text": "Two regions differ."}
    assert client.post(CODING, posted | {"points": "62,5"}).status_code == 422
    assert client.post(CODING, posted | {"points": "1/0"}).status_code == 422
    client.post(CODING, posted | {"points": "125/2"})

    assert str(BlindCoding.objects.get().points) == "125/2"


def test_a_coding_sent_twice_is_refused_and_the_first_stays(client):
    client.post(CODING, CODED)
    response = client.post(CODING, CODED | {"option": "2"})

    assert response.status_code == 409
    assert "You have coded this question already." in said(response)
    assert BlindCoding.objects.get().option.order == 1


def test_a_draft_of_a_coding_is_kept_without_a_script(world, client):
    response = client.post(CODING, CODED | {"act": "keep"}, follow=True)

    draft = ReviewDraft.objects.get()
    assert (draft.kind, draft.place) == (DraftOf.CODING, "aa1/2019-12-31")
    assert response.redirect_chain == [(ITEM, 302)]
    assert "Section 7 says so." in said(response)


def test_one_megabyte_of_text_is_refused_with_a_sentence(client):
    response = client.post(CODING, CODED | {"text": "x" * 1_000_000})

    assert response.status_code in {409, 422}
    assert "Shorten it to 20,000" in said(response)
    assert not BlindCoding.objects.exists()


def test_the_whole_case_shows_the_question_alone(client):
    page = said(client.get(CASE))

    assert "Code the question" in page
    assert "The act says so." not in page
    assert "Code this question first" in page


def test_the_list_leads_on_to_what_must_be_coded(world, client):
    page = case_page(world.case("PT", "a"), world["PT_reviewer_1"])

    assert (page.to_speak, page.to_code, page.spoken) == (2, 2, 0)
    assert "To read 2" in said(client.get(CASE))
    assert f'href="{ITEM}" data-key="n"' in said(client.get(CASE))


def test_a_question_that_was_settled_meanwhile_stays_closed(world, client):
    item = world.item("PT", "aa1")
    item.state = ItemState.APPROVED
    item.save()

    page = said(client.get(ITEM))

    assert "The review of this question has ended. It stays closed to you." in page
    assert "The act says so." not in page
    assert client.post(CODING, CODED).status_code == 409


def test_the_address_of_the_coding_leads_a_reviewer_to_the_answer(client):
    assert client.get(CODING)["Location"] == ITEM
    assert client.get(LIST)["Location"] == CASE


@pytest.mark.parametrize("key", ["stranger", "EE_reviewer_1", "PT_a_1", "coordinator"])
@pytest.mark.parametrize("url", [LIST, CODING])
def test_nobody_else_finds_a_page_of_codings(world, key, url):
    client = signed_in(world[key])

    assert client.get(url).status_code == 403
    assert client.post(CODING, CODED).status_code == 403
    assert not BlindCoding.objects.exists()


def test_what_is_not_drawn_has_no_page_of_its_own(world, client):
    item = world.item("PT", "aa1")
    item.is_coded_blind = False
    item.save()

    assert client.get(CODING).status_code == 404
    assert client.post(CODING, CODED).status_code == 404
    assert "Your opinion" in said(client.get(ITEM))


# --- A second expert ---------------------------------------------------------------------


def test_a_second_expert_codes_without_ever_reading_the_sheet(world, second):
    client = signed_in(second)

    assert "0 of 2 codings saved" in said(client.get(LIST))
    question = said(client.get(CODING))
    assert "Save coding" in question
    assert "Invented Act, section 4" in question
    kept = said(client.post(CODING, CODED, follow=True))

    assert "Your blind coding" in kept
    assert "1 of 2 codings saved" in said(client.get(LIST))
    for page in (question, kept):
        assert "The act says so." not in page
        assert "The expert</dt>" not in page
    assert BlindCoding.objects.get().role == Role.EXPERT
    for closed in (CASE, ITEM, "/reviews/2019/PT/a/outcome/", "/sheets/2019/PT/a/1/"):
        assert client.get(closed).status_code in {403, 404}


def test_my_work_asks_a_second_expert_to_code(world, second):
    client = signed_in(second)

    page = said(client.get("/my-work/"))
    assert "Portugal: " in page
    assert "2 questions to code" in page
    assert f'href="{LIST}"' in page

    for code in ("aa1", "aa2"):
        client.post(f"{LIST}{code}/", CODED)
    assert "Nothing is left for you to code." in said(client.get("/my-work/"))


def test_my_work_tells_a_reviewer_how_many_to_code_first(client):
    assert "Code 2 of them before you read them." in said(client.get("/my-work/"))


def test_what_a_second_expert_has_to_do_costs_three_queries(
    world, second, django_assert_num_queries
):
    with django_assert_num_queries(3):
        (line,) = cases_to_code(second)
    assert (line.drawn, line.saved, line.left) == (2, 0, 2)
    assert line.you.startswith("Expert")
    with django_assert_num_queries(1):
        assert cases_to_code(world["PT_a_1"]) == ()


# --- Counts, and how many queries --------------------------------------------------------


def test_who_runs_the_round_reads_how_many_are_coded(world, client):
    client.post(CODING, CODED)

    page = said(signed_in(world["coordinator"]).get(CASE))

    assert "2 questions are coded blind. 1 of 4 codings are saved." in page
    assert "Section 7 says so." not in page
    assert "codings are saved" not in said(client.get(CASE))
    assert "codings are saved" not in said(signed_in(world["adjudicator"]).get(CASE))


def sealed_case(number):
    case = CaseFactory()
    for _place in range(number):
        CaseItemFactory(case=case, is_coded_blind=True)
    return case, reviewer_of(case)


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 40])
def test_a_case_with_sealed_answers_costs_one_query_more(number, django_assert_max_num_queries):
    case, reviewer = sealed_case(number)
    plain = CaseFactory(round=case.round, country=case.country)
    for _place in range(number):
        CaseItemFactory(case=plain)

    another = reviewer_of(plain)
    with django_assert_max_num_queries(40) as usual:
        case_page(plain, another)
    with django_assert_max_num_queries(40) as sealed:
        page = case_page(case, reviewer)

    assert len(page.rows) == page.to_code == number
    assert len(sealed) == len(usual) + 1


@pytest.mark.django_db
def test_the_page_of_a_sealed_answer_asks_as_much_among_forty_as_alone(
    django_assert_max_num_queries,
):
    counts = set()
    for number in (1, 40):
        case, reviewer = sealed_case(number)
        client = signed_in(reviewer)
        url = address_of(case, case.items.first().indicator.code)
        client.get(url)
        with django_assert_max_num_queries(60) as asked:
            assert client.get(url).status_code == 200
        counts.add(len(asked))
    assert len(counts) == 1


@pytest.mark.django_db
def test_what_is_not_drawn_asks_for_no_coding_of_one_s_own(django_assert_num_queries):
    item, reviewer = CaseItemFactory(), UserFactory()

    with django_assert_num_queries(0):
        assert own_coding(item, reviewer) is None


# --- For the figures of reliability ------------------------------------------------------


def test_first_codings_stream_sheets_and_blind_codings_under_pseudonyms(world, second):
    reviewer, item = world["PT_reviewer_1"], world.item("PT", "aa1")
    content = {"kind": AnswerKind.UNKNOWN, "text": "Nobody knows."}
    save_coding(item=item, by=reviewer, **content)
    option = item.indicator.options.get(points=50)
    save_coding(item=item, by=second, kind=AnswerKind.CHOSEN, option=option)

    rows = [
        (row.country, row.coder, row.is_blind, row.kind, row.points)
        for row in first_codings(world.round)
        if row.indicator == "aa1" and row.country == "PT"
    ]

    names = {held.person_id: held.pseudonym for held in world.round.assignments.all()}
    assert rows[0] == ("PT", names[world["PT_a_1"].pk], False, "chosen", 100)
    assert sorted(rows[1:], key=str) == sorted(
        [
            ("PT", names[reviewer.pk], True, "unknown", None),
            ("PT", names[second.pk], True, "chosen", 50),
        ],
        key=str,
    )


def test_each_sheet_of_two_is_a_coder_of_its_own(world):
    held = world.round.assignments.filter(role=Role.EXPERT, country__code="EE")
    names = {one.coding: one.pseudonym for one in held.filter(strand__code="b")}

    rows = [r for r in first_codings(world.round) if (r.country, r.strand) == ("EE", "b")]

    assert {row.coder for row in rows} == set(names.values())
    assert len(rows) == 6
    assert {row.day for row in rows} == {worlds.CUT_OFF}


def test_first_codings_cost_three_queries(world, django_assert_num_queries):
    with django_assert_num_queries(3):
        assert len(list(first_codings(world.round))) == 13


def test_an_opinion_follows_the_coding_on_the_same_page(world, client):
    client.post(CODING, CODED)
    posted = {"version": 1, "kind": "agree", "suggested_option": "cannot_say", "then": "next"}

    response = client.post(ITEM, posted)

    assert Opinion.objects.count() == 1
    assert response["Location"] == "/reviews/2019/PT/a/aa2/"
