"""A rehearsal: built from what is settled so far, marked everywhere, public nowhere."""

import csv
import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from editions import rules
from editions.enums import RehearsalState
from editions.models import Edition, EditionText, Rehearsal, Revision
from editions.selectors import public_file
from editions.services import folders, package, rehearsing
from editions.tasks import take_queued_rehearsals, take_queued_revisions
from mipex_site.audit.models import AuditEntry
from mipex_site.base.claimed import Lost
from mipex_site.base.errors import NotAllowed, WrongState
from questionnaire.enums import Role, RoundState
from review.models import SettledAnswer
from scoring.models import Method
from tests.factories.accounts import UserFactory
from tests.factories.editions import publisher_of
from tests.factories.questionnaire import coordinator_of, in_round
from tests.factories.scoring import MethodFactory, closed_round

pytestmark = pytest.mark.django_db
FLOOR = 4


@pytest.fixture
def round_(db):
    """A round under review: EE has all of its answers settled, PT one."""
    round_ = closed_round(state=RoundState.OPEN, closed_at=None)
    settled = SettledAnswer.objects.filter(round=round_, country__code="PT")
    for answer in settled.order_by("pk")[1:]:
        answer.delete()
    MethodFactory()
    return round_


@pytest.fixture
def head(round_):
    return coordinator_of(round_)


@pytest.fixture
def asked(round_, head):
    return rehearsing.ask_for_rehearsal(round_=round_, by=head)


@pytest.fixture
def ready(asked):
    assert take_queued_rehearsals() == 1
    asked.refresh_from_db()
    return asked


def folder_of(rehearsal):
    return folders.root() / rehearsal.folder


# --- Building ----------------------------------------------------------------------------


def test_a_rehearsal_is_built_from_what_is_settled(ready):
    assert ready.state == RehearsalState.READY
    assert (ready.settled, ready.asked) == (5, 8)
    with (folder_of(ready) / "results.csv").open(encoding="utf-8", newline="") as lines:
        rows = {(row["country"], row["node"]): row for row in csv.DictReader(lines)}
    assert rows["EE", "overall"]["display"] == "75"
    assert rows["PT", "overall"]["display"] == ""
    assert rows["PT", "overall"]["reason"]


def test_nothing_settled_can_be_rehearsed_too(round_, head):
    SettledAnswer.objects.filter(round=round_).delete()
    rehearsal = rehearsing.ask_for_rehearsal(round_=round_, by=head)

    assert rehearsing.build(rehearsal.pk)

    rehearsal.refresh_from_db()
    assert (rehearsal.settled, rehearsal.asked) == (0, 8)
    assert "Estonia" in (folder_of(rehearsal) / "countries.html").read_text(encoding="utf-8")


def test_a_rehearsal_needs_no_edition_and_no_scores_and_makes_none(ready):
    assert not Edition.objects.exists()
    assert not Revision.objects.exists()
    assert take_queued_revisions() == 0


def test_asking_and_building_are_in_the_audit(ready, head):
    acts = AuditEntry.objects.filter(subject=f"rehearsal/{ready.round.code}/1")
    assert list(acts.order_by("number").values_list("act", "actor")[:1]) == [
        ("rehearsal.ask", head.pk)
    ]
    assert acts.get(act="rehearsal.build").new == {
        "hash": ready.hash,
        "settled": 5,
        "asked": 8,
    }


# --- Marks -------------------------------------------------------------------------------


def test_every_page_says_that_it_is_provisional_and_how_to_cite_no_longer(ready):
    pages = sorted(folder_of(ready).rglob("*.html"))
    assert len(pages) > FLOOR
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "PROVISIONAL. Rehearsal 1, from 5 of 8 answers." in text, page
        assert 'class="watermark"' in text, page
        assert "css/pages/provisional.css" in text, page
        assert "This page never changes" not in text, page


def test_the_mark_is_printed_too(ready):
    style = folder_of(ready) / "assets" / "css" / "pages" / "provisional.css"
    printed = style.read_text(encoding="utf-8").partition("@media print")[2]
    assert ".watermark__word" in printed
    assert "display: none" not in style.read_text(encoding="utf-8")


