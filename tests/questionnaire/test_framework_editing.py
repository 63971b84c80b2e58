"""A draft is edited entry by entry, and never a locked version."""

import pytest

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, WrongState
from questionnaire.models import Framework, Indicator
from questionnaire.selectors.tree import framework_document
from questionnaire.services.framework import lock_framework
from questionnaire.services.framework.checking import faults_of
from questionnaire.services.framework.copying import copy_framework
from questionnaire.services.framework.documents import print_of, what_goes
from questionnaire.services.framework.editing import move_entry, put_entry, remove_entry
from questionnaire.services.framework.refusing import StaleEntry, Unfit
from questionnaire.services.framework.translations import put_translations
from tests.factories.accounts import UserFactory

from .framed import change, document_of, draft, entry, last, next_version

pytestmark = pytest.mark.django_db

NEW = {
    "code": "i5",
    "parent": "s",
    "title": "Fifth",
    "question": "What is the fifth?",
    "evidence": "law",
    "relation": "new",
    "options": [{"points": 100, "label": "Yes."}, {"points": 0, "label": "No."}],
}


def acts(framework):
    rows = AuditEntry.objects.filter(stream=f"framework/{framework.code}").order_by("number")
    return [(row.act, row.subject.partition(f"/{framework.version}/")[2]) for row in rows]


def test_a_copy_has_everything_and_each_question_is_identical_to_its_forerunner(tmp_path):
    first, by = draft(tmp_path)
    put_translations(
        framework=first, language="fr", texts={"indicator/i1/title": "Premier"}, bases={}, by=by
    )
    lock_framework(framework=first, by=by)

    copy = copy_framework(framework=first, version=" 2 ", by=by)

    old, new = framework_document(first), document_of(copy)
    assert (copy.state, copy.version, copy.copied_from) == ("draft", "2", first)
    assert [(one["relation"], one["forerunners"]) for one in new["indicators"]] == [
        ("identical", [code]) for code in ("i1", "i2", "i3", "i4")
    ]
    for section in ("standards", "aggregates", "indexes"):
        assert new[section] == old[section]
    assert copy.translations.get().text == "Premier"
    assert copy.translations.get().history.get().history_user == by
    assert last(copy).act == "framework.copy"


@pytest.mark.parametrize("version", ["", "1", "v" * 21])
def test_a_copy_needs_a_version_of_its_own(tmp_path, version):
    first, by = draft(tmp_path)
    with pytest.raises(Exception, match=r"version|missing|longer"):
        copy_framework(framework=first, version=version, by=by)
    assert Framework.objects.count() == 1


CHANGES = [
    ("framework", "small", {"title": "Another title", "notice": "Read this."}),
    ("standards", "law", {"title": "A law", "year": None}),
    ("aggregates", "s", {"rule": "mean", "scored": ["2020-"], "shown": False}),
    ("aggregates", "d", {"weight": "2/3"}),
    ("indicators", "i1", {"standards": [], "weight": "1", "forerunners": [7, "ba1"]}),
    ("indicators", "i2", {"parent": "s", "question": "Another?"}),
    ("indexes", "overall", {"title": "All in all"}),
]


@pytest.mark.parametrize(("section", "code", "values"), CHANGES)
def test_a_change_is_saved_and_its_act_holds_old_and_new(tmp_path, section, code, values):
    framework, by = next_version(tmp_path)
    before = entry(framework, section, code)

    change(framework, section, code, by=by, **values)

    assert entry(framework, section, code) == before | values
    act = last(framework)
    assert act.act == "framework.change"
    assert act.subject == f"framework/small/2/{section}/{code}"
    assert act.new == values
    assert act.old == {key: before[key] for key in values}
    assert act.actor == by.pk


def test_saving_what_stands_leaves_no_act(tmp_path):
    framework, by = next_version(tmp_path)
    before = acts(framework)

    change(framework, "indicators", "i1", by=by)

    assert acts(framework) == before


def test_options_are_added_removed_and_reordered_and_translations_follow_a_label(tmp_path):
    framework, by = next_version(tmp_path)
    texts = {"option/i1/50/label": "Peut-être", "option/i1/0/label": "Non"}
    put_translations(framework=framework, language="fr", texts=texts, bases={}, by=by)
    kept = Indicator.objects.get(framework=framework, code="i1").options.get(points=100).pk
    options = [
        {"points": 100, "label": "Yes.", "description": "In law."},
        {"points": 75, "label": "Perhaps.", "description": ""},
        {"points": 25, "label": "Hardly.", "description": ""},
        {"points": 0, "label": "No!", "description": ""},
    ]

    change(framework, "indicators", "i1", by=by, options=options)

    assert entry(framework, "indicators", "i1")["options"] == options
    found = dict(framework.translations.values_list("address", "text"))
    assert found == {"option/i1/75/label": "Peut-être", "option/i1/0/label": "Non"}
    assert (
        Indicator.objects.get(framework=framework, code="i1").options.get(points=100).pk == kept
    )


