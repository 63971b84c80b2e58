import pytest

from mipex_site.audit.models import AuditEntry
from tests import world as worlds


@pytest.fixture
def world(db):
    """Give the small round, open, with nothing answered."""
    return worlds.build()


@pytest.fixture
def reviewed(world):
    """Give the small round with every sheet submitted: all answers earn 100, codings agree."""
    worlds.answer_all(world)
    worlds.submit_all(world)
    return world


@pytest.fixture
def acts(db):
    """Give a function that lists the acts on record, the newest last."""

    def recorded(act="", subject=""):
        rows = AuditEntry.objects.filter(act__contains=act, subject__contains=subject)
        return list(rows.order_by("stream", "number").values_list("act", flat=True))

    return recorded
