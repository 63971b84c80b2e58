"""Import and export: one page that lists every table, and one page a table."""
