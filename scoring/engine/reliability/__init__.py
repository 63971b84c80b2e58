"""How far independent coders agree, and how well indicators go together.

Agreement is judged on what coders said before anybody talked to them: on settled answers it would
be perfect and mean nothing. Figures about one sample are exact; intervals come from resampling
and are floats. docs/reference/engine-reliability.md has every formula with its source.
"""

from __future__ import annotations

DRAWS, SEED = 1000, 1
"""How often countries are drawn anew, and the seed, unless somebody says otherwise."""
