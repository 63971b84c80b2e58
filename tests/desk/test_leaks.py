"""Each role follows every link from its own work, and nowhere reads who is on the other side.

The people of the small world have names that no text of ours holds by chance. Looked at are the
page, its title, the headers and the name of a file; besides what is linked, every address of
every case, dispute and sheet is tried, for a refusal may leak as much as a page.
"""

import re
from collections.abc import Iterable, Iterator
from html import unescape

import pytest
from django.test import Client

from questionnaire.enums import ChangeReason
from questionnaire.models import Source
from review.models import CaseItem, Dispute
from tests import world as worlds

LINK = re.compile(r"""\b(?:href|action|hx-get|hx-post)=["']([^"'#]*)""")
START = "/my-work/"
LEFT_OUT = ("/static/", "/sign-out/", "/admin/", "/language/")
REVIEW_PAGES = ("", "return/", "outcome/")

EVERYBODY = frozenset(worlds.NAMES)
REVIEW_SIDE = frozenset(worlds.REVIEW_SIDE)
EXPERT_SIDE = frozenset(worlds.EXPERT_SIDE)


@pytest.fixture
def lively(world):
    """Give a world where everything has happened that one side could learn of the other."""
    worlds.answer(world, world.sheet("EE", "b", 2), "bb2", earns=0)
    delegate, sheet = world["EE_b_delegate"], world.sheet("EE", "b")
    worlds.answer(world, sheet, "bb1", earns=100, by=delegate)
    worlds.answer(world, world.sheet("PT", "b"), "bb3", kind="exceptional", points=75)
    worlds.answer_all(world)
    worlds.submit_all(world)
    worlds.return_objections(world, "EE", "aa1")
    worlds.answer_the_requests(world, world.sheet("EE", "a"), maintain=True)
    worlds.submit(world, world.sheet("EE", "a"))
    worlds.rule(world, worlds.split(world, "PT", "bb1"), is_precedent=True)
    worlds.split(world, "EE", "bb1")
    worlds.agree(world, world.item("EE", "bb3"), world["EE_reviewer_1"])
    worlds.return_objections(world, "PT", "aa1")
    worlds.answer(
        world,
        world.sheet("PT", "a"),
        "aa1",
        earns=50,
        change_reason=ChangeReason.CORRECTED,
    )
    return world


def addresses(world) -> Iterator[str]:
    """Yield the address of every page about a case, a dispute or a sheet."""
    for sheet in world.sheets():
        place = f"2019/{sheet.country.code}/{sheet.strand.code}/"
        yield from (f"/reviews/{place}{page}" for page in REVIEW_PAGES)
        own = f"/sheets/{place}{sheet.coding}/"
        yield from (own, f"{own}check/", f"{own}sources/", f"{own}sources/add/")
        yield f"{own}delegates/"
        yield from (f"{own}{code}/" for code in worlds.STRANDS[sheet.strand.code])
        for source in Source.objects.of_sheet(sheet):
            yield f"{own}sources/{source.key}/"
    for item in CaseItem.objects.select_related("case__country", "case__strand", "indicator"):
        case = item.case
        place = f"2019/{case.country.code}/{case.strand.code}/{item.indicator.code}/"
        yield from (f"/reviews/{place}", f"/reviews/{place}consent/", f"/disputes/{place}")
    for page in ("board/", "closing/", "publishing/"):
        yield f"/rounds/2019/{page}"


def crawled(person, *, guessing: Iterable[str] = ()) -> Iterator[tuple[str, int, str]]:
    """Yield every address this person can follow or guess, its status, all that it says."""
    client = Client()
    client.force_login(person)
    waiting, seen = [START, *guessing], set()
    while waiting:
        url = waiting.pop()
        if url in seen or url.startswith(LEFT_OUT):
            continue
        seen.add(url)
        response = client.get(url)
        assert response.status_code in {200, 302, 403, 404, 405}, url
        body = _body(response)
        yield url, response.status_code, f"{response.headers} {body}"
        waiting += _links(url, body)
        if response.status_code == 302:
            waiting.append(response.url)


def _body(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return unescape(content.decode("utf-8", errors="replace"))


def _links(url: str, body: str) -> Iterator[str]:
    for link in LINK.findall(body):
        if link.startswith("?"):
            yield url.partition("?")[0] + link
        elif link.startswith("/") and not link.startswith("//"):
            yield link


def leaks(
    world, key: str, about: Iterable[str], words_too: Iterable[str] = ()
) -> list[tuple[str, str]]:
    """Return where somebody reads a trace of these people: the address, and the trace."""
    found = {*world.traces_of(set(about) - {key}), *words_too}
    traces = {trace.lower() for trace in found}
    return [
        (url, trace)
        for url, _status, words in crawled(world[key], guessing=addresses(world))
        for trace in sorted(traces)
        if trace in words.lower()
    ]


@pytest.mark.parametrize("key", sorted(REVIEW_SIDE))
def test_who_reviews_or_rules_reads_nobodys_name(lively, key):
    """Not the experts', and not the other reviewers': all go by pseudonyms here."""
    assert leaks(lively, key, EXPERT_SIDE | REVIEW_SIDE) == []


@pytest.mark.parametrize("key", sorted(EXPERT_SIDE))
def test_who_answers_reads_no_name_and_no_pseudonym_of_the_review(lively, key):
    """Nor the name of who answers the same questions a second time."""
    second = {"EE_b_1": {"EE_b_2"}, "EE_b_2": {"EE_b_1", "EE_b_delegate"}}
    judges = lively.round.assignments.filter(role__in=("reviewer", "adjudicator"))
    pseudonyms = set(judges.values_list("pseudonym", flat=True))

    assert leaks(lively, key, REVIEW_SIDE | second.get(key, set()), pseudonyms) == []


@pytest.mark.parametrize("key", ["stranger", "observer", "publisher_1"])
def test_who_is_on_no_side_reads_no_name_of_either(lively, key):
    assert leaks(lively, key, EXPERT_SIDE | REVIEW_SIDE) == []


def test_the_other_side_stays_closed_however_one_comes(lively):
    """An expert opens no case or dispute, a reviewer no sheet."""
    expert, reviewer = Client(), Client()
    expert.force_login(lively["EE_a_1"])
    reviewer.force_login(lively["EE_reviewer_1"])
    assert Dispute.objects.exists()

    for url in addresses(lively):
        if url.startswith(("/reviews/", "/disputes/")) and not url.endswith("/outcome/"):
            assert expert.get(url).status_code == 403, url
        if url.startswith("/sheets/"):
            assert reviewer.get(url).status_code in {403, 404}, url


LED_TO = [
    ("EE_reviewer_1", "/reviews/2019/EE/b/bb3/"),
    ("PT_reviewer_1", "/reviews/2019/PT/a/"),
    ("adjudicator", "/disputes/2019/EE/b/bb1/"),
    ("adjudicator", "/reviews/2019/PT/b/bb3/consent/"),
    ("EE_b_1", "/reviews/2019/EE/b/outcome/"),
    ("PT_a_1", "/sheets/2019/PT/a/1/"),
    ("observer", "/rounds/2019/board/"),
]


@pytest.mark.parametrize(("key", "url"), LED_TO)
def test_links_alone_lead_everybody_from_their_work_to_its_pages(lively, key, url):
    assert url in {at for at, status, _words in crawled(lively[key]) if status == 200}


def test_the_crawl_would_notice_a_name(lively):
    """The test of the test: who runs the round reads names, and the crawl finds them."""
    found = leaks(lively, "coordinator", EVERYBODY)

    assert found
