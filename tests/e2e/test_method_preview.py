"""What a draft of a method would change, wide by day and narrow by night."""

from mipex_site.desk.forms.method_preview import packed
from tests.desk.method_trials import changed, in_force, publish
from tests.e2e.looks import ACROSS, Visit
from tests.factories.questionnaire import head_coordinator


def test_the_preview_of_a_method_is_open_to_all_eyes(visit: Visit, served_editions):
    publish(served_editions)
    in_force()
    draft = packed(changed(weights={"t": "2"}, bands=[{"code": "all", "from": 0, "to": 100}]))
    address = f"/method/preview/?block={draft}"

    found = visit(
        head_coordinator(), {address: 200, f"{address}&means=geometric&of=t": 200}, looks=ACROSS
    )

    assert found == []
