"""Commit notifications: how a process learns that others have committed, and tells them."""
