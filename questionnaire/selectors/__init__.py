"""Reads that fill a page or span models: one module for each side that looks."""
