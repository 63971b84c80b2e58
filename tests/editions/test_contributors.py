"""Who is named in an edition: whoever agreed by the time it is built, and nobody else."""

import csv
from dataclasses import replace

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from editions.models import Revision
from editions.services import building, folders, freeze, naming, package, rehearsing
from editions.services.frozen import CreditFacts
from mipex_site.accounts.models import User
from mipex_site.base.errors import NotAllowed
from questionnaire.enums import Attribution, Role
from questionnaire.models import Answer, Assignment, Country, Invitation, Participation
from questionnaire.services.assignments import end_assignment
from review.enums import OpinionKind
from review.models import CaseItem, NamingConsent, Opinion
from review.selectors.naming import credits_of
from review.services.last_word import say_naming
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import AssignmentFactory, coordinator_of
from tests.review.clients import said, signed_in

from .made import nothing, one_date

NAMED, LISTED, NOT = (Attribution.NAMED, Attribution.WITHOUT_SCORES, Attribution.NOT_NAMED)
ADA, BEN = "Ada Wombatina", "Ben Quokkason"


def part(round_, role, name, country="EE"):
    """Give somebody a part, and what makes it one that was played."""
    person = UserFactory(name=name)
    there = Country.objects.get(code=country)
    AssignmentFactory(person=person, role=role, round=round_, country=there, strand=None)
    if role == Role.REVIEWER:
        item = CaseItem.objects.filter(case__round=round_, case__country=there).first()
        Opinion.objects.create(
            item=item, version=1, reviewer=person, kind=OpinionKind.AGREE, text=""
        )
    if role == Role.EXPERT:
        written = Answer.history.filter(assessment__round=round_, assessment__country=there)
        written.update(answered_by=person)
    return person


def accepted(round_, person, role, level, country="EE"):
    return Invitation.objects.create(
        round=round_,
        email=person.email,
        name=person.name,
        role=role,
        country=Country.objects.get(code=country),
        invited_by=UserFactory(),
        token_hash=f"{person.pk}{country}",
        expires_at=timezone.now(),
        accepted_at=timezone.now(),
        attribution=level,
        person=person,
    )


def agreed(round_, person, country="EE", *, is_named=True):
    there = Country.objects.get(code=country)
    NamingConsent.objects.create(person=person, round=round_, country=there, is_named=is_named)


def named_in(round_):
    return {(each.name, each.role, each.country) for each in credits_of(round_)}


# --- The one place where it is read -------------------------------------------------------

EXPERTS = {
    "never asked": ("", None, None),
    "named": (NAMED, None, "EE"),
    "listed": (LISTED, None, ""),
    "not named": (NOT, None, None),
    "named, and yes": (NAMED, True, "EE"),
    "listed, and yes": (LISTED, True, ""),
    "not named, then yes": (NOT, True, "EE"),
    "never asked, then yes": ("", True, "EE"),
    "named, then no": (NAMED, False, None),
    "listed, then no": (LISTED, False, None),
}


@pytest.mark.parametrize("case", EXPERTS)
def test_an_expert_is_named_as_agreed_and_the_last_word_holds(round_, case):
    level, word, where = EXPERTS[case]
    ada = part(round_, Role.EXPERT, ADA)
    if level:
        accepted(round_, ada, Role.EXPERT, level)
    if word is not None:
        agreed(round_, ada, is_named=word)

    assert named_in(round_) == (set() if where is None else {(ADA, "expert", where)})


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADJUDICATOR])
@pytest.mark.parametrize("level", [NAMED, LISTED, NOT, ""])
@pytest.mark.parametrize("word", [True, False, None])
def test_who_judged_is_listed_at_most_and_never_beside_a_country(round_, role, level, word):
    ben = part(round_, role, BEN)
    if level:
        accepted(round_, ben, role, level)
    if word is not None:
        agreed(round_, ben, is_named=word)

    is_listed = word if word is not None else level in {NAMED, LISTED}
    assert named_in(round_) == ({(BEN, str(role), "")} if is_listed else set())


def test_one_no_of_a_reviewer_outweighs_every_yes(round_):
    ben = part(round_, Role.REVIEWER, BEN)
    agreed(round_, ben, "EE")
    agreed(round_, ben, "PT", is_named=False)

    assert named_in(round_) == set()