def test_a_new_question_is_added_behind_the_others_and_removed_again(tmp_path):
    framework, by = next_version(tmp_path)
    put_entry(framework=framework, section="indicators", entry=NEW, base="", by=by)
    assert [one["code"] for one in document_of(framework)["indicators"]][-1] == "i5"

    base = print_of(entry(framework, "indicators", "i5"))
    remove_entry(framework=framework, section="indicators", code="i5", base=base, by=by)

    assert entry(framework, "indicators", "i5") is None
    assert [act for act, subject in acts(framework) if subject == "indicators/i5"] == [
        "framework.add",
        "framework.remove",
    ]
    assert last(framework).old["question"] == NEW["question"]


def test_what_rests_on_a_removed_entry_goes_with_it(tmp_path):
    framework, by = next_version(tmp_path)
    sides = {"indicator": "i3", "earns": [100], "other": "i4", "other_earns": [0]}
    row = {"code": "odd", "words": "Both cannot be."} | sides
    put_entry(framework=framework, section="contradictions", entry=row, base="", by=by)
    gone = what_goes(document_of(framework), "aggregates", "m")
    assert gone == [
        ("aggregates", "m"),
        ("indicators", "i3"),
        ("indicators", "i4"),
        ("contradictions", "odd"),
    ]

    base = print_of(entry(framework, "aggregates", "m"))
    remove_entry(framework=framework, section="aggregates", code="m", base=base, by=by)

    left = document_of(framework)
    assert [one["code"] for one in left["indicators"]] == ["i1", "i2"]
    assert "contradictions" not in left
    removed = [subject for act, subject in acts(framework) if act == "framework.remove"]
    assert sorted(removed) == sorted(f"{section}/{code}" for section, code in gone)


def test_a_neighbour_of_the_same_parent_changes_places(tmp_path):
    framework, by = next_version(tmp_path)
    move_entry(framework=framework, section="indicators", code="i4", later=False, by=by)
    assert [one["code"] for one in document_of(framework)["indicators"]] == [
        "i1",
        "i2",
        "i4",
        "i3",
    ]
    assert last(framework).act == "framework.order"
    before = acts(framework)

    move_entry(framework=framework, section="indicators", code="i4", later=False, by=by)

    assert acts(framework) == before


def test_moving_a_dimension_takes_its_questions_to_the_other_strand(tmp_path):
    framework, by = next_version(tmp_path)
    strand = {"code": "t", "kind": "strand", "title": "Second", "rule": "mean"}
    put_entry(framework=framework, section="aggregates", entry=strand, base="", by=by)

    change(framework, "aggregates", "d", by=by, parent="t")

    assert Indicator.objects.get(framework=framework, code="i2").strand.code == "t"
    assert Indicator.objects.get(framework=framework, code="i1").strand.code == "s"


def test_of_two_indexes_the_one_made_headline_takes_it_from_the_other(tmp_path):
    framework, by = next_version(tmp_path)
    index = {"code": "narrow", "title": "Narrow", "headline": True, "strands": ["s"]}

    put_entry(framework=framework, section="indexes", entry=index, base="", by=by)

    flags = {one["code"]: one["headline"] for one in document_of(framework)["indexes"]}
    assert flags == {"overall": False, "narrow": True}
    assert ("framework.change", "indexes/overall") in acts(framework)


# --- What is refused ------------------------------------------------------------------------


def test_who_saves_on_an_old_text_is_refused_and_learns_what_stands(tmp_path):
    framework, by = next_version(tmp_path)
    begun = entry(framework, "indicators", "i1")
    change(framework, "indicators", "i1", by=by, question="Hers?")

    with pytest.raises(StaleEntry) as refused:
        put_entry(
            framework=framework,
            section="indicators",
            entry=begun | {"question": "His?"},
            base=print_of(begun),
            by=by,
        )

    assert refused.value.current["question"] == "Hers?"
    assert entry(framework, "indicators", "i1")["question"] == "Hers?"


def test_what_was_removed_meanwhile_can_neither_be_saved_nor_removed(tmp_path):
    framework, by = next_version(tmp_path)
    begun = entry(framework, "indicators", "i1")
    remove_entry(
        framework=framework, section="indicators", code="i1", base=print_of(begun), by=by
    )
    for act in (put_entry, remove_entry):
        what = {"entry": begun} if act is put_entry else {"code": "i1"}
        with pytest.raises(StaleEntry):
            act(framework=framework, section="indicators", base=print_of(begun), by=by, **what)


