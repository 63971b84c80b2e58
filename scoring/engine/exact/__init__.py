"""A whole edition at once, exactly: the answers as integers in numpy arrays.

`matrix.Matrix` holds the answers, `edition.aggregate` computes every figure of every place, and
`bridge.results_of` gives the same `Results` as `score.score`. Nothing is rounded and no float
is used: docs/explanation/exact-numbers.md has the bound under which int64 is enough, and what
happens beyond it.
"""
