"""Reads that span the apps: navigation, my work, the board, closing, publishing."""
