"""What a draft of a method would change: exact, open to the consortium, and without a trace."""

import csv
import io
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from editions.enums import RevisionState
from editions.models import Revision
from editions.services import building
from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import Refusal
from mipex_site.desk.forms.method_preview import LONGEST, packed, unpacked
from mipex_site.desk.selectors.method_preview import COLUMNS, Asked, preview_of
from mipex_site.desk.selectors.method_trial import try_method
from questionnaire.enums import Role
from scoring.enums import MethodState
from scoring.models import Method
from scoring.rules import CONSORTIUM
from tests.desk.method_trials import changed, in_force, publish
from tests.editions.conftest import prepared, scored
from tests.factories.questionnaire import (
    RoundFactory,
    coordinator_of,
    head_coordinator,
    in_round,
)
from tests.factories.scoring import BLOCK, MethodFactory, closed_round

pytestmark = pytest.mark.django_db

HERE = "/method/preview/"
FIRST = Asked.from_query({})


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def file_of(block: dict) -> SimpleUploadedFile:
    return SimpleUploadedFile("method.yaml", yaml.safe_dump(block).encode())


@pytest.fixture
def current(db) -> Method:
    return in_force()


@pytest.fixture
def published(tmp_path, settings) -> Revision:
    settings.EDITIONS_ROOT = tmp_path
    return publish(tmp_path)


def figures(preview) -> dict[str, tuple[str, str, str]]:
    return {one.code: (one.before.score, one.after.score, one.change) for one in preview.lines}


# --- What it computes ---------------------------------------------------------------------


def test_a_copy_of_the_method_in_force_moves_nothing(published, current):
    preview = preview_of(current.settings, FIRST)
    assert preview.differences == ()
    assert (
        preview.summary[0] == "overall: no score, no rank and no band of the 3 countries moves."
    )
    assert figures(preview) == {
        "EE": ("50", "50", "0.0"),
        "PT": ("50", "50", "0.0"),
        "SE": ("79", "79", "0.0"),
    }
    assert preview.picture == ()


def test_a_weight_moves_scores_by_exact_fractions_that_are_rounded_once(published, current):
    preview = preview_of(changed(weights={"t": "2"}), FIRST)
    assert [(line.code, line.change) for line in preview.lines] == [
        ("EE", "−16.7"),
        ("SE", "−1.4"),
        ("PT", "0.0"),
    ]
    assert preview.lines[0].shift.change == Fraction(-50, 3)
    assert [line.code for line in preview.picture] == ["EE", "SE"]
    assert preview.differences == (
        "The weight of “Strand t”: was as the framework says, becomes 2.",
    )
    assert preview.summary[:3] == (
        (
            "overall: the scores of 2 of 3 countries move, by −6.0 points on average over all. "
            "Farthest: Estonia −16.7."
        ),
        "1 country has another rank; the average rank shift is 0.3 places.",
        "Into another band: Estonia.",
    )


def test_only_the_latest_date_of_a_country_counts(published, current):
    assert {one.date for one in try_method(current.settings).plain[0].shifts} == {"2019-12-31"}


def test_a_threshold_takes_a_score_away_and_the_page_says_whose(published, current):
    strict = changed(coverage=BLOCK["coverage"] | {"strand": "every"})
    overall, _s, of_t = preview_of(strict, FIRST).totals
    assert (overall.lost, of_t.lost) == ("Portugal", "Portugal")
    line = {one.code: one for one in preview_of(strict, FIRST).lines}["PT"]
    assert (line.after.score, line.change, line.after.rank) == ("no score", "–", "–")
    assert line.after.why == "too little is answered"


def test_geometric_means_are_looked_at_whatever_the_draft_says(published, current):
    plain = preview_of(current.settings, FIRST)
    robust = preview_of(current.settings, Asked(geometric=True, sort="change"))
    assert "With geometric means at every level" in plain.summary[-1]
    assert robust.summary[-1] == "As the draft stands, the average rank shift is 0.0 places."
    assert {line.code for line in robust.lines if line.change.startswith("−")} == {"EE", "SE"}


