"""The people of a round for who runs it: invitations, parts, and places that wait for somebody.

An invitation shows the name that a coordinator typed, until it is accepted: from then on who has
a side of the blind goes by a pseudonym here as everywhere, unless the names of the country were
asked for.
"""

from .asking import Asked
from .page import (
    InvitationLine,
    PartLine,
    PeoplePage,
    countries_open_to,
    invitation_line,
    known_people,
    part_line,
    people_page,
)
from .table import COLUMNS, table_of

__all__ = (
    "COLUMNS",
    "Asked",
    "InvitationLine",
    "PartLine",
    "PeoplePage",
    "countries_open_to",
    "invitation_line",
    "known_people",
    "part_line",
    "people_page",
    "table_of",
)
