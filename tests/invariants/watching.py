"""Let the database itself note each change of a state, whoever makes it and however."""

from dataclasses import dataclass

from django.db import connection

from questionnaire.models import Assessment, Round
from questionnaire.selectors.subjects import sheet_subject
from review.models import Case, CaseItem, Dispute, Reopening
from review.services.addresses import address_of
from review.services.moving import _FRESH

WATCHED = {
    "item": CaseItem,
    "dispute": Dispute,
    "case": Case,
    "window": Reopening,
    "sheet": Assessment,
    "round": Round,
}
NOTED = (
    "INSERT INTO moved (kind, thing, was, now) VALUES ('{kind}', NEW.id, OLD.state, NEW.state)"
)
SQLITE = (
    "CREATE TABLE moved (n integer PRIMARY KEY, kind text, thing int, was text, now text)",
    (
        "CREATE TRIGGER moved_{kind} AFTER UPDATE ON {table} WHEN OLD.state <> NEW.state"
        f" BEGIN {NOTED}; END"
    ),
)
POSTGRES = (
    "CREATE TABLE moved (n serial PRIMARY KEY, kind text, thing int, was text, now text)",
    (
        "CREATE FUNCTION note_{kind}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {NOTED}; RETURN NULL; END $$"
    ),
    (
        "CREATE TRIGGER moved_{kind} AFTER UPDATE ON {table} FOR EACH ROW"
        " WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION note_{kind}()"
    ),
)


def begin():
    """Watch from now on; the end of the test's transaction takes it all away."""
    table, *each = POSTGRES if connection.vendor == "postgresql" else SQLITE
    with connection.cursor() as cursor:
        cursor.execute(table)
        for kind, model in WATCHED.items():
            for statement in each:
                cursor.execute(statement.format(kind=kind, table=model._meta.db_table))


@dataclass(frozen=True, slots=True)
class Moved:
    """One change of a state. ADDRESS is the subject under which the audit writes of the thing."""

    kind: str
    thing: int
    address: str
    was: str
    now: str


def moved():
    """Return the changes in their order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, thing, was, now FROM moved ORDER BY n")
        rows = cursor.fetchall()
    return [Moved(kind, key, _address(kind, key), *states) for kind, key, *states in rows]


def _address(kind, key):
    if kind == "sheet":
        place = ("round", "country", "strand")
        return sheet_subject(Assessment.objects.select_related(*place).get(pk=key))
    if kind == "round":
        return address_of(Round.objects.get(pk=key))
    return address_of(_FRESH[WATCHED[kind]].get(pk=key))
