"""A database whose tables Citus distributes over several servers: what differs there."""
