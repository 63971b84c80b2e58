"""What the tests of the consistency check share: its addresses, a rule, and its table."""

import csv
import io

from questionnaire.models import Contradiction

LIST = "/consistency/2019/"
AA1 = "/consistency/2019/aa1/"
JUMP = "2 options up"


def contradict(world, **more):
    """Say that 100 points for aa1 and 100 for bb1 cannot both be right."""
    said_so = {
        "framework": world.round.framework,
        "code": "both-at-once",
        "indicator": world.indicator("aa1"),
        "earns": [100],
        "other": world.indicator("bb1"),
        "other_earns": [100],
        "words": "Where all may, none is left to be told.",
    }
    return Contradiction.objects.create(**said_so | more)


def row_of(page, country):
    """Return the words of one country's line."""
    rows = page.partition("<tbody>")[2].split("<tr>")
    return next((row for row in rows if f">{country}<" in row), "")


def table(response):
    text = response.content.decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
