"""Code that reads variables and arguments, for any schema; it knows nothing of results."""
