"""The pages of the frameworks: read, edited, compared and tried by coordinators of the portal."""

import re

import pytest
from django.test import Client

from mipex_site.audit.models import AuditEntry
from questionnaire.models import Framework
from questionnaire.selectors.tree import framework_document
from questionnaire.services.framework.documents import print_of
from questionnaire.services.framework.editing import put_entry
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import IndicatorFactory

from .framing import drafted, entry, form_of, the_draft


@pytest.fixture
def world(db):
    """Give the small world with a draft beside its framework, its version 2."""
    return drafted()


@pytest.fixture
def draft(world):
    return the_draft()


@pytest.fixture
def head(world):
    client = Client()
    client.force_login(world["head"])
    return client


# --- Who may --------------------------------------------------------------------------------

PAGES = (
    "",
    "{pk}/",
    "{pk}/differences/",
    "{pk}/scores/",
    "{pk}/as/xlsx/",
    "{pk}/as/yaml/",
    "{pk}/in/?language=fr",
    "{pk}/in/fr/",
    "{pk}/new/indicators/",
    "{pk}/indicators/aa1/",
    "{pk}/indicators/aa1/remove/",
    "{pk}/indicators/aa1/history/",
)


def test_everybody_but_a_coordinator_of_the_portal_is_kept_out(world, draft):
    root = UserFactory(is_superuser=True, is_staff=True)
    for person in (world["coordinator"], world["EE_a_1"], world["stranger"], root):
        client = Client()
        client.force_login(person)
        for page in PAGES:
            response = client.get(f"/frameworks/{page.format(pk=draft.pk)}")
            assert response.status_code == 403, (person, page)
        for page in ("copy/", "indicators/aa1/", "indicators/aa1/remove/", "in/fr/"):
            assert client.post(f"/frameworks/{draft.pk}/{page}").status_code == 403
        for page in ("import/", "import/take/"):
            assert client.post(f"/frameworks/{page}").status_code == 403


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_coordinator_of_the_portal_opens_every_page(world, head, version):
    pk = Framework.objects.get(code="small", version=version).pk
    for page in PAGES:
        assert head.get(f"/frameworks/{page.format(pk=pk)}").status_code in {200, 302}, page


@pytest.mark.parametrize(
    "page",
    [
        "indicators/none/",
        "nothing/aa1/",
        "new/framework/",
        "new/nothing/",
        "framework/small/remove/",
        "as/pdf/",
        "in/en/",
        "indicators/none/history/",
    ],
)
def test_what_is_not_there_is_not_found(draft, head, page):
    assert head.get(f"/frameworks/{draft.pk}/{page}").status_code == 404


# --- The list and the tree --------------------------------------------------------------------


def test_the_list_says_which_rounds_use_a_version(world, head):
    page = head.get("/frameworks/").content.decode()
    assert page.count("A small framework") == 2
    assert world.round.title in page
    assert "no round" in page


def test_the_tree_says_that_it_is_ready_or_what_is_wrong_with_a_link_to_it(world, draft, head):
    assert "Ready to lock" in head.get(f"/frameworks/{draft.pk}/").content.decode()
    strand = {"code": "c", "kind": "strand", "title": "Empty", "rule": "mean"}
    about = {"framework": draft, "section": "aggregates", "base": "", "by": world["head"]}
    put_entry(entry=strand, **about)

    page = head.get(f"/frameworks/{draft.pk}/").content.decode()

    assert "1 thing is to be put right" in page
    assert f'href="/frameworks/{draft.pk}/aggregates/c/">Empty (c)</a>' in page


@pytest.mark.parametrize("more", [0, 30])
def test_the_tree_costs_the_same_queries_however_long_it_is(
    draft, head, more, django_assert_num_queries
):
    strand = draft.aggregates.get(code="a")
    for number in range(more):
        IndicatorFactory(strand=strand, framework=draft, code=f"more{number}")
    head.get("/frameworks/")
    with django_assert_num_queries(19):
        assert head.get(f"/frameworks/{draft.pk}/").status_code == 200


def test_a_locked_version_is_read_with_the_reason_and_without_a_form(world, head):
    pk = world.round.framework.pk
    page = head.get(f"/frameworks/{pk}/indicators/aa1/").content.decode()
    assert "This version is locked" in page
    assert '<form method="post"' not in page.partition("<main")[2].partition("</main")[0]
    assert "What does the law say about aa1?" in page
    answer = head.post(f"/frameworks/{pk}/indicators/aa1/", {"title": "Mine"})
    assert answer.status_code in {409, 422}
    assert entry(world.round.framework, "indicators", "aa1")["title"] == "Indicator aa1"


def test_a_new_version_is_copied_from_the_page(world, head):
    pk = world.round.framework.pk
    assert head.post(f"/frameworks/{pk}/copy/", {"version": "2"}).status_code == 422
    made = head.post(f"/frameworks/{pk}/copy/", {"version": "3"})
    new = Framework.objects.get(version="3")
    assert made.url == f"/frameworks/{new.pk}/"
    assert new.copied_from == world.round.framework


