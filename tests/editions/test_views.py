from pathlib import Path

import pytest
from django.test import override_settings
from django.urls import reverse

from editions import selectors
from editions.enums import EditionKind, RevisionState
from editions.models import Edition, Revision
from editions.services import folders, package
from tests.factories.editions import EditionFactory, RevisionFactory
from tests.factories.questionnaire import head_coordinator

from .made import nothing, one_date, small_frozen

pytestmark = pytest.mark.django_db

SHOWN = ("published", "superseded", "withdrawn")
HIDDEN = [state for state in RevisionState if state not in SHOWN]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """Two built editions, as a worker would leave them."""
    root = tmp_path_factory.mktemp("shelf")
    for name, frozen in (("core", small_frozen()), ("round", one_date())):
        package.write_folder(root / name, frozen, beat=nothing)
    return root


@pytest.fixture
def root(shelf, settings):
    settings.EDITIONS_ROOT = shelf
    return shelf


@pytest.fixture
def published(db, root):
    return RevisionFactory(
        edition=EditionFactory(code="core", title="An invented archive"),
        number=1,
        state=RevisionState.PUBLISHED,
        hash=package.sha256(root / "core" / "SHA256SUMS"),
        folder="core",
        audit_length=3,
        audit_head="ab" * 32,
    )


@pytest.fixture
def built(db, root):
    """A revision of a round with a real folder, in whichever state a test gives it."""
    return RevisionFactory(
        edition=EditionFactory(code="2020"),
        number=2,
        state=RevisionState.CANDIDATE,
        hash=package.sha256(root / "round" / "SHA256SUMS"),
        folder="round",
    )


def put(revision, state):
    Revision.objects.filter(pk=revision.pk).update(state=state)


def get(client, address, **headers):
    """Read an address to its end, which closes the file behind it."""
    response = client.get(address, headers=headers)
    if response.streaming:
        response.read = b"".join(response.streaming_content)
    return response


def test_the_front_door_is_honest_while_nothing_is_published(client):
    response = get(client, "/")

    assert response.status_code == 200
    assert "No edition is published yet." in response.content.decode()


def test_the_front_door_leads_to_the_latest_published_edition(client, published):
    response = get(client, "/")

    assert response.status_code == 302
    assert response.url == "/e/core.1/index.html"
    assert "no-store" in response["Cache-Control"]


def test_the_newest_law_comes_first_and_a_correction_of_an_old_edition_does_not(published):
    RevisionFactory(state=RevisionState.PUBLISHED, cut_off="2023-12-31", published_at=None)

    assert str(selectors.latest_public().cut_off) == "2023-12-31"


@pytest.mark.parametrize(
    "path", ["index.html", "countries/ee.html", "results.csv", "SHA256SUMS"]
)
def test_a_stranger_reads_the_very_bytes_of_the_folder(client, published, path):
    response = get(client, f"/e/core.1/{path}?exact")

    assert response.status_code == 200
    assert response.read == (folders.root() / published.folder / path).read_bytes()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("results.csv", "text/csv; charset=utf-8"),
        ("methodology.json", "application/json"),
        ("assets/css/base.css", "text/css; charset=utf-8"),
        ("assets/js/theme.js", "text/javascript; charset=utf-8"),
        ("README.md", "text/plain; charset=utf-8"),
        ("SHA256SUMS", "text/plain; charset=utf-8"),
    ],
)
def test_each_kind_of_file_says_what_it_is(client, published, path, kind):
    response = get(client, f"/e/core.1/{path}")

    assert response["Content-Type"] == kind
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "script-src" not in response.get("Content-Security-Policy", "") or (
        "unsafe" not in response["Content-Security-Policy"]
    )


def test_a_folder_of_the_edition_opens_with_its_index(client, published):
    for address in ("/e/core.1/", "/e/core.1/strands/"):
        assert get(client, address).status_code == 200


def test_a_file_may_be_kept_for_good(client, published):
    for path in ("results.csv", "assets/css/base.css"):
        assert "immutable" in get(client, f"/e/core.1/{path}")["Cache-Control"]


def test_a_page_is_asked_for_anew_and_is_not_sent_twice(client, published):
    first = get(client, "/e/core.1/index.html?exact")
    again = get(client, "/e/core.1/index.html?exact", if_none_match=first["ETag"])

    assert first["Cache-Control"] == "public, no-cache"
    assert first["ETag"].strip('"') == package.sha256(
        folders.root() / published.folder / "index.html"
    )
    assert again.status_code == 304
    assert again.content == b""


def test_a_page_is_in_the_language_it_was_written_in(client, published):
    response = get(client, "/e/core.1/index.html", accept_language="fr")

    assert response["Content-Language"] == "en"


@pytest.mark.parametrize("state", HIDDEN)
def test_nobody_reads_what_is_not_published(client, built, state):
    put(built, state)

    for address in ("/e/2020.2/index.html", "/e/2020.2/", "/editions/2020.2/"):
        assert get(client, address).status_code == 404
    client.force_login(head_coordinator())
    assert get(client, "/e/2020.2/index.html").status_code == 404


def test_a_superseded_revision_keeps_its_address_and_names_its_successor(client, built):
    put(built, RevisionState.SUPERSEDED)
    RevisionFactory(edition=built.edition, number=3, state=RevisionState.PUBLISHED)

    response = get(client, "/e/2020.2/index.html")

    assert response.status_code == 200
    assert response["Link"] == '</e/2020.3/index.html>; rel="latest-version"'
    assert "superseded" in get(client, "/editions/2020.2/").content.decode()


