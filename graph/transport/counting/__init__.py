"""What was asked for and what became of it, in plain counts."""
