"""The tracking script in a real browser."""