def test_a_list_of_a_single_country_would_tell_so_there_is_none(round_):
    ada, ben = part(round_, Role.EXPERT, ADA), part(round_, Role.REVIEWER, BEN)
    agreed(round_, ada)
    agreed(round_, ben)
    other = part(round_, Role.EXPERT, "Cleo Kakapotti")
    accepted(round_, other, Role.EXPERT, LISTED)
    assert len(named_in(round_)) == 3

    portugal = Participation.objects.filter(round=round_, country__code="PT")
    QuerySet.update(portugal, excluded_because="Nobody was found.")

    assert named_in(round_) == {(ADA, "expert", "EE")}


def test_whose_country_is_left_out_and_who_did_nothing_is_not_named(round_):
    ada = part(round_, Role.EXPERT, ADA, "PT")
    agreed(round_, ada, "PT")
    idle = UserFactory(name="Iris Idle")
    there = Country.objects.get(code="EE")
    AssignmentFactory(person=idle, role=Role.REVIEWER, round=round_, country=there)
    left = UserFactory(name="Leo Left")
    AssignmentFactory(
        person=left, role=Role.EXPERT, round=round_, country=there, ended_at=timezone.now()
    )
    for person in (idle, left):
        agreed(round_, person)
    assert named_in(round_) == {(ADA, "expert", "PT")}

    portugal = Participation.objects.filter(round=round_, country__code="PT")
    QuerySet.update(portugal, excluded_because="Nobody was found.")

    assert named_in(round_) == set()


def test_who_was_erased_is_nobody_any_more(round_):
    ada = part(round_, Role.EXPERT, ADA)
    agreed(round_, ada)
    QuerySet(User).filter(pk=ada.pk).update(erased_as=1, name="Former user 1")

    assert named_in(round_) == set()


def test_the_list_costs_a_fixed_number_of_queries(round_, django_assert_num_queries):
    for number in range(4):
        agreed(round_, part(round_, Role.REVIEWER, f"Person {number}"))
    with django_assert_num_queries(7):
        credits_of(round_)


# --- In the files -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    named = (
        CreditFacts("EE", "expert", ADA),
        CreditFacts("", "expert", "Cleo <Kakapotti>"),
        CreditFacts("", "reviewer", BEN),
    )
    made = tmp_path_factory.mktemp("made") / "named"
    package.write_folder(made, replace(one_date(), credits=named), beat=nothing)
    return made


def table(folder):
    with (folder / "contributors.csv").open(encoding="utf-8", newline="") as lines:
        return [tuple(row.values()) for row in csv.DictReader(lines)]


def test_the_table_is_under_the_hash_and_in_the_codebook(folder):
    assert table(folder) == [
        ("", "expert", "Cleo <Kakapotti>"),
        ("", "reviewer", BEN),
        ("EE", "expert", ADA),
    ]
    assert "contributors.csv" in (folder / "DATA-SHA256SUMS").read_text(encoding="utf-8")
    codebook = (folder / "codebook.csv").read_text(encoding="utf-8")
    assert "contributors.csv,person,Name of somebody who asked to be named." in codebook


def test_the_page_names_experts_by_country_and_the_others_apart(folder):
    page = (folder / "contributors.html").read_text(encoding="utf-8")

    beside, _mark, apart = page.partition('id="experts"')
    assert f"<td>{ADA}</td>" in beside
    assert "Estonia" in beside
    assert "Cleo &lt;Kakapotti&gt;" in apart
    assert BEN in apart.partition("Reviewers</h2>")[2]
    assert "Estonia" not in apart
    home = (folder / "index.html").read_text(encoding="utf-8")
    assert 'href="contributors.html"' in home


def test_an_edition_that_names_nobody_says_so_and_has_no_table(tmp_path):
    package.write_folder(tmp_path / "made", one_date(), beat=nothing)

    assert "Nobody is named in this edition." in (
        tmp_path / "made" / "contributors.html"
    ).read_text(encoding="utf-8")
    assert not (tmp_path / "made" / "contributors.csv").exists()


def test_a_rehearsal_has_no_such_page_for_the_review_goes_on(open_round):
    agreed(open_round, part(open_round, Role.EXPERT, ADA))
    rehearsal = rehearsing.ask_for_rehearsal(round_=open_round, by=coordinator_of(open_round))

    assert rehearsing.build(rehearsal.pk)

    rehearsal.refresh_from_db()
    assert (folders.root() / rehearsal.folder / "index.html").exists()
    assert not (folders.root() / rehearsal.folder / "contributors.html").exists()
    assert files_that_name(rehearsal, ADA) == set()


def files_that_name(revision, *names):
    folder = folders.root() / revision.folder
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and any(name.encode() in path.read_bytes() for name in names)
    }


