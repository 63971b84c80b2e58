"""Whose language is French reads French: every string of a letter is in the catalogue."""

import ast
import gettext
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone, translation

from mipex_site.base.templatetags.house import both_words
from mipex_site.mail.enums import LetterKind, NoticeKind
from mipex_site.mail.services.digests import write_digest
from mipex_site.mail.services.messages import whole_text
from mipex_site.mail.services.notices import tell
from questionnaire.enums import JointActKind, Role
from review.enums import ThreadKind
from tests.architecture import source
from tests.factories.accounts import UserFactory
from tests.factories.mail import LetterFactory

CATALOGUE = Path(settings.BASE_DIR) / "locale" / "fr" / "LC_MESSAGES"
EVERY = None
WRITE = {
    "mipex_site/mail/services/digests.py": EVERY,
    "mipex_site/mail/services/messages.py": EVERY,
    "mipex_site/desk/services/telling.py": EVERY,
    "mipex_site/desk/services/mailing.py": set(),
    "mipex_site/desk/services/reminding.py": EVERY,
    "mipex_site/desk/selectors/mail/reminders.py": EVERY,
    "mipex_site/desk/selectors/mail/turns.py": EVERY,
    "mipex_site/desk/selectors/mail/seconds.py": EVERY,
    "questionnaire/services/extending_told.py": EVERY,
    "questionnaire/services/invitations/letters.py": EVERY,
    "questionnaire/services/people.py": {"_tell"},
    "editions/services/setting_aside.py": EVERY,
    "editions/services/withdrawing.py": {"_tell"},
    "editions/services/embargo.py": {"_write_to", "_text_for", "until_words"},
    "editions/services/corrections.py": {"_say", "mark_issued", "_end", ""},
    "mipex_site/base/templatetags/house.py": {
        "in_words",
        "zone_words",
        "utc_words",
        "both_words",
    },
}
"""Where letters are written, and in which functions; the empty name is the module's own level."""

CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
LABELS = (JointActKind, Role, ThreadKind)
"""What stands in letters as a word of a vocabulary."""


def strings_of(tree: ast.AST) -> set[str]:
    """Return the literals that are translated somewhere in a piece of code."""
    return {
        given.value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in CALLS
        for given in call.args[:1]
        if isinstance(given, ast.Constant)
    }


def written_in(name: str) -> set[str]:
    tree = ast.parse((Path(settings.BASE_DIR) / name).read_text(encoding="utf-8"))
    only = WRITE[name]
    if only is EVERY:
        return strings_of(tree)
    parts = [each for each in tree.body if getattr(each, "name", "") in only]
    return set().union(*map(strings_of, parts)) if parts else set()


@cache
def french() -> gettext.GNUTranslations:
    with (CATALOGUE / "django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def untranslated(strings: set[str]) -> list[str]:
    known = {key[0] if isinstance(key, tuple) else key for key in french()._catalog}
    return sorted(strings - known)


@pytest.mark.parametrize("name", WRITE)
def test_every_string_of_a_letter_is_in_the_french_catalogue(name):
    assert untranslated(written_in(name)) == []


def test_what_stands_in_letters_as_a_label_is_too():
    with translation.override("en"):
        labels = {str(label) for kind in LABELS for label in kind.labels}
    assert untranslated(labels) == []


def test_every_module_that_writes_a_letter_or_a_line_is_looked_at():
    writes = re.compile(
        r"^from .*(letters import queue|services import .*letters"
        r"|services import .*notices|import .*tell\b|lines import Line)",
        re.MULTILINE,
    )
    found = {
        str(path.relative_to(settings.BASE_DIR))
        for path in source.modules("mipex_site", "questionnaire", "review", "editions")
        if "/mail/services/" not in str(path)
        and writes.search(path.read_text(encoding="utf-8"))
    }
    assert found - set(WRITE) == set()
    assert "questionnaire/services/extending_told.py" in found


def test_no_entry_is_empty_and_each_keeps_the_names_of_its_values():
    for key, words in french()._catalog.items():
        said = key[0] if isinstance(key, tuple) else key
        assert words, said
        names = re.compile(r"%\(\w+\)[sd]")
        if said:
            assert sorted(names.findall(said)) == sorted(names.findall(words)), said


def test_the_compiled_catalogue_is_that_of_the_text():
    """To mend it: manage.py compilemessages -l fr."""
    text = (CATALOGUE / "django.po").read_text(encoding="utf-8")
    quoted = r'((?:"(?:[^"\\]|\\.)*"\n)+)'
    entries = re.findall(rf"^msgstr(?:\[\d\])? {quoted}", text, re.MULTILINE)
    read = {ast.literal_eval(f"({each})") for each in entries[1:]}
    assert read == {words for key, words in french()._catalog.items() if key}


# --- As they are read ---------------------------------------------------------------------


@pytest.mark.django_db
def test_a_daily_letter_is_french_from_its_subject_to_its_end():
    person = UserFactory(language="fr", zone="Europe/Brussels")
    with translation.override("fr"):
        tell(
            key="line",
            person=person,
            kind=NoticeKind.TURN,
            words="Une ligne.",
            address="/my-work/",
        )

    letter = write_digest(person=person, day=timezone.localdate())

    assert letter.subject == "Portail MIPEX : 1 chose pour vous"
    text = whole_text(letter)
    for words in ("Bonjour,", "À vous", "Vous recevez ce message parce que", "une pause"):
        assert words in text
    for words in ("Good day", "Your turn", "You get this", "letter"):
        assert words not in text


@pytest.mark.django_db
@pytest.mark.parametrize("kind", LetterKind)
def test_the_end_of_each_kind_of_letter_is_french(kind):
    said = whole_text(LetterFactory(kind=kind, language="fr", text="Bonjour."))
    assert "Vous recevez ce message parce qu" in said
    assert "You get" not in said


def test_a_moment_is_said_in_french():
    moment = timezone.datetime(2025, 5, 31, 21, 59, tzinfo=timezone.get_fixed_timezone(0))
    with translation.override("fr"), timezone.override("Europe/Brussels"):
        assert both_words(moment) == "31 mai 2025, 23:59, heure de Brussels (21:59 UTC)"
