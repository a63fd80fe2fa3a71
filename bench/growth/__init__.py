"""What reads and writes take as rows grow: `python -m bench.growth`."""
