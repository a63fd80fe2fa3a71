"""Lanes: what of the log a ledger writes, and how many of them there are."""
