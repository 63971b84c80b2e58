"""What may stand as a code: of a country, a group, a node, a level."""

from __future__ import annotations

import re

CONTROL = re.compile(r"[\x00-\x1f\x7f]")
"""Characters that move the carriage or end the text. A carriage return in a field is written in
quotes by some versions of Python and bare by others: the files would no longer be the same."""


def is_code(text: object) -> bool:
    r"""Say whether TEXT can be a code: a text of any script that is not empty, on one line.

    >>> is_code("PT"), is_code("日本"), is_code(""), is_code("P\rT"), is_code(7)
    (True, True, False, False, False)
    """
    return isinstance(text, str) and text != "" and not CONTROL.search(text)
