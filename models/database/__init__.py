"""Connections, locks, notifications, metadata and migrations of either database; no other table."""
