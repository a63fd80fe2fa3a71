"""Trailmark beside other servers that do the same work over the same tables."""
