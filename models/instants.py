"""Instants as the database keeps them."""

Micros = int
"""An instant: microseconds since 1970 UTC."""
