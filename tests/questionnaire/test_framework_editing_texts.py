"""A framework's translations are saved, and follow the texts that they are of."""

from html import unescape

import pytest
from django.test import Client

from questionnaire.services.framework.copying import copy_framework
from questionnaire.services.framework.documents import print_of
from questionnaire.services.framework.editing import remove_entry
from questionnaire.services.framework.refusing import StaleEntry
from questionnaire.services.framework.translations import put_translations

from .framed import change, entry, last, next_version

pytestmark = pytest.mark.django_db


def test_a_translation_is_saved_changed_and_emptied_each_with_its_act(tmp_path):
    framework, by = next_version(tmp_path)
    address = "indicator/i1/question"

    def put(text, base):
        put_translations(
            framework=framework,
            language="fr",
            texts={address: text},
            bases={address: base},
            by=by,
        )

    put("Quoi ?", "")
    put("Lequel ?", "Quoi ?")
    assert last(framework).old == {address: "Quoi ?"}
    with pytest.raises(StaleEntry) as refused:
        put("Comment ?", "Quoi ?")
    assert refused.value.current == {address: "Lequel ?"}
    put("", "Lequel ?")

    assert not framework.translations.exists()


@pytest.mark.parametrize(
    ("language", "address"),
    [("en", "index/overall/title"), ("x!", "index/overall/title"), ("fr", "index/none/title")],
)
def test_a_translation_is_of_another_language_and_of_a_text_that_is_there(
    tmp_path, language, address
):
    framework, by = next_version(tmp_path)
    with pytest.raises(Exception, match=r"language|no text"):
        put_translations(
            framework=framework, language=language, texts={address: "X"}, bases={}, by=by
        )


def test_the_translations_of_a_removed_question_go_with_it_and_are_recorded(tmp_path):
    framework, by = next_version(tmp_path)
    texts = {"indicator/i2/title": "Deuxième", "index/overall/title": "Total"}
    put_translations(framework=framework, language="fr", texts=texts, bases={}, by=by)
    base = print_of(entry(framework, "indicators", "i2"))

    remove_entry(framework=framework, section="indicators", code="i2", base=base, by=by)

    assert framework.translations.get().address == "index/overall/title"
    assert last(framework).old == {"fr/indicator/i2/title": "Deuxième"}


# --- A translation whose text changed ------------------------------------------------------

QUESTION = "indicator/i1/question"


@pytest.fixture
def translated(tmp_path):
    """Give a draft with a question in French and Portuguese, and its coordinator."""
    framework, by = next_version(tmp_path)
    for language in ("fr", "pt"):
        texts = {QUESTION: f"{language} ?", "index/overall/title": "Total"}
        put_translations(framework=framework, language=language, texts=texts, bases={}, by=by)
    return framework, by


def marked(framework):
    rows = framework.translations.filter(outdated_on__isnull=False)
    return sorted(rows.values_list("language", "address", "made_of"))


def test_every_translation_of_a_text_that_changed_is_marked_with_what_it_was(translated):
    framework, by = translated
    was = entry(framework, "indicators", "i1")["question"]

    change(framework, "indicators", "i1", by=by, question="What else?", title="Another")

    assert marked(framework) == [("fr", QUESTION, was), ("pt", QUESTION, was)]
    change(framework, "indicators", "i1", by=by, question="And what else?")
    assert marked(framework)[0] == ("fr", QUESTION, was), "what was translated is kept"
    change(framework, "indicators", "i1", by=by, question=was)
    assert marked(framework) == [], "the text is again what was translated"


def test_what_is_no_text_of_a_translation_marks_nothing(translated):
    framework, by = translated

    change(framework, "indicators", "i1", by=by, evidence="practice", guidance="Look closely.")

    assert marked(framework) == []


def test_saving_a_translation_anew_or_saying_that_it_is_right_takes_the_mark_away(translated):
    framework, by = translated
    change(framework, "indicators", "i1", by=by, question="What else?")
    put = {"framework": framework, "by": by}

    put_translations(**put, language="fr", texts={QUESTION: "Quoi ?"}, bases={QUESTION: "fr ?"})
    same = {QUESTION: "pt ?"}
    put_translations(**put, language="pt", texts=same, bases=same)
    assert [row[0] for row in marked(framework)] == ["pt"], "unchanged, it is not looked at"
    put_translations(**put, language="pt", texts=same, bases=same, still_right=[QUESTION])

    assert marked(framework) == []
    act = last(framework)
    assert (act.act, act.new) == (
        "framework.confirm_translation",
        {"addresses": [QUESTION]},
    )


def test_a_copy_of_the_framework_keeps_the_mark(translated):
    framework, by = translated
    change(framework, "indicators", "i1", by=by, question="What else?")

    copy = copy_framework(framework=framework, version="3", by=by)

    assert marked(copy) == marked(framework)
    assert len(marked(copy)) == 2


def test_the_page_says_when_the_text_changed_and_takes_the_word_that_it_is_right(translated):
    framework, by = translated
    was = entry(framework, "indicators", "i1")["question"]
    change(framework, "indicators", "i1", by=by, question="What else?")
    client, page = Client(), f"/frameworks/{framework.pk}/in/fr/"
    client.force_login(by)
    parts = client.get(page).context["page"].parts
    (part,) = [one for one in parts if one.outdated]
    shown = client.get(f"{page}?part={part.code}")
    said = unescape(shown.content.decode())
    assert "after this translation. It was:" in said
    assert was in said
    at = next(n for n, row in enumerate(shown.context["page"].rows) if row.outdated_on)
    sent = {}
    for number, row in enumerate(shown.context["page"].rows):
        sent |= {
            f"text-{number}": row.text,
            f"read-{number}": row.text,
            f"at-{number}": row.address,
        }

    client.post(f"{page}?part={part.code}", sent)
    assert [row[0] for row in marked(framework)] == ["fr", "pt"]
    client.post(f"{page}?part={part.code}", sent | {f"right-{at}": "on"})

    assert [row[0] for row in marked(framework)] == ["pt"]
