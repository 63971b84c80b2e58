"""Walk the portal as somebody: every link, and every address that the site map has.

Addresses are made of the site map and the world's codes, so that a page is crawled from the day
on which it is there; a new kind of code in an address fails until this says what fills it. Of
each answer everything is read: the status, the headers, the words of the page or of the file.
"""

import re
import subprocess
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from itertools import product
from zipfile import ZipFile

from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from questionnaire.models import Source, SourceFile
from review.models import CaseItem
from tests import world as worlds

LINK = re.compile(r"""\b(?:href|action|hx-get|hx-post)=["']([^"'#]*)""")
PART = re.compile(r"<(?:\w+:)?(\w+)>")
START = "/my-work/"
LEFT_OUT = ("/static/", "/sign-out/", "/admin/", "/language/", "/e/")
QUERIES = 3
"""How many filters and orders of one page are looked at: all would be thousands of pages."""

ANSWERS = {200, 302, 400, 403, 404, 405, 409}


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer of the portal: where, its status, and all that it says."""

    url: str
    status: int
    headers: str
    words: str

    def traces(self, traces: Iterable[str]) -> list[str]:
        """Return which of these, in small letters, stand in the answer."""
        said = f"{self.url} {self.headers} {self.words}".lower()
        return sorted(trace for trace in traces if trace in said)


def crawled(person, *, guessing: Iterable[str] = ()) -> Iterator[Seen]:
    """Yield what this person reads at every address that can be followed or guessed."""
    client = Client()
    client.force_login(person)
    waiting, seen, asked = [START, *guessing], set(), Counter()
    while waiting:
        url = waiting.pop()
        path, _mark, query = url.partition("?")
        if url in seen or url.startswith(LEFT_OUT) or (query and asked[path] >= QUERIES):
            continue
        seen.add(url)
        asked[path] += bool(query)
        response = client.get(url)
        assert response.status_code in ANSWERS, f"{url}: {response.status_code}"
        found = read(url, response)
        yield found
        waiting += _links(url, found.words)
        if response.status_code == 302:
            waiting.append(response.url)


def read(url: str, response: HttpResponse) -> Seen:
    """Return an answer with its headers, cookies among them, and the words of its body."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    headers = "\n".join((str(response.headers), response.cookies.output()))
    return Seen(url, response.status_code, headers, words_of(content))


def words_of(content: bytes) -> str:
    """Return the words of a page or a file; of an archive those of each part and its name."""
    if content.startswith(b"PK\x03\x04"):
        with ZipFile(BytesIO(content)) as archive:
            return "\n".join(
                f"{entry.filename} {words_of(archive.read(entry))}"
                for entry in archive.infolist()
            )
    if content.startswith(b"%PDF"):
        return f"{_of_pdf(content)} {_as_text(content)}"
    if content.startswith(b"\x1f\x8b"):
        return words_of(zlib.decompress(content, wbits=31))
    return _as_text(content)


def _of_pdf(content: bytes) -> str:
    """Return the text of a PDF and what it says of itself; Debian's poppler reads it."""
    said = []
    for command in (["pdftotext", "-", "-"], ["pdfinfo", "-"]):
        done = subprocess.run(command, input=content, capture_output=True, check=True)
        said.append(_as_text(done.stdout))
    return "\n".join(said)


def _as_text(content: bytes) -> str:
    return unescape(content.decode("utf-8", errors="replace"))


def words_of_mail(message: EmailMessage) -> str:
    """Return a mail as it is sent, with its headers, and what is attached in words."""
    attached = [
        f"{name} {words_of(content if isinstance(content, bytes) else str(content).encode())}"
        for name, content, _kind in message.attachments
    ]
    return "\n".join((str(message.message()), message.subject, str(message.body), *attached))


def _links(url: str, body: str) -> Iterator[str]:
    for link in LINK.findall(body):
        if link.startswith("?"):
            yield url.partition("?")[0] + link
        elif link.startswith("/") and not link.startswith("//"):
            yield link


# --- Every address of the site map --------------------------------------------------------


def addresses(world: worlds.World) -> list[str]:
    """Return every address that the site map has for the codes of this world."""
    places = list(_places(world))
    found: dict[str, None] = {}
    for route in routes():
        if f"/{route}".startswith(LEFT_OUT):
            continue
        names = PART.findall(route)
        unknown = set(names) - KNOWN
        assert not unknown, f"{route}: say in tests/desk/crawling.py what fills {unknown}"
        for place in places:
            values = [place.get(name, ()) for name in names]
            for chosen in product(*values):
                parts = dict(zip(names, chosen, strict=True))
                found[f"/{PART.sub(lambda part, parts=parts: parts[part[1]], route)}"] = None
    return list(found)


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """Yield every route of the site map, the parts of its address still in brackets."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes(pattern, route)


KNOWN = {
    "round_code", "country", "strand", "coding", "indicator", "code", "key", "file", "number",
    "place", "pk", "kind", "day", "name", "path", "token",
}  # fmt: skip


def _places(world: worlds.World) -> Iterator[dict[str, tuple[str, ...]]]:
    """Yield for each sheet what may stand in an address; combinations agree with each other."""
    days = tuple(sorted({item.reference_date.isoformat() for item in CaseItem.objects.all()}))
    for sheet in world.sheets():
        sources = Source.objects.of_sheet(sheet)
        files = SourceFile.objects.filter(source__in=sources)
        keys = {*sources.values_list("key", flat=True), *files.values_list("key", flat=True)}
        indicators = worlds.STRANDS[sheet.strand.code]
        yield {
            "round_code": (world.round.code,),
            "country": (sheet.country.code,),
            "strand": (sheet.strand.code,),
            "coding": (str(sheet.coding),),
            "indicator": indicators,
            "code": (world.round.code, "bb28"),
            "key": tuple(str(key) for key in sorted(keys)),
            "file": tuple(str(key) for key in files.values_list("key", flat=True)),
            "number": ("1", "2"),
            "place": ("1", *indicators),
            "pk": ("1",),
            "token": ("unknown",),
            "kind": ("opinion", "ruling", "message"),
            "day": days[:1],
            "name": ("2020",),
            "path": ("index.html",),
        }
