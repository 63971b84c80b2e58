"""A method is locked under a version that says what its changes do to comparability."""

import hashlib

import pytest
import yaml

from mipex_site.base.errors import Refusal, WrongState
from questionnaire.enums import Role
from scoring import rules
from scoring.engine.canonical import canonical
from scoring.engine.method_changes import changes
from scoring.enums import MethodState
from scoring.models import Method
from scoring.services.method_versions import demand_of
from scoring.services.method_words import sentences, titles_in
from scoring.services.methods import lock_method, read_method, take_method
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import RoundFactory, head_coordinator, in_round
from tests.factories.scoring import BLOCK, MethodFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(db):
    return head_coordinator()


def taken(block, by) -> Method:
    return take_method(content=yaml.safe_dump(block).encode(), name="method.yaml", by=by)


def locked(block, by) -> Method:
    return lock_method(method=taken(block, by), by=by)


def retitled(title: str) -> dict:
    low, high = BLOCK["bands"]
    return BLOCK | {"bands": [low, high | {"title": title}]}


def test_a_method_whose_meaning_changed_needs_the_next_major_version(head):
    locked(BLOCK | {"version": "1.4.2"}, head)
    draft = taken(BLOCK | {"version": "1.5.0", "rank_on": "exact"}, head)

    with pytest.raises(WrongState) as refused:
        lock_method(method=draft, by=head)

    assert refused.value.reason == (
        "invented 1.5.0 follows invented 1.4.2, and needs version 2.0.0 or a later one. Figures "
        "are no longer comparable: the first number of the version rises. What countries are "
        "ranked on: was the shown score, becomes the exact score. Give it that version in its "
        "file and bring it in again."
    )
    draft.refresh_from_db()
    assert (draft.state, draft.checksum) == (MethodState.DRAFT, "")
    assert locked(BLOCK | {"version": "2.0.0", "rank_on": "exact"}, head).checksum


@pytest.mark.parametrize("version", ["1.0.1", "1.3.0", "4.0.0"])
def test_words_may_change_under_any_later_version(head, version):
    locked(BLOCK, head)
    assert locked(retitled("Good") | {"version": version}, head).state == MethodState.LOCKED


@pytest.mark.parametrize("version", ["0.9.9", "1.0.0"])
def test_no_version_goes_back(head, version):
    locked(BLOCK | {"version": "1.0.1"}, head)
    with pytest.raises(WrongState, match=r"needs version 1\.0\.2"):
        locked(retitled("Good") | {"version": version}, head)


def test_the_highest_locked_version_of_the_same_code_is_the_one_that_counts(head):
    locked(BLOCK | {"version": "2.0.0", "rank_on": "exact"}, head)
    MethodFactory(code="other", version="7.0.0")
    MethodFactory(code="invented", version="9.0.0", state=MethodState.DRAFT)
    MethodFactory(code="invented", version="old", settings=BLOCK)
    draft = taken(BLOCK | {"version": "2.1.0", "rank_on": "exact"}, head)

    asked = demand_of(draft)

    assert str(asked.before) == "invented 2.0.0"
    assert (str(asked.needed), asked.is_met, asked.changes) == ("2.0.1", True, ())


def test_the_first_method_of_a_code_may_have_any_version(head):
    assert locked(BLOCK | {"version": "0.1.0"}, head).version == "0.1.0"


def test_a_draft_of_before_without_a_semantic_version_is_not_locked(head):
    draft = MethodFactory(version="2027", state=MethodState.DRAFT)
    with pytest.raises(WrongState, match=r"MAJOR\.MINOR\.PATCH"):
        lock_method(method=draft, by=head)


@pytest.mark.parametrize("version", ["1", "2027.1", "v1.0.0", "1.0.0-draft"])
def test_a_file_with_another_kind_of_version_is_refused(head, version):
    with pytest.raises(Refusal, match=r"not written as MAJOR\.MINOR\.PATCH"):
        taken(BLOCK | {"version": version}, head)


