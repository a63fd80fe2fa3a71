"""Counts as several lanes leave them."""
