"""The page of the methods: a portal comes to one without anybody at its server."""

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mipex_site.audit.models import AuditEntry
from mipex_site.desk.selectors.method_terms import terms_of
from questionnaire.enums import Role
from scoring.enums import MethodState
from scoring.models import Method
from scoring.selectors import newest_method
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import RoundFactory, head_coordinator, in_round
from tests.factories.scoring import BLOCK, MethodFactory

pytestmark = pytest.mark.django_db
NAMED = {"code": "ours", "version": "1.0.0", "title": "Our method"}


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def file_of(content) -> SimpleUploadedFile:
    text = content if isinstance(content, bytes) else yaml.safe_dump(content).encode()
    return SimpleUploadedFile("method.yaml", text)


def test_the_portals_own_method_is_taken_read_and_locked():
    head = signed_in(head_coordinator())
    assert "No method is here yet" in head.get("/method/").content.decode()

    assert head.post("/method/", {"own": "yes"}).url == "/method/"
    method = Method.objects.get()
    page = head.get("/method/").content.decode()
    assert "Method of the Migrant Integration Policy Index" in page
    assert "80–100: Favourable" in page
    assert "The mean of a group needs scores of 2/3 of its countries." in page
    assert newest_method() is None

    assert head.post(f"/method/{method.pk}/lock/").url == "/method/"
    assert newest_method() == method
    assert "Scores are computed by this one." in head.get("/method/").content.decode()
    acts = AuditEntry.objects.filter(stream="method/mipex").order_by("number")
    assert list(acts.values_list("act", flat=True)) == ["method.load", "method.lock"]


def test_a_method_is_brought_in_by_its_file():
    head = signed_in(head_coordinator())
    head.post("/method/", {"file": file_of(BLOCK | NAMED)})
    method = Method.objects.get()
    assert (str(method), method.state) == ("ours 1.0.0", MethodState.DRAFT)


WRONG = {
    "no YAML": (b"{", "is no method"),
    "no text": (b"\xff", "is no method"),
    "no name at all": ({"rank_on": "shown"}, "it lacks the texts code, version, title"),
    "a version without quotes": (BLOCK | NAMED | {"version": 2}, "version must be text"),
    "bands with a gap": (BLOCK | NAMED | {"bands": []}, "without gap or overlap"),
    "a day that no record keeps": (
        yaml.safe_dump(BLOCK | NAMED).encode() + b"since: 2020-01-01\n",
        "is no method",
    ),
    "a title that is too long": (BLOCK | NAMED | {"title": "t" * 201}, "at most 200"),
    "a large file": (b"#" * 100_001, "larger than 100 kB"),
}


@pytest.mark.parametrize(("content", "said"), WRONG.values(), ids=WRONG)
def test_a_file_that_is_no_method_is_refused_with_the_reason(content, said):
    head = signed_in(head_coordinator())
    response = head.post("/method/", {"file": file_of(content)})
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Method.objects.exists()


def test_a_locked_method_is_not_replaced_by_another_file():
    locked = MethodFactory(**NAMED)
    changed = locked.settings | {"rank_on": "exact"}
    response = signed_in(head_coordinator()).post("/method/", {"file": file_of(changed)})
    assert "Give the changed method a new version." in response.content.decode()
    locked.refresh_from_db()
    assert locked.settings["rank_on"] == "shown"


@pytest.mark.parametrize("role", [*Role.values, "superuser"])
def test_only_a_coordinator_of_the_portal_opens_it(role):
    person = UserFactory(is_superuser=True)
    if role != "superuser":
        person = in_round(role, RoundFactory())
    client, draft = signed_in(person), MethodFactory(state=MethodState.DRAFT)
    assert client.get("/method/").status_code == 403
    assert client.post("/method/", {"own": "yes"}).status_code == 403
    assert client.post(f"/method/{draft.pk}/lock/").status_code == 403
    draft.refresh_from_db()
    assert (Method.objects.count(), draft.state) == (1, MethodState.DRAFT)


def test_every_key_of_a_method_is_told_in_words():
    index = {"code": "mine", "title": "Mine", "of": ["a", "b"], "headline": True}
    block = BLOCK | {
        "coverage": BLOCK["coverage"] | {"default": "any", "pillar": "1/2"},
        "counting": "count",
        "estimated_cap": "1/5",
        "aggregation": {"index": "geometric", "pillar": "harmonic"},
        "positive_scale": {"lowest": "5"},
        "weights": {"b": "2"},
        "indexes": [index | {"weights": {"b": "3"}}, {"code": "few", "of": ["a"]}],
        "ranked": ["index"],
    }
    assert {term.name: term.lines for term in terms_of(block)} == {
        "Coverage": (
            "A composite needs one part that has a score.",
            "A dimension needs one part that has a score.",
            "A strand needs one part that has a score.",
            "An index needs a score of every part.",
            "Whatever is not named needs one part that has a score.",
            "A part at the level “pillar” needs scores of 1/2 of its parts, by their number.",
            "The mean of a group needs scores of 2/3 of its countries.",
            "Estimates count as covered up to 1/5 of what applies.",
        ),
        "Means": (
            "An index is the geometric mean of its parts.",
            "pillar is the harmonic mean of its parts.",
            "Geometric and harmonic means are taken from 5 to 100.",
        ),
        "Weights": ("b: 2",),
        "Indices": ("Mine, the headline: a, b × 3", "few: a"),
        "Levels that are ranked": ("index",),
        "Words for scores": ("0–49: Low", "50–100: High"),
    }


def test_a_method_that_says_one_threshold_for_all_is_told():
    lines = terms_of(BLOCK | {"coverage": {"default": "every"}})[0].lines
    assert lines == (
        "Whatever is not named needs a score of every part.",
        "The mean of a group needs a score of every country.",
    )


def test_a_draft_whose_version_is_too_low_is_not_locked_and_both_pages_say_so():
    MethodFactory(code="ours", version="1.0.0")
    draft = MethodFactory(
        code="ours",
        version="1.1.0",
        state=MethodState.DRAFT,
        settings=BLOCK | {"code": "ours", "version": "1.1.0", "rank_on": "exact"},
    )
    head = signed_in(head_coordinator())
    page = head.get("/method/").content.decode()
    assert "After ours 1.0.0 it needs version 2.0.0 or a later one to be locked." in page
    assert f'href="/method/preview/?draft={draft.pk}"' in page

    refused = head.post(f"/method/{draft.pk}/lock/")

    assert refused.status_code == 409
    assert "was the shown score, becomes the exact score" in refused.content.decode()
    draft.refresh_from_db()
    assert draft.state == MethodState.DRAFT


@pytest.mark.parametrize("drafts", [1, 3])
def test_the_queries_of_the_page_do_not_grow_with_its_methods(
    drafts, django_assert_num_queries
):
    MethodFactory(code="ours", version="1.0.0")
    for number in range(drafts):
        MethodFactory(code="ours", version=f"1.0.{number + 1}", state=MethodState.DRAFT)
    head = signed_in(head_coordinator())
    with django_assert_num_queries(7):
        assert head.get("/method/").status_code == 200
