"""Each role goes wherever the portal has an address, and nowhere reads who is on the other side.

The people of the small world have names that no text of ours holds by chance. Looked at are the
page, its title, the headers, the files with their names, and the mails: what is linked, and what
the site map has besides, for a refusal may leak as much as a page.
"""

from collections.abc import Iterable
from io import BytesIO
from zipfile import ZipFile

import pikepdf
import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client

from mipex_site.base.pdf import pdf_of
from questionnaire.enums import ChangeReason
from review.models import Dispute
from tests import world as worlds
from tests.remembering import built_once

from .crawling import addresses, crawled, read, words_of, words_of_mail

pytestmark = pytest.mark.crawl

EVERYBODY = frozenset(worlds.NAMES)
FOR_EVERYBODY = {"/sheets/worker.js", "/sheets/away/", "/reviews/pulse/", "/disputes/"}
"""What holds nothing of any country: two pages for a browser, its pulse, one's own queue."""
REVIEW_SIDE = frozenset(worlds.REVIEW_SIDE)
EXPERT_SIDE = frozenset(worlds.EXPERT_SIDE)


@pytest.fixture
def lively(db):
    """Give a world where everything has happened that one side could learn of the other."""
    return _lively()


@built_once
def _lively():
    world = worlds.build()
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
    worlds.learn_names(world, "EE")
    return world


def leaks(
    world, key: str, about: Iterable[str], words_too: Iterable[str] = ()
) -> list[tuple[str, str]]:
    """Return where somebody reads a trace of these people: the address, and the trace."""
    found = {*world.traces_of(set(about) - {key}), *words_too}
    traces = {trace.lower() for trace in found}
    return [
        (seen.url, trace)
        for seen in crawled(world[key], guessing=addresses(world))
        for trace in seen.traces(traces)
    ]


@pytest.mark.parametrize(
    "key", ["EE_reviewer_1", "EE_reviewer_3", "PT_reviewer_1", "adjudicator"]
)
def test_who_reviews_or_rules_reads_nobodys_name(lively, key):
    """Not the experts', and not the other reviewers': all go by pseudonyms here."""
    assert leaks(lively, key, EXPERT_SIDE | REVIEW_SIDE) == []


@pytest.mark.parametrize("key", ["EE_a_1", "EE_b_1", "EE_b_2", "EE_b_delegate", "PT_a_1"])
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

    opened = {
        url
        for url in addresses(lively)
        if url.startswith(("/reviews/", "/disputes/")) and expert.get(url).status_code == 200
    }
    own = {
        f"/reviews/2019/EE/a/{page}/"
        for page in ("outcome", "last-word", "reopen", "conversations/new")
    }
    assert opened == own | FOR_EVERYBODY & opened
    for url in addresses(lively):
        if url.startswith("/sheets/") and url not in FOR_EVERYBODY:
            assert reviewer.get(url).status_code in {403, 404, 405}, url


LED_TO = {
    "EE_reviewer_1": {"/reviews/2019/EE/b/bb3/"},
    "PT_reviewer_1": {"/reviews/2019/PT/a/"},
    "adjudicator": {"/disputes/2019/EE/b/bb1/", "/reviews/2019/PT/b/bb3/consent/"},
    "EE_b_1": {"/reviews/2019/EE/b/outcome/"},
    "PT_a_1": {"/sheets/2019/PT/a/1/"},
    "observer": {"/rounds/2019/board/"},
}


@pytest.mark.parametrize("key", LED_TO)
def test_links_alone_lead_everybody_from_their_work_to_its_pages(lively, key):
    wanted = set(LED_TO[key])
    for seen in crawled(lively[key]):
        wanted -= {seen.url} if seen.status == 200 else set()
        if not wanted:
            return
    assert wanted == set()


def test_who_runs_the_round_reads_pseudonyms_until_names_are_asked_for(lively):
    assert leaks(lively, "head", EXPERT_SIDE | REVIEW_SIDE) == []


def test_the_names_of_a_country_are_shown_to_who_asked_for_them_and_of_no_other(lively):
    """The test of the test, too: the crawl finds names where there are any."""
    estonia = {key for key in EVERYBODY if key.startswith("EE_")}
    portugal = {key for key in EVERYBODY if key.startswith("PT_")}
    of_portugal = {trace.lower() for trace in lively.traces_of(portugal)}

    found = leaks(lively, "coordinator", estonia | portugal)

    assert {"/interests/2019/EE/names/", "/rounds/2019/closing/"} <= {url for url, _ in found}
    assert [(url, trace) for url, trace in found if trace in of_portugal] == []


# --- Mails, and the test of the test ------------------------------------------------------


def test_no_mail_tells_its_reader_of_the_other_side(lively):
    sides = {lively[key].email: EXPERT_SIDE | REVIEW_SIDE for key in EXPERT_SIDE | REVIEW_SIDE}
    for message in mail.outbox:
        for reader in message.recipients():
            about = {key for key in sides.get(reader, ()) if lively[key].email != reader}
            said = words_of_mail(message).lower()
            assert not [trace for trace in lively.traces_of(about) if trace.lower() in said]


NAME = "Zebedee Quagganovic"


def zipped(**parts: bytes) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def described(**about: str) -> bytes:
    made = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.docinfo["/Author"] = about["author"]
        document.save(made)
    return made.getvalue()


FILES = {
    "a page": f"<p>{NAME}</p>".encode,
    "a page that escapes": lambda: b"<p>Zebedee&#32;Quagganovic</p>",
    "a workbook": lambda: zipped(sheet=f"<t>{NAME}</t>".encode()),
    "an archive in an archive": lambda: zipped(inner=zipped(text=NAME.encode())),
    "the name of a part": lambda: zipped(**{f"{NAME}.txt": b""}),
    "a printed page": lambda: pdf_of(f"<h1>{NAME}</h1>", styles=()),
    "what a PDF says of itself": lambda: described(author=NAME),
}


@pytest.mark.parametrize("what", FILES)
def test_the_crawl_would_notice_a_name_in(what):
    seen = read("/", HttpResponse(FILES[what]()))

    assert seen.traces(["quagganovic", "nobody else"]) == ["quagganovic"]


@pytest.mark.parametrize("header", ["Content-Disposition", "ETag", "HX-Redirect", "Location"])
def test_the_crawl_would_notice_a_name_in_a_header(header):
    response = HttpResponse(b"", headers={header: f'attachment; filename="{NAME}.pdf"'})
    response.set_cookie("who", "cookie-of-zebedee")

    assert read("/", response).traces(["quagganovic", "zebedee"]) == ["quagganovic", "zebedee"]


def test_the_crawl_would_notice_a_name_in_a_mail():
    message = mail.EmailMessage("About an answer", "See the file.", to=["x@example.org"])
    message.attach("answers.zip", zipped(text=NAME.encode()), "application/zip")
    assert "Quagganovic" in words_of_mail(message)

    plain = mail.EmailMessage(f"From {NAME}", "A question.", to=["x@example.org"])
    assert "Quagganovic" in words_of_mail(plain)


def test_the_crawl_reads_an_archive_by_its_parts():
    assert words_of(zipped(text=b"nothing here")).strip() == "text nothing here"
