"""Close the questions that another answer closes, at all places at once."""

from __future__ import annotations

from dataclasses import replace
from math import floor

import numpy as np

from ..closing import SILENT
from ..faults import CellFault
from ..gates import SCORE_MIN, Gate
from ..missing import Status
from ..tree import Methodology
from .matrix import BIT, SCORED, Matrix
from .ratios import Mask

SILENT_BITS = sum(BIT[status] for status in SILENT)


def through_gates(methodology: Methodology, matrix: Matrix) -> Matrix:
    """Return the answers with the closed questions closed: closing.through_gates.

    Raises CellFault where a closed question has an answer: one of the two is wrong.
    """
    if not methodology.gated:
        return matrix
    rows = {code: row for row, code in enumerate(matrix.indicators)}
    closed = replace(matrix, points=matrix.points.copy(), status=matrix.status.copy())
    for leaf in methodology.gated:
        if leaf.gate is not None:
            row, shut = rows[leaf.code], _shut(leaf.gate, closed, rows[leaf.gate.on])
            _refuse_answers(closed, row, shut, leaf.gate)
            scores = leaf.gate.then == SCORE_MIN
            closed.points[row, shut] = 0
            closed.status[row, shut] = BIT[Status.OK if scores else Status.NOT_APPLICABLE]
    return closed


def _shut(gate: Gate, matrix: Matrix, row: int) -> Mask:
    """Say where the question of ROW closes what hangs on it.

    Points are whole multiples of 1/scale, so that they are compared with the whole part of
    the limit.
    """
    points, status = matrix.points[row], matrix.status[row]
    low = points <= floor(gate.closed_up_to * matrix.scale)
    scored = (status & np.uint8(SCORED)) != 0
    return (scored & low.astype(bool)) | (status == BIT[Status.NOT_APPLICABLE])


def _refuse_answers(matrix: Matrix, row: int, shut: Mask, gate: Gate) -> None:
    answered = shut & ((matrix.status[row] & np.uint8(SILENT_BITS)) == 0)
    if answered.any():
        country, date = matrix.places[int(np.flatnonzero(answered)[0])]
        code = matrix.indicators[row]
        said = f"{gate.on} closes {code}, so that it cannot be answered"
        raise CellFault(said, key=(country, code, date))
