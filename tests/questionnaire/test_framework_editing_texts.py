"""A framework's translations are saved, and follow the texts that they are of."""

import pytest

from questionnaire.services.framework.documents import print_of
from questionnaire.services.framework.editing import remove_entry
from questionnaire.services.framework.refusing import StaleEntry
from questionnaire.services.framework.translations import put_translations

from .framed import entry, last, next_version

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
