"""The links of sources: asked by a task, over a real wire, and never beyond the open internet."""

import threading
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from questionnaire.enums import LinkState, SourceKind
from questionnaire.models import LinkCheck, Source
from questionnaire.selectors.links import words_of_link
from questionnaire.services import links
from questionnaire.services.fetching import Ways, ask, is_public
from questionnaire.services.sources import add_source, edit_source
from questionnaire.tasks import check_links

from .viewing import at, signed_in, text_of

REPORT = {"kind": SourceKind.PRACTICE, "title": "Report on Kin", "publisher": "A board"}
HERE = Ways(allowed=lambda address: address == "127.0.0.1")


class Site(BaseHTTPRequestHandler):
    """Answers by the path: /200 with that status, /to/X with a way to X, and so on."""

    asked: list[str]

    def do_HEAD(self):
        self.reply()

    def do_GET(self):
        self.reply()

    def reply(self):
        self.server.asked.append(f"{self.command} {self.path} {self.headers['Host']}")
        _nothing, verb, *rest = self.path.partition("?")[0].split("/", 2)
        if verb == "slow":
            self.server.until.wait(5)
        elif verb == "to":
            self.send(302, Location=rest[0] if "://" in rest[0] else f"/{rest[0]}")
        elif verb == "circle":
            self.send(302, Location=self.path)
        elif verb == "only-get":
            self.send(200 if self.command == "GET" else 405)
        elif verb == "endless":
            self.send(405 if self.command == "HEAD" else 200)
            self.stream()
        else:
            self.send(int(verb))

    def send(self, status, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def stream(self):
        try:
            while self.command == "GET" and not self.server.until.is_set():
                self.wfile.write(b"x" * 4096)
        except OSError:
            self.server.left.set()

    def log_message(self, *_words):
        """Say nothing."""


@pytest.fixture
def site():
    """Give a real server on this machine; ``at`` makes the address of a path on it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.asked, server.until, server.left = [], threading.Event(), threading.Event()
    server.at = f"http://127.0.0.1:{server.server_port}/{{}}".format
    thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.02))
    thread.start()
    yield server
    server.until.set()
    server.shutdown()
    thread.join()
    server.server_close()


def asked(url, *, ways=HERE, seconds=5.0):
    return ask(url, ways=ways, seconds=seconds)


# --- One request --------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["200", "204", "to/200", "to/to/200", "only-get/a", "403"])
def test_a_page_that_is_there_answers(site, path):
    assert asked(site.at(path)) == ""


@pytest.mark.parametrize("status", ["404", "410", "500", "503"])
def test_a_page_that_is_gone_says_its_status(site, status):
    assert asked(site.at(status)) == status
    assert [line.split()[0] for line in site.asked] == ["HEAD", "GET"]


def test_nobody_is_led_in_a_circle_for_ever(site):
    assert asked(site.at("circle")) == "redirects"
    assert len(site.asked) == 6


def test_a_slow_site_is_left_in_time(site):
    assert asked(site.at("slow"), seconds=0.3) == "timeout"


def test_no_more_of_a_page_is_read_than_its_beginning(site):
    assert asked(site.at("endless")) == ""
    assert site.left.wait(timeout=5)


def test_a_port_where_nobody_listens_is_no_connection(site):
    assert asked(f"http://127.0.0.1:{free_port()}/") == "connection"


def free_port():
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        return server.server_port


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/a", "file:///etc/passwd", "http:///a"])
def test_only_web_pages_are_asked(url):
    assert asked(url) == "scheme"


def test_a_name_that_nobody_knows_is_no_page():
    assert asked("http://no-such-name.invalid/") == "name"


# --- Nobody reaches through the portal what is not public ---------------------------------

INSIDE = (
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
)


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_of_the_inside_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["192.0.32.7", "8.8.8.8", "2001:4860:4860::8888"])
def test_an_address_of_the_open_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1"])
def test_this_machine_is_not_asked_by_any_of_its_names(site, name):
    url = site.at("200").replace("127.0.0.1", name)
    assert asked(url, ways=Ways()) in {"address", "name"}
    assert site.asked == []


def test_a_way_that_leads_inside_is_not_followed(site):
    inside = Ways(allowed=lambda address: address == "127.0.0.1")
    assert asked(site.at("to/http://127.0.0.2:80/"), ways=inside) == "address"
    assert asked(site.at("to/file:///etc/passwd"), ways=inside) == "scheme"


def test_a_name_with_one_address_inside_is_not_asked(site, monkeypatch):
    async def two(_host, _port):
        return ["127.0.0.1", "10.0.0.1"]

    monkeypatch.setattr("questionnaire.services.fetching.addresses_of", two)
    assert asked(site.at("200")) == "address"
    assert site.asked == []


def test_the_request_goes_to_the_address_that_was_checked_under_the_name_of_the_link(
    site, monkeypatch
):
    async def one(_host, _port):
        return ["127.0.0.1"]

    monkeypatch.setattr("questionnaire.services.fetching.addresses_of", one)
    url = f"http://somebody:secret@law.example.org:{site.server_port}/200?a=b#part"
    assert asked(url) == ""
    assert site.asked == [f"HEAD /200?a=b law.example.org:{site.server_port}"]


# --- Rows ---------------------------------------------------------------------------------


@pytest.fixture
def report(desk, site):
    """Give a source with a link that answers."""
    desk.site = site
    desk.source = add_source(sheet=desk.sheet, by=desk.expert, url=site.at("200"), **REPORT)
    return desk


def check_of(source):
    return LinkCheck.objects.get(source=source)


def lead(desk, path):
    """Correct the source's link."""
    url = desk.site.at(path)
    edit_source(source=desk.source, sheet=desk.sheet, by=desk.expert, url=url)


def go(*, number=10):
    """Do what the task does, on this machine's own server; return how many were asked."""
    links.put_back_old(seconds=60)
    return sum(links.check_link(pk, ways=HERE) for pk in links.due(number=number))


def pass_time(source, **time):
    checks = LinkCheck.objects.filter(source=source)
    checks.update(checked_at=timezone.now() - timedelta(**time))


def test_a_link_that_is_entered_waits_and_then_answers(report):
    assert check_of(report.source).state == LinkState.WAITING
    assert go() == 1
    check = check_of(report.source)
    assert (check.state, check.error, check.receipt) == (LinkState.ALIVE, "", None)
    assert words_of_link(check)[0] == "passed"
    assert go() == 0


def test_a_source_without_a_link_is_asked_nothing(desk):
    add_source(sheet=desk.sheet, by=desk.expert, **REPORT)
    assert not LinkCheck.objects.exists()


def test_one_failure_is_no_news_and_a_second_an_hour_later_is(report):
    lead(report, "404")
    assert go() == 1
    assert (check_of(report.source).state, go()) == (LinkState.WAITING, 0)
    assert words_of_link(check_of(report.source)) == ("", "")

    pass_time(report.source, minutes=61)
    assert go() == 1
    check = check_of(report.source)
    assert (check.state, check.error) == (LinkState.DEAD, "404")
    state, words = words_of_link(check)
    assert state == "warning"
    assert "the site said 404" in words


def test_a_dead_link_is_asked_again_after_a_week_and_can_come_back(report):
    LinkCheck.objects.filter(source=report.source).update(state=LinkState.DEAD, error="404")
    pass_time(report.source, days=6)
    assert go() == 0
    pass_time(report.source, days=8)
    assert go() == 1
    assert check_of(report.source).state == LinkState.ALIVE


def test_a_link_that_is_still_dead_stays_so_without_a_second_hour(report):
    lead(report, "404")
    LinkCheck.objects.filter(source=report.source).update(state=LinkState.DEAD, error="404")
    pass_time(report.source, days=8)
    assert go() == 1
    assert check_of(report.source).state == LinkState.DEAD


def test_a_corrected_link_is_asked_anew_and_a_removed_one_forgotten(report):
    go()
    edit_source(source=report.source, sheet=report.sheet, by=report.expert, note="Page 4.")
    assert check_of(report.source).state == LinkState.ALIVE
    lead(report, "404")
    check = check_of(report.source)
    assert (check.state, check.checked_at, check.url) == (
        LinkState.WAITING,
        None,
        report.site.at("404"),
    )
    edit_source(source=report.source, sheet=report.sheet, by=report.expert, url="")
    assert not LinkCheck.objects.exists()


def test_a_link_that_is_corrected_while_it_is_asked_is_not_judged_by_the_old_one(report):
    check = check_of(report.source)
    receipt = LinkCheck.objects.claim(check.pk)
    lead(report, "404")
    assert not LinkCheck.objects.finish(check.pk, receipt=receipt, state=LinkState.ALIVE)
    assert check_of(report.source).state == LinkState.WAITING


def test_a_link_that_another_worker_asks_is_left_to_it(report):
    pk = check_of(report.source).pk
    LinkCheck.objects.claim(pk)
    assert not links.check_link(pk, ways=HERE)
    assert report.site.asked == []


def test_what_a_killed_worker_left_is_asked_by_the_next(report):
    LinkCheck.objects.claim(check_of(report.source).pk)
    before = timezone.now() - timedelta(seconds=61)
    LinkCheck.objects.update(heartbeat_at=before)
    assert go() == 1


def test_only_so_many_are_asked_a_minute(report):
    for _again in range(3):
        add_source(sheet=report.sheet, by=report.expert, url=report.site.at("200"), **REPORT)
    assert (go(number=2), go(number=0), go()) == (2, 0, 2)


def test_the_task_asks_only_what_is_public(report, settings):
    settings.LINKS_A_MINUTE = 3
    assert check_links() == 1
    assert check_of(report.source).error == "address"
    assert report.site.asked == []


def test_a_dead_link_is_said_beside_the_source_and_blocks_nothing(report):
    LinkCheck.objects.filter(source=report.source).update(
        state=LinkState.DEAD, error="404", checked_at=timezone.now()
    )
    client = signed_in(report.expert)
    assert "The link did not answer on" in text_of(client.get(at(report.sheet, "sources/")))
    assert report.record(sources=[report.law, report.source]).version == 1
    question = text_of(client.get(at(report.sheet, f"{report.indicator.code}/")))
    assert "the site said 404" in question


def test_a_link_that_is_no_web_address_is_refused_when_it_is_entered(desk):
    with pytest.raises(ValidationError, match="Enter a valid URL"):
        add_source(sheet=desk.sheet, by=desk.expert, url="javascript:alert(1)", **REPORT)
    assert not Source.objects.filter(title=REPORT["title"]).exists()
