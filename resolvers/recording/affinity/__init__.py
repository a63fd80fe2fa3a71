"""Which worker writes which lanes, and how the others hand their inputs over to it."""
