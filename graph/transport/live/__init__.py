"""Live queries: events executed and encoded once for many subscribers; it knows no wire format."""
