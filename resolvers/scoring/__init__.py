"""Scores: weights, decay and rankings, as plain arithmetic; it knows nothing of recording."""
