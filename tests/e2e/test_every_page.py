"""Every page, for who may open it: no breach of WCAG 2.2 AA, no sideways scroll, no noise.

Two worlds: one in the middle of its round, with something in every state, and one at its end.
"""

from fractions import Fraction
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from editions.models import Revision
from editions.services import corrections, embargo, jumps, publishing, signing
from editions.services.editions import prepare_edition
from editions.tasks import take_queued_revisions
from mipex_site.mail.models import Letter
from questionnaire.enums import AnswerKind
from scoring.tasks import take_queued_runs
from tests import world as worlds
from tests.e2e.acts import ROUND, case_of, dispute_of, sheet_of
from tests.e2e.looks import ACROSS, Visit
from tests.editions.correcting import filed

BOARD, CLOSING, PUBLISHING = (
    f"/rounds/2019/{name}/" for name in ("board", "closing", "publishing")
)
BLANK, RETURNED, SUBMITTED = sheet_of("EE", "b"), sheet_of("PT", "a"), sheet_of("EE", "a")
IN_REVIEW = case_of("EE", "a")

IN_THE_MIDDLE = {
    "nobody": {
        "/": 200,
        "/editions/": 200,
        "/sign-in/": 200,
        "/e/none/": 404,
        "/no-such-page/": 404,
    },
    "stranger": {"/my-work/": 200, "/profile/": 200, "/no-such-page/": 404, IN_REVIEW: 403},
    "EE_b_1": {
        "/my-work/": 200,
        f"{BLANK}?view=all": 200,
        f"{BLANK}bb1/": 200,
        f"{BLANK}bb2/": 200,
        f"{BLANK}?view=all&show=needs": 200,
        f"{BLANK}bb2/?show=check": 200,
        f"{BLANK}check/": 200,
        f"{BLANK}print/": 200,
        f"{BLANK}print/?blank=yes": 200,
        f"{BLANK}sources/": 200,
        f"{BLANK}sources/add/": 200,
        "/sheets/2019/EE/workbook/1/": 200,
    },
    "PT_a_1": {
        "/my-work/": 200,
        f"{RETURNED}?view=all": 200,
        f"{RETURNED}aa1/": 200,
        f"{RETURNED}aa2/": 200,
        f"{RETURNED}check/": 200,
        case_of("PT", "a"): 403,
    },
    "EE_a_1": {f"{SUBMITTED}aa1/": 200, f"{IN_REVIEW}outcome/": 200},
    "EE_reviewer_1": {
        "/my-work/": 200,
        IN_REVIEW: 200,
        f"{IN_REVIEW}aa1/": 200,
        f"{IN_REVIEW}aa2/": 200,
        f"{IN_REVIEW}return/": 200,
        f"{SUBMITTED}aa1/": 404,
    },
    "EE_reviewer_3": {f"{IN_REVIEW}aa2/": 200},
    "adjudicator": {
        "/my-work/": 200,
        dispute_of("EE", "a", "aa1"): 200,
        dispute_of("EE", "a", "aa2"): 404,
        f"{case_of('PT', 'b')}bb1/consent/": 200,
    },
    "coordinator": {
        "/my-work/": 200,
        BOARD: 200,
        f"{BOARD}?country=EE": 200,
        CLOSING: 200,
        PUBLISHING: 200,
    },
    "observer": {BOARD: 200, "/rounds/2019/reliability/": 200},
    "head": {"/method/": 200, "/method/preview/": 200},
}


def in_the_middle() -> worlds.World:
    """A round with a blank sheet, a returned one, a dispute, an objection and a consent to give."""
    world = worlds.build()
    worlds.answer(world, world.sheet("EE", "b"), "bb1", earns=50)
    for country in ("EE", "PT"):
        for code in worlds.STRANDS["a"]:
            worlds.answer(world, world.sheet(country, "a"), code, earns=100)
        worlds.submit(world, world.sheet(country, "a"))
    worlds.split(world, "EE", "aa1")
    worlds.disagree(world, world.item("EE", "aa2"), world["EE_reviewer_1"], suggests=0)
    worlds.return_objections(world, "PT", "aa1")
    sheet = world.sheet("PT", "b")
    between = {"kind": AnswerKind.EXCEPTIONAL, "points": Fraction(75)}
    worlds.answer(world, sheet, "bb1", **between, rationale="The mean of two regions.")
    for code in ("bb2", "bb3"):
        worlds.answer(world, sheet, code, earns=0)
    worlds.submit(world, sheet)
    return world