def test_every_table_has_a_column_that_says_so(ready):
    for path in sorted(folder_of(ready).glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines))
        assert rows[0][-1] == "provisional", path.name
        assert {row[-1] for row in rows[1:]} <= {"yes"}, path.name


@pytest.mark.parametrize(
    "name", ["README.md", "LICENSE.txt", "edition.json", "methodology.json"]
)
def test_every_other_file_of_the_data_says_so(ready, name):
    assert "PROVISIONAL. Rehearsal 1" in (folder_of(ready) / name).read_text(encoding="utf-8")


def test_the_texts_of_a_rehearsal_say_so_and_drafts_are_among_them(round_, head):
    EditionText.objects.create(
        round=round_,
        kind="finding",
        title="Estonia: {{score EE overall}}",
        body="Portugal: {{score PT overall}}, {{score ZZ overall}}.",
        written_by=head,
    )
    rehearsal = rehearsing.ask_for_rehearsal(round_=round_, by=head)
    assert rehearsing.build(rehearsal.pk)
    rehearsal.refresh_from_db()

    said = json.loads((folder_of(rehearsal) / "texts.json").read_text(encoding="utf-8"))
    (text,) = said["texts"]
    assert said["provisional"].startswith("PROVISIONAL")
    assert text["title"] == "Estonia: 75"
    assert text["body"] == "Portugal: […], [score ZZ overall]."
    page = (folder_of(rehearsal) / "findings.html").read_text(encoding="utf-8")
    assert "Estonia: 75" in page


# --- Where it lies -----------------------------------------------------------------------


def test_no_public_address_leads_to_a_rehearsal(ready, client):
    name = f"{ready.round.edition_code}.rehearsal-1"
    lying = [ready.folder, ready.folder.partition("/")[2], name, "rehearsals"]
    for where in lying:
        for address in (f"/e/{where}/", f"/e/{where}/index.html", f"/editions/{where}/"):
            assert client.get(address).status_code == 404, address


def test_a_published_folder_gives_no_file_of_a_rehearsal(ready):
    beside = Revision(folder="2020.1-aaaa", hash="ab" * 32)
    assert public_file(beside, f"../{ready.folder}/index.html") is None
    assert public_file(Revision(folder="rehearsals", hash=""), "index.html") is None


# --- Once, whole, whatever dies ----------------------------------------------------------


def test_a_rehearsal_is_built_once(ready):
    assert not rehearsing.build(ready.pk)
    assert take_queued_rehearsals() == 0
    assert Rehearsal.objects.get().attempt == 1


def test_a_worker_that_fell_silent_is_followed_by_another(asked, settings):
    late = Rehearsal.objects.claim(asked.pk)
    silent = timezone.now() - timedelta(seconds=settings.BUILD_STALE_SECONDS + 1)
    Rehearsal.objects.filter(pk=asked.pk).update(heartbeat_at=silent)

    assert take_queued_rehearsals() == 1

    settings.HEARTBEAT_SECONDS = 0
    with pytest.raises(Lost):
        rehearsing.write(asked.pk, receipt=late)
    asked.refresh_from_db()
    assert (asked.state, asked.attempt) == (RehearsalState.READY, 2)
    assert AuditEntry.objects.filter(act="rehearsal.build").count() == 1


