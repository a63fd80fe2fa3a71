"""Following the log: what is made of it in the background, by one process at a time."""
