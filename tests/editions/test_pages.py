import json
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag

import pytest

from editions.services import package
from editions.services.pages import ranking, words
from editions.services.pages.book import Book

from .made import COUNTRIES, nothing, one_date, small_frozen

VOID = {"meta", "link", "br", "hr", "img", "input", "col", "source", "wbr"}
FOREIGN = re.compile(r"^[a-z][a-z0-9+.-]*:|^/", re.IGNORECASE)


class Reading(HTMLParser):
    """A page as a strict reader sees it: nesting, ids, addresses, script and style."""

    def __init__(self, text):
        super().__init__()
        self.open, self.faults, self.ids, self.links = [], [], [], []
        self.external = []
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self.open]

    def handle_starttag(self, tag, attrs):
        self._look_at(tag, dict(attrs))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self._look_at(tag, dict(attrs))

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1:]}")
        else:
            self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] in ("script", "style") and data.strip():
            self.faults.append("script or style inside the page")

    def _look_at(self, tag, attrs):
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if "style" in attrs or any(name.startswith("on") for name in attrs):
            self.faults.append(f"inline style or script on <{tag}>")
        for name in ("href", "src"):
            if name in attrs:
                external = tag == "a" and "external" in (attrs.get("rel") or "")
                (self.external if external else self.links).append(attrs[name])


