"""What things cost, told as ratios: each case beside a baseline of the same run.

Absolute times differ from machine to machine; how many times dearer the portal is than the
least that could do the same work does not, much. `make bench` starts PostgreSQL and Redis.
"""
