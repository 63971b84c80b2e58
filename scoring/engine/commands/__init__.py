"""The commands of `python -m scoring.engine`: each reads an edition's files and writes tables."""
