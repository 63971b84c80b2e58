"""People at the same moment, each with a thread and a connection. Only PostgreSQL has that."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from mipex_site.base.errors import Refusal

PATIENCE_SECONDS = 10


def at_once(*acts):
    """Start all acts at the same moment; return what each gave, or the refusal it met."""
    start = Barrier(len(acts))

    def run(act):
        connection.ensure_connection()
        start.wait(PATIENCE_SECONDS)
        try:
            return act()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
