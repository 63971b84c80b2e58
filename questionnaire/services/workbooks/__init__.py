"""One country as a workbook: written, read back, compared, applied through the same services."""
