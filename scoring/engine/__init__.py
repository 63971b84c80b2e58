"""The arithmetic of an index, from answers to scores: exact, pure, runnable by itself.

Only the standard library and numpy are used, no clock is read, nothing is rounded on the way up.
`score.score` is the whole computation; `python -m scoring.engine` runs it on an edition's
own files. The rules are explained in docs/explanation/scoring.md.
"""

from __future__ import annotations

ENGINE_VERSION = "2.0.0"
