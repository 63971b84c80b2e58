"""Methods: loaded from a file, locked for good."""

from pathlib import Path

import pytest
import yaml

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal, WrongState
from scoring import selectors
from scoring.enums import MethodState
from scoring.models import Method
from scoring.services.methods import load_method, lock_method
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import RoundFactory, coordinator_of, head_coordinator
from tests.factories.scoring import BLOCK, MethodFactory, small_framework

pytestmark = pytest.mark.django_db

MIPEX = Path(__file__).parents[2] / "data" / "mipex" / "method.yaml"


def write(folder: Path, block: object) -> Path:
    path = folder / "method.yaml"
    path.write_text(yaml.safe_dump(block), encoding="utf-8")
    return path


def acts() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("act", flat=True))


def test_the_method_of_mipex_is_loaded_as_its_file_says():
    method = load_method(path=MIPEX, by=head_coordinator())

    assert (method.code, method.version, method.rank_on) == ("mipex", "1.0.0", "shown")
    assert method.settings == yaml.safe_load(MIPEX.read_text(encoding="utf-8"))
    assert method.state == MethodState.DRAFT
    assert acts() == ["method.load"]


def test_loading_the_same_file_again_changes_nothing():
    by = head_coordinator()
    first = load_method(path=MIPEX, by=by)

    assert load_method(path=MIPEX, by=by) == first
    assert first.history.count() == 1
    assert acts() == ["method.load"]


def test_a_draft_is_replaced_and_its_history_says_by_whom(tmp_path):
    by = head_coordinator()
    method = load_method(path=write(tmp_path, BLOCK), by=by)

    load_method(path=write(tmp_path, BLOCK | {"rank_on": "exact"}), by=by)

    method.refresh_from_db()
    assert method.rank_on == "exact"
    assert [row.history_user for row in method.history.all()] == [by, by]


def test_a_locked_method_is_not_changed_by_another_file(tmp_path):
    by = head_coordinator()
    lock_method(method=load_method(path=write(tmp_path, BLOCK), by=by), by=by)

    with pytest.raises(WrongState, match="new version"):
        load_method(path=write(tmp_path, BLOCK | {"rank_on": "exact"}), by=by)

    assert Method.objects.get().rank_on == "shown"


def test_a_method_is_locked_once():
    by = head_coordinator()
    method = load_method(path=MIPEX, by=by)

    locked = lock_method(method=method, by=by)

    assert lock_method(method=method, by=by).checksum == locked.checksum != ""
    assert acts() == ["method.load", "method.lock"]


def test_the_newest_method_is_the_one_locked_last():
    by = head_coordinator()
    earlier, later = MethodFactory.create_batch(2, state=MethodState.DRAFT)
    assert selectors.newest_method() is None

    lock_method(method=later, by=by)
    lock_method(method=earlier, by=by)

    assert selectors.newest_method() == earlier


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"rank_on": "taste"}, "taste"),
        ({"rounding": "half_even"}, "half_even"),
        ({"coverage": {"index": "every"}}, "lacks"),
        ({"bands": [{"code": "low", "from": 0, "to": 49, "title": "Low"}]}, "band"),
        ({"version": 1}, "version"),
    ],
)
def test_a_file_that_the_engine_could_not_use_is_refused(tmp_path, change, reason):
    with pytest.raises(Refusal, match=reason):
        load_method(path=write(tmp_path, BLOCK | change), by=head_coordinator())

    assert not Method.objects.exists()


@pytest.mark.parametrize("content", [b"- a list", b"\xff\xfe", b"a: [", b""])
def test_a_file_that_is_no_method_is_refused_with_its_name(tmp_path, content):
    path = tmp_path / "strange.yaml"
    path.write_bytes(content)

    with pytest.raises(Refusal, match=r"strange\.yaml"):
        load_method(path=path, by=head_coordinator())


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(Refusal, match="absent"):
        load_method(path=tmp_path / "absent.yaml", by=head_coordinator())


def test_only_a_coordinator_of_the_whole_portal_loads_and_locks_methods():
    method = MethodFactory(state=MethodState.DRAFT)
    for person in (
        UserFactory(),
        UserFactory(is_superuser=True),
        coordinator_of(RoundFactory()),
    ):
        with pytest.raises(NotAllowed, match="whole portal"):
            load_method(path=MIPEX, by=person)
        with pytest.raises(NotAllowed, match="whole portal"):
            lock_method(method=method, by=person)


def test_the_methodology_is_the_framework_with_the_method():
    method = MethodFactory()

    document = selectors.methodology_document(small_framework(), method)

    assert document["method"] == method.settings
    assert [each["code"] for each in document["indicators"]] == ["a1", "a2", "b1", "b2"]