def test_a_worker_that_died_after_the_last_file_leaves_nothing_behind(asked, monkeypatch):
    """Its folder stands under its lasting name and no row knows it: the next build decides."""

    def die(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(rehearsing, "_finish", die)
        with pytest.raises(KeyboardInterrupt):
            rehearsing.build(asked.pk)
    place = folders.root() / rehearsing.PLACE
    assert len(list(place.iterdir())) == 1
    assert rehearsing.sweep() == []
    SettledAnswer.objects.filter(country__code="PT").delete()
    long_ago = timezone.now() - timedelta(days=1)
    Rehearsal.objects.filter(pk=asked.pk).update(heartbeat_at=long_ago)

    assert take_queued_rehearsals() == 1
    rehearsing.sweep()

    asked.refresh_from_db()
    assert [f"{rehearsing.PLACE}/{path.name}" for path in place.iterdir()] == [asked.folder]
    assert package.sha256(folder_of(asked) / package.SUMS) == asked.hash


def test_what_fails_says_why_and_another_can_be_asked_for(asked, head, monkeypatch):
    def fall(*args, **kwargs):
        raise OSError("no room on the disk")

    with monkeypatch.context() as patch:
        patch.setattr(package, "write_folder", fall)
        assert take_queued_rehearsals() == 0
    asked.refresh_from_db()
    assert (asked.state, asked.error) == (
        RehearsalState.FAILED,
        "OSError: no room on the disk",
    )

    again = rehearsing.ask_for_rehearsal(round_=asked.round, by=head)
    assert again.number == 2
    assert take_queued_rehearsals() == 1


def test_the_files_of_the_newest_are_kept_and_those_of_older_ones_go(ready, head):
    place = folders.root() / rehearsing.PLACE
    (place / f"{folders.BUILDING}{uuid4()}").mkdir()
    for number in range(2, rehearsing.KEPT + 2):
        Rehearsal.objects.create(
            round=ready.round,
            method=ready.method,
            number=number,
            asked_by=head,
            state=RehearsalState.READY,
            folder=f"rehearsals/other-{number}-x",
        )

    gone = rehearsing.sweep()

    ready.refresh_from_db()
    assert ready.folder == ""
    assert len(gone) == 2
    assert list(place.iterdir()) == []


# --- Who, and when -----------------------------------------------------------------------


def test_a_second_press_of_the_button_asks_for_nothing_more(asked, head):
    again = rehearsing.ask_for_rehearsal(round_=asked.round, by=head)

    assert again == asked
    assert Rehearsal.objects.count() == 1


def test_while_one_is_built_no_other_is_asked_for(asked, head):
    Rehearsal.objects.claim(asked.pk)

    with pytest.raises(WrongState, match="Rehearsal 1 is being built"):
        rehearsing.ask_for_rehearsal(round_=asked.round, by=head)


@pytest.mark.parametrize("state", [RoundState.DESIGN, RoundState.LOCKED, RoundState.CANCELLED])
def test_a_round_is_rehearsed_when_it_is_open_or_reviewed(round_, head, state):
    round_.state = state
    round_.save()

    with pytest.raises(WrongState, match="open or reviewed"):
        rehearsing.ask_for_rehearsal(round_=round_, by=head)


def test_without_a_method_nothing_is_rehearsed(round_, head):
    Method.objects.all().delete()

    with pytest.raises(WrongState, match="No method is locked"):
        rehearsing.ask_for_rehearsal(round_=round_, by=head)


def test_strangers_superusers_publishers_and_observers_ask_for_none(round_):
    nobody = [
        UserFactory(),
        UserFactory(is_superuser=True),
        publisher_of(round_),
        in_round(Role.OBSERVER, round_),
    ]
    for person in nobody:
        with pytest.raises(NotAllowed):
            rehearsing.ask_for_rehearsal(round_=round_, by=person)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.PUBLISHER, Role.OBSERVER])
def test_who_runs_publishes_or_observes_the_round_reads_it(round_, role):
    assert rules.may_read_rehearsal(in_round(role, round_), round_)


@pytest.mark.parametrize("side", [Role.EXPERT, Role.DELEGATE, Role.REVIEWER, Role.ADJUDICATOR])
def test_whoever_answers_reviews_or_rules_reads_none_whatever_else_they_are(round_, side):
    one_sided = in_round(side, round_)
    both = in_round(Role.COORDINATOR, round_, in_round(side, round_))

    assert not rules.may_read_rehearsal(one_sided, round_)
    verdict = rules.may_read_rehearsal(both, round_)
    assert not verdict
    assert "answer, review or rule" in verdict.reason
    assert not rules.may_rehearse(both, round_)
    assert not rules.may_write_text(both, round_)
