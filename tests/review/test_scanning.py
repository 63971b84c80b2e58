"""A text that may name somebody is found out, whoever it is, and the warning tells of nobody."""

import time
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mipex_site.accounts.models import User
from questionnaire.enums import TEXT_LIMIT, OrganisationKind, SourceKind
from questionnaire.models import Organisation, Source
from review.enums import HitKind
from review.services import scanning
from review.services.scanning import Held, hold_up, names_found
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import CountryFactory, RoundFactory

PEOPLE = ("Zoë Müller", "Wei Li", "Conor O’Brien", "Ana Żółć-Straße", "Jørn Ångström", "Aki")
PLANTED = {
    "Zoë Müller": ("Müller", "Mueller", "muller"),
    "Wei Li": ("Wei Li", "Li, Wei"),
    "Conor O’Brien": ("O’Brien", "O'BRIEN", "o brien"),
    "Ana Żółć-Straße": ("Żółć-Straße", "zolc strasse", "ZOLC", "Strasse"),
    "Jørn Ångström": ("Ångström", "angstrom", "ÅNGSTRÖM"),
}
WORDS = "The act of 31.12.2019, section 5, says so; see 2003/109/EC.".split()


@pytest.fixture
def country(db):
    """Give a country of whose people, sources and organisations something is known."""
    for name in PEOPLE:
        UserFactory(name=name)
    country = CountryFactory()
    source = {"round": RoundFactory(), "country": country, "kind": SourceKind.PRACTICE}
    entered = {"entered_by": User.objects.first()}
    Source.objects.create(
        title="Quillfeather, T. and Ozersky, B. (2018): Settling",
        publisher="Institute of Invented Law",
        **source,
        **entered,
    )
    Organisation.objects.create(
        code="x", name="Harbour Observatory", kind=OrganisationKind.NGO, country=country
    )
    return country


def found(text, country):
    return [hit.words for hit in names_found(text, country_id=country.pk)]


def kinds(text, country):
    return [hit.kind for hit in names_found(text, country_id=country.pk)]


WAYS = [way for ways in PLANTED.values() for way in ways]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "around", ["%s", "(%s)", "“%s”,", "see %s’s.", "x–%s/y", "\t%s\n", "*%s*1"]
)
def test_a_planted_name_is_found_whatever_stands_around_it(country, way, around):
    assert kinds(f"The act says so. {around % way} And more.", country) == [HitKind.NAME]


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_name_is_found_in_any_case_form_and_place(data):
    name = data.draw(
        st.sampled_from(["Wombatsky", "Żółkiewski", "Ó Briain", "Núñez", "Straßer"])
    )
    User.objects.get_or_create(email="somebody@example.org", defaults={"name": f"Ada {name}"})
    User.objects.filter(email="somebody@example.org").update(name=f"Ada {name}")
    written = "".join(
        data.draw(st.sampled_from([char, char.upper(), char.lower()])) for char in name
    )
    written = normalize(data.draw(st.sampled_from(["NFC", "NFD", "NFKC"])), written)
    before = data.draw(st.lists(st.sampled_from(WORDS), max_size=8))
    after = data.draw(st.lists(st.sampled_from(WORDS), max_size=8))
    mark = data.draw(st.sampled_from([" ", ", ", "\n", " – ", "; “", "/", "\u00ad ", "_"]))
    text = mark.join([*before, written, *after])

    assert HitKind.NAME in {hit.kind for hit in names_found(text, country_id=0)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ask a.b@some.example.org today", HitKind.EMAIL),
        ("<mailto:a@example.org>", HitKind.EMAIL),
        ("ring +372 5555 5555", HitKind.TELEPHONE),
        ("ring 020 7946 0000.", HitKind.TELEPHONE),
        ("at the harbour observatory", HitKind.ORGANISATION),
        ("the INSTITUTE of Invented Law", HitKind.ORGANISATION),
        ("the Ministry of the Interior", HitKind.ORGANISATION),
        ("le Ministère de la Justice", HitKind.ORGANISATION),
        ("Quillfeather 2018", HitKind.NAME),
        ("by OZERSKY", HitKind.NAME),
        ("as Dr Nobody-Known says", HitKind.NAME),
    ],
)
def test_addresses_numbers_organisations_and_authors_match_too(country, text, kind):
    assert kinds(text, country) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "Section 5.",
        "Section 5 says otherwise about aa1.",
        "Article 12(3) of Act 0123/2014 of 01.04.2014, in force since 2019-12-31.",
        "Directive 2003/109/EC; no. 011-2015; 12.5 to 200/3; 0.123456789",
        "An administrator, the ministerial order and a minister decide.",
        "The mullered act, aki, limits and liaison.",
        "price@once, and @ alone",
    ],
)
def test_a_text_that_names_nobody_passes(country, text):
    assert found(text, country) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Write to a.b@example.org.", "a.b@example.org"),
        ("(see a.b@example.org), too", "a.b@example.org"),
        ("“a.b@example.org”?", "a.b@example.org"),
        ("ring +372 5555 5555!", "+372 5555 5555"),
        ("See Müller.", "Müller"),
        ("As Dr Unknown!", "Unknown"),
        ("Ask the Ministry of the Interior.", "Ministry of the Interior"),
    ],
)
def test_a_hit_is_shown_without_the_punctuation_around_it(country, text, words):
    assert found(text, country) == [words]


