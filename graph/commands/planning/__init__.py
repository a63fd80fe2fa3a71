"""Plans of operations, shown on the command line."""