@pytest.fixture(scope="module", params=[small_frozen, one_date], ids=["archive", "round"])
def folder(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages") / "made"
    package.write_folder(folder, request.param(), beat=nothing)
    return folder


@pytest.fixture(scope="module")
def pages(folder):
    return {
        path.relative_to(folder).as_posix(): Reading(path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*.html"))
    }


@pytest.fixture(scope="module")
def book():
    return Book(small_frozen())


def test_there_is_a_page_for_every_country_strand_and_indicator(folder, pages, book):
    wanted = {"index.html", "countries.html", "method.html", "data.html"}
    wanted |= {"strands/index.html", "indicators/index.html"}
    if '"kind": "round"' in (folder / "edition.json").read_text(encoding="utf-8"):
        wanted.add("contributors.html")
    wanted |= {each.href for each in (*book.countries, *book.strands)}
    wanted |= {each.score_href for each in book.countries}
    wanted |= {each.href for each in book.indicators.values()}

    assert set(pages) == wanted


def test_every_page_is_well_nested_without_inline_script_or_style(pages):
    assert {name: page.faults for name, page in pages.items() if page.faults} == {}


def test_every_id_is_unique_on_its_page(pages):
    for name, page in pages.items():
        assert len(page.ids) == len(set(page.ids)), name


def test_every_link_and_anchor_leads_somewhere_inside_the_folder(folder, pages):
    broken = []
    for name, page in pages.items():
        for link in page.links:
            address, anchor = urldefrag(link)
            target = (folder / name).parent / address if address else folder / name
            inside = target.resolve().is_relative_to(folder.resolve())
            if not inside or not target.is_file():
                broken.append((name, link))
            elif anchor and target.suffix == ".html":
                key = target.resolve().relative_to(folder.resolve()).as_posix()
                broken += [] if anchor in pages[key].ids else [(name, link)]
    assert broken == []


def test_no_page_needs_an_absolute_address(pages):
    for name, page in pages.items():
        assert [link for link in page.links if FOREIGN.match(link)] == [], name


def test_only_laws_and_standards_lead_out_and_only_to_the_web(pages):
    for page in pages.values():
        assert all(link.startswith(("https://", "http://")) for link in page.external)


def test_no_style_sheet_loads_anything(folder):
    for path in (folder / "assets").rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert "@import" not in text, path.name
        assert "url(" not in re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL), path.name


def test_a_page_shows_the_checksum_of_the_data(folder):
    checksum = package.sha256(folder / "DATA-SHA256SUMS")

    for path in folder.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert "Checksum of the data:" in page, path.name
        assert checksum in page, path.name


def test_every_answer_of_every_country_has_an_address(pages, book):
    for indicator in book.indicators.values():
        assert set(COUNTRIES) <= set(pages[indicator.href].ids)
    for country in book.countries:
        assert set(book.indicators) <= set(pages[country.href].ids)


def read(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


def test_a_title_with_signs_of_html_is_shown_and_not_obeyed(folder):
    page = read(folder, "index.html")

    assert "An index &amp; its &lt;core&gt;" in page
    assert "<core>" not in page


def test_a_ruling_shows_its_public_reason_and_its_law(tmp_path):
    package.write_folder(tmp_path / "made", one_date(), beat=nothing)

    for name in ("indicators/ba21.html", "countries/ee.html"):
        page = read(tmp_path / "made", name)
        assert "The Act names &lt;no&gt; wait." in page
        assert "Settled by a consortium reviewer’s ruling." in page
        assert 'href="https://law.example.org/act"' in page
        assert "in force from 1 January 2010" in page


def test_an_address_that_is_no_web_page_is_not_linked():
    law = one_date().answers[0].sources[0]

    assert words.source_lines([replace(law, url="javascript:alert(1)")])[0].url == ""


def test_an_edition_of_one_date_draws_no_lines_and_tells_no_change(tmp_path):
    package.write_folder(tmp_path / "made", one_date(), beat=nothing)
    page = read(tmp_path / "made", "countries/ee.html")

    assert "polyline" not in page
    assert "since" not in page.lower().split("every answer")[0]


def test_the_real_figures_of_estonia_are_on_its_page(tmp_path):
    package.write_folder(tmp_path / "made", small_frozen(), beat=nothing)
    page = read(tmp_path / "made", "countries/ee.html")

    assert "Estonia 50" in page
    assert "Family reunion changed most: +28 points since 2007" in page
    assert "From 57 to 69 the change is 11.1, shown as +11" in page


def test_a_shared_rank_is_marked(book):
    score = next(each for each in small_frozen().scores if each.rank is not None)
    shared = replace(score, rank=8, tied=True)

    assert words.rank_words(book, shared) == "8= of 4"
    assert words.rank_words(book, replace(shared, tied=False)) == "8 of 4"
    assert words.rank_words(book, None) == ""


def test_a_ranking_is_in_the_order_of_its_ranks_and_who_has_no_score_comes_last(book):
    frozen = small_frozen()
    without = tuple(
        replace(each, exact=None, shown=None, rank=None, band="", status="unknown")
        if each.country == "AE" and each.node == book.headline.code
        else each
        for each in frozen.scores
    )
    ranked = ranking.rows(Book(replace(frozen, scores=without)), book.headline)

    assert [row.country.code for row in ranked] == ["SE", "BE", "EE", "AE"]
    assert (ranked[-1].shown, ranked[-1].rank) == (None, "")


def test_a_country_without_a_score_is_hatched_and_called_so(tmp_path):
    frozen = small_frozen()
    bare = replace(
        frozen,
        scores=tuple(
            replace(each, exact=None, shown=None, rank=None, band="", status="unknown")
            if each.country == "AE"
            else each
            for each in frozen.scores
        ),
    )
    package.write_folder(tmp_path / "bare", bare, beat=nothing)
    page = read(tmp_path / "bare", "countries/ae.html")

    assert "No score" in page
    assert 'fill="url(#hatch)"' in page


def test_a_change_is_the_exact_one_rounded_once_with_a_note_where_it_surprises(book):
    rose = words.change_of(book, "EE", "overall_without_health_and_education")

    assert (rose.first, rose.last) == (40, 51)
    assert rose.words == "+10"
    assert "the change is 10.3, shown as +10" in rose.note


def test_a_fall_is_told_with_a_minus_and_halves_go_away_from_zero():
    assert words.signed(-3) == "−3"
    assert words.signed(0) == "±0"
    assert words.signed(7) == "+7"


def test_the_first_page_is_cited_with_the_title_once(folder):
    index = (folder / "index.html").read_text(encoding="utf-8")
    title = json.loads((folder / "edition.json").read_text(encoding="utf-8"))["title"]

    cited = index.partition('id="citation"')[2].partition("</p>")[0]

    assert unescape(cited).count(title) == 1
    assert "/index.html" in cited