def test_an_index_of_the_drafts_own_is_new_and_that_of_the_framework_gone(published, current):
    own = [{"code": "mine", "title": "My own", "headline": True, "of": ["s"]}]
    preview = preview_of(changed(indexes=own), FIRST)
    assert [(one.title, one.note) for one in preview.totals[:2]] == [
        ("My own", "new"),
        ("overall", "gone"),
    ]
    assert preview.chosen.code == "mine"
    assert figures(preview)["EE"] == ("not computed", "100", "–")


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("change", ["EE", "SE", "PT"]),
        ("name", ["EE", "PT", "SE"]),
        ("before", ["SE", "EE", "PT"]),
        ("after", ["SE", "PT", "EE"]),
        ("rank", ["EE", "PT", "SE"]),
        ("of no kind", ["EE", "SE", "PT"]),
    ],
)
def test_the_table_is_sorted_by_the_address(published, current, sort, order):
    preview = preview_of(changed(weights={"t": "2"}), Asked.from_query({"sort": sort}))
    assert [line.code for line in preview.lines] == order


def test_a_method_that_does_not_fit_the_questions_is_not_computed(published, current):
    trial = try_method(changed(weights={"z": "2"}))
    assert trial.plain == ()
    assert "z" in trial.troubles[0]


def test_an_edition_whose_folder_is_gone_says_so(published, current, tmp_path):
    (tmp_path / "small" / "methodology.json").unlink()
    assert try_method(current.settings).troubles == (
        "The questions of this edition cannot be read.",
    )


def test_the_folder_of_a_real_edition_gives_its_own_scores(settings, tmp_path):
    settings.EDITIONS_ROOT = tmp_path
    round_ = closed_round()
    edition = prepared(round_)
    scored(round_)
    revision = edition.revisions.get()
    building.build(revision.pk)
    Revision.objects.filter(pk=revision.pk).update(state=RevisionState.PUBLISHED)

    trial = try_method(Method.objects.get().settings)

    frozen = dict(revision.scores.filter(node="overall").values_list("country", "exact"))
    assert {one.country: one.before.exact for one in trial.plain[0].shifts} == frozen
    assert trial.computed_by == str(trial.current)


# --- The page --------------------------------------------------------------------------------


@pytest.mark.parametrize("own", [1, 3])
def test_the_page_costs_a_fixed_number_of_queries_and_writes_nothing(
    published, current, django_assert_num_queries, own
):
    for number in range(own):
        weights = {"weights": {"t": "2"}}
        draft = MethodFactory(
            code="ours",
            version=f"2.0.{number}",
            state=MethodState.DRAFT,
            settings=changed(version=f"2.0.{number}", **weights),
        )
    client, acts = signed_in(head_coordinator()), AuditEntry.objects.count()
    with django_assert_num_queries(12) as asked:
        page = client.get(f"{HERE}?draft={draft.pk}").content.decode()
    assert "Nothing here is saved" in page
    assert "After ours 1.0.0 it needs version 2.0.0 or a later one" in page
    assert {query["sql"].split()[0] for query in asked.captured_queries} == {"SELECT"}
    assert AuditEntry.objects.count() == acts


def test_a_file_is_looked_at_and_stands_in_the_address_alone(published, current):
    client = signed_in(head_coordinator())
    answer = client.post(HERE, {"file": file_of(changed(weights={"t": "2"}))})
    assert answer.status_code == 302

    page = client.get(answer.url).content.decode()

    assert "ours 2.0.0 tried on the last edition" in page
    assert "comes from a file that was not kept" in page
    assert "−16.7" in page
    assert list(Method.objects.all()) == [current]
    assert f"{answer.url.partition('?')[2]}&amp;of=t#countries" in page
    assert (
        "Strand t"
        in client.get(f"{answer.url}&of=t&means=geometric&sort=name").content.decode()
    )


def test_the_version_that_a_draft_needs_is_told_where_its_own_is_too_low(published, current):
    client = signed_in(head_coordinator())
    low = changed(version="1.0.1", rank_on="exact")
    page = client.post(HERE, {"file": file_of(low)}, follow=True).content.decode()
    assert "it needs version 2.0.0 or a later one" in page
    assert "The version in the file is too low for that." in page


