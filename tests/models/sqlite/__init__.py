"""What SQLite leaves in its files, and what becomes of it."""
