"""What a feed is ranked by, read: a module for each question."""
