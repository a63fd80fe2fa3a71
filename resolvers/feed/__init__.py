"""The live feed: the log, read once for all subscribers of a process; it knows no transport."""
