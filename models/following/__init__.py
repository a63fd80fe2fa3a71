"""What followers of the log keep: how far each has come, written with what it made of the log."""
