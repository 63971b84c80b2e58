"""Many who write one chain at once make one unbroken chain."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries

WRITERS, ACTS = 6, 10


def write_some(writer):
    """Write as one connection of its own would, and give it back."""
    try:
        for act in range(ACTS):
            with transaction.atomic():
                entries.write(
                    stream="round/2019", act="a.b", subject=f"{writer}/{act}", by=None
                )
    finally:
        connection.close()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_writers_at_once_make_one_unbroken_chain():
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write_some, range(WRITERS)))

    walk = entries.walk("round/2019")
    assert (walk.length, walk.broken_at) == (WRITERS * ACTS, None)
    assert len(set(AuditEntry.objects.values_list("subject", flat=True))) == WRITERS * ACTS