# --- One entry --------------------------------------------------------------------------------

SAME = ["framework/small", "aggregates/a", "indexes/overall", "indicators/aa1", "standards/law"]


@pytest.mark.parametrize("where", SAME)
def test_a_form_sent_as_it_stands_changes_nothing(draft, head, where):
    before = framework_document(draft)
    acts = AuditEntry.objects.count()
    address = f"/frameworks/{draft.pk}/{where}/"

    response = head.post(address, form_of(head.get(address)))

    assert response.status_code == 302
    assert framework_document(draft) == before
    assert AuditEntry.objects.count() == acts


def test_a_question_is_changed_with_its_options_in_one_form(draft, head):
    address = f"/frameworks/{draft.pk}/indicators/aa1/"
    sent = form_of(head.get(address)) | {
        "question": "What now?\r\nAnd then?",
        "standards": ["law"],
        "weight": "0,5",
        "options-1-points": "25",
        "options-3-points": "75",
        "options-3-label": "Nearly.",
    }

    assert head.post(address, sent).status_code == 302

    saved = entry(draft, "indicators", "aa1")
    assert saved["question"] == "What now?\nAnd then?"
    assert (saved["standards"], saved["weight"]) == (["law"], "1/2")
    assert [one["points"] for one in saved["options"]] == [100, 75, 25, 0]


def test_a_fault_stands_at_its_field_and_nothing_is_saved(draft, head):
    address = f"/frameworks/{draft.pk}/indicators/aa1/"
    sent = form_of(head.get(address)) | {"title": "", "weight": "heavy"}

    page = head.post(address, sent)

    assert page.status_code == 422
    html = page.content.decode()
    assert 'href="#id_title"' in html
    assert 'href="#id_weight"' in html
    assert entry(draft, "indicators", "aa1")["title"] == "Indicator aa1"


def test_who_comes_second_sees_both_texts_and_may_save_again(world, draft, head):
    address = f"/frameworks/{draft.pk}/indicators/aa1/"
    begun = form_of(head.get(address)) | {"question": "His text?"}
    old = entry(draft, "indicators", "aa1")
    put_entry(
        framework=draft,
        section="indicators",
        entry=old | {"question": "Her text?"},
        base=print_of(old),
        by=world["head"],
    )

    page = head.post(address, begun)

    assert page.status_code == 409
    html = page.content.decode()
    assert "Her text?" in html
    assert "His text?" in html
    assert entry(draft, "indicators", "aa1")["question"] == "Her text?"
    assert head.post(address, form_of(page)).status_code == 302
    assert entry(draft, "indicators", "aa1")["question"] == "His text?"


def test_a_question_is_added_moved_and_removed_with_its_warning(draft, head):
    root = f"/frameworks/{draft.pk}"
    sent = form_of(head.get(f"{root}/new/indicators/?below=a")) | {
        "code": "aa9",
        "title": "Ninth",
        "question": "What is the ninth?",
        "evidence": "law",
        "options-0-points": "100",
        "options-0-label": "Yes.",
        "options-1-points": "0",
        "options-1-label": "No.",
    }
    assert sent["parent"] == "a"
    assert head.post(f"{root}/new/indicators/", sent).url == f"{root}/indicators/aa9/"
    head.post(f"{root}/indicators/aa9/move/", {"to": "earlier"})
    codes = [one["code"] for one in framework_document(draft)["indicators"]]
    assert codes.index("aa9") < codes.index("aa2")

    page = head.get(f"{root}/aggregates/a/remove/")
    assert "Ninth" in page.content.decode()
    page = head.get(f"{root}/indicators/aa9/remove/")
    assert head.post(f"{root}/indicators/aa9/remove/", form_of_removal(page)).status_code == 302
    assert entry(draft, "indicators", "aa9") is None
    assert "It was removed." in head.get(f"{root}/indicators/aa9/history/").content.decode()


def test_what_changed_meanwhile_is_read_again_before_it_is_removed(draft, head):
    address = f"/frameworks/{draft.pk}/indicators/aa1/"
    sent = form_of_removal(head.get(f"{address}remove/"))
    head.post(address, form_of(head.get(address)) | {"question": "Better?"})

    page = head.post(f"{address}remove/", sent, follow=True).content.decode()

    assert "Read it again before it goes." in page
    assert entry(draft, "indicators", "aa1")["question"] == "Better?"


def form_of_removal(page):
    return {"base": re.search(r'name="base" value="(\w+)"', page.content.decode())[1]}


def test_an_earlier_text_is_taken_up_again(draft, head):
    address = f"/frameworks/{draft.pk}/indicators/aa1/"
    before = entry(draft, "indicators", "aa1")
    head.post(address, form_of(head.get(address)) | {"question": "Something worse?"})

    history = head.get(f"{address}history/").content.decode()
    assert "Something" in history
    link = re.search(r'href="([^"]*\?as_of=\d+)"', history)[1]
    head.post(address, form_of(head.get(link)))

    assert entry(draft, "indicators", "aa1") == before
