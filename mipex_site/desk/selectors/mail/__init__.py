"""What the pages and the timed tasks of mail read."""
