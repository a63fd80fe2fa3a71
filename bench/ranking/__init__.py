"""What ranking takes over a filled database: `python -m bench.ranking`."""
