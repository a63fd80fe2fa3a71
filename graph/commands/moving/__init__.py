"""The commands that bring data in and out: import and export."""
