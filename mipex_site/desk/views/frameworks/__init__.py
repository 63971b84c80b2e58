"""The pages on which frameworks are read, edited, compared, carried out and brought in."""
