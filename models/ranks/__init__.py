"""Ranks: who is before whom by score, kept beside the write path, and what is yet to be ranked."""
