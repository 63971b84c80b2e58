"""Parsing of what an expert types: one module a thing."""
