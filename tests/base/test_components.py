"""The shared fragments: what they promise in their heads."""

import re
from datetime import date
from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template.loader import get_template, render_to_string

from mipex_site.base.templatetags.house import PUBLIC_SCRIPTS, PUBLIC_STYLES
from mipex_site.base.verdict import YES, no

FRAME = {"nav": [{"title": "My work", "url": "/mine/", "current": True}], "who": None}
EDITION = {
    "title": "2019",
    "revision": 1,
    "cut_off": date(2019, 12, 31),
    "hash": "ab12",
    "licence": "CC0",
    "citation": "Cite.",
}


class OpinionForm(forms.Form):
    kind = forms.ChoiceField(
        choices=[("agree", "Agree"), ("no", "Disagree")], widget=forms.RadioSelect
    )
    why = forms.CharField(label="Why", help_text="What would settle it.")


def ids(html: str) -> set[str]:
    return set(re.findall(r'\bid="([^"]+)"', html))


def pointers(html: str, attribute: str) -> set[str]:
    values = re.findall(rf'{attribute}="([^"]+)"', html)
    return {each.lstrip("#") for value in values for each in value.split()}


@pytest.mark.parametrize("name", ["kind", "why"])
def test_a_wrong_field_ties_its_hint_and_its_error_to_its_control(name):
    form = OpinionForm({})
    html = render_to_string("components/_field.html", {"field": form[name]})
    assert "This field is required." in html
    assert pointers(html, "aria-describedby")
    assert pointers(html, "aria-describedby") <= ids(html)
    assert pointers(html, "for") <= ids(html)


def test_the_error_summary_leads_to_every_wrong_field():
    form = OpinionForm({})
    summary = render_to_string("components/_errors.html", {"form": form})
    fields = "".join(
        render_to_string("components/_field.html", {"field": field}) for field in form
    )
    assert len(pointers(summary, "href")) == 2
    assert pointers(summary, "href") <= ids(fields)


def test_a_form_without_errors_has_no_summary():
    form = OpinionForm({"kind": "agree", "why": "So."})
    assert render_to_string("components/_errors.html", {"form": form}).strip() == ""


def test_what_may_not_be_done_stands_below_with_its_reason():
    moves = [
        {"title": "Approve", "verdict": no("It needs two opinions.")},
        {"title": "Give an opinion", "verdict": YES, "who": "you"},
    ]
    html = render_to_string("components/_verdicts.html", {"moves": moves})
    assert html.index("Give an opinion") < html.index("Approve: It needs two opinions.")


def test_a_refusal_is_what_htmx_is_told_to_pick_and_keeps_what_was_typed():
    html = render_to_string(
        "components/_refusal.html", {"reason": "It is closed.", "typed": ["<my words>"]}
    )
    settings = render_to_string("components/_htmx_config.html")
    assert '"select": "#refusal"' in settings
    assert "refusal" in ids(html)
    assert "&lt;my words&gt;" in html


def test_a_refusal_swaps_into_a_place_that_every_page_has():
    page = render_to_string("refusal.html", FRAME | {"reason": "No.", "typed": []})
    settings = render_to_string("components/_htmx_config.html")
    assert pointers(settings.replace('": "', '="'), "target") == {"notices"}
    assert "notices" in ids(page)


def test_paging_keeps_the_filter_in_the_address():
    page = Paginator(range(30), 10).page(2)
    html = render_to_string(
        "components/_pagination.html", {"page": page, "query": "state=late"}
    )
    assert "11 to 20 of 30." in html
    assert "?state=late&amp;page=1" in html
    assert "?state=late&amp;page=3" in html


@pytest.mark.parametrize(
    ("score", "band", "drawn"),
    [
        (None, None, 'fill="url(#hatch)"'),
        (0, "critically_unfavourable", 'width="4"'),
        (76, "slightly_favourable", 'width="76%"'),
    ],
)
def test_no_score_is_hatched_and_a_score_of_nothing_is_still_a_mark(score, band, drawn):
    html = render_to_string(
        "components/_score_bar.html", {"score": score, "band": band, "mean": None}
    )
    assert drawn in html
    assert ("hatch" in html) == (score is None)


def test_a_bar_in_parts_has_no_gap_and_no_overlap():
    parts = [{"state": "cleared", "tone": "ok", "count": n, "words": str(n)} for n in (3, 0, 5)]
    html = render_to_string("components/_parts.html", {"total": 8, "parts": parts})
    assert re.findall(r'x="(\d+)" y="0" width="(\d+)"', html) == [("0", "3"), ("3", "5")]


@pytest.mark.parametrize("root", ["", "../"])
def test_a_public_page_links_only_beside_itself(root):
    html = render_to_string(
        "public_base.html", {"root": root, "section": "strands", "edition": EDITION}
    )
    links = set(re.findall(r'(?:href|src)="([^"]+)"', html)) - {"#main"}
    assert {f"{root}assets/{name}" for name in (*PUBLIC_STYLES, *PUBLIC_SCRIPTS)} <= links
    assert all(link.startswith(root) and not link.startswith("/") for link in links)
    assert "The law on 31 December 2019." in html
    assert "csrf" not in html.lower()
    assert "DEMONSTRATION" not in html


def test_a_demonstration_says_so_on_both_frames():
    public = {"root": "", "section": "data", "edition": EDITION}
    for frame, context in (("base.html", FRAME), ("public_base.html", public)):
        html = render_to_string(frame, context | {"demonstration": True})
        assert "DEMONSTRATION" in html


@pytest.mark.parametrize("page", ["403.html", "404.html", "500.html"])
def test_a_page_of_last_resort_needs_nothing(page):
    html = render_to_string(page)
    assert "<h1>" in html
    assert 'href="/"' in html


def test_the_page_of_a_failure_depends_on_no_other_template():
    html = Path(get_template("500.html").origin.name).read_text(encoding="utf-8")
    assert "extends" not in html.split("endcomment")[1]
    assert "{% include" not in html
    assert "{% static" not in html


def test_the_way_out_is_a_form_and_only_for_those_inside():
    inside = FRAME | {"who": {"name": "Reviewer Heron", "role": ""}, "sign_out_url": "/out/"}
    assert '<form method="post" action="/out/" data-sign-out>' in render_to_string(
        "base.html", inside
    )
    assert "/out/" not in render_to_string("base.html", FRAME | {"sign_out_url": "/out/"})