def test_no_file_of_an_edition_names_who_was_never_asked_or_took_it_back(revision):
    round_ = revision.edition.round
    ada, ben = part(round_, Role.EXPERT, ADA), part(round_, Role.REVIEWER, BEN)
    agreed(round_, ada)
    accepted(round_, ben, Role.REVIEWER, LISTED)
    accepted(round_, part(round_, Role.REVIEWER, "Nora Numbat"), Role.REVIEWER, NOT)
    part(round_, Role.ADJUDICATOR, "Olga Okapi")
    place = {"round_": round_, "country": Country.objects.get(code="EE")}
    say_naming(**place, is_named=False, by=ben)

    assert building.build(revision.pk)

    revision = Revision.objects.get(pk=revision.pk)
    assert files_that_name(revision, ADA) == {"contributors.csv", "contributors.html"}
    assert files_that_name(revision, BEN, "Nora Numbat", "Olga Okapi") == set()
    assert [check["name"] for check in revision.checks if not check["ok"]] == []


def test_once_it_is_built_a_yes_comes_too_late_and_a_no_is_for_the_next(revision):
    round_ = revision.edition.round
    ada, ben = part(round_, Role.EXPERT, ADA), part(round_, Role.REVIEWER, BEN)
    agreed(round_, ada)
    assert building.build(revision.pk)
    place = {"round_": round_, "country": Country.objects.get(code="EE")}

    with pytest.raises(NotAllowed, match="built with the names"):
        say_naming(**place, is_named=True, by=ben)
    say_naming(**place, is_named=False, by=ada)

    revision.refresh_from_db()
    assert files_that_name(revision, ADA)
    assert naming.facts_for(revision) == freeze.facts_of(revision).credits == ()


def test_a_reviewer_reads_beside_the_certificate_that_it_is_built(candidate):
    ben = part(candidate.edition.round, Role.REVIEWER, BEN)
    page = f"/reviews/{candidate.edition.round.code}/certificate/"
    client = signed_in(ben)
    assert "Later revisions do not name you." in said(client.get(page))
    agreed(candidate.edition.round, ben)

    shown = said(client.get(page))

    assert "a later revision leaves you out" in shown
    assert 'value="yes"' not in shown
    assert client.post(page, {"is_named": "yes"}).status_code == 403
    assert "Your word is kept." in said(client.post(page, {"is_named": "no"}, follow=True))
    assert not NamingConsent.objects.get().is_named


# --- The page of one's own ----------------------------------------------------------------

OWN = "/my-names/"


def test_who_has_left_takes_the_name_back_and_a_reviewer_too(round_):
    ada, ben = part(round_, Role.EXPERT, ADA), part(round_, Role.REVIEWER, BEN)
    accepted(round_, ada, Role.EXPERT, NAMED)
    agreed(round_, ben)
    for held in Assignment.objects.of(ada):
        end_assignment(assignment=held, reason="Left.", by=coordinator_of(round_))
    assert len(named_in(round_)) == 2

    page = said(signed_in(ada).get(OWN))
    assert f"{round_.title}, Estonia" in page
    assert BEN not in page
    assert "Estonia" not in said(signed_in(ben).get(OWN))
    for person, where in ((ada, f"{round_.code}/EE"), (ben, f"{round_.code}/")):
        answer = signed_in(person).post(OWN, {"where": where, "is_named": "no"}, follow=True)
        assert "Your word is kept." in said(answer)

    assert named_in(round_) == set()


def test_nobody_speaks_for_a_place_that_is_not_theirs(round_):
    ada = part(round_, Role.EXPERT, ADA)
    for person in (ada, UserFactory(), UserFactory(is_superuser=True)):
        client = signed_in(person)
        for where in (f"{round_.code}/PT", f"{round_.code}/", "x", ""):
            sent = {"where": where, "is_named": "yes"}
            assert client.post(OWN, sent).status_code == 404
    assert "No edition is concerned" in said(signed_in(UserFactory()).get(OWN))
    assert signed_in(ada).post(OWN, {"where": f"{round_.code}/EE"}).status_code == 422
    assert not NamingConsent.objects.exists()


def test_the_page_of_ones_own_says_that_it_is_built_and_hears_a_no(candidate):
    round_ = candidate.edition.round
    ada = part(round_, Role.EXPERT, ADA)
    agreed(round_, ada)
    client, sent = signed_in(ada), {"where": f"{round_.code}/EE"}

    assert "a later revision leaves you out" in said(client.get(OWN))
    assert client.post(OWN, sent | {"is_named": "yes"}).status_code == 403
    client.post(OWN, sent | {"is_named": "no"})

    assert not NamingConsent.objects.get().is_named