def test_the_csv_has_every_figure_and_says_that_it_is_no_published_one(published, current):
    client = signed_in(head_coordinator())
    url = client.post(HERE, {"file": file_of(changed(weights={"t": "2"}))}).url
    answer = client.get(f"{url}&format=csv")
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert tuple(lines[0]) == COLUMNS
    assert [(one["node"], one["country"]) for one in lines[:4]] == [
        ("overall", "EE"), ("overall", "PT"), ("overall", "SE"), ("s", "EE"),
    ]  # fmt: skip
    assert len(lines) == 9
    assert lines[0] | {"title": "", "name": ""} == {
        "simulation": "ours 2.0.0 tried on small.1: not published", "node": "overall",
        "title": "", "country": "EE", "name": "", "reference_date": "2019-12-31",
        "exact_before": "50", "exact_after": "100/3", "change": "-16.666666666666667",
        "shown_before": "50", "shown_after": "33", "rank_before": "2", "rank_after": "3",
        "band_before": "high", "band_after": "low", "status_before": "ok", "status_after": "ok",
    }  # fmt: skip
    assert 'filename="simulation_ours_2.0.0_small.1.csv"' in answer["Content-Disposition"]


def test_the_picture_is_drawn_without_a_style_of_its_own(published, current):
    client = signed_in(head_coordinator())
    url = client.post(HERE, {"file": file_of(changed(weights={"t": "2"}))}).url
    page = client.get(url).content.decode()
    drawn = page.split('<svg class="chart bar method__dumbbell"')[1:]
    pictures = [ET.fromstring("<svg" + one.split("</svg>")[0] + "</svg>") for one in drawn]
    circles = [[one.attrib["cx"] for one in each.iter("circle")] for each in pictures]
    assert circles == [["50%", "33%"], ["79%", "78%"]]
    assert "style=" not in page


EMPTY = {
    "no draft": (True, True, False, "No draft of a method is here"),
    "no edition": (False, True, True, "No edition is published yet"),
    "no method in force": (True, False, True, "No method is in force yet"),
}


@pytest.mark.parametrize(("edition", "force", "draft", "words"), EMPTY.values(), ids=EMPTY)
def test_an_empty_page_says_what_will_be_here(request, edition, force, draft, words):
    for name in [*["published"] * edition, *["current"] * force]:
        request.getfixturevalue(name)
    if draft:
        MethodFactory(state=MethodState.DRAFT)
    page = signed_in(head_coordinator()).get(HERE)
    assert page.status_code == 200
    assert words in page.content.decode()


@pytest.mark.parametrize(
    "query",
    ["draft=77", "draft=a", "block=", "block=%C3%A9", "block=e30", "block=" + "A" * 4000],
)
def test_an_address_that_names_no_draft_leads_nowhere(current, query):
    MethodFactory(state=MethodState.DRAFT)
    assert signed_in(head_coordinator()).get(f"{HERE}?{query}").status_code == 404


def test_a_file_that_is_no_method_is_refused_with_the_reason(published, current):
    client = signed_in(head_coordinator())
    for block, words in (
        (changed(version="2"), "not written as MAJOR.MINOR.PATCH"),
        (
            changed(weights={f"a{n}-{n * 7919 % 1009}": str(n * n) for n in range(900)}),
            "too long",
        ),
    ):
        answer = client.post(HERE, {"file": file_of(block)})
        assert answer.status_code == 422
        assert words in answer.content.decode()


def test_what_is_wrong_with_a_file_is_said_first_under_its_own_heading(published, current):
    answer = signed_in(head_coordinator()).post(HERE, {"file": file_of("no method")})

    above, _, below = answer.content.decode().partition("This file cannot be looked at")
    assert "errors__title" in above
    assert "No draft of a method is here" not in above
    assert "No draft of a method is here" in below


def test_what_is_packed_unpacks_and_nothing_longer_is_taken():
    assert unpacked(packed(changed())) == changed()
    with pytest.raises(ValueError, match="longer"):
        unpacked("A" * (LONGEST + 1))
    with pytest.raises(Refusal, match="too long"):
        packed(changed(weights={f"a{n * 7919 % 100003}": str(n * n) for n in range(2000)}))


def test_the_consortium_opens_it_and_only_who_coordinates_the_portal_is_led_to_taking(
    published, current
):
    round_ = RoundFactory()
    people = (coordinator_of(round_), *(in_round(role, round_) for role in CONSORTIUM))
    for person, leads in ((head_coordinator(), True), *((one, False) for one in people)):
        page = signed_in(person).get(HERE)
        assert page.status_code == 200
        assert ('href="/method/"' in page.content.decode()) == leads


@pytest.mark.parametrize("role", sorted(set(Role.values) - set(CONSORTIUM)))
def test_it_is_closed_to_everybody_else(published, current, role):
    client = signed_in(in_round(role, RoundFactory()))
    assert client.get(HERE).status_code == 403
    assert client.post(HERE, {"file": file_of(changed())}).status_code == 403