def test_a_locked_framework_is_changed_by_nobody(tmp_path):
    framework, by = draft(tmp_path)
    lock_framework(framework=framework, by=by)
    before = document_of(framework)

    with pytest.raises(WrongState, match="locked"):
        change(framework, "indicators", "i1", by=by, question="Another?")
    with pytest.raises(WrongState, match="locked"):
        move_entry(framework=framework, section="indicators", code="i4", later=False, by=by)
    with pytest.raises(WrongState, match="locked"):
        put_translations(framework=framework, language="fr", texts={}, bases={}, by=by)
    assert document_of(framework) == before


@pytest.mark.parametrize("is_superuser", [False, True])
def test_who_does_not_coordinate_the_portal_changes_nothing(tmp_path, is_superuser):
    framework, _by = next_version(tmp_path)
    stranger = UserFactory(is_superuser=is_superuser, is_staff=is_superuser)
    before = document_of(framework)

    with pytest.raises(NotAllowed):
        change(framework, "indicators", "i1", by=stranger, question="Mine?")
    with pytest.raises(NotAllowed):
        copy_framework(framework=framework, version="3", by=stranger)
    with pytest.raises(NotAllowed):
        put_translations(framework=framework, language="fr", texts={}, bases={}, by=stranger)

    assert document_of(framework) == before
    assert Framework.objects.count() == 2


FAULTS = [
    ("indicators", "i1", {"title": ""}, "title"),
    ("indicators", "i1", {"weight": "heavy"}, "weight"),
    ("indicators", "i1", {"parent": "nowhere"}, "parent"),
    ("indicators", "i1", {"standards": ["unknown"]}, "standards"),
    ("indicators", "i1", {"options": []}, "options"),
    ("indicators", "i1", {"options": [{"points": 101, "label": "A"}]}, "options"),
    (
        "indicators",
        "i1",
        {"options": [{"points": 9, "label": "A"}, {"points": 9, "label": "B"}]},
        "options",
    ),
    ("aggregates", "d", {"parent": "d"}, "parent"),
    ("aggregates", "d", {"kind": "strand"}, "parent"),
    ("aggregates", "d", {"scored": ["2020-2010"]}, "scored"),
    ("aggregates", "d", {"rule": "table"}, "__all__"),
    ("indexes", "overall", {"strands": ["d"]}, "strands"),
    ("standards", "law", {"year": "long ago"}, "year"),
]


@pytest.mark.parametrize(("section", "code", "values", "key"), FAULTS)
def test_what_no_draft_can_be_is_refused_at_its_key(tmp_path, section, code, values, key):
    framework, by = next_version(tmp_path)
    before = document_of(framework)

    with pytest.raises(Unfit) as refused:
        change(framework, section, code, by=by, **values)

    assert set(refused.value.message_dict) == {key}
    assert document_of(framework) == before


def test_a_draft_may_be_unfinished_and_its_faults_are_told(tmp_path):
    framework, by = next_version(tmp_path)
    strand = {"code": "t", "kind": "strand", "title": "Empty", "rule": "mean"}

    put_entry(framework=framework, section="aggregates", entry=strand, base="", by=by)

    assert [address for address, _words in faults_of(document_of(framework))] == [
        ("aggregates", 3)
    ]


def test_an_unfinished_draft_is_not_locked(tmp_path):
    framework, by = next_version(tmp_path)
    strand = {"code": "t", "kind": "strand", "title": "Empty", "rule": "mean"}
    put_entry(framework=framework, section="aggregates", entry=strand, base="", by=by)

    with pytest.raises(WrongState, match="Nothing lies below “t”"):
        lock_framework(framework=framework, by=by)

    framework.refresh_from_db()
    assert framework.state == "draft"


def test_a_code_that_a_locked_version_had_stands_for_nothing_else(tmp_path):
    framework, by = next_version(tmp_path)
    with pytest.raises(Unfit, match="stood for “First” in version 1"):
        change(framework, "indicators", "i1", by=by, relation="new")
    base = print_of(entry(framework, "indicators", "i2"))
    remove_entry(framework=framework, section="indicators", code="i2", base=base, by=by)
    for section, row in (
        ("indicators", NEW | {"code": "i2"}),
        ("indexes", {"code": "i2", "title": "X", "strands": ["s"]}),
    ):
        with pytest.raises(Unfit, match="never used for something else"):
            put_entry(framework=framework, section=section, entry=row, base="", by=by)

    same = NEW | {"code": "i2", "relation": "reworded", "forerunners": ["i2"]}
    put_entry(framework=framework, section="indicators", entry=same, base="", by=by)


def test_a_code_in_use_is_not_taken_twice(tmp_path):
    framework, by = next_version(tmp_path)
    with pytest.raises(Unfit, match="used already"):
        put_entry(
            framework=framework,
            section="indicators",
            entry=NEW | {"code": "i1"},
            base="",
            by=by,
        )