def test_the_pages_of_a_superseded_revision_say_so_and_its_files_stay_as_they_were(
    client, built
):
    kept = (folders.root() / built.folder / "index.html").read_bytes()
    put(built, RevisionState.PUBLISHED)
    before = get(client, "/e/2020.2/index.html")
    put(built, RevisionState.SUPERSEDED)
    RevisionFactory(edition=built.edition, number=3, state=RevisionState.PUBLISHED)

    marked = get(client, "/e/2020.2/index.html", if_none_match=before["ETag"])
    again = get(client, "/e/2020.2/index.html", if_none_match=marked["ETag"])

    assert kept.partition(b"</body>")[0] in before.content
    assert marked.status_code == 200
    assert "2020.2 was superseded by" in marked.content.decode()
    assert again.status_code == 304
    assert get(client, "/e/2020.2/index.html?exact").read == kept
    data = get(client, "/e/2020.2/results.csv")
    assert data.read == (folders.root() / built.folder / "results.csv").read_bytes()


def test_a_page_in_force_ends_with_the_way_into_the_portal(client, built):
    put(built, RevisionState.PUBLISHED)
    kept = (folders.root() / built.folder / "countries/ee.html").read_bytes()

    page = get(client, "/e/2020.2/countries/ee.html")
    again = get(client, "/e/2020.2/countries/ee.html", if_none_match=page["ETag"])

    before, after = kept.split(b"</body>")
    assert page.content.startswith(before)
    assert page.content.endswith(b"</nav>\n</body>" + after)
    for address in ("/editions/2020.2/", "/editions/2020.2/correction/", "/editions/"):
        assert f'href="{address}"' in page.content.decode()
    assert reverse("accounts:sign-in") in page.content.decode()
    assert page["Cache-Control"] == "public, no-cache"
    assert not page.cookies
    assert again.status_code == 304


def test_the_tag_of_a_page_in_force_changes_with_its_strip_and_is_not_the_files(client, built):
    put(built, RevisionState.PUBLISHED)
    address = "/e/2020.2/index.html"
    exact, first = get(client, f"{address}?exact")["ETag"], get(client, address)["ETag"]
    Edition.objects.update(kind=EditionKind.ARCHIVE, round=None)

    archived = get(client, address)

    assert len({exact, first, archived["ETag"]}) == 3
    assert "/correction/" not in archived.content.decode()
    assert get(client, address, if_none_match=first).status_code == 200


def test_the_way_into_the_portal_is_the_same_for_everybody_and_asks_nothing_more(
    client, built, django_assert_num_queries
):
    put(built, RevisionState.PUBLISHED)
    stranger = get(client, "/e/2020.2/index.html").content
    with django_assert_num_queries(1):
        get(client, "/e/2020.2/index.html", accept_language="fr")
    client.force_login(head_coordinator())

    assert get(client, "/e/2020.2/index.html").content == stranger


def test_a_superseded_revision_whose_successor_was_withdrawn_says_so(client, built):
    put(built, RevisionState.SUPERSEDED)
    RevisionFactory(edition=built.edition, number=3, state=RevisionState.WITHDRAWN)

    page = get(client, "/e/2020.2/index.html")

    assert "which was withdrawn" in page.content.decode()
    assert "Link" not in page
    assert "which was withdrawn" in get(client, "/editions/2020.2/").content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "../../manage.py",
        "..%2f..%2fmanage.py",
        "%2e%2e/%2e%2e/manage.py",
        "countries/../../../manage.py",
        "countries/../index.html",
        "/etc/passwd",
        "index.html%00",
        "nothing.html",
        "assets",
        ".git/config",
    ],
)
def test_no_path_leads_out_of_the_folder(client, published, root, path):
    (root / "manage.py").write_text("secret", encoding="utf-8")

    assert get(client, f"/e/core.1/{path}").status_code == 404


@pytest.mark.parametrize(
    "name", ["core.2", "core", "core.", ".1", "core.x", "core.²", "core.1.1"]
)
def test_an_unknown_name_is_not_found(client, published, name):
    assert get(client, f"/e/{name}/index.html").status_code == 404


def test_a_folder_that_is_not_the_published_one_is_not_served(client, published):
    Revision.objects.filter(pk=published.pk).update(hash="cd" * 32)

    assert get(client, "/e/core.1/index.html").status_code == 404


def test_nothing_is_written_through_a_public_address(client, published):
    for address in ("/", "/editions/", "/editions/core.1/", "/e/core.1/index.html"):
        assert client.post(address).status_code == 405


def test_the_list_of_editions_says_state_day_and_hash(client, published, built):
    text = get(client, "/editions/").content.decode()

    assert "core.1" in text
    assert published.hash[:12] in text
    assert "31 December 2019" in text
    assert "2020.2" not in text


def test_the_list_costs_the_same_for_one_and_three_editions(
    client, published, django_assert_num_queries
):
    RevisionFactory.create_batch(2, state=RevisionState.PUBLISHED)

    with django_assert_num_queries(1):
        assert len(list(selectors.public_revisions())) == 3


def test_an_empty_list_says_what_will_be_there(client):
    assert "No edition is published yet." in get(client, "/editions/").content.decode()


def test_the_page_behind_an_edition_shows_its_hash_and_its_audit(client, published):
    text = get(client, reverse("editions:edition-show", args=["core.1"])).content.decode()

    assert published.hash in text
    assert published.audit_head in text


def test_the_folder_is_found_where_the_setting_says(published, tmp_path):
    found = selectors.public_file(published, "index.html")

    assert found.path == folders.root() / published.folder / "index.html"
    with override_settings(EDITIONS_ROOT=Path(tmp_path)):
        assert selectors.public_file(published, "index.html") is None