def test_every_page_of_a_round_at_work_is_open_to_all_eyes(visit: Visit):
    world = in_the_middle()

    found = {
        key: visit(world.people.get(key), addresses) for key, addresses in IN_THE_MIDDLE.items()
    }

    assert [fault for faults in found.values() for fault in faults] == []


KINDS = {
    *("index.html", "countries.html", "method.html", "data.html", "contributors.html"),
    *("reliability.html", "robustness.html"),
    *("countries", "scores", "strands", "indicators"),
}
"""The pages at the top of an edition, and the folders whose pages look alike."""


def kind_of(address: str) -> str:
    path = PurePosixPath(address)
    return path.name if path.parent.parent.name == "e" else path.parent.name


def one_of_each_kind(folder: Path) -> dict[str, int]:
    """Return the addresses of an edition's own pages, and of one page of each of its folders."""
    pages = sorted(folder.glob("*.html"))
    for inner in sorted(path for path in folder.iterdir() if path.is_dir()):
        pages += sorted(inner.glob("*.html"))[:1]
    return {
        f"/e/{Revision.objects.get().name}/{page.relative_to(folder)}": 200 for page in pages
    }


def before_it_is_published(visit: Visit, world: worlds.World, revision: Revision) -> list[str]:
    """Return the faults of what a coordinator and a reader under embargo see of a candidate."""
    address = "nella@example.org"
    reader = {"name": "Nella Lettore", "email": address, "house": "The Invented Times"}
    embargo.invite(edition=revision.edition, by=world["coordinator"], **reader)
    link = urlsplit(Letter.objects.get(address=address).secret).path
    desk = (
        f"{PUBLISHING}readers/",
        f"{PUBLISHING}{revision.number}/checks/{jumps.CHECK}/",
        f"{PUBLISHING}{revision.number}/preview/index.html",
    )
    found = visit(world["coordinator"], dict.fromkeys(desk, 200), looks=ACROSS)
    return found + visit(None, {link: 200}, looks=ACROSS)


def after_a_correction(visit: Visit, world: worlds.World, revision: Revision) -> list[str]:
    """Return the faults of the pages of a note on the edition, until it is decided about."""
    coordinator, publisher = world["coordinator"], world["publisher_1"]
    revision.refresh_from_db()
    note = filed(revision, country="PT", indicator="aa1")
    listed, one = f"/rounds/{ROUND}/corrections/", f"/rounds/{ROUND}/corrections/{note.key}/"
    found = visit(coordinator, {one: 200}, looks=ACROSS)
    corrections.look_into(request=note, findings="Nothing.", cell=None, by=coordinator)
    found += visit(publisher, {one: 200}, looks=ACROSS)
    said = {"accepts": False, "words": "It stands.", "public_words": "The Act came later."}
    for by in (publisher, world["publisher_2"]):
        corrections.decide(request=note, by=by, **said)
    found += visit(coordinator, {listed: 200}, looks=ACROSS)
    edition = f"/editions/{revision.name}/"
    public = [f"{edition}{page}/" for page in ("correction", "correction/kept", "corrections")]
    return found + visit(None, dict.fromkeys(public, 200), looks=ACROSS)


def test_every_page_of_a_round_at_its_end_is_open_to_all_eyes(
    visit: Visit, editions_root: Path
):
    world = worlds.build()
    prepare_edition(
        round_=world.round,
        title="An invented edition",
        licence="CC BY-NC-SA 4.0",
        publisher="An invented consortium",
        by=world["coordinator"],
    )
    worlds.settle_all(world)
    found = visit(world["coordinator"], {CLOSING: 200, PUBLISHING: 200})
    worlds.close(world)
    found += visit(world["coordinator"], {CLOSING: 200, PUBLISHING: 200, BOARD: 200})
    take_queued_runs()
    take_queued_revisions()
    revision = Revision.objects.get()
    found += visit(world["publisher_1"], {PUBLISHING: 200})
    found += before_it_is_published(visit, world, revision)
    for key in ("publisher_1", "publisher_2"):
        signing.sign(revision=revision, hash=revision.hash, by=world[key])
    publishing.publish(revision=revision, by=world["publisher_1"])
    found += visit(world["publisher_2"], {PUBLISHING: 200, "/my-work/": 200})
    found += after_a_correction(visit, world, revision)

    public = one_of_each_kind(editions_root / revision.folder)
    found += visit(None, {**public, "/editions/": 200, f"/editions/{revision.name}/": 200})

    assert set(map(kind_of, public)) == KINDS
    assert found == []
