"""The process beside a server that follows for it."""
