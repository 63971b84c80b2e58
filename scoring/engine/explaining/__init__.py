"""Why a score is what it is, what would raise it, why it changed, and what may be compared.

Contributions and next steps are in `contributions`, changes in `change` and `methods`, the words
beside a shown change in `notes`, what two editions share in `comparability`, and the index over
what all editions share in `core_series`. All sums are exact.
"""
