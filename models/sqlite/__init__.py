"""What SQLite leaves in its files: unused bytes of pages, and the `-wal`."""
