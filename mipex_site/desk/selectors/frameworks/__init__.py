"""What the pages of the frameworks show."""