def test_the_checksum_is_that_of_the_canonical_bytes(head):
    method = locked(BLOCK, head)
    assert method.checksum == hashlib.sha256(canonical(method.settings)).hexdigest()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"estimated_cap: 0.1", "binary floating point"),
        (b"weights: {1: '2'}", "no text"),
        (b"estimated_cap: 9007199254740993", "beyond"),
    ],
)
def test_a_file_that_has_no_canonical_form_is_refused_with_the_reason(line, reason):
    content = yaml.safe_dump(BLOCK).encode() + line + b"\n"
    with pytest.raises(Refusal, match=reason):
        read_method(content=content, name="method.yaml")


SAID = {
    "The coverage that “strand” needs: was any part, becomes 1/2.": {
        "coverage": BLOCK["coverage"] | {"strand": "1/2"}
    },
    "What coverage counts: was weights, becomes the number of parts.": {"counting": "count"},
    "The share of coverage that estimates may give: was 1/10, becomes 0.": {
        "estimated_cap": "0"
    },
    "How parts are put together at the level “index”: was as the framework says, becomes the "
    "geometric mean.": {"aggregation": {"index": "geometric"}},
    "The weight of “b”: was as the framework says, becomes 2.": {"weights": {"b": "2"}},
    "Where the positive scale of geometric and harmonic means begins: was 1, becomes 5.": {
        "positive_scale": {"lowest": "5"}
    },
    "The method names the indices itself, in place of the framework’s: one.": {
        "indexes": [{"code": "one", "of": ["a"]}]
    },
    "The method says itself which levels are ranked: index.": {"ranked": ["index"]},
    "The title of the method: was An invented method, becomes Ours.": {"title": "Ours"},
    "The title of the band “high”: was High, becomes Good.": {
        "bands": retitled("Good")["bands"]
    },
}


@pytest.mark.parametrize(
    ("words", "change"), SAID.items(), ids=[next(iter(v)) for v in SAID.values()]
)
def test_each_change_is_said_in_a_sentence(words, change):
    new = BLOCK | change
    assert sentences(changes(BLOCK, new), titles_in(new)) == [words]


def test_bands_and_indices_that_come_go_and_change_are_named_by_their_titles():
    listed = [{"code": "one", "title": "One", "of": ["a", "b"], "headline": True}]
    two = {"code": "two", "title": "Two", "of": ["b"], "weights": {"b": "3"}}
    old = BLOCK | {"indexes": listed, "ranked": ["index"]}
    new = retitled("High") | {
        "indexes": [listed[0] | {"headline": False, "of": ["a"]}, two | {"headline": True}],
        "ranked": ["strand"],
        "bands": [{"code": "all", "title": "All", "from": 0, "to": 100}],
    }
    titles = titles_in(old, new)
    assert sentences(changes(old, new), titles) == [
        "The band “All” is new: 0–100.",
        "The band “High” is gone: 50–100.",
        "The band “Low” is gone: 0–49.",
        "The index “One” is no longer the headline.",
        "What the index “One” is of: was a, b, becomes a.",
        "The index “Two” is new, of b.",
        "Countries are no longer ranked at the level “index”.",
        "Countries are ranked at the level “strand” too.",
    ]
    back = [two, listed[0]]
    weights = new | {"indexes": [two | {"weights": {"b": "4"}}, listed[0]]}
    assert "The weight of “b” in the index “Two”: was 3, becomes 4." in sentences(
        changes(new | {"indexes": back}, weights), titles
    )


@pytest.mark.parametrize("role", Role.values)
def test_the_consortium_previews_methods_and_nobody_else(role):
    allowed = bool(rules.may_preview_method(in_round(role, RoundFactory())))
    assert allowed == (role in {"coordinator", "publisher", "adjudicator"})


def test_who_coordinates_the_portal_previews_and_a_superuser_does_not(head):
    assert rules.may_preview_method(head)
    assert not rules.may_preview_method(UserFactory(is_superuser=True))