def test_an_address_with_and_without_a_full_stop_is_one_hit(country):
    assert found("a@example.org and a@example.org.", country) == ["a@example.org"]


def test_the_sources_of_another_country_hold_nothing_up(country):
    assert found("Quillfeather 2018", CountryFactory()) == []


def test_the_robot_of_the_portal_is_nobody(country):
    User.objects.create(email="robot@example.org", name="Portal Robotnik", is_robot=True)
    assert found("Robotnik", country) == []


def test_the_warning_is_the_same_for_a_party_an_author_and_a_publisher(country):
    """Only what the person wrote differs: the sentence tells nothing of whom was found."""
    warnings = {
        scanning.words_of_hits(names_found(name, country_id=country.pk)).replace(name, "…")
        for name in (
            "Müller",
            "Quillfeather",
            "Harbour Observatory",
            "Institute of Invented Law",
        )
    }
    assert len(warnings) == 1
    assert "tells nothing about who takes part" in warnings.pop()


def test_a_wording_is_named_once_and_many_are_counted(country):
    text = " ".join(f"a{n}@example.org" for n in range(14)) + " Müller MÜLLER a0@example.org"
    hits = names_found(text, country_id=country.pk)

    assert len(hits) == 15
    assert "and 3 more" in scanning.words_of_hits(hits)


def test_what_is_found_is_held_up_and_what_is_overruled_passes(country):
    with pytest.raises(Held, match="“Müller”") as held:
        hold_up("As Müller says.", country_id=country.pk, overruled=False)

    assert held.value.status == 409
    passed = hold_up("As Müller says.", "a@example.org", country_id=country.pk, overruled=True)
    assert passed == {"overruled": [HitKind.EMAIL, HitKind.NAME]}
    assert hold_up("Section 5.", country_id=country.pk, overruled=True) == {}


@pytest.mark.parametrize("number", [1, 50])
def test_a_scan_asks_three_times_and_an_empty_one_not_at_all(
    country, number, django_assert_num_queries
):
    for _person in range(number):
        UserFactory()
    with django_assert_num_queries(3):
        names_found("Section 5.", country_id=country.pk)
    with django_assert_num_queries(0):
        names_found(" ", country_id=country.pk)


@pytest.mark.parametrize(
    "text", ["word " * 4000, "a" * TEXT_LIMIT, "0 " * 10_000, "é@" * 10_000]
)
def test_the_longest_text_is_scanned_in_no_time_among_two_thousand_people(country, text):
    User.objects.bulk_create(
        User(email=f"many{n}@example.org", name=f"Ada{n} Invented{chr(97 + n % 26)}{n}x")
        for n in range(2000)
    )
    spent = []
    for _time in range(3):
        begun = time.process_time()
        names_found(text[:TEXT_LIMIT], country_id=country.pk)
        spent.append(time.process_time() - begun)

    assert min(spent) < 0.1
