"""The live feed, beside strawberry's own view of the same log."""
